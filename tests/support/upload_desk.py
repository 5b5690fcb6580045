"""An upload without a browser, and a file of 30 flowers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from widgets.controls.upload import Upload

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.tables.table import Table


PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait


TOO_LARGE = "The file is larger than 5 MB, which is the limit."


SPECIES = ("setosa", "virginica")


IRIS = ("petal,sepal,species\n" + "".join(f"{i},{i % 7}.5,{SPECIES[i % 2]}\n" for i in range(30))).encode()


class Desk:
    """An upload whose owner remembers what it was told."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.sentences: list[str] = []
        self.sent: list[object] = []
        self.upload = Upload(self.tables.append, self.sentences.append)
        self.upload.send = self.sent.append

    def send(self, content: object, buffers: Any = ()) -> None:
        """A custom message of the page, dealt with."""
        self.post(content, buffers)
        self.settle()

    def post(self, content: object, buffers: Any = ()) -> None:
        """What the kernel gets when a page sends a custom message."""
        data = {"method": "custom", "content": content}
        self.upload._handle_msg({"content": {"data": data}, "buffers": list(buffers)})

    def settle(self) -> None:
        assert self.upload._worker.join(PATIENCE)

    def file(self, data: bytes, name: object = "flowers.csv") -> None:
        self.post_file(data, name)
        self.settle()

    def post_file(self, data: bytes, name: object = "flowers.csv") -> None:
        self.post({"kind": "file", "name": name}, [memoryview(data)])

    def good(self) -> Dataset:
        dataset = self.upload.dataset()
        assert dataset is not None
        return dataset

    def notes(self) -> str:
        return " ".join(self.upload.shown["notes"])

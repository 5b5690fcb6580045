"""The folder that holds the files of a page's artifacts, one folder each."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


class ArtifactFolder:
    """A temporary folder, made when it is first asked for; it goes when it is closed, or with this process."""

    def __init__(self) -> None:
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="descent-lab-"))
            atexit.register(shutil.rmtree, self._path, ignore_errors=True)
        return self._path

    @property
    def nbytes(self) -> int:
        """Bytes of all files in it."""
        if self._path is None:
            return 0
        return sum(file.stat().st_size for file in self._path.rglob("*") if file.is_file())

    def of(self, number: int) -> Path:
        """The folder of the artifact `number`, which need not exist."""
        return self.path / str(number)

    def forget(self, number: int) -> None:
        """Deletes the files of an artifact."""
        shutil.rmtree(self.of(number), ignore_errors=True)

    def close(self) -> None:
        """Deletes all files."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)

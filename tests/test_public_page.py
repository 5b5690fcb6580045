"""A set to be downloaded, in Voilà and in JupyterLab alike: what is left to do without a network."""

from __future__ import annotations

import pytest

from core import keras_cache
from tests.browser import Host
from tests.conftest import Visit
from tests.visitor import PREPARED_MS

SENTENCE = "Fashion-MNIST could not be downloaded: it needs a network connection the first time."


def test_without_a_network_there_is_one_sentence_and_another_problem_plays(
    host: Host, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.server.keras_home.mkdir(exist_ok=True)
    monkeypatch.setenv("KERAS_HOME", str(host.server.keras_home))
    images = keras_cache.folder() / "fashion-mnist/train-images-idx3-ubyte.gz"
    images.parent.mkdir(parents=True)
    images.write_bytes(bytes(1000))  # as a kernel that died while it downloaded leaves it behind
    with visit(host) as visitor:
        visitor.choose("Problem", "Data: Fashion-MNIST (download)")
        visitor.wait("s => s.notice === 'No training.'", PREPARED_MS)
        assert visitor.slot("notice-text") == SENTENCE
        assert not images.exists()
        visitor.choose("Problem", "Data: Spiral")
        visitor.wait("s => s.notice === 'Ready.'", PREPARED_MS)
        visitor.play()
        visitor.wait("s => s.kernel > 20", PREPARED_MS)
        assert visitor.errors == []

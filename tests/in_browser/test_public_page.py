"""A set to be downloaded, in Voilà and in JupyterLab alike: how far it is, and what is left to do without a network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.datasets import keras_cache
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Locator

    from tests.conftest import Visit
    from tests.support.browser import Host

SENTENCE = "Fashion-MNIST could not be downloaded: it needs a network connection the first time."


def sees(visitor: Visitor, place: Locator) -> bool:
    """Whether a person sees it without scrolling."""
    box, window = place.bounding_box(), visitor.page.viewport_size
    assert window is not None
    return box is not None and box["height"] > 0 and 0 <= box["y"] <= window["height"] - box["height"]


def test_a_download_shows_how_far_it_is_and_without_a_network_another_problem_plays(
    host: Host, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.server.keras_home.mkdir(exist_ok=True)
    monkeypatch.setenv("KERAS_HOME", str(host.server.keras_home))
    images = keras_cache.folder() / "fashion-mnist/train-images-idx3-ubyte.gz"
    with visit(host) as visitor:
        # The test plays another kernel of this machine that is downloading the set: the page's waits for its turn.
        with keras_cache.turn("Fashion-MNIST"):
            images.parent.mkdir(parents=True)
            images.touch()
            visitor.choose("Problem", "Data: Fashion-MNIST (download)")
            bar = visitor.page.get_by_role("progressbar", name="Share that is here")
            for size, share in ((12_000_000, 0.39), (20_000_000, 0.65)):
                os.truncate(images, size)
                visitor.wait_for_slot("notice-text", f"Fashion-MNIST (download): {100 * share:.0f} % of 31 MB is here.")
                assert bar.get_attribute("value") == str(share)
                assert sees(visitor, bar)
        visitor.wait("s => s.notice === 'No training.'", PREPARED_MS)
        assert visitor.slot("notice-text") == SENTENCE
        assert bar.count() == 0
        assert not images.exists()  # a part of it is no use to anybody
        visitor.choose("Problem", "Data: Spiral")
        visitor.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
        visitor.play()
        visitor.wait("s => s.kernel > 20", PREPARED_MS)
        assert visitor.errors == []

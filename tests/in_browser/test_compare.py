"""The Compare tab in a browser: it opens by mouse and keys, stands in the address, and lists the page's runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host


@pytest.fixture(scope="module")
def visitor(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page with two runs: one of SGD, one of Adam."""
    with visit(voila) as visitor:
        for optimizer in ("SGD", "Adam"):
            if optimizer != "SGD":
                visitor.choose("Optimizer", optimizer)
            visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
            visitor.press("Step")
            visitor.wait("s => s.offered === 'Play' && s.kernel > 0", PREPARED_MS)
        visitor.page.get_by_role("tab", name="Compare").click()
        visitor.page.get_by_text("2 runs are kept.").wait_for()
        yield visitor


def test_axe_finds_nothing_in_light_and_dark(visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(visitor.page) == []


def test_the_tab_stands_in_the_address_and_arrow_keys_go_to_the_next(visitor: Visitor) -> None:
    page = visitor.page
    page.wait_for_function("(new URLSearchParams(location.search).get('view') ?? '').includes('tab:compare')")
    page.get_by_role("tab", name="Compare").press("ArrowLeft")
    assert page.get_by_role("tab", name="Train").get_attribute("aria-selected") == "true"
    visitor.button("Play").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("2 runs are kept.").wait_for()
    assert not visitor.button("Play").is_visible()


def test_a_filter_and_marks_change_list_and_chart(visitor: Visitor) -> None:
    page = visitor.page
    names = page.locator(".dl-run-name")
    legend = page.locator(".dl-compare .legendtext")
    assert [name.split(" · ")[:2] for name in names.all_text_contents()] == [["#2", "Adam"], ["#1", "SGD"]]
    adam, sgd = names.all_text_contents()
    page.get_by_label("Filter", exact=True).fill("optimizer = sgd")
    page.get_by_text("1 of 2 runs pass the filter.").wait_for()
    assert names.all_text_contents() == [sgd]
    page.get_by_label("Filter", exact=True).fill("")
    page.get_by_text("2 runs are kept.").wait_for()
    page.get_by_role("button", name=f"Draw {adam}").click()
    page.locator(f'[aria-label="Draw {adam}"][aria-pressed=false]').wait_for()
    page.wait_for_function("document.querySelectorAll('.dl-compare .legendtext').length === 1")
    assert legend.all_text_contents() == [sgd]
    page.get_by_role("button", name=f"Delete {adam}").click()
    page.get_by_text("One run is kept.").wait_for()
    page.get_by_role("button", name="Undo deletion").click()
    page.get_by_text("2 runs are kept.").wait_for()


def test_a_kept_run_is_opened_where_it_stood(visitor: Visitor) -> None:
    page = visitor.page
    sgd = next(name for name in page.locator(".dl-run-name").all_text_contents() if " · SGD" in name)
    page.get_by_role("button", name=f"Open {sgd} where it stood").click()
    page.locator("[role=tab][aria-selected=true]", has_text="Train").wait_for()
    visitor.wait("s => s.offered === 'Play' && s.kernel === 1", PREPARED_MS)
    assert page.get_by_label("Optimizer", exact=True).locator("option:checked").text_content() == "SGD"
    visitor.press("Step")
    visitor.wait("s => s.offered === 'Play' && s.kernel === 2", PREPARED_MS)
    page.get_by_role("tab", name="Compare").click()
    page.get_by_text("2 runs are kept.").wait_for()

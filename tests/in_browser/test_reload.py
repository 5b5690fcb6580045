"""Reload after the kernel is gone, in Voilà and in JupyterLab: settings, run, step and table come back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from core.config.training_config import FIELDS
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from tests.conftest import Visit
    from tests.support.browser import Host

SURFACE_LOSS, LOSS = 2, 3  # the traces of the losses, on a surface and of a model
TABLE = "width,height,kind\n" + "".join(f"{i % 13},{i % 7},{'ab'[i % 3 == 0]}\n" for i in range(60))
KEPT = "descent-lab.run /"  # Voilà's page in the tab's storage
RUBBISH = {
    "no JSON": "{",
    "no object": "[7]",
    "another page's": json.dumps({"link": "https://example.org/?seed=5", "query": "seed=5", "changes": []}),
    "no run": json.dumps({"link": "LINK", "query": "seed=5", "step": 7, "changes": "all"}),
    "settings that are none": json.dumps({"link": "LINK", "query": "seed=x", "step": 7, "changes": []}),
}


def reload_after_the_kernel_has_died(visitor: Visitor) -> None:
    visitor.kernel().kill()
    if visitor.host.name == "lab":
        visitor.press("Ok")  # JupyterLab itself says that its kernel has died
    banner = visitor.page.locator(".dl-banner")
    banner.get_by_role("button", name="Reload", exact=True).click(timeout=15_000)
    visitor.page.wait_for_selector(".dl-banner", state="detached")
    visitor.host.run_notebook(visitor.page)


def shown(visitor: Visitor) -> dict[str, Any]:
    """The loss curve and the numbers of the step at which the page rests."""
    numbers = {name: visitor.slot(name) for name in ("loss", "gradient-norm", "parameters", "progress-text")}
    speed = visitor.page.get_by_role("slider", name="Speed", exact=True).get_attribute("aria-valuenow")
    controls = {"rate": visitor.box("Learning rate").input_value(), "speed": speed}
    return {**numbers, **controls, "curve": visitor.trace("loss", SURFACE_LOSS)}


def test_reload_brings_back_settings_run_and_step(visit: Visit, host: Host) -> None:
    with visit(host, "optimizer=momentum&batch_size=10") as visitor:
        visitor.wait("s => !['Getting ready.', 'TensorFlow is loading.'].includes(s.notice)", PREPARED_MS)
        visitor.set_speed("200")
        visitor.play()
        visitor.wait("s => s.steps.loss > 30")
        visitor.enter("Learning rate", "0.003")
        visitor.wait("(s, step) => s.steps.loss > step + 60", argument=visitor.state()["kernel"])
        step = visitor.pause()
        before = shown(visitor)
        reload_after_the_kernel_has_died(visitor)
        visitor.wait("s => s.kernel > 0 && !s.notice.startsWith('Going back ')", PREPARED_MS)
        assert visitor.rest_at(step) == step
        assert shown(visitor) == before
        assert len(before["curve"]["x"]) > 90
        visitor.play()
        assert visitor.runs_on()
        assert visitor.errors == []


def test_a_run_that_played_when_its_kernel_died_plays_on_after_reload(visit: Visit, voila: Host) -> None:
    with visit(voila, "problem=spiral&epochs=100000") as visitor:
        visitor.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
        visitor.play()
        visitor.wait("s => s.steps.loss > 50")
        reload_after_the_kernel_has_died(visitor)
        visitor.wait("s => s.steps.loss > 50 && s.offered === 'Pause'", PREPARED_MS)
        assert visitor.runs_on()
        assert visitor.trace("loss", LOSS)["x"][0] <= visitor.state()["kernel"] / 100  # of a band: its first stretch


def test_reload_brings_back_an_uploaded_table_and_what_is_predicted_from_it(visit: Visit, voila: Host) -> None:
    with visit(voila, "problem=csv") as visitor:
        page = visitor.page
        page.get_by_text("upload a CSV file to train on it").first.wait_for(timeout=PREPARED_MS)
        page.get_by_label("Upload a CSV", exact=True).set_input_files(
            {"name": "boxes.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
        )
        visitor.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
        visitor.choose("Target", "width")
        visitor.wait("s => s.notice !== 'Ready to train.'")
        visitor.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
        for _ in range(3):
            visitor.press("Step")
        visitor.rest_at(3)
        for _ in range(2):  # what was brought back can be brought back once more
            before = visitor.slot("loss"), visitor.trace("loss", LOSS)
            reload_after_the_kernel_has_died(visitor)
            visitor.wait("s => s.kernel === 3", PREPARED_MS)
            visitor.rest_at(3)
            assert (visitor.slot("loss"), visitor.trace("loss", LOSS)) == before
            assert page.get_by_label("Target", exact=True).input_value() == "width"
        assert visitor.errors == []


@pytest.mark.parametrize("kept", RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_in_the_tabs_storage_changes_nothing(visit: Visit, voila: Host, kept: str) -> None:
    with visit(voila) as visitor:
        link = f"{voila.server.url}?seed=5"
        visitor.page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [KEPT, kept.replace("LINK", link)])
        voila.open(visitor.page, "seed=5")
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        assert visitor.box("Seed").input_value() == "5"
        assert visitor.state()["kernel"] == 0
        assert visitor.page.evaluate("key => sessionStorage.getItem(key)", KEPT) is None
        assert visitor.errors == []


def test_a_shared_link_takes_nothing_that_the_tab_has_kept(visit: Visit, voila: Host) -> None:
    with visit(voila) as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        saved: dict[str, object] = {
            "changes": [],
            "program": None,
            "seconds": None,
            "playing": False,
            "pace": None,
            "step": 40,
        }
        kept = json.dumps({**saved, "link": voila.server.url, "query": ""})
        visitor.page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [KEPT, kept])
        voila.open(visitor.page, "problem=himmelblau")
        visitor.wait("s => 'surface' in s.steps && s.notice !== ''", PREPARED_MS)
        label = next(text for text, option in FIELDS["problem"].options if option == "himmelblau")
        assert (
            visitor.page.get_by_label("Problem", exact=True)
            .evaluate("select => select.selectedOptions[0].textContent")
            .replace("\u00a0", " ")
            == label
        )
        assert visitor.state()["kernel"] == 0


def test_a_kernel_that_has_ended_is_said_to_have_ended(visit: Visit, voila: Host) -> None:
    with visit(voila) as visitor:
        page = visitor.page
        page.request.delete(f"{voila.server.url}api/kernels/{visitor.kernel_id}")
        page.get_by_role("alert").get_by_text("has ended").wait_for(timeout=20_000)

from __future__ import annotations

import errno
import math
import os
import signal
import socket
import tempfile
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.artifacts.artifact import Artifact
from core.field import ConfigError
from core.formats.certificate import Certificate, digest
from core.formats.exporting import ExportedModel
from core.formats.trained_model import TrainedModel
from core.learning.answers import Answers
from core.load.forecast import forecast
from core.load.machine_turn import MachineTurn
from core.load.plan import LoadResult
from core.load.queueing import ServiceTimes
from core.load.rate_sweep import CurvePoint
from tests.support.model_files import linear_onnx
from tests.support.waiting import wait_until
from widgets.serve import serve_tab, served_run
from widgets.serve.serve_charts import batch_panel, curve_panel, queue_panel
from widgets.serve.serve_desk import ServeDesk
from widgets.serve.serve_tab import ServeTab
from widgets.serve.serve_texts import load_sentences, sweep_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = TrainedModel(
    b"", "linear", np.ones((80, 2), np.float32), np.zeros(80, np.int32), Answers("classes"), ("a", "b", "c")
)


def exported(passed: bool = True) -> Any:
    """Stands in for the export, which needs TensorFlow: a linear model with a report."""

    def make(model: TrainedModel, format: str, folder: Path) -> ExportedModel:
        path = linear_onnx(folder)
        sentence = "" if passed else "Its answers differ from those of the trained model."
        report = Certificate(
            passed, sentence, format, digest(path), 99, 80, 1e-7, 4.0, 1.0, "accuracy", 0.5, 0.5, {}, False, True
        )
        report.write(path)
        return ExportedModel(path, report)

    return make


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeTab]:
    monkeypatch.setattr(served_run, "export_model", exported())
    made = ServeTab(lambda: MODEL, lambda: "MLP on digits", lambda: None)
    yield made
    made.close()


def desk(tab: ServeTab) -> dict[str, Any]:
    tab.draw()
    return tab._desk.desk


def send(tab: ServeTab, kind: str, **payload: Any) -> None:
    tab._desk._receive(tab._desk, {"kind": kind, **payload}, None)


def serve(tab: ServeTab, port: str = "0") -> None:
    send(tab, "serve", format="onnx", port=port, what="")
    wait_until(lambda: tab.run.phase in ("serving", "refused"))


def test_one_press_serves_and_another_stops(tab: ServeTab) -> None:
    assert desk(tab)["said"] == ["Nothing is served."]
    serve(tab)
    shown = desk(tab)
    assert shown["said"][:2] == ["It is served.", tab.run.service.address]  # type: ignore[union-attr]  # it is served
    assert shown["said"][2].startswith("The file passed. 80 held-out rows")
    assert shown["curl"].endswith("/v1/models/linear:predict")
    send(tab, "stop")
    assert (desk(tab)["said"][0], desk(tab)["is_on"]) == ("Nothing is served.", False)


def test_the_line_for_a_terminal_has_no_digits_that_nobody_needs(tab: ServeTab) -> None:
    rows = np.array([[1.08441, -0.00001]], np.float32)
    tab.run._trained = lambda: replace(MODEL, x=rows)
    serve(tab)
    assert tab.run.curl.startswith("curl -d '{\"instances\":[[1.0844,0.0]]}' http://127.0.0.1:")


def test_knobs_reach_the_server_that_runs_and_the_next(tab: ServeTab) -> None:
    serve(tab)
    send(tab, "knobs", largest_batch=4, longest_wait_ms=20)
    wait_until(lambda: (tab.run.state or {}).get("largest_batch") == 4)
    serve(tab)
    wait_until(lambda: (tab.run.state or {}).get("longest_wait_ms") == 20.0)


def test_load_is_measured_and_refused_where_nothing_is_served(tab: ServeTab) -> None:
    send(tab, "load", scenario="Server", rate="50", seconds="1")
    assert desk(tab)["load_refusal"] == "Nothing is served; press Serve first."
    serve(tab)
    send(tab, "load", scenario="Offline", rate="50", seconds="1")
    send(tab, "load", scenario="Server", rate="50", seconds="1")
    assert desk(tab)["load_refusal"] == "Load is being put on the server; stop it first."
    wait_until(lambda: not tab.run.is_loaded)
    assert "predictions per second" in desk(tab)["results"][0]
    send(tab, "load", scenario="Server", rate="1e9", seconds="1")
    assert "Requests per second" in desk(tab)["load_refusal"]


def test_an_artifact_is_offered_and_served_and_one_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = Artifact(4, (), "MLP on digits", state="made")
    workshop: Any = SimpleNamespace(artifacts=(artifact, replace(artifact, number=5, state="failed")), subject_of=str)
    asked: list[Any] = []

    def exports(artifact: Artifact, subject: object, folder: Path) -> tuple[ExportedModel, TrainedModel]:
        asked.append((artifact.number, subject))
        return exported()(MODEL, "litert", folder), MODEL

    monkeypatch.setattr(serve_tab, "export_artifact", exports)
    tab = ServeTab(lambda: None, lambda: "", lambda: None, workshop)
    assert desk(tab)["subjects"] == [["", "The current run"], ["artifact:4", "#4 original"]]
    send(tab, "serve", format="onnx", port="0", what="artifact:4")
    wait_until(lambda: tab.run.phase in ("serving", "refused"))
    assert desk(tab)["said"][0] == "It is served."
    assert asked == [(4, "4")]
    send(tab, "serve", format="onnx", port="0", what="artifact:9")
    wait_until(lambda: tab.run.phase == "refused")
    assert desk(tab)["refusal"] == "This artifact is not there any more; make it again."
    tab.close()


def test_a_kept_run_is_offered_and_served_and_one_without_a_model_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def brought_back(id: str, _is_wanted: Any) -> TrainedModel:
        if id == "gone":
            raise ConfigError("No weights are kept of that run, so there is no model of it to take.")
        return MODEL

    kept: Any = SimpleNamespace(options=lambda: [["1f", "run #1"], ["gone", "run #2"]], trained_model=brought_back)
    monkeypatch.setattr(served_run, "export_model", exported())
    tab = ServeTab(lambda: None, lambda: "", lambda: None, kept=kept)
    assert desk(tab)["subjects"] == [["", "The current run"], ["run:1f", "run #1"], ["run:gone", "run #2"]]
    send(tab, "serve", format="onnx", port="0", what="run:1f")
    wait_until(lambda: tab.run.phase in ("serving", "refused"))
    assert desk(tab)["said"][0] == "It is served."
    send(tab, "serve", format="onnx", port="0", what="run:gone")
    wait_until(lambda: tab.run.phase == "refused")
    assert desk(tab)["refusal"] == "No weights are kept of that run, so there is no model of it to take."
    tab.close()


def test_a_press_on_stop_lets_go_of_a_run_that_is_brought_back() -> None:
    begun, ended = threading.Event(), threading.Event()

    def brought_back(_id: str, is_wanted: Any) -> TrainedModel:
        begun.set()
        wait_until(lambda: not is_wanted())
        ended.set()
        raise ConfigError("It was stopped while that run was brought back.")

    kept: Any = SimpleNamespace(options=lambda: [["1f", "run #1"]], trained_model=brought_back)
    tab = ServeTab(lambda: None, lambda: "", lambda: None, kept=kept)
    send(tab, "serve", format="onnx", port="0", what="run:1f")
    assert begun.wait(20)
    send(tab, "stop")
    assert ended.wait(20)
    assert desk(tab)["said"] == ["Nothing is served."]
    assert desk(tab)["refusal"] == ""
    tab.close()


def test_more_servers_than_a_machine_bears_are_refused_in_a_sentence(
    tab: ServeTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MachineTurn, "to_serve", lambda: None)
    send(tab, "serve", format="onnx", port="0", what="")
    wait_until(lambda: tab.run.phase in ("serving", "refused"))
    said = "8 models are served on this machine already: try again when one of them is stopped."
    assert desk(tab)["refusal"] == said


def test_a_place_among_servers_is_left_with_the_server(tab: ServeTab) -> None:
    serve(tab)
    place = tab.run._place
    assert place is not None
    assert place._descriptor is not None
    send(tab, "stop")
    assert place._descriptor is None


def test_while_another_page_puts_load_it_is_said_and_afterwards_it_goes(tab: ServeTab) -> None:
    serve(tab)
    other = MachineTurn.take()
    assert other is not None
    send(tab, "load", scenario="Server", rate="50", seconds="1")
    assert desk(tab)["load_refusal"].startswith("Another page puts load on this machine")
    send(tab, "sweep")
    assert desk(tab)["load_refusal"].startswith("Another page puts load on this machine")
    other.release()
    for _time in range(2):  # the right is given back at the end of each
        send(tab, "load", scenario="Server", rate="50", seconds="1")
        assert desk(tab)["load_refusal"] == ""
        wait_until(lambda: not tab.run.is_loaded)


def test_a_port_that_another_program_has_is_said(tab: ServeTab) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        serve(tab, port)
        assert desk(tab)["refusal"] == f"Port {port} is in use; choose another one."
        assert not desk(tab)["is_on"]


def test_a_server_that_is_killed_under_load_is_said_and_served_again(tab: ServeTab) -> None:
    serve(tab)
    send(tab, "load", scenario="Server", rate="50", seconds="30")
    wait_until(lambda: bool(tab.run.test and tab.run.test.result and tab.run.test.result.answered))
    wait_until(lambda: desk(tab)["counted"] != [])
    assert tab.run.service is not None
    os.kill(tab.run.service.pid, signal.SIGKILL)
    wait_until(lambda: tab.run.phase == "died" and not tab.run.is_loaded)
    assert desk(tab)["refusal"] == "The server has ended by itself; press Serve to start it again."
    assert not desk(tab)["is_on"]
    assert desk(tab)["counted"] == []  # "2 rows wait" stood there
    serve(tab)
    assert desk(tab)["said"][0] == "It is served."


def test_a_full_disk_is_said(tab: ServeTab, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(served_run, "export_model", full)
    serve(tab)
    assert desk(tab)["refusal"].startswith("The disk is full")


def test_a_disk_too_full_for_a_folder_is_said(tab: ServeTab, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    serve(tab)
    assert desk(tab)["refusal"].startswith("The disk is full")


def test_what_fails_after_stop_is_not_said(tab: ServeTab, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, failed = threading.Event(), threading.Event(), threading.Event()
    phases: list[str] = []

    def fails(*_asked: object) -> None:
        begun.set()
        assert go_on.wait(20)
        failed.set()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(served_run, "export_model", fails)
    send(tab, "serve", format="onnx", port="0", what="")
    assert begun.wait(20)
    send(tab, "stop")
    monkeypatch.setattr(tab.run, "_told", lambda: phases.append(tab.run.phase))
    go_on.set()
    assert failed.wait(20)
    monkeypatch.setattr(served_run, "export_model", exported())
    serve(tab)  # after it, in the same thread
    assert tab.run.phase == "serving"
    assert "refused" not in phases


def test_a_bad_port_and_a_failed_report_are_said(tab: ServeTab, monkeypatch: pytest.MonkeyPatch) -> None:
    send(tab, "serve", format="onnx", port="80", what="")
    assert desk(tab)["refusal"].startswith("A port is a number from 1024")
    monkeypatch.setattr(served_run, "export_model", exported(passed=False))
    serve(tab)
    assert desk(tab)["refusal"] == "Its answers differ from those of the trained model."
    assert tab.run.service is None


def test_without_a_model_it_is_said_what_to_do() -> None:
    tab = ServeTab(lambda: None, lambda: "", lambda: None)
    serve(tab)
    assert desk(tab)["refusal"] == "There is no model to serve: choose a problem with data, and press Play first."
    tab.close()


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "serve", "format": "pickle", "port": "0", "what": ""},
        {"kind": "serve", "format": "onnx", "port": 0, "what": ""},
        {"kind": "serve", "format": "onnx", "port": "0", "what": "", "path": "/etc"},
        {"kind": "serve", "format": "onnx", "port": "0", "what": "/etc/passwd"},
        {"kind": "serve", "format": "onnx", "port": "0", "what": "artifact:-1"},
        {"kind": "serve", "format": "onnx", "port": "0", "what": "run:../1f"},
        {"kind": "serve", "format": "onnx", "port": "0", "what": 4},
        {"kind": "knobs", "largest_batch": 10**9, "longest_wait_ms": 0},
        {"kind": "knobs", "largest_batch": 2, "longest_wait_ms": math.nan},
        {"kind": "load", "scenario": "Everything", "rate": "1", "seconds": "1"},
        {"kind": "stop", "more": 1},
        {"kind": 7},
    ],
)
def test_what_no_page_of_ours_sends_is_not_heard(message: dict[str, Any]) -> None:
    heard: list[str] = []
    ServeDesk(lambda kind, payload: heard.append(kind))._receive(None, message, None)
    assert heard == []


def result(answered: int, **more: Any) -> LoadResult:
    values = {
        "seconds": 2.0, "sent": answered, "answered": answered, "refused": 0, "failed": 0, "mean": 0.002, "spread": 0.0,
        "percentiles": {50: 0.001}, "late_share": 0.0, "worst_lateness": 0.0, "is_over": True,
    }  # fmt: skip
    return LoadResult(**{**values, **more})


def test_a_percentile_that_cannot_be_carried_is_not_said_and_a_late_run_is_void() -> None:
    assert load_sentences(result(100)) == [
        "50 predictions per second, mean latency 2 ms.", "p50 1 ms", "p99 takes 299 answers.",
    ]  # fmt: skip
    void = load_sentences(result(100, late_share=0.05, worst_lateness=0.03, refused=2))
    assert "2 requests got no answer." in void
    assert void[-1] == "Void: 5.0\u00a0% of the requests were sent late by this machine, the worst by 30 ms."


def test_a_sweep_says_how_far_its_forecast_was_off_up_to_a_load_of_eight_tenths() -> None:
    times = ServiceTimes(0.001, 0.0)
    points = (CurvePoint(500, 0.0022, result(9)), CurvePoint(900, 0.0099, result(9)))
    sweep: Any = SimpleNamespace(times=times, points=points, is_over=True, most=1000.0,
                                 forecast=lambda rate: forecast(times, rate, [1.0, 1.05, 0.95], 4.0))  # fmt: skip
    assert "At loads up to 0.8 the mean latency foretold was off by 10.0\u00a0% at most." in sweep_sentences(sweep)
    assert "2 of 2 means measured lie in the band that was foretold." in sweep_sentences(sweep)
    drawn = curve_panel(sweep).figure
    assert list(drawn.data[2].x) == [500, 900]
    np.testing.assert_allclose(drawn.data[2].y, [2, 2])
    band, curve = drawn.data[0], drawn.data[1]
    places = len(curve.x)
    assert (np.asarray(band.y)[:places] < curve.y).all()
    assert (np.asarray(band.y)[places:][::-1] > curve.y).all()


def test_charts_show_queue_and_shares_of_batches() -> None:
    assert list(queue_panel([(0.0, 0), (0.4, 7)]).figure.data[0].y) == [0, 7]
    bars = batch_panel({"batches": {"1": 10, "4": 10}}).figure.data[0]
    assert list(bars.x) == [1, 4]
    np.testing.assert_allclose(bars.y, [20, 80])
    assert batch_panel(None).placeholder


def test_the_same_port_is_served_again(tab: ServeTab) -> None:
    serve(tab)
    port = str(tab.run.service.address.rpartition(":")[2])  # type: ignore[union-attr]  # it is served
    serve(tab, port)
    assert desk(tab)["refusal"] == ""
    assert desk(tab)["said"][1].endswith(f":{port}")

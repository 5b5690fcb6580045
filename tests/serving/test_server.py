"""The server as clients meet it: curl, Triton's own client and plain sockets, each against a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tritonclient.http as triton
from prometheus_client.parser import text_string_to_metric_families

from core.formats.certificate import Certificate, digest
from core.serving.batcher import Batcher, Knobs
from core.serving.refusal import RefusalError
from core.serving.service import Service
from tests.support.coroutines import outcome_of
from tests.support.model_files import MATRIX, linear_onnx
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_S = 30


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    served = Service(linear_onnx(tmp_path_factory.mktemp("model")))
    assert served.wait(START_S)
    yield served
    served.stop()
    served.join()


def curl(service: Service, path: str, body: str | None = None, *options: str) -> tuple[int, str]:
    sent = [] if body is None else ["-d", body]
    command = ["curl", "-s", "-w", "\n%{http_code}", *options, *sent, service.address + path]
    text, _newline, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("\n")
    return int(status), text


def predict(service: Service, body: str) -> tuple[int, Any]:
    status, text = curl(service, "/v1/models/linear:predict", body)
    return status, json.loads(text)


def test_curl_gets_the_predictions_of_its_instances(service: Service) -> None:
    status, answer = predict(service, '{"instances": [[1, 0], [0, 1], [2, 2]]}')
    assert status == 200
    np.testing.assert_allclose(answer["predictions"], np.array([[1, 0], [0, 1], [2, 2]]) @ MATRIX)


def test_inputs_by_column_and_by_name_are_taken_as_tensorflow_serving_takes_them(service: Service) -> None:
    expected = [[1.0, 2.0, 3.0]]
    assert predict(service, '{"inputs": [[1, 0]]}') == (200, {"outputs": expected})
    assert predict(service, '{"inputs": {"inputs": [[1, 0]]}}') == (200, {"outputs": expected})
    assert predict(service, '{"instances": [{"inputs": [1, 0]}]}') == (200, {"predictions": expected})


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"instances": [[1, 2, 3]]}', "Each instance must have the shape [2]; these have [3]."),
        ('{"instances": [[1, "a"]]}', "Each instance must be numbers in the shape [2]."),
        ('{"instances": [[1, 2], [3]]}', "Each instance must be numbers in the shape [2]."),
        ('{"instances": []}', "Each instance must have the shape [2]; these have []."),
        ('{"rows": []}', 'A request has "instances", one a row, or "inputs", all rows as one tensor.'),
        ('{"instances"', "The body is not JSON."),
        ("[1, 2]", "The body must be a JSON object."),
    ],
)
def test_a_bad_request_is_refused_in_one_sentence(service: Service, body: str, sentence: str) -> None:
    assert predict(service, body) == (400, {"error": sentence})


def test_too_much_is_refused_before_it_is_read(service: Service) -> None:
    rows = json.dumps({"instances": [[0, 0]] * 1025})
    assert predict(service, rows) == (400, {"error": "A request has 1 to 1024 instances; this one has 1025."})
    with socket.create_connection(("127.0.0.1", int(service.address.rpartition(":")[2]))) as peer:
        peer.sendall(b"POST /v1/models/linear:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")
        assert peer.recv(1000).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("binary", [False, True])
def test_tritons_client_infers_in_json_and_in_bytes(service: Service, binary: bool) -> None:
    client = triton.InferenceServerClient(service.address.removeprefix("http://"))
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("linear")
    assert client.get_model_metadata("linear")["inputs"] == [{"name": "inputs", "datatype": "FP32", "shape": [-1, 2]}]
    rows = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    asked = triton.InferInput("inputs", [5, 2], "FP32")
    asked.set_data_from_numpy(rows, binary_data=binary)
    wanted = triton.InferRequestedOutput("output_0", binary_data=binary)
    answer = client.infer("linear", [asked], outputs=[wanted], request_id="7")
    np.testing.assert_allclose(answer.as_numpy("output_0"), rows @ MATRIX, rtol=1e-5)
    assert answer.get_response()["id"] == "7"
    client.close()


def test_a_tensor_that_does_not_fit_is_refused_by_triton_in_a_sentence(service: Service) -> None:
    client = triton.InferenceServerClient(service.address.removeprefix("http://"))
    asked = triton.InferInput("inputs", [1, 3], "FP32")
    asked.set_data_from_numpy(np.zeros((1, 3), np.float32))
    with pytest.raises(triton.InferenceServerException, match=r"Each instance must have the shape \[2\]"):
        client.infer("linear", [asked])
    client.close()


def test_prometheus_reads_the_metrics(service: Service) -> None:
    predict(service, '{"instances": [[1, 0]]}')
    _status, text = curl(service, "/metrics")
    families = {family.name: family for family in text_string_to_metric_families(text)}
    answered = {
        tuple(s.labels.items()): s.value for s in families["descent_lab_requests"].samples if "_total" in s.name
    }
    assert answered[(("status", "200"),)] >= 1
    assert curl(service, "/healthz") == (200, '{"status":"ok"}')
    assert curl(service, "/v1/models/linear")[0] == 200
    assert curl(service, "/v1/models/another:predict", "{}")[0] == 404


def test_requests_that_wait_together_are_one_batch_and_each_has_its_own_answer(tmp_path: Path) -> None:
    service = Service(linear_onnx(tmp_path), largest_batch=8, longest_wait_ms=1000)
    assert service.wait(START_S)
    rows = [[number, 2 * number] for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda row: predict(service, json.dumps({"instances": [row]})), rows))
    for row, (status, answer) in zip(rows, answers, strict=True):
        assert status == 200
        np.testing.assert_allclose(answer["predictions"][0], np.array(row) @ MATRIX, rtol=1e-5)
    state = service.state()
    assert state is not None
    assert state["batches"] == {"8": 1}
    service.set_knobs(largest_batch=1, longest_wait_ms=0)
    wait_until(lambda: (service.state() or {}).get("largest_batch") == 1)
    predict(service, '{"instances": [[1, 0]]}')
    assert (service.state() or {})["batches"] == {"1": 1, "8": 1}
    service.stop()
    service.join()
    assert service.status == "stopped"


def test_a_full_queue_is_said_with_429_and_a_long_wait_with_504(tmp_path: Path) -> None:
    service = Service(linear_onnx(tmp_path), largest_batch=64, longest_wait_ms=900, queue=4)
    assert service.wait(START_S)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _number: predict(service, '{"instances": [[1, 0]]}'), range(6)))
    assert sorted(status for status, _answer in answers) == [200] * 4 + [429] * 2
    assert {"error": "The queue is full; try again later."} in [answer for _status, answer in answers]
    service.stop()
    service.join()
    late = Service(linear_onnx(tmp_path), largest_batch=64, longest_wait_ms=900, timeout=0.2)
    assert late.wait(START_S)
    assert predict(late, '{"instances": [[1, 0]]}') == (
        504,
        {"error": "The request waited longer than its time limit."},
    )
    late.stop()
    late.join()


def test_a_server_that_is_killed_is_noticed_and_can_be_started_again(tmp_path: Path) -> None:
    changes: list[float] = []
    service = Service(linear_onnx(tmp_path), on_change=lambda: changes.append(time.monotonic()))
    assert service.wait(START_S)
    os.kill(service.pid, signal.SIGKILL)
    wait_until(lambda: service.status == "died")
    assert service.sentence == "The server has ended by itself; press Serve to start it again."
    assert len(changes) == 2
    again = Service(service.path)
    assert again.wait(START_S)
    again.stop()
    again.join()


def test_a_port_in_use_is_said(service: Service, tmp_path: Path) -> None:
    port = int(service.address.rpartition(":")[2])
    second = Service(linear_onnx(tmp_path), port=port)
    assert not second.wait(START_S)
    second.join()
    assert (second.status, second.sentence) == ("refused", f"Port {port} is in use; choose another one.")


def test_requests_under_way_are_answered_before_the_server_ends(tmp_path: Path) -> None:
    service = Service(linear_onnx(tmp_path), largest_batch=64, longest_wait_ms=500)
    assert service.wait(START_S)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(predict, service, '{"instances": [[1, 0]]}')
        wait_until(lambda: (service.state() or {}).get("queued") == 1)
        service.stop()
        assert answer.result()[0] == 200
    service.join()
    assert service._process.returncode == 0


def certificate(path: Path, passed: bool, sha256: str) -> Certificate:
    return Certificate(passed, "", "onnx", sha256, 1, 1, 0.0, 1.0, 1.0, "accuracy", 1.0, 1.0, {}, False, True)


def test_a_file_that_failed_its_report_is_not_served_unless_one_insists(tmp_path: Path) -> None:
    path = linear_onnx(tmp_path)
    failed = certificate(path, False, digest(path))
    failed.write(path)
    refused = Service(path)
    assert not refused.wait(START_S)
    refused.join()
    assert "answers differ" in refused.sentence
    replace(failed, passed=True, sha256="another").write(path)
    other = Service(path)
    assert not other.wait(START_S)
    other.join()
    assert other.sentence == "The report beside the file is that of another file."


def test_the_command_line_says_in_a_sentence_what_it_cannot_serve(tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"no model")
    for name, sentence in (
        ("missing.onnx", "There is no file missing.onnx."),
        ("no.onnx", "The file cannot be loaded"),
    ):
        command = [sys.executable, "-m", "core.serving", str(tmp_path / name), "--port", "0"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert ended.stderr.startswith(sentence)


def test_a_slow_model_is_called_in_a_thread_so_that_health_is_still_told() -> None:
    began, release = threading.Event(), threading.Event()

    def slow(rows: np.ndarray) -> np.ndarray:
        began.set()
        assert release.wait(20)
        return rows

    async def both() -> tuple[bool, np.ndarray]:
        batcher = Batcher(slow, Knobs(), seconds=1.0)
        answer = asyncio.create_task(batcher.predict(np.ones((1, 2))))
        await asyncio.to_thread(began.wait, 20)  # the loop goes on meanwhile
        was_free = not answer.done()
        release.set()
        return was_free, await answer

    was_free, answer = outcome_of(both())
    assert was_free
    np.testing.assert_array_equal(answer, np.ones((1, 2)))


def test_one_request_that_the_model_fails_at_does_not_fail_its_batch() -> None:
    def picky(rows: np.ndarray) -> np.ndarray:
        if (rows < 0).any():
            raise ValueError("a token that it does not know")
        return rows * 2

    async def both() -> list[object]:
        batcher = Batcher(picky, Knobs(), seconds=0.0)
        asked = [batcher.predict(np.full((1, 1), value)) for value in (1.0, -1.0, 3.0)]
        return await asyncio.gather(*asked, return_exceptions=True)

    good, bad, other = outcome_of(both())
    assert isinstance(bad, RefusalError)
    assert bad.status == 500
    np.testing.assert_array_equal(np.concatenate([good, other]), [[2.0], [6.0]])

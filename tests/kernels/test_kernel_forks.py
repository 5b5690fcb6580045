"""Forked kernels: each is a kernel like any other, none shares what is its own, and none outlives the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from core.engines.launcher import SHARED
from tests.support.processes import line_of, script, wait_until_ended
from tests.support.waiting import WAIT_S, wait_until
from widgets.kernels.fork_request import ForkRequest
from widgets.kernels.forked_process import ENDED
from widgets.kernels.kernel_forks import KernelForks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from widgets.kernels.forked_process import ForkedProcess

ROOT = Path(__file__).resolve().parents[2]
DRAWN = "import random, tempfile, uuid, numpy; (random.random(), numpy.random.random(), uuid.uuid4().hex)"

LISTENER = """
from comm import get_comm_manager
hear = lambda message: print(message["content"]["data"]["text"])
get_comm_manager().register_target("echo", lambda comm, opened: comm.on_msg(hear))
"""


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelForks]:
    forks = KernelForks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SHARED, str(tmp_path_factory.mktemp("no engines")))  # so that no page loads TensorFlow
        forks.start()
    yield forks
    forks.close()


def server_of(process: ForkedProcess) -> psutil.Process:
    return psutil.Process(psutil.Process(process.pid).ppid())


@contextmanager
def kernel(
    forks: KernelForks, folder: Path, **environment: str
) -> Iterator[tuple[ForkedProcess, BlockingKernelClient]]:
    """A kernel that answers, and a client of it."""
    file, _ = write_connection_file(str(folder / f"kernel-{len(list(folder.iterdir()))}.json"))
    process = forks.fork(ForkRequest(["-f", file], {**os.environ, **environment}, str(folder)))
    client = BlockingKernelClient(connection_file=file)
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=WAIT_S)
    yield process, client
    client.stop_channels()
    process.kill()
    process.wait()


def value(client: BlockingKernelClient, code: str) -> str:
    """The text of what `code` comes to in the kernel, or the name of its error."""
    said: list[Any] = []
    answer = client.execute_interactive(code, timeout=WAIT_S, output_hook=said.append)["content"]
    texts = [m["content"].get("data", {}).get("text/plain") or m["content"].get("text", "") for m in said]
    return "".join(texts).strip() if answer["status"] == "ok" else answer["ename"]


def heard_of(client: BlockingKernelClient, kind: str, content: dict[str, Any]) -> list[str]:
    """What the kernel publishes while it deals with a message, until it is idle: texts and states."""
    sent = client.session.send(client.shell_channel.socket, kind, content)
    heard: list[str] = []
    while heard[-1:] != ["idle"]:
        message = client.get_iopub_msg(timeout=WAIT_S)
        if message["parent_header"].get("msg_id") == sent["header"]["msg_id"]:
            heard.append(message["content"].get("execution_state") or message["content"].get("text", ""))
    return heard


def test_the_process_that_is_forked_has_one_thread_no_loop_no_zmq_context_and_no_tensorflow() -> None:
    code = (
        "import asyncio, sys, threading, zmq\n"
        "from widgets.kernels.fork_server import get_ready\n"
        "get_ready()\n"
        "print(threading.active_count(), zmq.Context._instance, 'tensorflow' in sys.modules, "
        "asyncio._get_running_loop(), 'zmq.utils.garbage' in sys.modules and zmq.utils.garbage.gc.thread)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "None", "False", "None", "False"]


def test_a_fork_is_a_kernel_that_shows_the_page_without_importing_it(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (_process, client):
        assert value(client, "import sys; before = set(sys.modules); 'widgets.dashboard' in before") == "True"
        value(client, "from widgets.dashboard import Dashboard\npage = Dashboard()")
        assert value(client, "page.comm is not None and page._repr_mimebundle_() is not None") == "True"
        assert value(client, "[name for name in set(sys.modules) - before if name.startswith('plotly')]") == "[]"


def test_widgets_of_a_page_find_their_kernel(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (_process, client):
        targets = value(client, "sorted(get_ipython().kernel.comm_manager.targets)")
        assert targets == "['jupyter.widget', 'jupyter.widget.control']"


def test_a_kernel_has_its_own_environment_folder_name_and_group(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path, SWORDFISH="blue") as (process, client):
        assert value(client, "import os; os.environ['SWORDFISH']") == "'blue'"
        assert value(client, "os.getcwd()") == repr(str(tmp_path))
        assert psutil.Process(process.pid).name() == "kernel-0"
        assert os.getpgid(process.pid) == os.getsid(process.pid) == process.pid
        assert value(client, "os.read(0, 1)") == "b''"


def test_what_a_kernel_prints_reaches_its_page(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (_process, client):
        assert value(client, "import sys; print('blue'); print('green', file=sys.stderr)") == "blue\ngreen"


def test_a_widgets_message_is_dealt_with_before_the_kernel_is_idle_and_what_it_prints_is_heard(
    forks: KernelForks, tmp_path: Path
) -> None:
    with kernel(forks, tmp_path) as (_process, client):
        value(client, LISTENER)
        assert heard_of(client, "execute_request", {"code": "1", "silent": True}) == ["busy", "idle"]
        heard_of(client, "comm_open", {"comm_id": "a", "target_name": "echo", "data": {}})
        assert heard_of(client, "comm_msg", {"comm_id": "a", "data": {"text": "blue"}}) == ["blue\n", "idle"]
        assert heard_of(client, "comm_msg", {"comm_id": "a", "data": {"text": "green"}}) == ["green\n", "idle"]


def test_a_kernel_makes_no_records_that_nobody_reads(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (_process, client):
        assert value(
            client, "get_ipython().kernel.log.isEnabledFor(10), get_ipython().kernel.log.isEnabledFor(30)"
        ) == ("(False, True)")


def test_no_two_kernels_draw_the_same_numbers(forks: KernelForks, tmp_path: Path) -> None:
    drawn = []
    for _ in range(2):
        with kernel(forks, tmp_path) as (_process, client):
            drawn.append(value(client, DRAWN).strip("()").split(", "))
    assert len(drawn[0]) == 3
    assert set(drawn[0]) & set(drawn[1]) == set()


def test_no_history_of_visitors_is_kept(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path, IPYTHONDIR=str(tmp_path)) as (_process, client):
        assert value(client, "get_ipython().history_manager.enabled") == "False"
    assert list(tmp_path.rglob("history.sqlite")) == []


def test_an_interrupted_kernel_goes_on(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (process, client):
        asked = client.execute("print('here')\nwhile True: pass", stop_on_error=False)  # or the next is aborted
        while client.get_iopub_msg(timeout=WAIT_S)["header"]["msg_type"] != "stream":
            pass
        process.send_signal(signal.SIGINT)
        answer = client.get_shell_msg(timeout=WAIT_S)
        while answer["parent_header"]["msg_id"] != asked:  # to how it was asked whether it is ready
            answer = client.get_shell_msg(timeout=WAIT_S)
        assert answer["content"]["ename"] == "KeyboardInterrupt"
        assert value(client, "6 * 7") == "42"


def test_a_kernel_that_is_shut_down_ends_and_leaves_no_zombie(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (process, client):
        assert process.poll() is None
        client.shutdown()
        assert process.wait() == process.poll() == ENDED
        wait_until(lambda: not psutil.pid_exists(process.pid))
        process.terminate()  # it is too late, and no error


def test_a_kernel_whose_threads_do_not_close_ends_all_the_same(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (process, client):
        held = "import threading; get_ipython().kernel.parent.reset_io = threading.Event().wait"
        assert value(client, held) == ""
        client.shutdown()
        wait_until(lambda: process.poll() == ENDED)


def test_killing_a_kernel_and_all_it_has_started_leaves_the_others(forks: KernelForks, tmp_path: Path) -> None:
    with kernel(forks, tmp_path) as (one, client), kernel(forks, tmp_path) as (_other, other_client):
        child = psutil.Process(int(value(client, "import subprocess; subprocess.Popen(['sleep', '600']).pid")))
        os.killpg(one.pid, signal.SIGKILL)
        one.wait()
        wait_until_ended(child)
        assert value(other_client, "6 * 7") == "42"


def test_who_hangs_up_without_a_word_costs_the_others_nothing(forks: KernelForks, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(forks.start())
    with kernel(forks, tmp_path) as (_process, client):
        assert value(client, "6 * 7") == "42"


def test_a_kernel_outlives_the_process_it_was_forked_from_and_the_next_is_forked_from_another(tmp_path: Path) -> None:
    forks = KernelForks()
    with kernel(forks, tmp_path) as (process, client):
        server = server_of(process)
        server.kill()
        wait_until_ended(server)
        assert value(client, "6 * 7") == "42"
        with kernel(forks, tmp_path) as (another, _client):
            assert server_of(another).pid != server.pid
    forks.close()


def test_kernels_end_with_the_process_that_asked_for_them(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "from widgets.kernels.fork_request import ForkRequest\n"
        "from widgets.kernels.kernel_forks import KernelForks\n"
        "process = KernelForks().fork(ForkRequest(['-f', sys.argv[1]], dict(os.environ), '.'))\n"
        "print(process.pid, flush=True); time.sleep(600)\n"
    )
    file, _ = write_connection_file(str(tmp_path / "kernel-0.json"))
    with script(code, file) as asking:
        forked = psutil.Process(int(line_of(asking)))
        family = [forked, forked.parent()]
        wait_until(lambda: forked.name() == "kernel-0")
    wait_until_ended(*(process for process in family if process))

from __future__ import annotations

import asyncio

import pytest

from core.serving.prompt_answer import PromptAnswer
from tests.support.coroutines import outcome_of


async def waiting_task() -> tuple[PromptAnswer[int], asyncio.Task[int], list[int]]:
    heard: list[int] = []
    answer: PromptAnswer[int] = PromptAnswer(asyncio.get_running_loop())

    async def wait() -> int:
        heard.append(await answer)
        return heard[-1]

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    return answer, task, heard


def test_the_task_goes_on_within_the_call_that_settles_it() -> None:
    async def run() -> int:
        answer, task, heard = await waiting_task()
        at_once: list[list[int]] = []

        def settle() -> None:  # in no task, as the event loop calls it
            answer.settle(7)
            at_once.append(list(heard))

        asyncio.get_running_loop().call_soon(settle)
        assert await task == 7
        assert at_once == [[7]]
        return heard[0]

    assert outcome_of(run()) == 7


def test_an_error_is_raised_where_it_is_awaited() -> None:
    async def run() -> None:
        answer, task, _heard = await waiting_task()
        asyncio.get_running_loop().call_soon(answer.settle, None, ValueError("no"))
        await task

    with pytest.raises(ValueError, match="no"):
        outcome_of(run())


def test_a_task_that_is_cancelled_ends_and_its_answer_counts_as_done() -> None:
    async def run() -> bool:
        answer, task, _heard = await waiting_task()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
        return answer.done()

    assert outcome_of(run())

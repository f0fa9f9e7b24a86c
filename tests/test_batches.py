"""Questions that come together are answered together, and nobody's trouble is another's."""

import asyncio

import pytest

from app.batches import LARGEST_BATCH, Batches


class Oracle:
    """Doubles numbers when it is told to, and remembers how they were put to it."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.may_answer = asyncio.Event()

    async def __call__(self, numbers: list[int]) -> list[int]:
        self.asked.append(numbers)
        await self.may_answer.wait()
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


async def _asked(batches: Batches[int, int], *numbers: int) -> list["asyncio.Task[int]"]:
    tasks = [asyncio.create_task(batches.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_one_is_answered_is_asked_together_next() -> None:
    oracle = Oracle()
    tasks = await _asked(Batches(oracle), 1, 2, 3)
    oracle.may_answer.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6]
    assert oracle.asked == [[1], [2, 3]]


async def test_crowd_is_answered_in_parts() -> None:
    oracle = Oracle()
    tasks = await _asked(Batches(oracle), *range(100, 102 + 2 * LARGEST_BATCH))
    oracle.may_answer.set()
    await asyncio.gather(*tasks)
    assert [len(numbers) for numbers in oracle.asked] == [1, LARGEST_BATCH, LARGEST_BATCH, 1]


async def test_failure_reaches_those_who_asked_and_nobody_after_them() -> None:
    oracle = Oracle()
    batches = Batches(oracle)
    tasks = await _asked(batches, 1, 2, 13)
    oracle.may_answer.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["2", "thirteen", "thirteen"]
    assert await batches.ask(4) == 8


@pytest.mark.parametrize("given_up", [0, 1])
async def test_request_that_is_given_up_leaves_the_others_their_answers(given_up: int) -> None:
    oracle = Oracle()
    tasks = await _asked(Batches(oracle), 1, 2, 3)
    tasks[given_up].cancel()
    await asyncio.sleep(0)
    oracle.may_answer.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answer for place, answer in enumerate(answers) if place != given_up] == [
        2 * (place + 1) for place in range(3) if place != given_up
    ]


async def test_closing_waits_for_those_who_wait() -> None:
    oracle = Oracle()
    batches = Batches(oracle)
    tasks = await _asked(batches, 1, 2)
    oracle.may_answer.set()
    await tasks[0]
    await batches.close()
    assert oracle.asked == [[1], [2]]
    assert await tasks[1] == 4

"""Questions that are answered together: all that came while the batch before was under way go into the next.

Under load one statement then serves many requests, while a request that comes alone waits for nobody. Each gets an
answer that was worked out after it came, so nobody misses their own write.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

LARGEST_BATCH = 100  # So that nobody waits for a crowd of thousands to be answered in one go.


class Batches(Generic[Question, Answer]):
    """`answer` takes a list of questions and gives their answers in the same order; what it raises, all of them get."""

    def __init__(self, answer: Callable[[list[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._is_busy = False
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        if not self._is_busy:
            return await self._answer_alone(question)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        return await future

    async def close(self) -> None:
        """Wait until everybody who waits has been answered."""
        if self._worker is not None:
            await self._worker

    async def _answer_alone(self, question: Question) -> Answer:
        """In the request's own task, since handing it to another costs as much as a small statement."""
        self._is_busy = True
        try:
            return (await self._answer([question]))[0]
        finally:
            if self._waiting:
                self._worker = asyncio.create_task(self._work())
            else:
                self._is_busy = False

    async def _work(self) -> None:
        while self._waiting:
            batch = self._waiting[:LARGEST_BATCH]
            del self._waiting[:LARGEST_BATCH]
            await self._answer_batch(batch)
        self._is_busy = False

    async def _answer_batch(self, batch: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        futures = [future for _, future in batch]
        try:
            answers = await self._answer([question for question, _ in batch])
        except Exception as error:  # For those who asked to deal with.
            for future in _still_asked(futures):
                future.set_exception(error)
            return
        for future, answer in zip(futures, answers, strict=True):
            if not future.done():
                future.set_result(answer)


def _still_asked(futures: list[asyncio.Future[Answer]]) -> list[asyncio.Future[Answer]]:
    """Those whose request has not been given up meanwhile."""
    return [future for future in futures if not future.done()]

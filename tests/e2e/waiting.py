"""Waiting for what `expect` has no word for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from playwright.async_api import Error, Page

SECONDS = 20  # How long a step may take before the test gives up; pages here take milliseconds.
PAUSE = 0.02
FOCUSED = "document.activeElement.id"


Value = TypeVar("Value")


async def comes_to(ask: Callable[[], Awaitable[Value]], wanted: Value) -> None:
    """Ask until the answer is what is wanted; fails with the last answer."""
    answer: object = None
    for _ in range(int(SECONDS / PAUSE)):
        try:
            answer = await ask()
        except Error as error:  # The page is about to be another one.
            answer = error
        if answer == wanted:
            return
        await asyncio.sleep(PAUSE)
    assert answer == wanted


async def gives(page: Page, script: str, wanted: object) -> None:
    """What the script says on the page comes to be this."""
    await comes_to(lambda: page.evaluate(script), wanted)


async def press_key(page: Page, key: str) -> None:
    """Once the scripts are there that listen to it."""
    await page.wait_for_load_state()
    await page.keyboard.press(key)

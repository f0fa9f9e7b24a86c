"""A moderator's shift: two hundred mixed cases of two debates, cleared in Chromium by the keys of the queue and of a
case. What the machine takes is measured; what a person takes beyond that is reckoned by the times named below.

Advertising is hidden together, and what was wrongly flagged as such is left together; the rest is decided one by one.
One press is wrong, and undone from the next case. Half of the people are warned, in words that are typed. Nothing
here fails on time, but it does if a case is left, or decided otherwise than it was meant.
"""

import asyncio
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import make_engine, transaction
from app.models import Action, Case, Debate, Decision, Flag, FlagReason, Position, Role, Source, User
from tests.benchmarks.load import HOST, serving
from tests.factories import make_annotation, make_argument, make_debate, make_session, make_user

KINDS = {"argument": 100, "note": 40, "reply": 25, "source": 15, "person": 20}
READ, SCAN, PRESS = 5.0, 2.0, 0.3  # Seconds: to read a case, a line of the queue, and to press a key.
AIM = 30 * 60
BREACHES = {  # What a text says, why it is flagged, and the number of the ready reason.
    "Order watches at half the price": (FlagReason.SPAM, "5"),
    "Only a fool could write this": (FlagReason.ABUSE, "1"),
    "The football on Sunday was dull": (FlagReason.OFF_TOPIC, "2"),
}
FINE = "The weir has held since it was mended"
WARNING = "This account is here to advertise and for nothing else."


class Shift:
    """Who sits at the keys: counts them, and the pages that they lead to."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.counts: Counter[str] = Counter()
        self.waits: list[float] = []

    def open(self, path: str) -> None:
        self._lead(lambda: self.page.goto(self.origin + path))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.counts["keys"] += 1
            self.page.keyboard.press(key)

    def press_on(self, *keys: str) -> None:
        """The last of them leads to another page."""
        self.press(*keys[:-1])
        self._lead(lambda: self.press(keys[-1]))

    def _lead(self, act: Callable[[], object]) -> None:
        begun = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            act()
        self.waits.append(time.perf_counter() - begun)

    def write(self, words: str) -> None:
        self.counts["keys"] += len(words)
        self.page.keyboard.type(words)


def test_shift_of_two_hundred_cases(bench_url: str) -> None:
    token = asyncio.run(_fill(bench_url))
    served = serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url})
    with served as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "session", "value": token, "url": f"http://{HOST}:{port}"}])
        shift = Shift(context.new_page(), f"http://{HOST}:{port}")
        listed = _decide_together(shift)
        read = _decide_one_by_one(shift)
        browser.close()
    _say(shift, listed, read)
    asyncio.run(_check(bench_url))


def _decide_together(shift: Shift) -> int:
    """Advertising first; how many lines of the queue were read for it. People are decided one by one."""
    listed = 0
    for key, confirm, mark in (("h", "5", "Order watches"), ("d", "d", FINE)):
        shift.open("/moderation?reason=spam&show=many")
        lines = shift.page.locator("#selection li")
        for text in lines.all_inner_texts():
            shift.press("j", *("x" if mark in text else ""))
        listed += lines.count()
        shift.press_on(key)
        shift.press_on(confirm, "Enter")
    return listed


def _decide_one_by_one(shift: Shift) -> int:
    read, warned, slipped = 0, cycle((False, True)), False
    shift.open("/moderation")
    shift.press_on("n")
    while "/moderation/cases/" in shift.page.url:
        read += 1
        if "a person" in shift.page.locator("h1").inner_text():
            _warn(shift) if next(warned) else shift.press_on("d", "Enter")
            continue
        key = _find_reason(shift.page.locator("article.argument").inner_text())
        if key != "d" and not slipped:
            shift.press_on("d", "Enter")
            shift.press_on("u")
            # The page focuses its button when it is first drawn, which may be after its load.
            shift.page.wait_for_function("document.activeElement !== document.body")
            shift.press_on("Enter")
            slipped = True
        shift.press_on(key, "Enter")
    return read


def _find_reason(text: str) -> str:
    return next((key for words, (_, key) in BREACHES.items() if words in text), "d")


def _warn(shift: Shift) -> None:
    """With the mouse, but for the words: each click counts as a key."""
    shift.page.get_by_role("radio", name=re.compile("^Warn")).check()
    shift.page.get_by_label("House rule").select_option(index=5)
    shift.counts["keys"] += 3
    shift.press("e")
    shift.page.get_by_label("Explanation, in your own words").fill("")
    shift.write(WARNING)
    shift.press_on("Tab", "Enter")


def _say(shift: Shift, listed: int, read: int) -> None:
    total, waits, keys = sum(KINDS.values()), shift.waits, shift.counts["keys"]
    waited = sum(waits)
    print(
        f"\n{total} cases: {keys} keys, {len(waits)} pages; {read} cases read one by one, {listed} lines of the queue"
    )
    p95 = quantiles(waits, n=20)[-1]
    print(f"a page: median {1000 * median(waits):.0f} ms, p95 {1000 * p95:.0f} ms; all of them {waited:.0f} s")
    reckoned = waited + read * READ + listed * SCAN + keys * PRESS
    left = (AIM - reckoned + read * READ) / read
    print(
        f"reckoned with {READ:.0f} s to read a case: {reckoned / 60:.1f} minutes; {AIM // 60} allow {left:.1f} s a case"
    )


async def _fill(url: str) -> str:
    """The moderator's session. Every third text breaches nothing, whatever it is flagged as."""
    engine = make_engine(url, 2)
    async with transaction(engine) as db:
        keeper, reader = await make_user(db, "shift-keeper", Role.MODERATOR), await make_user(db, "shift-reader")
        debates = [await make_debate(db, f"shift-{number}") for number in (1, 2)]
        for number in range(max(KINDS.values())):
            for kind, count in KINDS.items():
                if number < count:
                    await _open_case(db, debates[number % 2], kind, number, reader)
        token = await make_session(db, keeper)
    await engine.dispose()
    return token


async def _open_case(db: AsyncSession, debate: Debate, kind: str, number: int, reader: User) -> None:
    author = await make_user(db, f"shift-{kind}-{number}")
    words, (reason, _) = list(BREACHES.items())[number % len(BREACHES)]
    text = f"{words if number // len(BREACHES) % 3 else FINE}, number {number}."
    about: dict[str, int | None] = {"debate_id": debate.id}
    if kind == "argument":
        side = (await db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
        about["argument_id"] = (await make_argument(db, debate, author, position=side, claim=text)).id
    elif kind == "source":
        source = Source(debate_id=debate.id, title=text, address=f"Shelf {number}", added_by_id=author.id)
        db.add(source)
        await db.flush()
        about["source_id"] = source.id
    elif kind == "person":
        about = {"person_id": author.id}
    else:
        answered = await make_annotation(db, debate, None) if kind == "reply" else None
        about["annotation_id"] = (await make_annotation(db, debate, author, text, parent=answered)).id
    case = Case(**about, flag_count=1, score=1.0, reasons=[reason], version=1)
    db.add(case)
    await db.flush()
    db.add(Flag(**about, case_id=case.id, reporter_id=reader.id, reason=reason, words=""))


async def _check(url: str) -> None:
    """No case is left. What stands is what was fine, and nothing else."""
    engine = make_engine(url, 2)
    async with transaction(engine) as db:
        assert (await db.execute(select(func.count()).where(Case.closed_at.is_(None)))).scalar_one() == 0
        made = Counter((await db.execute(select(Decision.action))).scalars())
    await engine.dispose()
    texts = [number for kind, count in KINDS.items() if kind != "person" for number in range(count)]
    breaches = sum(bool(number // len(BREACHES) % 3) for number in texts)
    assert made[Action.HIDE] == breaches
    assert made[Action.WARN] == KINDS["person"] // 2
    assert made[Action.DISMISS] == len(texts) - breaches + KINDS["person"] // 2 + 1  # One by mistake.
    assert made[Action.REOPEN] == 1

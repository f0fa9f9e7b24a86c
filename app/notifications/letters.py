"""What a letter says at the moment when it leaves: what was hidden, muted or read since then is left out."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.mail.delivery import Letter, Waiting, as_written
from app.mail.outbox import SITE_NAME
from app.models import User
from app.notifications.kinds import NEWS
from app.notifications.listeners import HAS_ADDRESS
from app.notifications.notice import Notice
from app.notifications.queries import load_letter
from app.notifications.unsubscribing import unsubscribe_path
from app.notifications.words import counted, sentence, url_of
from app.settings import Settings
from app.taken import name_taken
from app.web import TEMPLATES

MOST_TOLD = 100  # In one letter; more than anybody reads, and what is beyond stands on the page.

_HOW: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
_TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, **_HOW)
_PLAIN = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, **_HOW)  # noqa: S701  (text, not HTML)


@dataclass(frozen=True, slots=True)
class Line:
    said: str
    answered: str  # The claim that it answers, where it answers one of the reader's.
    words: str  # Of the text that it is about; empty where a letter does not repeat them.
    invites: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What happened in one thread, or elsewhere in a debate, or on the site."""

    debate: str
    thread: str
    mute_url: str  # Where the thread's settings are; empty for what has none.
    lines: list[Line]


async def compose(engine: AsyncEngine, settings: Settings, mail: Waiting) -> Letter | None:
    if mail.user_id is None:
        return await as_written(engine, settings, mail)
    async with transaction(engine) as db:
        address = await _find_address(db, mail.user_id)
        notices = await load_letter(db, mail.id, MOST_TOLD + 1)
    if address is None or not notices:
        return None
    shown, has_more = notices[:MOST_TOLD], len(notices) > MOST_TOLD
    unsubscribe = settings.origin + unsubscribe_path(settings, mail.user_id)
    said = {
        "groups": [_group(list(each), settings.origin) for _, each in groupby(shown, _thread_of)],
        "origin": settings.origin,
        "unsubscribe": unsubscribe,
        "site_name": settings.site_name,
        "has_more": has_more,
    }
    beginning = mail.subject.replace(SITE_NAME, settings.site_name)  # Here, as the letter's own title repeats it.
    subject = _subject(beginning, shown, has_more=has_more)
    html = _TEMPLATES.get_template("notifications/letter.html").render(subject=subject, **said)
    text = _PLAIN.get_template("notifications/letter.txt").render(**said)
    return Letter(address, subject, text, html, unsubscribe)


async def _find_address(db: AsyncSession, user_id: int) -> str | None:
    return await db.scalar(select(User.email).where(User.id == user_id, HAS_ADDRESS))


def _subject(beginning: str, notices: list[Notice], *, has_more: bool) -> str:
    said = sentence(notices[0]) if len(notices) == 1 else counted(notices) + " and more" * has_more
    return f"{beginning}{said}" if beginning else said[0].upper() + said[1:]


def _thread_of(notice: Notice) -> tuple[str, int]:
    return notice.debate_slug or "", notice.thread_id or 0


def _group(notices: list[Notice], origin: str) -> Group:
    """From notices of one thread, which nobody finds while its debate is removed."""
    first = notices[0]
    has_thread = first.thread_id is not None and not first.is_debate_removed
    thread_url = f"{origin}/debates/{first.debate_slug}/arguments/{first.thread_id}" if has_thread else ""
    thread = first.thread_claim or f"A thread under {name_taken('an argument', first.thread_removed_under)}"
    return Group(
        first.debate_title or "", thread if thread_url else "", f"{thread_url}#told" if thread_url else "",
        [_line(notice, origin) for notice in notices],
    )  # fmt: skip


def _line(notice: Notice, origin: str) -> Line:
    news = NEWS[notice.kind]
    words = news.way(notice) if news.quotes else ""
    return Line(sentence(notice), notice.answered_claim or "", words, news.invites, origin + url_of(notice))

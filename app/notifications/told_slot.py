"""The personal part of debate and thread pages: following the place, muting it, and by which mail."""

from fastapi import Request

from app.actor import Actor
from app.db import Reader
from app.notifications.choices import Choice, find_choice
from app.notifications.listeners import Place
from app.pages import Filler
from app.targets import DebateHead
from app.web import render_part, sign_in_url


async def load_choice(db: Reader, actor: Actor, debate: DebateHead) -> Choice | None:
    """What a member has chosen for the debate, in one statement; a page of a thread knows it from its own state."""
    return None if actor.id is None else await find_choice(db, actor.id, Place(debate.id, None))


def fill_told(request: Request, url: str, choice: Choice | None) -> Filler:
    """The slot `told` of the page at this address, with the number of the thread, 0 for the debate."""

    def told(thread: str) -> str:
        noun = "thread" if thread != "0" else "debate"
        words = {"choice": choice, "url": url, "noun": noun, "sign_in": sign_in_url(url)}
        return render_part(request, "notifications/_told.html", **words)

    return told

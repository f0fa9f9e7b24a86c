"""The personal part of debate and thread pages: following the place, muting it, and by which mail."""

from fastapi import Request

from app.actor import Actor
from app.db import Reader
from app.notifications.choices import find_choice
from app.notifications.listeners import Place
from app.pages import Fillers, SharedPage
from app.targets import DebateHead
from app.web import render_part, sign_in_url


async def fill_told(
    db: Reader, request: Request, actor: Actor, debate: DebateHead, page: SharedPage, argument_id: int | None = None
) -> Fillers:
    """The slot `told` with the number of the thread, 0 for the debate; one statement, none for visitors."""
    url = f"{debate.url}/arguments/{argument_id}" if argument_id is not None else debate.url
    choice = None
    if actor.id is not None and (threads := page.values("told")):
        choice = await find_choice(db, actor.id, Place(debate.id, threads[0] or None))

    def told(thread: str) -> str:
        noun = "thread" if thread != "0" else "debate"
        words = {"choice": choice, "url": url, "noun": noun, "sign_in": sign_in_url(url)}
        return render_part(request, "notifications/_told.html", **words)

    return {"told": told}

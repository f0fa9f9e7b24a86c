"""Answers: pages, fragments, redirects. Every HX- header of the program is read or written here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actor import VISITOR, Actor
from app.fragments import DELIMITER, Fillers, SharedRendering, mark_slot, render_each
from app.pages import PageStore, SharedPage, choose_encoding, compress
from app.settings import Settings
from app.taken import name_taken, say_taken, what_was_done, who_still_reads

TEMPLATES = Path(__file__).parent.parent / "templates"
QUICK_BROTLI, QUICK_GZIP = 1, 1  # For pages made for one person: half a millisecond for most of the gain.
WORTH_COMPRESSING = 1_000  # Bytes; below that the headers weigh more than the gain.

# What a page says after a form was sent, named in its address (`?done=…`) so that it works without cookies.
NOTICES = {
    "posted": "Your argument is posted. It stands here now.",
    "voted_instead": "You agree with this argument now, and posted none of your own.",
    "used": "It stands among the replies here now, as a link.",
    "unused": "It does not stand among the replies here any more. In all other places it stays.",
    "edited": "Your changes are saved. The earlier wording is in the history.",
    "unchanged": "Nothing was changed: this is how it stood before.",
    "withdrawn": "It is withdrawn. It keeps its place, marked as withdrawn.",
    "conceded": "It is marked as conceded. It keeps its place, its text and its replies.",
    "source_added": "The source stands with your argument now.",
    "source_removed": "Your argument cites it no more. The history keeps that it did.",
    "unconceded": "Your concession is taken back. The history keeps that it was there.",
    "stance_withdrawn": "Your stance is taken back. The first one is kept, should you take one again.",
    "credited": "Thank you: your credit stands here now.",
    "uncredited": "Your credit is taken back.",
    "annotated": "Your annotation is saved.",
    "moving": "Select the words to which your annotation is to go: the menu at them then moves it there.",
    "moved": "It stands on these words now, with its replies.",
    "replied": "Your reply is saved. It stands here now.",
    "resolved": "It is marked as resolved. It can be opened again.",
    "reopened": "It is open again.",
    "edited_freely": "Saved. Nobody had to be told.",
    "steelman_accepted": "You accept that as fair. Who wrote it has been told.",
    "steelman_withdrawn": "It is no longer marked as accepted by you.",
    "marked": "Your mark stands here now, and its author is told.",
    "mark_taken_back": "Your mark is taken back.",
    "acknowledged": "Thank you. You can appeal against the warning all the same.",
    "flagged": "Thank you: moderators will look at it. You will be told what they decide.",
    "unflagged": "Your flag is withdrawn.",
    "stance": "Your stance is saved. You can change it at any time.",
    "voted": "Your vote counts.",
    "welcome": "Welcome. You are signed in.",
    "signed_out": "You are signed out.",
    "password": "Your password is changed. All other sessions and your access tokens have ended.",
    "reset": "Your new password is set; all sessions and access tokens have ended. Sign in with it.",
    "administrator": "You are this site's administrator now.",
    "sessions_ended": "All other sessions have ended.",
    "session_ended": "That session has ended.",
    "token_revoked": "That token is revoked. Programs that show it are refused from now on.",
    "mail_sent": "If an account has that address, a message with a link is on its way.",
    "email": "A message with a link is on its way to that address. It counts once you have followed the link.",
    "verified": "Your address is confirmed.",
    "decided": "The decision stands. Anybody it concerns has been told.",
    "no_case": "No case of this view waits for you: what is left is your own, or somebody else works on it.",
    "claimed": "You work on this case now: others see it.",
    "noted": "Your note is kept. Only moderators of this debate see it.",
    "dismissed": "The flags are dismissed, and those who flagged have been told.",
    "appealed": "Your appeal waits for a moderator who did not make the decision. You will be told the answer.",
    "proposed": "It is proposed. Whoever could confirm it has been told, and has a week for it.",
    "proposed_in_debate": "It is proposed: moderators of the site have a week to confirm it. Nothing is decided yet.",
    "turned_down": "The proposal is turned down, and who made it is told why. Nothing was decided.",
    "proposal_taken_back": "Your proposal is taken back. Nothing was decided.",
    "answered": "The appeal is answered. Anybody it concerns has been told.",
    "undone": "The decision is undone. Anybody it concerns has been told.",
    "undone_together": "These decisions are undone. Everybody they concern has been told.",
    "practised": "You have answered all cases that there are for you. Each is asked again a month after your answer.",
    "seen": "All arguments are marked as read. From now on, what others post is new to you.",
    "merged": "The argument at the address that you followed has been merged into this one.",
    "read": "All notifications are marked as read.",
    "draft_saved": "The draft is saved. This is what publishing it would do.",
    "placed": "Its place is saved. Everything that points at these words goes along.",
    "revised": "The new revision is published.",
    "discarded": "The draft is discarded. The essay stands as it was.",
    "erased": "Your account is erased. Thank you for having taken part.",
    "log_reported": "Thank you: somebody who did not act will look at it.",
    "log_answered": "Your answer is saved.",
    "saved": "Saved.",
    "told": "Saved: this is what you are told from now on.",
    "waits": "Your text is kept. It waits for a moderator, and only you and moderators see it until then.",
    "joined": "You moderate this debate from now on. Please sign in again: sessions of moderators open more doors.",
    "stepped_down": "You have stepped down. Thank you for your work.",
    "taken_back": "It is withdrawn. Nobody will see it but you and moderators.",
}


def is_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def is_fragment(request: Request) -> bool:
    """Whether the browser's script wants a part of the page to put in place, not the page."""
    return is_htmx(request) and request.headers.get("hx-request-type") == "partial"


def path_shown(request: Request) -> str:
    """The page on which the person is: for a request by script or form, the one it came from.

    A browser that keeps that to itself sent a form of the page above the address of the act.
    """
    if request.method == "GET":
        return request.url.path
    return path_before(request) or str(PurePosixPath(request.url.path).parent)


def path_before(request: Request) -> str | None:
    """The page of this site that the person came from, where the browser tells."""
    source = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    parts = urlsplit(source)
    return parts.path if parts.netloc in request.app.state.settings.hosts else None


def redirect(request: Request, url: str) -> Response:
    """After a form: 303, or the header for htmx, which does not see redirects."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, status_code=303)


def sign_in_url(next_path: str) -> str:
    """The sign-in page, which leads back to where the person was."""
    return f"/sign-in?next={quote(next_path)}" if next_path != "/" else "/sign-in"


def render(
    request: Request, actor: Actor, template: str, *, status: int = 200, fillers: Fillers | None = None, **context: Any
) -> HTMLResponse:
    """A page or fragment made for one person. One of a conflict keeps nothing of what was begun before it was found."""
    request.state.is_conflict = status == HTTPStatus.CONFLICT
    everything = {**_layout_fillers(request, actor), **(fillers or {})}

    def slot(name: str, *values: object) -> Markup:
        return Markup(everything[name](*map(str, values)))  # noqa: S704  (fillers give HTML, as in shared pages)

    html = _template(request, template).render(request=request, actor=actor, slot=slot, **context)
    return _personal_answer(request, html, status)


def render_part(request: Request, template: str, **context: Any) -> str:
    """A piece of a page, such as what fills a slot."""
    return _template(request, template).render(**context)


def render_notice(request: Request, actor: Actor, status: int, **context: Any) -> HTMLResponse:
    """A refusal for htmx: said in the page's live region, while the form keeps its text."""
    answer = render(request, actor, "shared/_refusal.html", status=status, **context)
    answer.headers["HX-Retarget"] = "#notices"
    answer.headers["HX-Reswap"] = "innerHTML show:top"
    return answer


@dataclass(frozen=True)
class Shared:
    """A page that everyone sees alike but for its slots: what it is kept under, and how to load and personalise it.

    `load` gives the template's context in a fixed number of statements; `personal` gives the functions that fill the
    slots for one actor, and asks the database nothing for a visitor.
    """

    key: str
    version: int
    template: str
    load: Callable[[], Awaitable[dict[str, Any]]]
    personal: Callable[[Actor, SharedPage], Awaitable[Fillers]]


async def render_shared(request: Request, actor: Actor, shared: Shared) -> Response:
    """The page from the store, rendered first if its debate has changed, with this actor's slots filled in."""
    store: PageStore = request.app.state.pages
    version = f"{shared.version}-{request.app.state.build}"

    async def make() -> SharedPage:
        context = await shared.load()
        rendering = SharedRendering(store.fragments)
        template = _template(request, shared.template)
        html = template.render(request=request, slot=mark_slot, kept=rendering.kept, **context)
        page = SharedPage(version, html.split(DELIMITER), rendering.fragments)
        visitor = {**_layout_fillers(request, VISITOR, notice=False), **await shared.personal(VISITOR, page)}
        page.visitor_html = page.fill_for_visitors(visitor).encode()
        return page

    page = await store.get(shared.key, version, make)
    if not actor.is_signed_in and "done" not in request.query_params:
        return _visitor_answer(request, page)
    fillers = {**_layout_fillers(request, actor), **await shared.personal(actor, page)}
    return _personal_answer(request, page.fill(fillers), 200)


def make_environment(static_url: Callable[[str], str], settings: Settings) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # Looking at the files' times for every page costs more than most pages.
    )
    environment.globals.update(
        static=static_url,
        site_name=settings.site_name,
        source_url=settings.source_url,
        dom_id=dom_id,
        kept=render_each,
        name_taken=name_taken,
        say_taken=say_taken,
        what_was_done=what_was_done,
        who_still_reads=who_still_reads,
    )
    environment.filters.update(date=_date, moment=_moment, recent=_recent, path=quote, many=_many)
    environment.filters["iso"] = datetime.isoformat
    return environment


def dom_id(kind: str, id: int) -> str:
    """The id of an element that stands for a row, which links and out-of-band swaps name."""
    return f"{kind}-{id}"


_VARY = "Cookie, HX-Request, Accept-Encoding"


def _visitor_answer(request: Request, page: SharedPage) -> Response:
    headers = {"ETag": f'W/"{page.version}"', "Cache-Control": "no-cache", "Vary": _VARY}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(page.encoded_for_visitors(encoding), headers=headers, media_type="text/html")


def _personal_answer(request: Request, html: str, status: int) -> HTMLResponse:
    body = html.encode()
    headers = {"Cache-Control": "no-store", "Vary": _VARY}
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if encoding != "identity" and len(body) > WORTH_COMPRESSING:
        body = compress(body, encoding, QUICK_BROTLI, QUICK_GZIP)
        headers["Content-Encoding"] = encoding
    return HTMLResponse(body, status_code=status, headers=headers)


def _layout_fillers(request: Request, actor: Actor, *, notice: bool = True) -> Fillers:
    """The slots that every page has: the account's corner of the header, and what the last form led to."""
    done = NOTICES.get(request.query_params.get("done", "")) if notice else None

    def account() -> str:
        return _template(request, "shared/_account.html").render(actor=actor, here=path_shown(request))

    warning = actor.warning_id if request.url.path != f"/decisions/{actor.warning_id}" else None

    def notices() -> str:
        if not (done or warning):
            return ""
        return _template(request, "shared/_notice.html").render(text=done, warning_id=warning)

    return {"account": account, "notices": notices}


def _template(request: Request, name: str) -> Template:
    environment: Environment = request.app.state.environment
    return environment.get_template(name)


def _many(count: int, noun: str) -> str:
    """A number with its noun: 1 vote, 2,070 votes."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _date(at: datetime) -> Markup:
    """An absolute date: a page that is kept cannot say "yesterday"."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), f"{at:%-d %B %Y}")


def _recent(at: datetime) -> Markup:
    """In a queue, whose pages are never kept: of what came today also the time."""
    return _moment(at) if at.astimezone(UTC).date() == datetime.now(UTC).date() else _date(at)


def _moment(at: datetime) -> Markup:
    return Markup('<time datetime="{}">{} UTC</time>').format(
        at.isoformat(timespec="seconds"), f"{at:%-d %B %Y, %H:%M}"
    )

"""What a refused or failed request is answered with: a page that helps, or a notice beside the form."""

import re
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import errors as postgres
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from app import errors
from app.actor import VISITOR, Actor, get_actor
from app.db import reading
from app.edge.refusals import plain_page
from app.errors import Refusal
from app.permissions import can_see_debate
from app.programs import answer_problem, is_by_program
from app.targets import find_debate, find_survivor
from app.web import is_htmx, path_before, path_shown, render, render_notice, sign_in_url

_ARGUMENT = re.compile(r"/debates/(?P<slug>[a-z0-9-]{1,100})/arguments/(?P<id>\d{1,18})(?P<rest>/[^?]*)?$")
# Text that somebody may have typed for minutes, by the names that its fields have on the pages.
TYPED_FIELDS = {
    "claim": "Claim",
    "steelman": "What you say is…",
    "grounds": "Grounds",
    "other_claim": "Claim of the new argument",
    "other_grounds": "Grounds of the new argument",
    "quote": "Quoted words",
    "body": "Text",
    "words": "Your words",
    "explanation": "Explanation",
    "markdown": "The essay",
    "note": "Note",
}
# What was chosen beside it, which alone nobody would miss.
CHOSEN_FIELDS = {
    "exact": "Words of the essay",
    "first": "From sentence",
    "last": "To sentence",
    "kind": "Kind",
    "tags": "Tags",
}


def add_refusals(app: FastAPI) -> None:
    """Register the answers. Anything unforeseen gives a 500 page without a word of what went wrong inside."""
    app.add_exception_handler(Refusal, _refuse)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_exception_handler(RequestValidationError, _refuse_address)
    app.add_exception_handler(OperationalError, _refuse_busy)
    app.add_exception_handler(PoolTimeout, _refuse_busy)
    app.add_exception_handler(postgres.OperationalError, _refuse_busy)
    app.add_exception_handler(DBAPIError, _refuse_database)
    app.add_exception_handler(ClientDisconnect, _ignore)
    app.add_exception_handler(Exception, _fail)


async def answer_at_the_edge(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """For refusals before the routes (app/edge). The body is not touched: it may be what was refused."""
    request = Request(scope)
    try:
        answer = await _answer(request, refusal, {})
    except (OperationalError, PoolTimeout, postgres.OperationalError):
        await plain_page(refusal, scope, receive, send)
    else:
        await answer(scope, receive, send)


async def _refuse(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    if (url := await _url_of_survivor(request, refusal)) is not None:
        return _send_on(request, url)
    kept = await _kept_text(request)
    if isinstance(refusal, errors.SignInNeeded) and not kept and not is_by_program(request):
        return _to_sign_in(request)
    return await _answer(request, refusal, kept)


async def _url_of_survivor(request: Request, refusal: Refusal) -> str | None:
    """Where the same request goes if it was for an argument that has been merged into another one."""
    found = _ARGUMENT.match(request.url.path)
    if found is None or not isinstance(refusal, errors.Forbidden | errors.NotFound | errors.MovedForGood):
        return None
    survivor = refusal.survivor_id if isinstance(refusal, errors.MovedForGood) else None
    if survivor is None:
        survivor = await _find_survivor(request, found["slug"], int(found["id"]))
    return f"/debates/{found['slug']}/arguments/{survivor}{found['rest'] or ''}" if survivor is not None else None


async def _find_survivor(request: Request, slug: str, argument_id: int) -> int | None:
    """Nothing either where this person does not see the debate."""
    actor = await get_actor(request)
    async with reading(request) as db:
        try:
            debate = await find_debate(db, actor, slug)
        except errors.NotFound:
            return None
        return await find_survivor(db, debate.id, argument_id)


def _send_on(request: Request, url: str) -> Response:
    """A page for good, a form with what is in it; never from memory alone, since a merge can be undone."""
    is_page = request.method in ("GET", "HEAD")
    query = [request.url.query, "done=merged"] if is_page else [request.url.query]
    asked = "&".join(part for part in query if part)
    location = f"{url}?{asked}" if asked else url
    return RedirectResponse(location, status_code=301 if is_page else 308, headers={"Cache-Control": "no-cache"})


async def _answer(request: Request, refusal: Refusal, kept: dict[str, str]) -> Response:
    answer = answer_problem(refusal) if is_by_program(request) else await _page(request, refusal, kept)
    if (seconds := getattr(refusal, "retry_after", None)) is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


async def _page(request: Request, refusal: Refusal, kept: dict[str, str]) -> Response:
    actor = await get_actor(request)
    context: dict[str, Any] = {
        "refusal": refusal,
        "kept": _named(kept),
        "sign_in_url": sign_in_url(path_shown(request)),
    }
    is_page = request.method in ("GET", "HEAD")
    context["again"] = f"{request.url.path}?{request.url.query}".rstrip("?") if is_page else None
    before = path_before(request)
    context["back"] = before if before != request.url.path else None
    context["debate_url"] = await _debate_above(request, actor)
    if is_htmx(request):
        return render_notice(request, actor, refusal.status, **context)
    return render(request, actor, "shared/refusal.html", status=refusal.status, **context)


async def _debate_above(request: Request, actor: Actor) -> str | None:
    """The debate that holds what was asked for, if it is one that this reader can see."""
    found = re.fullmatch(r"/debates/([a-z0-9-]{1,100})/.+", request.url.path)
    debate = await request.app.state.debate_heads.find(found[1]) if found else None
    return debate.url if debate is not None and can_see_debate(actor, debate) else None


def _named(kept: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Of each field its name, what it is called, what was in it, and whether it may be long."""
    names = {**TYPED_FIELDS, **CHOSEN_FIELDS}
    return [(name, names[name], text, name in TYPED_FIELDS or name == "exact") for name, text in kept.items()]


def _to_sign_in(request: Request) -> Response:
    """Back after it to the same form, with what its address had chosen."""
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    url = sign_in_url(path_shown(request) + query)
    if is_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": url})
    return RedirectResponse(url, status_code=303)


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        refusal = Refusal("This address does not take that kind of request.")
        refusal.status = 405
    elif error.status_code == 404:
        refusal = errors.NotFound()
    else:
        refusal = Refusal(str(error.detail))
        refusal.status = error.status_code
    answer = await _answer(request, refusal, await _kept_text(request))
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods_here(request)))
    return answer


def _methods_here(request: Request) -> set[str]:
    """Of all routes at this address; the framework names those of the first."""
    routes = [route for route in request.app.router.routes if route.matches(request.scope)[0] != Match.NONE]
    methods = {method for route in routes for method in getattr(route, "methods", None) or ()}
    return methods | ({"HEAD"} if "GET" in methods else set())


async def _refuse_address(request: Request, error: Exception) -> Response:
    """Only addresses and their queries are validated by the framework; forms are read by parse_form."""
    assert isinstance(error, RequestValidationError)
    in_path = any(problem["loc"][0] == "path" for problem in error.errors())
    refusal = errors.NotFound() if in_path else errors.Invalid("This address has something in it that cannot be read.")
    return await _answer(request, refusal, await _kept_text(request))


async def _refuse_busy(request: Request, error: Exception) -> Response:
    reason = "The site is busy or restarting. Nothing you sent was saved; please try again in a moment."
    kept = await _kept_text(request)
    try:
        return await _answer(request, errors.Busy(reason), kept)
    except (
        OperationalError,
        PoolTimeout,
        postgres.OperationalError,
    ):  # Not even the session can be read: answer as to a visitor.
        context: dict[str, Any] = {
            "refusal": errors.Busy(reason),
            "kept": _named(kept),
            "sign_in_url": "/sign-in",
            "back": None,
            "again": None,
            "debate_url": None,
        }
        return render(request, VISITOR, "shared/refusal.html", status=503, **context)


async def _refuse_database(request: Request, error: Exception) -> Response:
    """Text that PostgreSQL cannot keep, and a write that met another one, are not faults of the program."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, postgres.DataError):
        refusal: Refusal = errors.Invalid("Something in this cannot be stored. Please check it for unusual characters.")
    elif isinstance(cause, postgres.SerializationFailure | postgres.DeadlockDetected | postgres.UniqueViolation):
        refusal = errors.Conflict("Somebody else changed the same thing at the same moment. Please try again.")
    else:
        raise error
    return await _answer(request, refusal, await _kept_text(request))


async def _fail(request: Request, error: Exception) -> Response:
    refusal = Refusal("Something went wrong on our side. It has been noted; please try again.")
    refusal.status, refusal.title = 500, "Our mistake"
    try:
        return await _answer(request, refusal, await _kept_text(request))
    except Exception:  # The page itself may be what failed.
        return PlainTextResponse(refusal.reason, status_code=500)


async def _ignore(request: Request, error: Exception) -> Response:
    return Response(status_code=400)


async def _kept_text(request: Request) -> dict[str, str]:
    """What was typed, so that the refusal can hand it back, or for script leave the page as it is."""
    if request.method != "POST":
        return {}
    try:
        form = await request.form()
    except Exception:  # The body may have been read, cut off or too large: then there is nothing to hand back.
        return {}
    typed = _filled(form, TYPED_FIELDS)
    return typed and {**typed, **_filled(form, CHOSEN_FIELDS)}


def _filled(form: FormData, names: Iterable[str]) -> dict[str, str]:
    return {name: text for name in names if isinstance(text := form.get(name), str) and text.strip()}

"""Every route, asked by everybody, about what is their own, another's, and that of somebody of the same role.

The table stands in tests/fixtures/every_route.txt. A form is sent empty. y: it is shown or done; f: what is missing is
asked for; c: it makes no sense at the moment; n: refused, with the reason; g: not there for this person; s: they are
asked to sign in. What a request would keep is rolled back, so that no cell depends on another.

A route without its lines fails, and the failure prints them as they are now: judge them before you put them down.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import db as database
from app.accounts.links import make_link, make_reset_link
from app.actor import hash_token
from app.db import transaction
from app.main import create_app
from app.models import AccessToken, LinkPurpose, LogReport, TokenScope, User
from app.notifications.unsubscribing import unsubscribe_path
from app.rate_limits import ALLOWED, RateLimits
from app.settings import Settings
from app.standing.running import run_debate
from app.standing.settling import settle_due
from tests.annotations.protocol.conftest import JSON_LD
from tests.browsers import FormBrowser
from tests.cast import VISITOR_NAME
from tests.everybody import PARTICIPANT, Everybody, Ids, gather
from tests.factories import make_session
from tests.standing.camps import make_camps
from tests.test_permissions import ACTORS, JUDGING, _rows
from tests.test_route_rules import FOUND, ROUTES

FILE = Path(__file__).parent / "fixtures" / "every_route.txt"
ORIGIN = "http://127.0.0.1:8000"
EVERYBODY = (*ACTORS[:5], PARTICIPANT, *ACTORS[5:])

OWNERS = ("own", "other", "equal")
STREAMS = ("/live",)  # They do not end: who is let in is told so by the first line.
LETTERS = {
    200: "y",
    201: "y",
    204: "y",
    303: "y",
    308: "y",
    400: "f",
    401: "s",
    403: "n",
    404: "g",
    409: "c",
    422: "f",
    428: "f",
}
# What is in an address that does not belong to anybody.
FIXED: Ids = {
    "number": 1,
    "kind": "arguments",
    "format": "csv",
    "picture": "map",
    "token": "known-to-nobody",
    "report_id": 1,
    "key": "made-up-1",
    "name": "first-posts",
}
ELSEWHERE = {  # Where the mill has not what is asked for.
    "/map.": {"format": "svg"}, "/runs/": {"slug": "camps", "format": "svg"}, "/changes": {"slug": "fen", "number": 2},
}  # fmt: skip
QUERIES = {
    "/moderation/bulk": "action=hide", "/moderation/claims": "cases=1", "/debates/mill/annotations": "paragraph=1",
    "/debates/mill/annotations/preview": "paragraph=1", "/debates/mill/passages": "paragraph=1",
}  # fmt: skip
BY_TOKEN = re.compile(r"(PUT|DELETE) |POST .*/annotations/$")  # Programs write for who gave them a token.
IN_DEBATE = {  # Things that stand in a debate; a route without any of them is asked for once, of the mill.
    "argument_id", "annotation_id", "item_id", "credit_id", "source_id", "mark_id", "link_id", "post_id", "passage_id",
    "case_id", "decision_id", "appeal_id", "invitation_id", "reason_id", "word_id", "proposal_id", "username",
    "notification_id", "token_id", "session_id", "view_id",
}  # fmt: skip


class Town:
    """The program, with everybody signed in at once, and nothing that is kept."""

    def __init__(self, app: FastAPI, everybody: Everybody, tokens: dict[str, str]) -> None:
        self._app, self._everybody, self._tokens = app, everybody, tokens
        self.secrets: dict[str, str] = {}  # By the beginning of an address: what whoever knows it may do.

    async def ask(self, address: str, actor: str, owner: str) -> str:
        method, _, path = address.partition(" ")
        slug, person = self._everybody.whose(actor, "other" if owner == "-" else owner)
        ids = FIXED | self._everybody.items.get((slug, person), {}) | {"slug": slug}
        if "{link_id}" in path:
            ids |= {"argument_id": ids["target_id"]}
        ids |= next((fixed for part, fixed in ELSEWHERE.items() if part in path), {})
        ids |= next(({"token": token} for part, token in self.secrets.items() if path.startswith(part)), {})
        status, place = await self._send(method, path.format(**ids), actor, by_token=bool(BY_TOKEN.match(address)))
        if place.startswith("/sign-in?"):
            return "s"
        assert status in LETTERS, f"{address} of {actor}: {status}"
        return LETTERS[status]

    async def _send(self, method: str, path: str, actor: str, *, by_token: bool) -> tuple[int, str]:
        if path.endswith(STREAMS):
            return await self._open_stream(path, actor), ""
        bearer = {"authorization": f"Bearer token-of-{actor}", "content-type": JSON_LD} if by_token else {}
        async with self._browser(VISITOR_NAME if by_token else actor) as client:
            if by_token and actor == VISITOR_NAME:
                bearer.pop("authorization")
            answer: Response = await client.request(method, path, params=QUERIES.get(path), headers=bearer)
        return answer.status_code, answer.headers.get("location", "")

    def _browser(self, actor: str) -> AsyncClient:
        cookies = {"session": self._tokens[actor]} if actor != VISITOR_NAME else {}
        headers = {"sec-fetch-site": "same-origin"}
        transport = ASGITransport(self._app, raise_app_exceptions=False)
        return FormBrowser(transport=transport, base_url=ORIGIN, cookies=cookies, headers=headers)

    async def _open_stream(self, path: str, actor: str) -> int:
        begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start" and not begun.done():
                begun.set_result(message["status"])

        async def receive() -> Any:
            return await asyncio.Event().wait()

        cookie = [(b"cookie", f"session={self._tokens[actor]}".encode())] if actor != VISITOR_NAME else []
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8000"), *cookie], "scheme": "http", "http_version": "1.1",
            "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "root_path": "",
        }  # fmt: skip
        stream = asyncio.ensure_future(self._app(scope, receive, send))
        status = await asyncio.wait_for(begun, 20)
        stream.cancel()
        return status


@pytest.fixture(scope="module")
async def town(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    settings = Settings(
        _env_file=None, database_url=shared_database_url, data=tmp_path_factory.mktemp("town"), origin=ORIGIN,
        run_jobs=False, pace_threads=False,
    )  # fmt: skip
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        async with transaction(app.state.engine) as db:
            everybody = await gather(db)
            tokens = {name: await make_session(db, person) for name, person in everybody.people.items()}
            db.add_all(_token(name, person) for name, person in everybody.people.items())
            camps = await make_camps(db, slug="camps", voters=[everybody.people["member"]])
            author = everybody.people["author"]
            verify = await make_link(db, LinkPurpose.VERIFY_EMAIL, author.id, "author@example.org")
            reset = await make_reset_link(db, author)
        await settle_due(app.state.engine)
        await run_debate(app.state.engine, camps.id)
        town = Town(app, everybody, tokens)
        leave = unsubscribe_path(settings, author.id)
        links = {"/verify-email": verify, "/reset-password": reset, "/unsubscribe": leave}
        town.secrets = {part: link.rpartition("/")[2] for part, link in links.items()}
        await _write_in_the_log(app, town, everybody)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(database, "_commit", _roll_back)
            patch.setattr(RateLimits, "_count", _allow)
            yield town


def _token(name: str, person: User) -> AccessToken:
    known = hash_token(f"token-of-{name}")
    return AccessToken(user_id=person.id, name="Known", token_hash=known, scopes=[TokenScope.ANNOTATIONS_WRITE])


async def _write_in_the_log(app: FastAPI, town: Town, everybody: Everybody) -> None:
    """Something is moderated, and somebody reports a mistake in what the log says of it."""
    reason = {"house_rule": "civil", "explanation": "It attacks a person, not a claim.", "idempotency_key": "log-entry"}
    note = everybody.items["dam", "author"]["annotation_id"]
    async with town._browser("administrator") as client:
        assert (await client.post(f"/debates/dam/annotations/{note}/hide", data=reason)).status_code == 303
    async with transaction(app.state.engine) as db:
        db.add(LogReport(entry_number=1, reporter_id=everybody.people["author"].id, words="A name is wrong."))


async def _roll_back(db: AsyncSession) -> None:
    await db.flush()
    await db.rollback()


async def _allow(*_: Any) -> Any:
    return ALLOWED


def _owners(address: str) -> tuple[str, ...]:
    return OWNERS if set(re.findall(r"{(\w+)}", address)) & IN_DEBATE else ("-",)


def _table() -> dict[tuple[str, str], str]:
    lines = [line.split() for line in FILE.read_text().splitlines() if line.startswith(("GET", "P", "DELETE", "OPT"))]
    return {(f"{method} {path}", owner): letters for method, path, owner, letters in lines}


TABLE = _table()


@pytest.mark.parametrize("address", sorted(FOUND))
async def test_route(town: Town, address: str) -> None:
    found = {
        owner: "".join([await town.ask(address, actor, owner) for actor in EVERYBODY]) for owner in _owners(address)
    }
    expected = {owner: TABLE.get((address, owner), "") for owner in found}
    assert found == expected, "\n" + "\n".join(f"{address} {owner} {letters}" for owner, letters in found.items())


def test_the_table_has_every_route_and_no_other() -> None:
    assert set(TABLE) == {(address, owner) for address in FOUND for owner in _owners(address)}


# Whom it is about is known only once this form is filled in: sent empty, it asks for that first. To take back a flag
# that is none of theirs does nothing to anybody.
ASK_FIRST = {"POST /debates/{slug}/vote-rings/discount"}
GENTLE = {"POST /debates/{slug}/{kind}/{item_id}/unflag"} | ASK_FIRST
# The cases here are of texts, so whose they are says nothing about a decision on a person.
GENTLE |= {"POST /moderation/cases/{case_id}/decide-about-person"}


@pytest.mark.parametrize("address", sorted(name for name in FOUND if name.startswith("POST")))
def test_the_table_says_what_the_rules_say(address: str) -> None:
    """Who may by the row of the rule is let in, who may not is kept out, whatever the form then asks for."""
    rules = {(rule, words): letters for rule, words, letters in _rows()}
    for owner, words in (("own", "own"), ("other", "theirs")):
        rule = rules.get((ROUTES[address], words))
        if rule is None or (address, owner) not in TABLE or address in GENTLE:
            continue
        said = dict(zip(EVERYBODY, TABLE[address, owner], strict=True))
        for actor, letter in zip(ACTORS, rule, strict=True):
            if not (owner == "other" and actor == "author"):  # Whose "theirs" is.
                assert said[actor] in {"y": "yfc", "n": "ng", "s": "s"}[letter], (actor, owner)


def test_participants_judge_nothing_that_others_can() -> None:
    place = EVERYBODY.index(PARTICIPANT)
    judging = {address for address in FOUND if ROUTES[address] in JUDGING and address.startswith("POST")} - ASK_FIRST
    found = {line[place] for (address, _), line in TABLE.items() if address in judging}
    assert found <= {"n", "g"}

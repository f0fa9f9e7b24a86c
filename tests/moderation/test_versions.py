"""Whatever moderators decide, they decide about what they saw: every form carries its version (422 without it, 409 with
an old one, and the reason is kept). A route that changes something and stands in none of these lists fails."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from httpx import AsyncClient
from sqlalchemy import select

from app.models import ArgumentLink, LogEntry, LogReport, Relation, WatchedWord
from app.moderation.routes import router
from tests.factories import make_argument
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

Prepared = tuple[AsyncClient, str, dict[str, Any]]  # Who sends which form where.
Preparing = Callable[[Scene, BrowserOf], Awaitable[Prepared]]
MILL = "/debates/mill"


def at(address: str, **fields: str) -> Preparing:
    async def prepare(scene: Scene, browser_of: BrowserOf) -> Prepared:
        url = address.format(reply=scene.reply_url, note=scene.annotation_url)
        return await browser_of(scene.cast["administrator"]), url, decision(**fields)

    return prepare


async def a_case(scene: Scene, browser_of: BrowserOf) -> Prepared:
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    return await browser_of(scene.cast["administrator"]), f"/moderation/cases/{case.id}/decide", decision(action="hide")


async def an_undoing(scene: Scene, browser_of: BrowserOf) -> Prepared:
    browser = await browser_of(scene.cast["administrator"])
    made = (await browser.post(f"{scene.reply_url}/hide", data=decision())).headers["location"].partition("?")[0]
    return browser, f"{made}/undo", decision()


async def _proposal(scene: Scene, browser_of: BrowserOf) -> tuple[AsyncClient, str]:
    proposer = await browser_of(scene.cast["site_moderator"])
    form = decision(kind="suspend", hours="2160")
    made = (await proposer.post("/people/author/restrict", data=form)).headers["location"].partition("?")[0]
    return await browser_of(scene.cast["administrator"]), made


async def a_confirmation(scene: Scene, browser_of: BrowserOf) -> Prepared:
    browser, url = await _proposal(scene, browser_of)
    return browser, f"{url}/confirm", {}


async def a_turning_down(scene: Scene, browser_of: BrowserOf) -> Prepared:
    browser, url = await _proposal(scene, browser_of)
    return browser, f"{url}/turn-down", {"explanation": WHY}


async def a_log_report(scene: Scene, browser_of: BrowserOf) -> Prepared:
    moderator = await browser_of(scene.cast["debate_moderator"])
    await moderator.post(f"{scene.reply_url}/hide", data=decision())
    entry = (await scene.db.scalars(select(LogEntry.number).order_by(LogEntry.number.desc()).limit(1))).one()
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"/log/{entry}/report", data={"words": "The rule is not the right one.", **decision()})
    report = (await scene.db.scalars(select(LogReport.id))).one()
    return await browser_of(scene.cast["administrator"]), f"/log/reports/{report}/answer", {"answer": WHY}


async def an_appeal(scene: Scene, browser_of: BrowserOf) -> Prepared:
    moderator, author = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["author"])
    made = (await moderator.post(f"{scene.reply_url}/hide", data=decision())).headers["location"].partition("?")[0]
    await author.post(f"{made}/appeal", data={"words": "It attacks nobody at all.", **decision()})
    judge = await browser_of(scene.cast["administrator"])
    page = (await judge.get("/moderation/appeals")).text
    url = "/moderation/appeals/" + page.partition('href="/moderation/appeals/')[2].partition('"')[0]
    return judge, f"{url}/answer", decision(outcome="upheld")


def a_word(address: str) -> Preparing:
    async def prepare(scene: Scene, browser_of: BrowserOf) -> Prepared:
        browser = await browser_of(scene.cast["administrator"])
        await browser.post(address, data=decision(pattern="casino", action="hold"))
        word = (await scene.db.scalars(select(WatchedWord.id))).one()
        return browser, f"{address}/{word}/remove", decision()

    return prepare


async def a_use(scene: Scene, browser_of: BrowserOf) -> Prepared:
    source = await make_argument(scene.db, scene.debate, None, parent=scene.reply)
    link = {"source_id": source.id, "target_id": scene.root.id, "relation": Relation.REBUT}
    used = ArgumentLink(debate_id=scene.debate.id, author_id=scene.cast["member"].id, **link)
    scene.db.add(used)
    await scene.db.commit()
    url = f"{MILL}/arguments/{scene.root.id}/use/{used.id}/take-away"
    return await browser_of(scene.cast["administrator"]), url, decision()


async def a_switch(scene: Scene, browser_of: BrowserOf) -> Prepared:
    return await browser_of(scene.cast["host"]), f"{MILL}/switches/automatic-hiding", decision(is_on="true")


DECIDING: dict[str, Preparing] = {
    "/moderation/cases/{case_id}/decide": a_case,
    "/debates/{slug}/{kind}/{item_id}/hide": at("{reply}/hide", action="remove"),
    "/debates/{slug}/{kind}/{item_id}/ask-edit": at("{note}/ask-edit", wanted=WHY),
    "/debates/{slug}/arguments/{argument_id}/lock": at("{reply}/lock"),
    "/debates/{slug}/arguments/{argument_id}/slow": at("{reply}/slow", seconds="600"),
    "/debates/{slug}/measures": at(f"{MILL}/measures", action="slow", seconds="600"),
    "/debates/{slug}/people/{username}/measures": at(f"{MILL}/people/author/measures", action="warn"),
    "/people/{username}/restrict": at("/people/author/restrict", kind="silence", hours="3"),
    "/decisions/{decision_id}/undo": an_undoing,
    "/moderation/proposals/{proposal_id}/confirm": a_confirmation,
    "/moderation/proposals/{proposal_id}/turn-down": a_turning_down,
    "/log/reports/{report_id}/answer": a_log_report,
    "/moderation/appeals/{appeal_id}/answer": an_appeal,
    "/debates/{slug}/prevention/words": at(f"{MILL}/prevention/words", pattern="casino", action="hold"),
    "/debates/{slug}/prevention/words/{word_id}/remove": a_word(f"{MILL}/prevention/words"),
    "/moderation/prevention/words": at("/moderation/prevention/words", pattern="casino", action="hold"),
    "/moderation/prevention/words/{word_id}/remove": a_word("/moderation/prevention/words"),
    "/debates/{slug}/switches/{name}": a_switch,
    "/debates/{slug}/arguments/{argument_id}/use/{link_id}/take-away": a_use,
}
# The same, of forms with a version of another kind.
HELD_BY = {
    "/moderation/cases/{case_id}/decide-about-person": "people/test_flags_of_people.py",
    "/moderation/bulk": "casework/test_bulk.py",
    "/decisions/{decision_id}/undo-together": "together/test_undo_together.py",
    "/debates/{slug}/people/{username}/role": "measures/test_measures.py",
    "/debates/{slug}/vote-rings/discount": "rings/test_discount.py",
    "/debates/{slug}/arguments/{argument_id}/move": "shape/test_moves.py",
    "/debates/{slug}/arguments/{argument_id}/merge": "shape/test_merges.py",
    "/debates/{slug}/arguments/{argument_id}/split": "shape/test_splits.py",
    "/debates/{slug}/waiting/{post_id}/release": "waiting/test_waiting.py",
    "/debates/{slug}/waiting/{post_id}/decline": "waiting/test_waiting.py",
}
# They decide about nobody: what readers and authors send, and how moderators arrange their own work.
NO_DECISION = {
    "/debates/{slug}/{kind}/{item_id}/flag", "/debates/{slug}/{kind}/{item_id}/unflag", "/log/{number}/report",
    "/debates/{slug}/arguments/{argument_id}/marks", "/debates/{slug}/marks/{mark_id}/take-back",
    "/decisions/{decision_id}/appeal",
    "/debates/{slug}/waiting/{post_id}/edit", "/debates/{slug}/waiting/{post_id}/withdraw",
    "/people/{username}/flag", "/people/{username}/unflag", "/decisions/{decision_id}/acknowledge",
    "/debates/{slug}/prevention/test", "/moderation/prevention/test",
    "/moderation/cases/{case_id}/known", "/moderation/cases/{case_id}/known/remove",
    "/moderation/practice/{key}/answer",
    "/moderation/next", "/moderation/views", "/moderation/views/{view_id}/forget",
    "/moderation/cases/{case_id}/claim", "/moderation/cases/{case_id}/release", "/moderation/cases/{case_id}/notes",
    "/debates/{slug}/reasons", "/debates/{slug}/reasons/{reason_id}/retire",
    "/debates/{slug}/moderators/invitations", "/debates/{slug}/moderators/invitations/{invitation_id}/take-back",
    "/debates/{slug}/moderators/accept", "/debates/{slug}/moderators/decline", "/debates/{slug}/moderators/step-down",
    "/become-administrator/{token}",  # Once, by a lock: tests/moderation/measures/test_first_administrator.py.
}  # fmt: skip


def _routes(within: APIRouter) -> Iterator[APIRoute]:
    for route in within.routes:
        if isinstance(route, APIRoute):
            yield route
        else:  # A router within a router.
            yield from _routes(route.original_router)  # type: ignore[attr-defined]


def test_every_route_of_moderation_that_changes_something_stands_in_a_list() -> None:
    posts = {route.path for route in _routes(router) if "POST" in route.methods}
    assert posts == {*DECIDING, *HELD_BY, *NO_DECISION}


@pytest.mark.parametrize("file", sorted(set(HELD_BY.values())))
def test_the_tests_that_hold_the_others_look_for_conflicts(file: str) -> None:
    assert "409" in (Path(__file__).parent / file).read_text()


@pytest.mark.parametrize("path", DECIDING)
async def test_a_form_without_the_version_that_was_seen_decides_nothing(
    scene: Scene, browser_of: BrowserOf, path: str
) -> None:
    browser, url, fields = await DECIDING[path](scene, browser_of)
    answer = await browser.post(url, data={**fields, "version": ""})
    assert answer.status_code == 422, answer.text
    assert "The version that you saw" in answer.text
    _expect_kept(answer.text, fields)


@pytest.mark.parametrize("path", DECIDING)
async def test_a_form_with_an_old_version_is_a_conflict_and_keeps_the_reason(
    scene: Scene, browser_of: BrowserOf, path: str
) -> None:
    browser, url, fields = await DECIDING[path](scene, browser_of)
    is_of_item = path.endswith(("/hide", "/ask-edit"))
    answer = await browser.post(url, data={**fields, "version": "999999.1" if is_of_item else "999999"})
    assert answer.status_code == 409, answer.text
    assert 'role="alert"' in answer.text
    _expect_kept(answer.text, fields)


def _expect_kept(page: str, fields: dict[str, Any]) -> None:
    assert WHY in page or not {"explanation", "answer"} & set(fields)


async def test_the_conflict_says_who_decided_what_meanwhile(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["administrator"])
    page = (await second.get(f"{scene.reply_url}/lock")).text
    seen = page.partition('name="version" value="')[2].partition('"')[0]
    root = f"{MILL}/arguments/{scene.root.id}"
    await first.post(f"{root}/slow", data=decision(seconds="600", version=seen))
    answer = await second.post(f"{scene.reply_url}/lock", data=decision(version=seen))
    assert answer.status_code == 409
    name = scene.cast["debate_moderator"].display_name
    assert f"{name} has decided about this since you opened the page (slow, decision " in answer.text


async def test_an_edit_of_its_author_makes_the_form_stale(scene: Scene, browser_of: BrowserOf) -> None:
    moderator, author = await browser_of(scene.cast["administrator"]), await browser_of(scene.cast["author"])
    page = (await moderator.get(f"{scene.annotation_url}/moderate")).text
    seen = page.partition('name="version" value="')[2].partition('"')[0]
    fields = {"kind": "note", "body": "Quite other words.", "tags": "", "revision": "1", "act": "post"}
    assert (await author.post(f"{scene.annotation_url}/edit", data=fields)).status_code == 303
    answer = await moderator.post(f"{scene.annotation_url}/hide", data=decision(version=seen))
    assert answer.status_code == 409
    assert "worded anew" in answer.text

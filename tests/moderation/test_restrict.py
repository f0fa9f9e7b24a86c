"""Silencing and suspending a person on the whole site, for some time, and lifting it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.models import Action, Decision, LogEntry, Notification, Role, Sanction, SanctionKind
from tests.factories import make_user
from tests.moderation.conftest import BrowserOf, Scene, decision, place_of

BOTH = pytest.mark.parametrize("kind", list(SanctionKind))


@BOTH
async def test_it_holds_until_its_time_and_is_recorded(scene: Scene, browser_of: BrowserOf, kind: SanctionKind) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    answer = await browser.post("/people/Author/restrict", data=decision(kind=kind, hours="24"))
    assert answer.status_code == 303
    made = (await scene.db.execute(select(Decision).filter_by(concerned_id=scene.cast["author"].id))).scalar_one()
    sanction = (await scene.db.execute(select(Sanction).filter_by(user_id=scene.cast["author"].id))).scalar_one()
    assert (sanction.kind, sanction.until, sanction.debate_id) == (kind, made.until, None)
    assert abs(sanction.until - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
    entry = (await scene.db.execute(select(LogEntry))).scalar_one()
    assert (entry.action, entry.debate_id) == (Action(kind.value), None)
    assert place_of(entry.item) == {"kind": "person", "id": scene.cast["author"].id}
    statement = select(Notification.decision_id).filter_by(user_id=scene.cast["author"].id)
    assert (await scene.db.execute(statement)).scalars().all() == [made.id]


@BOTH
async def test_it_can_be_lifted(scene: Scene, browser_of: BrowserOf, kind: SanctionKind) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    answer = await browser.post("/people/author/restrict", data=decision(kind=kind, hours="3"))
    made = answer.headers["location"].partition("?")[0]
    assert f"{made}/undo" in (await browser.get("/people/author/restrict")).text
    answer = await browser.post(f"{made}/undo", data=decision())
    assert answer.status_code == 303
    assert "lifted" in (await browser.get(answer.headers["location"])).text
    statement = select(Sanction.lifted_at).filter_by(user_id=scene.cast["author"].id)
    assert (await scene.db.execute(statement)).scalar_one() is not None
    assert f"{made}/undo" not in (await browser.get("/people/author/restrict")).text
    assert (await browser.post(f"{made}/undo", data=decision())).status_code == 409
    author = await browser_of(scene.cast["author"])
    assert (await author.post(f"/debates/mill/arguments/{scene.root.id}/vote", data={"value": "agree"})).is_redirect


@BOTH
async def test_person_s_page_says_so_to_them_and_to_moderators(
    scene: Scene, browser_of: BrowserOf, kind: SanctionKind
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    answer = await moderator.post("/people/author/restrict", data=decision(kind=kind, hours="3"))
    made = answer.headers["location"].partition("?")[0]
    for name, is_told in (("site_moderator", True), ("author", True), ("member", False)):
        browser = await browser_of(scene.cast[name])
        assert (made in (await browser.get("/people/author")).text) == is_told


async def test_what_has_run_out_cannot_be_lifted(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    answer = await browser.post("/people/author/restrict", data=decision(kind="silence", hours="3"))
    sanction = (await scene.db.execute(select(Sanction).filter_by(user_id=scene.cast["author"].id))).scalar_one()
    sanction.until = datetime.now(UTC) - timedelta(minutes=1)
    await scene.db.commit()
    made = answer.headers["location"].partition("?")[0]
    assert (await browser.post(f"{made}/undo", data=decision())).status_code == 409


@BOTH
async def test_double_click_and_two_moderators_restrict_once(
    scene: Scene, browser_of: BrowserOf, kind: SanctionKind
) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    sent = decision(kind=kind, hours="24")
    answers = await asyncio.gather(
        first.post("/people/author/restrict", data=sent),
        first.post("/people/author/restrict", data=sent),
        second.post("/people/author/restrict", data=decision(kind=kind, hours="3")),
    )
    assert 409 in [answer.status_code for answer in answers]
    statement = select(func.count()).select_from(Sanction).filter_by(user_id=scene.cast["author"].id)
    assert (await scene.db.execute(statement)).scalar_one() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "ban"},
        {"kind": ""},
        {"hours": "5"},
        {"hours": ""},
        {"house_rule": ""},
        {"explanation": "Because."},
        {"idempotency_key": ""},
    ],
)
async def test_incomplete_form_comes_back(scene: Scene, browser_of: BrowserOf, change: dict[str, str]) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    answer = await browser.post("/people/author/restrict", data=decision(kind="silence", hours="24") | change)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "person", "status"),
    [
        ("visitor", "author", 303),
        ("member", "author", 403),
        ("host", "author", 403),  # Of a debate, not of the site.
        ("site_moderator", "author", 200),
        ("site_moderator", "host", 200),
        ("site_moderator", "site_moderator", 403),
        ("site_moderator", "administrator", 403),
        ("administrator", "site_moderator", 200),
        ("site_moderator", "nobody-of-this-name", 404),
    ],
)
async def test_who_may_restrict_whom(
    scene: Scene, browser_of: BrowserOf, client: object, name: str, person: str, status: int
) -> None:
    browser = await browser_of(scene.cast[name]) if name != "visitor" else client
    assert (await browser.get(f"/people/{person}/restrict")).status_code == status  # type: ignore[attr-defined]


async def test_equal_roles_do_not_restrict_each_other(scene: Scene, browser_of: BrowserOf) -> None:
    await make_user(scene.db, "colleague", role=Role.MODERATOR)
    await scene.db.commit()
    browser = await browser_of(scene.cast["site_moderator"])
    assert (
        await browser.post("/people/colleague/restrict", data=decision(kind="silence", hours="3"))
    ).status_code == 403

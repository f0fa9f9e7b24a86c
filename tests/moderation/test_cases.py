"""A case: shown in its context, decided once, by somebody who may, at the version they saw."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import (
    Action,
    Case,
    Debate,
    DebateRole,
    DebateRoleKind,
    Decision,
    EssayRevision,
    LogEntry,
    Notification,
    NotificationKind,
    Position,
    Role,
    User,
)
from app.permissions_to_judge import SOLE_MODERATOR_WAITS
from tests.factories import cite, make_annotation, make_argument, make_passage, make_user
from tests.moderation.conftest import SECRET, WHY, BrowserOf, Scene, decision, flag, leave_alone, place_of


@pytest.fixture
async def case(scene: Scene, browser_of: BrowserOf) -> Case:
    for name, words in (("member", "It calls me naive."), ("newcomer", "")):
        await flag(await browser_of(scene.cast[name]), scene.reply_url, words=words)
    return await scene.open_case()


def _url(case: Case) -> str:
    return f"/moderation/cases/{case.id}/decide"


async def test_case_page_shows_what_a_moderator_needs(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    page = (await (await browser_of(scene.cast["debate_moderator"])).get(f"/moderation/cases/{case.id}")).text
    assert SECRET in page
    assert scene.root.claim in page  # The path above it.
    assert "It calls me naive." in page
    assert page.count("Abuse or harassment") == 2
    assert f'name="version" value="{case.version}"' in page
    assert "never hidden, removed, silenced or suspended (what was undone is left out)" in page


async def test_case_of_a_reply_shows_the_note_that_it_answers(scene: Scene, browser_of: BrowserOf) -> None:
    reply = await make_annotation(scene.db, scene.debate, scene.cast["author"], "You tell me.", parent=scene.annotation)
    await scene.db.commit()
    await flag(await browser_of(scene.cast["member"]), f"/debates/mill/annotations/{reply.id}")
    case = await scene.open_case()
    page = (await (await browser_of(scene.cast["debate_moderator"])).get(f"/moderation/cases/{case.id}")).text
    answered = page.partition('aria-label="The note that it answers"')[2].partition("</aside>")[0]
    assert f"<em>{SECRET}</em> note." in answered
    assert f'href="{scene.annotation_url}"' in answered
    assert "You tell me." not in answered


async def test_hiding_takes_effect_and_is_recorded(
    scene: Scene, case: Case, browser_of: BrowserOf, client: AsyncClient
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert SECRET in (await client.get(scene.reply_url)).text  # The page is kept from now on.
    answer = await moderator.post(_url(case), data=decision(action="hide", version=case.version))
    made = (await scene.db.execute(select(Decision).filter_by(case_id=case.id))).scalar_one()
    assert answer.headers["location"] == f"/decisions/{made.id}?done=decided"
    assert (made.action, made.concerned_id, made.explanation) == (Action.HIDE, scene.cast["author"].id, WHY)
    assert (await scene.fresh(scene.reply)).hidden_by_id == made.id
    assert (await scene.fresh(scene.root)).rebut_count == 0
    debate = await scene.fresh(scene.debate)
    assert debate.argument_count == 1
    side = (await scene.db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
    assert side.argument_count == 1
    assert (await scene.fresh(case)).closed_at is not None
    assert SECRET not in (await client.get(scene.reply_url)).text


async def test_everybody_concerned_is_told_once(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    await moderator.post(_url(case), data=decision(action="hide", version=case.version))
    told = await _told(scene)
    assert told == {
        ("author", NotificationKind.DECISION),
        ("member", NotificationKind.FLAG_OUTCOME),
        ("newcomer", NotificationKind.FLAG_OUTCOME),
    }
    assert (await scene.fresh(scene.cast["author"])).unread_count == 1


async def test_dismissal_is_told_to_those_who_flagged_and_not_to_the_author(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = {"action": "dismiss", "version": case.version, "idempotency_key": "k" * 10}
    assert (await moderator.post(_url(case), data=sent)).status_code == 303
    assert {name for name, _ in await _told(scene)} == {"member", "newcomer"}
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    entry = (await scene.db.execute(select(LogEntry))).scalar_one()
    assert (entry.action, place_of(entry.item)) == (Action.DISMISS, {"kind": "argument", "id": scene.reply.id})


async def _told(scene: Scene) -> set[tuple[str, NotificationKind]]:
    statement = select(User.username, Notification.kind).join(User, User.id == Notification.user_id)
    rows = (await scene.db.execute(statement)).all()
    assert len(rows) == len(set(rows))
    return {(name, kind) for name, kind in rows}


async def test_no_page_of_others_holds_the_text_of_what_is_hidden(
    scene: Scene, case: Case, browser_of: BrowserOf, client: AsyncClient
) -> None:
    pages = (
        "/log", "/log.csv", "/log.json", "/debates/mill/log", "/", "/debates/mill", "/debates/mill/outline",
        "/debates/mill/essay", "/debates/mill/paragraphs/1", "/people/author", scene.reply_url, scene.annotation_url,
        f"/debates/mill/arguments/{scene.root.id}", f"/debates/mill/passages/{scene.annotation.passage_id}",
        f"{scene.reply_url}/history",
    )  # fmt: skip
    readers = {"visitor": client, "reporter": await browser_of(scene.cast["member"])}
    for reader in readers.values():
        assert SECRET in (await reader.get(scene.reply_url)).text  # Pages are kept from now on.
    moderator = await browser_of(scene.cast["site_moderator"])
    answer = await moderator.post(_url(case), data=decision(action="hide", version=case.version))
    await moderator.post(f"{scene.annotation_url}/hide", data=decision())
    for name, reader in readers.items():
        for path in (*pages, "/notifications", answer.headers["location"]):
            page = await reader.get(path)
            assert page.status_code in (200, 303, 403), (name, path)
            assert SECRET not in page.text, (name, path)


async def test_double_click_decides_once(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(action="hide", version=case.version)
    answers = await asyncio.gather(*(moderator.post(_url(case), data=sent) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await _count(scene, Decision, case_id=case.id) == 1
    assert await _count(scene, LogEntry) == 1
    assert await _count(scene, Notification) == 3


async def _count(scene: Scene, kind: type, **values: object) -> int:
    statement = select(func.count()).select_from(kind).filter_by(**values)
    return (await scene.db.execute(statement)).scalar_one()


async def test_many_moderators_at_once_give_one_decision_and_clear_conflicts(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    moderators = [await make_user(scene.db, role=Role.MODERATOR) for _ in range(8)]
    await scene.db.commit()
    browsers = [await browser_of(moderator) for moderator in moderators]
    answers = await asyncio.gather(
        *(
            browser.post(_url(case), data=decision(action=("hide", "dismiss")[number % 2], version=case.version))
            for number, browser in enumerate(browsers)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 7
    conflicts = [answer.text for answer in answers if answer.status_code == 409]
    assert all("Read the decision" in page or "at this very moment" in page for page in conflicts)
    assert await _count(scene, Decision, case_id=case.id) == 1
    assert await _count(scene, LogEntry) == 1


async def test_stale_version_is_refused_with_what_happened_and_the_text_kept(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(action="hide", version=case.version, explanation="Typed with care and for minutes.")
    await flag(await browser_of(scene.cast["silenced"]), scene.reply_url)
    answer = await moderator.post(_url(case), data=sent)
    assert answer.status_code == 409
    assert "It has 3 flags now" in answer.text
    assert "Typed with care and for minutes." in answer.text
    assert await _count(scene, Decision, case_id=case.id) == 0
    fresh = await scene.fresh(case)
    assert f'name="version" value="{fresh.version}"' in answer.text
    assert (await moderator.post(_url(case), data={**sent, "version": fresh.version})).status_code == 303


async def test_case_whose_flags_were_all_taken_back_cannot_be_decided(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    for name in ("member", "newcomer"):
        await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/unflag")
    moderator = await browser_of(scene.cast["site_moderator"])
    answer = await moderator.post(_url(case), data=decision(action="hide", version=(await scene.fresh(case)).version))
    assert answer.status_code == 409
    assert "took the flag back" in answer.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": ""}, "This is needed."),
        ({"version": "x"}, "This cannot be read."),
        ({"action": ""}, "This is needed."),
        ({"action": "suspend"}, "Choose one of these."),
        ({"house_rule": ""}, "This rests on a house rule"),
        ({"house_rule": "taste"}, "Choose one of these."),
        ({"explanation": "Too short."}, "at least 20 characters"),
        ({"explanation": "x" * 2_001}, "At most 2,000 characters fit here; this has 2,001."),
        ({"idempotency_key": ""}, "This is needed."),
    ],
)
async def test_incomplete_form_comes_back(
    scene: Scene, case: Case, browser_of: BrowserOf, change: dict[str, str], said: str
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = {**decision(action="hide", version=case.version), **change}
    answer = await moderator.post(_url(case), data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert await _count(scene, Decision, case_id=case.id) == 0


async def test_nobody_decides_about_their_own_text(scene: Scene, browser_of: BrowserOf) -> None:
    own = await make_argument(scene.db, scene.debate, scene.cast["debate_moderator"], parent=scene.root)
    await scene.db.commit()
    await flag(await browser_of(scene.cast["member"]), f"/debates/mill/arguments/{own.id}")
    case = await scene.open_case()
    browser = await browser_of(scene.cast["debate_moderator"])
    page = await browser.get(f"/moderation/cases/{case.id}")
    assert page.status_code == 200
    assert "You cannot decide this case." in page.text  # Said before they start.
    assert _url(case) not in page.text
    answer = await browser.post(_url(case), data=decision(action="dismiss", version=case.version))
    assert answer.status_code == 403
    assert "This is your own" in answer.text


@pytest.mark.parametrize(
    ("author", "name", "status"),
    [
        ("host", "debate_moderator", 403),  # Peers within the debate.
        ("host", "site_moderator", 303),
        ("site_moderator", "debate_moderator", 403),
        ("site_moderator", "administrator", 303),
        ("administrator", "site_moderator", 403),
        ("member", "debate_moderator", 303),
        ("member", "host", 303),
    ],
)
async def test_nobody_decides_about_equal_or_higher_roles(
    scene: Scene, browser_of: BrowserOf, author: str, name: str, status: int
) -> None:
    theirs = await make_argument(scene.db, scene.debate, scene.cast[author], parent=scene.root)
    await scene.db.commit()
    await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{theirs.id}")
    case = await scene.open_case()
    answer = await (await browser_of(scene.cast[name])).post(
        _url(case), data=decision(action="dismiss", version=case.version)
    )
    assert answer.status_code == status


async def test_administrators_decide_about_one_another(scene: Scene, browser_of: BrowserOf) -> None:
    other = await make_user(scene.db, "second-administrator", role=Role.ADMINISTRATOR)
    theirs = await make_argument(scene.db, scene.debate, other, parent=scene.root)
    await scene.db.commit()
    await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{theirs.id}")
    case = await scene.open_case()
    browser = await browser_of(scene.cast["administrator"])
    answer = await browser.post(_url(case), data=decision(action="hide", version=case.version))
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("name", "status"),
    [("member", 403), ("author", 403), ("suspended", 403), ("silenced", 403), ("other_moderator", 404)],
)
async def test_case_is_closed_to_others(
    scene: Scene, case: Case, browser_of: BrowserOf, name: str, status: int
) -> None:
    browser = await browser_of(scene.cast[name])
    assert (await browser.get(f"/moderation/cases/{case.id}")).status_code == status
    answer = await browser.post(_url(case), data=decision(action="dismiss", version=case.version))
    assert answer.status_code == status


async def test_passages_are_shown_with_what_cites_them(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    revision = (await scene.db.execute(select(EssayRevision).filter_by(debate_id=scene.debate.id))).scalar_one()
    await cite(scene.db, scene.reply, await make_passage(scene.db, revision, "Nobody has measured it"))
    await scene.db.commit()
    moderator = await browser_of(scene.cast["site_moderator"])
    assert "Nobody has measured it" in (await moderator.get(f"/moderation/cases/{case.id}")).text
    await flag(await browser_of(scene.cast["member"]), scene.annotation_url)
    statement = select(Case.id).where(Case.annotation_id == scene.annotation.id)
    other = (await scene.db.execute(statement)).scalar_one()
    page = await moderator.get(f"/moderation/cases/{other}")
    assert "feeds the town" in page.text


async def test_deciding_about_an_annotation_counts_it_out(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["member"]), scene.annotation_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["host"])
    answer = await moderator.post(_url(case), data=decision(action="hide", version=case.version))
    assert answer.status_code == 303
    assert (await scene.fresh(scene.debate)).annotation_count == 0
    assert SECRET not in (await moderator.get(answer.headers["location"])).text


async def test_moderator_who_flagged_is_not_told_of_the_own_decision(scene: Scene, browser_of: BrowserOf) -> None:
    """Who is alone decides even that, once it has waited."""
    moderator = await browser_of(scene.cast["site_moderator"])
    await leave_alone(scene, "site_moderator")
    await flag(moderator, scene.reply_url)
    case = await scene.open_case()
    case.opened_at -= SOLE_MODERATOR_WAITS
    await scene.db.commit()
    await moderator.post(_url(case), data=decision(action="hide", version=case.version))
    assert await _told(scene) == {("author", NotificationKind.DECISION)}


async def test_moderator_of_one_debate_has_no_say_in_another(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    statement = select(Debate).filter_by(slug="dam")
    dam = (await scene.db.execute(statement)).scalar_one()
    person = await make_user(scene.db)
    scene.db.add(DebateRole(debate_id=dam.id, user_id=person.id, kind=DebateRoleKind.HOST))
    await scene.db.commit()
    assert (await (await browser_of(person)).get(f"/moderation/cases/{case.id}")).status_code == 404

"""Whoever is erased is gone from the whole database; what others wrote, and all that is counted, stands."""

import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.letters import address_changed
from app.accounts.passwords import hash_password
from app.doctor.counters import mend
from app.doctor.examination import examine
from app.embedded_programs import installed_programs
from app.errors import Conflict
from app.models import (
    Action,
    Argument,
    Bearing,
    Case,
    CaseNote,
    Debate,
    Decision,
    Flag,
    FlagReason,
    HouseRule,
    LogEntry,
    Mail,
    Notification,
    NotificationKind,
    Position,
    Proposal,
    Relation,
    Role,
    Session,
    Source,
    SourceCitation,
    Stance,
    User,
    Vote,
    VoteValue,
)
from app.moderation.chain import Walk
from app.moderation.verification import verify_log
from app.privacy.erasure import erase_person
from app.privacy.tables import ERASED
from tests.factories import make_annotation, make_argument, make_credit, make_debate, make_session, make_user

BrowserOf = Callable[[User], Awaitable[AsyncClient]]
PASSWORD = "correct horse battery staple"
NAME, USERNAME, ADDRESS = "Zdenka Kowalczyk", "zdenka-k", "zdenka@example.org"
WORDS = ("quokka", "zeppelin", "marzipan", "xylophone", "bassoon", "theremin", "balalaika", "kazoo")


@dataclass
class Life:
    """Somebody who did everything here, in a debate with another member."""

    person: User
    other: User
    debate: Debate
    own: Argument
    reply: Argument  # By the other, to the person's own argument.


@pytest.fixture
async def life(db: AsyncSession) -> Life:
    debate = await make_debate(db)
    person = await make_user(
        db, USERNAME, display_name=NAME, email=ADDRESS, password_hash=await hash_password(PASSWORD)
    )
    other = await make_user(db, "otto")
    side = (await db.scalars(select(Position).filter_by(debate_id=debate.id, number=1))).one()
    own = await make_argument(
        db, debate, person, position=side, claim="The quokka stays.", grounds="A zeppelin says so."
    )
    reply = await make_argument(db, debate, other, parent=own, relation=Relation.REBUT, position=side)
    await make_argument(db, debate, person, parent=reply, relation=Relation.REBUT, position=side, steelman="Kazoo!")
    for table in ("arguments", "argument_revisions"):  # Edited in the open since the votes below.
        await db.execute(text(f"UPDATE {table} SET version = 2"))
    await db.execute(
        text("UPDATE argument_revisions r SET steelman = a.steelman FROM arguments a WHERE a.id = argument_id")
    )
    note = await make_annotation(db, debate, person, "What of the marzipan?")
    await make_annotation(db, debate, other, "Nobody knows.", parent=note)
    await make_credit(db, reply, person, "It took my xylophone away, and I saw the point of that at last.")
    source = Source(debate_id=debate.id, title="Theremin weekly", address="https://example.org/theremin")
    db.add(source)
    await db.flush()
    db.add(SourceCitation(debate_id=debate.id, argument_id=own.id, source_id=source.id, words="Balalaika"))
    await _opine(db, life := Life(person, other, debate, own, reply))
    await _moderate(db, life, side)
    await make_session(db, person)
    await db.commit()
    await mend(db)
    await db.commit()
    return life


async def _opine(db: AsyncSession, life: Life) -> None:
    key = {"debate_id": life.debate.id, "user_id": life.person.id}
    side = await db.scalar(select(Position.id).filter_by(debate_id=life.debate.id, number=2))
    db.add(Vote(**key, argument_id=life.own.id, value=VoteValue.AGREE))
    db.add(Vote(**key, argument_id=life.reply.id, value=VoteValue.DISAGREE, is_counted=False))
    db.add(Vote(debate_id=life.debate.id, user_id=life.other.id, argument_id=life.own.id, value=VoteValue.PASS))
    db.add(Bearing(**key, argument_id=life.reply.id, bears=False))
    db.add(Stance(**key, first_position_id=None, latest_position_id=side))
    await db.flush()


async def _moderate(db: AsyncSession, life: Life, side: Position) -> None:
    place = {"debate_id": life.debate.id, "argument_id": life.reply.id}
    case = Case(**place, flag_count=1)
    db.add(case)
    await db.flush()
    db.add(Flag(**place, case_id=case.id, reporter_id=life.person.id, reason=FlagReason.ABUSE, words="My bassoon!"))
    decision = Decision(
        **place, concerned_id=life.person.id, moderator_id=life.person.id, action=Action.HIDE,
        house_rule=HouseRule.CIVIL, explanation=f"As {NAME.upper()} said to @{USERNAME}.",
    )  # fmt: skip
    db.add(decision)
    await db.flush()
    db.add(
        LogEntry(
            moderator_name=NAME, action=Action.HIDE, decision_id=decision.id, explanation=decision.explanation,
            item={"kind": "argument", "id": life.reply.id}, debate_id=life.debate.id, debate_slug="mill",
        )
    )  # fmt: skip
    for author, words in ((life.other, f"Write to {ADDRESS}, who is @{USERNAME}."), (life.person, f"I, {NAME}, did.")):
        db.add(CaseNote(case_id=case.id, author_id=author.id, words=words))
    db.add(Notification(user_id=life.other.id, kind=NotificationKind.REPLY, actor_id=life.person.id, **place))
    db.add(Notification(user_id=life.person.id, kind=NotificationKind.REPLY, actor_id=life.other.id, **place))
    db.add(Mail(recipient=ADDRESS, subject="Hello", body="Hello", sent_at=datetime.now(UTC)))
    db.add(Mail(recipient="old@example.org", subject="Changed", body=address_changed(USERNAME).body))
    await db.flush()


def dump(database_url: str) -> str:
    url = database_url.replace("postgresql+psycopg", "postgresql")
    program = installed_programs() / "pg_dump"
    return subprocess.run([str(program), url], check=True, capture_output=True, text=True).stdout.lower()


async def findings(db: AsyncSession) -> list[str]:
    return [f"{found.name}: {found.examples}" async for found in examine(db) if found.count]


async def test_nothing_of_an_erased_person_is_in_a_full_dump(life: Life, db: AsyncSession, database_url: str) -> None:
    assert all(word in dump(database_url) for word in (NAME.lower(), USERNAME, ADDRESS, *WORDS))
    assert await erase_person(db, life.person.id, keeps_texts=False, name_key=b"names")
    await db.commit()
    left = dump(database_url)
    assert [word for word in (NAME.lower(), "zdenka", "kowalczyk", *WORDS) if word in left] == []


@pytest.mark.parametrize("keeps_texts", [True, False])
async def test_counters_and_log_are_right_afterwards(life: Life, db: AsyncSession, keeps_texts: bool) -> None:
    assert await findings(db) == []
    await erase_person(db, life.person.id, keeps_texts=keeps_texts, name_key=b"names")
    await db.commit()
    assert await findings(db) == []
    assert [found async for found in verify_log(db, Walk())] == []
    assert (await db.scalar(select(func.count()).select_from(Vote))) == 1


async def test_kept_texts_stand_as_those_of_a_former_member(
    life: Life, db: AsyncSession, database_url: str, client: AsyncClient
) -> None:
    await erase_person(db, life.person.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    left = dump(database_url)
    assert [word for word in (NAME.lower(), USERNAME, ADDRESS, "bassoon") if word in left] == []
    assert "quokka" in left
    page = (await client.get(f"/debates/mill/arguments/{life.own.id}")).text
    assert "The quokka stays." in page
    assert "former member" in page.lower()


async def test_thread_keeps_its_shape_and_the_replies_of_others(
    life: Life, db: AsyncSession, client: AsyncClient
) -> None:
    before = (await db.execute(text("SELECT id, parent_id FROM arguments ORDER BY id"))).all()
    claim = life.reply.claim
    await erase_person(db, life.person.id, keeps_texts=False, name_key=b"names")
    await db.commit()
    assert (await db.execute(text("SELECT id, parent_id FROM arguments ORDER BY id"))).all() == before
    page = (await client.get(f"/debates/mill/arguments/{life.own.id}")).text
    assert ERASED in page
    assert claim in page
    assert (await client.get(f"/people/{USERNAME}")).status_code == 404


async def _decide_about(db: AsyncSession, judge: User, concerned: User, explanation: str) -> Decision:
    decision = Decision(
        concerned_id=concerned.id, moderator_id=judge.id, action=Action.WARN, house_rule=HouseRule.CIVIL,
        explanation=explanation,
    )  # fmt: skip
    db.add(decision)
    await db.flush()
    db.add(
        LogEntry(
            moderator_name=judge.display_name, action=Action.WARN, decision_id=decision.id, explanation=explanation,
            item={"kind": "person", "id": concerned.id},
        )
    )  # fmt: skip
    await db.commit()
    return decision


async def _read_entry(db: AsyncSession, decision: Decision) -> tuple[str | None, str | None]:
    columns = select(LogEntry.moderator_name, LogEntry.explanation).where(LogEntry.decision_id == decision.id)
    name, explanation = (await db.execute(columns)).one()
    return name, explanation


async def test_nobody_wipes_the_reasons_of_others_by_a_name_that_is_a_common_word(db: AsyncSession) -> None:
    judge, otto = await make_user(db, "judith", Role.MODERATOR, display_name="Judith"), await make_user(db, "otto")
    trickster = await make_user(db, "this", display_name="Judith")
    decision = await _decide_about(db, judge, otto, "What this says attacks a person.")
    db.add(Mail(recipient="otto@example.org", subject="Hello", body="Open this page within an hour."))
    await erase_person(db, trickster.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    await db.refresh(decision)
    assert decision.explanation == "What this says attacks a person."
    assert await _read_entry(db, decision) == ("Judith", "What this says attacks a person.")
    assert await db.scalar(select(func.count()).select_from(Mail)) == 1


async def test_a_mention_with_its_sign_goes_wherever_it_stands(db: AsyncSession) -> None:
    judge, otto = await make_user(db, "judith", Role.MODERATOR), await make_user(db, "otto")
    zdenka = await make_user(db, USERNAME, display_name=NAME, email=ADDRESS)
    decision = await _decide_about(db, judge, otto, f"It insults @{USERNAME}, and names {ADDRESS}.")
    await erase_person(db, zdenka.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    await db.refresh(decision)
    assert decision.explanation == "It insults [name taken out], and names [name taken out]."
    assert (await _read_entry(db, decision))[1] is None


async def test_who_proposed_a_decision_of_two_is_not_named_any_more(db: AsyncSession) -> None:
    judge, otto = await make_user(db, "judith", Role.MODERATOR), await make_user(db, "otto")
    zdenka = await make_user(db, USERNAME, Role.MODERATOR, display_name=NAME)
    decision = await _decide_about(db, judge, otto, "It goes on, after two warnings.")
    decision.proposer_id = zdenka.id
    await db.commit()
    await erase_person(db, zdenka.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    assert await _read_entry(db, decision) == (None, "It goes on, after two warnings.")


async def test_why_a_proposal_was_turned_down_stays_without_the_name(db: AsyncSession) -> None:
    zdenka = await make_user(db, USERNAME, Role.MODERATOR, display_name=NAME)
    whole = {"action": Action.SUSPEND, "form": {"explanation": "It goes on."}, "expires_at": datetime.now(UTC)}
    own = Proposal(**whole, turned_down_by_id=zdenka.id, refusal=f"I, {NAME}, have spoken with them.")
    other = Proposal(**whole, refusal=f"Ask @{USERNAME}, who was there.")
    db.add_all([own, other])
    await db.commit()
    await erase_person(db, zdenka.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    for row in (own, other):
        await db.refresh(row)
    assert own.turned_down_by_id is None
    assert own.refusal == "I, [name taken out], have spoken with them."
    assert other.refusal == "Ask [name taken out], who was there."


async def test_notes_of_moderators_keep_all_but_what_names_the_person(life: Life, db: AsyncSession) -> None:
    await erase_person(db, life.person.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    notes = (await db.scalars(select(CaseNote.words).order_by(CaseNote.id))).all()
    assert notes == ["Write to [name taken out], who is [name taken out].", "I, [name taken out], did."]


async def test_entries_that_lose_the_same_words_are_redacted_by_one_entry(life: Life, db: AsyncSession) -> None:
    """The person decided, and the reason named them."""
    await erase_person(db, life.person.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    redacted = (await db.scalars(select(LogEntry.item).where(LogEntry.action == Action.REDACT))).all()
    assert [(entry["fields"], len(entry["numbers"])) for entry in redacted if entry] == [
        (["moderator", "explanation"], 1)
    ]


async def test_erasing_twice_changes_nothing(life: Life, db: AsyncSession) -> None:
    assert await erase_person(db, life.person.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    entries = await db.scalar(select(func.count()).select_from(LogEntry))
    assert not await erase_person(db, life.person.id, keeps_texts=True, name_key=b"names")
    await db.commit()
    assert await db.scalar(select(func.count()).select_from(LogEntry)) == entries


async def test_last_administrator_has_to_hand_over_first(db: AsyncSession) -> None:
    boss_id = (await make_user(db, "boss", Role.ADMINISTRATOR)).id
    await db.commit()
    with pytest.raises(Conflict, match="only administrator"):
        await erase_person(db, boss_id, keeps_texts=True, name_key=b"names")
    await db.rollback()
    await make_user(db, "second", Role.ADMINISTRATOR)
    await db.commit()
    assert await erase_person(db, boss_id, keeps_texts=True, name_key=b"names")


async def test_form_asks_for_the_password_and_ends_all_sessions(
    life: Life, db: AsyncSession, browser_of: BrowserOf
) -> None:
    browser = await browser_of(life.person)
    sent = {"texts": "erase", "understood": "on"}
    answer = await browser.post("/account/erase", data={**sent, "erase_password": "wrong horse battery staple"})
    assert (answer.status_code, "not your current password" in answer.text) == (422, True)
    assert (await browser.post("/account/erase", data={"erase_password": PASSWORD})).status_code == 422
    assert await db.get(User, life.person.id) is not None
    await db.rollback()
    answer = await browser.post("/account/erase", data={**sent, "erase_password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=erased")
    assert await db.scalar(select(func.count()).select_from(Session)) == 0
    for act in (browser.get("/account"), browser.post("/account/erase", data={**sent, "erase_password": PASSWORD})):
        assert (await act).headers["location"].startswith("/sign-in")


async def test_form_says_what_happens(life: Life, browser_of: BrowserOf) -> None:
    page = (await (await browser_of(life.person)).get("/account/erase")).text
    for words in ("former member", "deleted and taken out of all counts", "cannot be undone", "keeps a digest"):
        assert words in page

"""Take the name of whoever is erased out of what the site itself keeps in words about them.

Anybody can call themselves “this” or like a moderator, and be erased a minute later. So names are looked for only
where the person had a part: else one erasure would take the reasons out of everybody's decisions. Elsewhere only what
names nobody else goes: their address for mail, and their user name with @ before it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Appeal,
    CannedReason,
    CaseNote,
    Decision,
    Flag,
    LogEntry,
    LogReport,
    Mail,
    OneTimeLink,
    Proposal,
)
from app.moderation.redaction import HAS_WANTED, PROPOSED, WANTED, put_proposed, put_wanted, redact_entries

BY, WHY = "This site", "Somebody asked to be erased. What named them was taken out."
TAKEN_OUT = "[name taken out]"


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    username: str
    display_name: str
    address: str | None

    @property
    def names(self) -> str:
        """Where a text names the person, as a regular expression of PostgreSQL."""
        return _any_of(self.username, self.display_name, self.address)

    @property
    def sure_signs(self) -> str:
        return _any_of(f"@{self.username}", self.address)


def _any_of(*words: str | None) -> str:
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    return rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)"


async def take_out_names(db: AsyncSession, person: Person) -> None:
    own = _had_a_part(person)
    await _redact_log(db, person, select(Decision.id).where(own))
    for where, pattern in ((own, person.names), (not_(own), person.sure_signs)):
        for column in (Decision.explanation, Decision.law):
            without = func.regexp_replace(column, pattern, TAKEN_OUT, "gi")
            renamed = update(Decision).where(where, _has(column, pattern)).values({column: without})
            await db.execute(renamed.execution_options(synchronize_session=False))
        without = func.regexp_replace(WANTED, pattern, TAKEN_OUT, "gi")
        renamed = update(Decision).where(where, HAS_WANTED, _has(WANTED, pattern)).values(change=put_wanted(without))
        await db.execute(renamed.execution_options(synchronize_session=False))
    await _take_out_of_proposals(db, person)
    await _take_out_of_casework(db, person)
    await _delete_mails(db, person)


async def _take_out_of_proposals(db: AsyncSession, person: Person) -> None:
    for owner_id, words, put in (
        (Proposal.proposer_id, PROPOSED, lambda without: {"form": put_proposed(without)}),
        (Proposal.turned_down_by_id, Proposal.refusal, lambda without: {"refusal": without}),
    ):
        own = func.coalesce(owner_id == person.id, False)
        for where, pattern in ((own, person.names), (not_(own), person.sure_signs)):
            without = func.regexp_replace(words, pattern, TAKEN_OUT, "gi")
            renamed = update(Proposal).where(where, _has(words, pattern)).values(put(without))
            await db.execute(renamed.execution_options(synchronize_session=False))


# What readers and moderators write to moderators, beside decisions: shown on no public page, and kept for long.
CASEWORK: tuple[tuple[Any, Any], ...] = (
    (CaseNote, CaseNote.words),
    (Flag, Flag.words),
    (Appeal, Appeal.words),
    (LogReport, LogReport.words),
    (LogReport, LogReport.answer),
    (CannedReason, CannedReason.explanation),
)


async def _take_out_of_casework(db: AsyncSession, person: Person) -> None:
    """In notes of the person's own all of their names; they stay, since colleagues decide by them."""
    own = func.coalesce(CaseNote.author_id == person.id, False)
    for model, column, where, pattern in (
        (CaseNote, CaseNote.words, own, person.names),
        *((model, column, true(), person.sure_signs) for model, column in CASEWORK),
    ):
        without = func.regexp_replace(column, pattern, TAKEN_OUT, "gi")
        renamed = update(model).where(where, _has(column, pattern)).values({column: without})
        await db.execute(renamed.execution_options(synchronize_session=False))


async def _redact_log(db: AsyncSession, person: Person, own: Select[Any]) -> None:
    in_own = and_(LogEntry.decision_id.in_(own), _has(LogEntry.explanation, person.names))
    acted = LogEntry.decision_id.in_(select(Decision.id).where(_made(person)))
    named = or_(in_own, _has(LogEntry.explanation, person.sure_signs))
    fields = (func.coalesce(acted, False), func.coalesce(named, False))
    found = select(LogEntry.number, *fields).where(LogEntry.number.is_not(None), or_(acted, named))
    for lost, numbers in _by_words(await db.execute(found.order_by(LogEntry.number))).items():
        await redact_entries(db, numbers, lost, BY, WHY)


def _by_words(rows: Iterable[Any]) -> dict[tuple[str, ...], list[int]]:
    """Entries that lose the same words go together, as each redaction is an entry of the log itself."""
    by_words: dict[tuple[str, ...], list[int]] = {}
    for number, acted, named in rows:
        lost = (*(["moderator"] if acted else []), *(["explanation"] if named else []))
        by_words.setdefault(lost, []).append(number)
    return by_words


def _had_a_part(person: Person) -> ColumnElement[bool]:
    """In a decision about them, by them, or on their appeal. Never null."""
    is_concerned = func.coalesce(Decision.concerned_id == person.id, False)
    answers = select(Appeal.answer_id).where(Appeal.appellant_id == person.id, Appeal.answer_id.is_not(None))
    return or_(is_concerned, _made(person), Decision.id.in_(answers))


def _made(person: Person) -> ColumnElement[bool]:
    by_person = (Decision.moderator_id == person.id, Decision.proposer_id == person.id)
    return or_(*(func.coalesce(each, False) for each in by_person))


def _has(column: Any, pattern: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.regexp_match(pattern, "i")
    return found


async def _delete_mails(db: AsyncSession, person: Person) -> None:
    """Letters about an account say its name as `app/accounts/letters.py` does; one may wait for an earlier address."""
    about = Mail.body.contains(f"account “{person.username}”", autoescape=True)
    await db.execute(delete(Mail).where(or_(about, Mail.recipient == person.address)))
    if person.address:
        await db.execute(delete(OneTimeLink).where(OneTimeLink.email == person.address))

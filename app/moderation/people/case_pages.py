"""The case of a person: who they are, what they wrote last, what was decided about them before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import Request
from sqlalchemy import case, func, literal, or_, select, union_all
from starlette.responses import Response

from app.actor import Actor, Restriction
from app.db import Reader
from app.forms import FormState
from app.markdown import one_line
from app.models import Annotation, Argument, Case, Debate, DebateState, Decision, FlagReason, HouseRule
from app.moderation.case_items import SHOWN_OF_NOTE
from app.moderation.casework.claims import Claim, find_claims
from app.moderation.casework.desk import version_of_form
from app.moderation.casework.notes import Colleague, NoteLine, load_colleagues, load_notes
from app.moderation.casework.ready_reasons import ABOUT_PEOPLE, ReadyReason
from app.moderation.measures.kept_out import KeptOut, find_kept_out
from app.moderation.people.records import about_no_item, count_taken
from app.moderation.people.reported import Reported, find_reported_in
from app.moderation.queries import DecisionLine, FlagLine, OpenCase, count_reasons, load_decisions, load_flags
from app.moderation.sanction_queries import load_in_force
from app.permissions import can_decide, can_note, can_see_reporters, visible_debates
from app.web import render

WRITINGS_SHOWN = 6  # Enough to see what somebody is here for; the person's page has all.


class WritingLine(NamedTuple):
    """Something that the person wrote, also where it is hidden."""

    word: str
    id: int
    text: str | None  # Nothing where the debate was removed; administrators read it.
    created_at: datetime
    is_hidden: bool
    removed_under: HouseRule | None
    slug: str
    motion: str | None  # Likewise.

    @property
    def url(self) -> str:
        return f"/debates/{self.slug}/{'arguments' if self.word == 'argument' else 'annotations'}/{self.id}"


@dataclass(frozen=True, slots=True)
class PersonCasePage:
    case: OpenCase
    person: Reported
    flags: list[FlagLine]
    decisions: list[DecisionLine]  # About the person, not about their texts.
    taken_count: int | None  # Of their texts, by decisions; None of nobody.
    writings: list[WritingLine]
    in_force: tuple[Restriction, ...]
    kept_out: KeptOut | None  # None of nobody.
    claim: Claim
    notes: list[NoteLine]
    colleagues: list[Colleague]
    older_case_id: int | None  # Which took in the flags of this one, while it is open (see reopening.py).
    ready_reasons: Sequence[ReadyReason] = ABOUT_PEOPLE

    @property
    def reasons(self) -> dict[FlagReason, int]:
        return count_reasons(self.flags)

    @property
    def outcome(self) -> DecisionLine | None:
        if self.case.closed_at is None:
            return None
        return next((decision for decision in self.decisions if decision.case_id == self.case.id), None)


async def load_person_case(db: Reader, actor: Actor, case: OpenCase) -> PersonCasePage:
    """In a fixed number of statements."""
    person = await find_reported_in(db, case.id)
    about = Decision.concerned_id == person.author_id if person.author_id else Decision.case_id == case.id
    return PersonCasePage(
        case,
        person,
        await load_flags(db, case.id),
        await load_decisions(db, about, *about_no_item()),
        await count_taken(db, person.author_id) if person.author_id else None,
        await _load_writings(db, actor, person.author_id) if person.author_id else [],
        await load_in_force(db, person.author_id) if person.author_id else (),
        await find_kept_out(db, person.author_id, None) if person.author_id else None,
        (await find_claims(db, actor, [case.id]))[0],
        await load_notes(db, case.id),
        await load_colleagues(db, actor, person),
        await find_open_case_of(db, person.author_id) if person.author_id and case.closed_at else None,
    )


async def _load_writings(db: Reader, actor: Actor, person_id: int) -> list[WritingLine]:
    arguments = select(
        literal("argument").label("word"), Argument.id, Argument.claim.label("text"),
        Argument.created_at.label("created_at"), Argument.hidden_by_id.is_not(None), Argument.removed_under,
        Argument.debate_id,
    ).where(Argument.author_id == person_id)  # fmt: skip
    annotations = select(
        literal("annotation"), Annotation.id, func.left(Annotation.body_markdown, SHOWN_OF_NOTE),
        Annotation.created_at, Annotation.hidden_by_id.is_not(None), Annotation.removed_under, Annotation.debate_id,
    ).where(Annotation.author_id == person_id)  # fmt: skip
    newest = [each.order_by(each.selected_columns[3].desc()).limit(WRITINGS_SHOWN) for each in (arguments, annotations)]
    both = union_all(*[select(each.subquery()) for each in newest]).subquery()
    word, id, text, created_at, is_hidden, removed_under, debate_id = both.c
    is_shown = or_(Debate.state != DebateState.REMOVED, visible_debates(actor))
    shown = [case((is_shown, column)) for column in (text, Debate.motion)]
    statement = (
        select(word, id, shown[0], created_at, is_hidden, removed_under, Debate.slug, shown[1])
        .join(Debate, Debate.id == debate_id)
        .order_by(created_at.desc())
        .limit(WRITINGS_SHOWN)
    )
    lines = [WritingLine._make(row) for row in await db.execute(statement)]
    return [
        line._replace(text=one_line(line.text)) if line.text and line.word == "annotation" else line for line in lines
    ]


async def find_open_case_of(db: Reader, person_id: int) -> int | None:
    """Which waits for a decision about this person."""
    statement = select(Case.id).where(Case.person_id == person_id, Case.closed_at.is_(None))
    return (await db.execute(statement)).scalar_one_or_none()


async def show_case_of_person(
    request: Request, db: Reader, actor: Actor, case: OpenCase, state: FormState, status: int, **shown: Any
) -> Response:
    page = await load_person_case(db, actor, case)
    state.values = {**state.values, "version": version_of_form(case, state, status)}
    return render(
        request, actor, "moderation/people/case.html", status=status, page=page, desk=page, form=state,
        permission=can_decide(actor, page.person, page.person.author),
        may_note=can_note(actor, page.person, page.person.author),
        may_see_reporters=can_see_reporters(actor, page.person),
        is_stale=status == 409 and not shown["is_claimed"], **shown,
    )  # fmt: skip

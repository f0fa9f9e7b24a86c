"""What lies beside a case on a moderator's desk: who works on it, notes, wordings, its author's record, reasons."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.forms import FormState
from app.models import Action, AnnotationRevision, ArgumentRevision, CreditRevision, Decision, HouseRule
from app.moderation.casework.claims import Claim, find_claims
from app.moderation.casework.notes import Colleague, NoteLine, load_colleagues, load_notes
from app.moderation.casework.ready_reasons import ReadyReason, load_ready_reasons
from app.moderation.edit_asking import OpenRequest, find_edit_obstacle, load_open_request
from app.moderation.items import ItemKind
from app.moderation.queries import CasePage, OpenCase

WORDINGS_SHOWN = 5  # The newest; the item's history has all.
RECORD_SHOWN = 5


class WordingLine(NamedTuple):
    number: int
    created_at: datetime
    text: str


class RecordLine(NamedTuple):
    """An earlier decision about the author."""

    id: int
    action: Action
    house_rule: HouseRule | None
    made_at: datetime
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Desk:
    claim: Claim
    notes: list[NoteLine]
    colleagues: list[Colleague]
    ready_reasons: list[ReadyReason]
    wordings: list[WordingLine]
    record: list[RecordLine]
    request: OpenRequest | None  # What its author was asked to change.
    edit_obstacle: str  # Why they could not be asked now.


async def load_desk(db: Reader, actor: Actor, page: CasePage) -> Desk:
    """In seven statements, and two for an open request to the author."""
    case, item = page.case, page.context.item
    return Desk(
        (await find_claims(db, actor, [case.id]))[0],
        await load_notes(db, case.id),
        await load_colleagues(db, actor, item),
        await load_ready_reasons(db, case.debate_id),
        await _load_wordings(db, page),
        await _load_record(db, item.author_id),
        await load_open_request(db, item),
        await find_edit_obstacle(db, page.context.debate, item),
    )


def version_of_form(case: OpenCase, state: FormState, status: int) -> str:
    """What was sent in order, or with a mistake, keeps the version that was seen: a preview is no second look."""
    seen = state.value("version")
    return str(case.version) if status == 409 or not seen else seen


async def _load_wordings(db: Reader, page: CasePage) -> list[WordingLine]:
    """Those since the case was opened, newest first: what was flagged may read otherwise by now."""
    if not page.context.item.can_be_worded_anew:
        return []
    statement = _WORDINGS[page.context.item.kind](page.context.item.debate_id, page.context.item.id)
    rows = [WordingLine._make(row) for row in await db.execute(statement.limit(WORDINGS_SHOWN))]
    return [row for row in rows if row.number > 1 and row.created_at > page.case.opened_at]


def _select_argument_wordings(debate_id: int, id: int) -> Select[int, datetime, str]:
    of_item = (ArgumentRevision.debate_id == debate_id, ArgumentRevision.argument_id == id)
    columns = select(ArgumentRevision.number, ArgumentRevision.created_at, ArgumentRevision.claim)
    return columns.where(*of_item).order_by(ArgumentRevision.number.desc())


def _select_annotation_wordings(debate_id: int, id: int) -> Select[int, datetime, str]:
    of_item = (AnnotationRevision.debate_id == debate_id, AnnotationRevision.annotation_id == id)
    columns = select(AnnotationRevision.number, AnnotationRevision.created_at, AnnotationRevision.body_markdown)
    return columns.where(*of_item).order_by(AnnotationRevision.number.desc())


def _select_credit_wordings(debate_id: int, id: int) -> Select[int, datetime, str]:
    of_item = (CreditRevision.debate_id == debate_id, CreditRevision.credit_id == id)
    columns = select(CreditRevision.number, CreditRevision.created_at, CreditRevision.reason)
    return columns.where(*of_item).order_by(CreditRevision.number.desc())


_WORDINGS = {
    ItemKind.ARGUMENTS: _select_argument_wordings,
    ItemKind.ANNOTATIONS: _select_annotation_wordings,
    ItemKind.CREDITS: _select_credit_wordings,
}


async def _load_record(db: Reader, author_id: int | None) -> list[RecordLine]:
    """Of nobody there is none."""
    if author_id is None:
        return []
    undoing = aliased(Decision)
    is_undone = select(undoing.id).where(undoing.reverses_id == Decision.id).exists()
    statement = (
        select(Decision.id, Decision.action, Decision.house_rule, Decision.made_at, is_undone)
        .where(Decision.concerned_id == author_id, Decision.action != Action.DISMISS, Decision.reverses_id.is_(None))
        .order_by(Decision.id.desc())
        .limit(RECORD_SHOWN)
    )
    return [RecordLine._make(row) for row in await db.execute(statement)]

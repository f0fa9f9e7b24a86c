"""Undoing the decision that closed a case opens it again: the flags that led to it wait for another decision.

It waits where it waited before, handed to whom it was, and claimed by whoever decided it while that claim lasts. An
item has one open case: what was flagged since, in another one, joins the older. So every flag stays with the decisions
that it led to, and nobody who flagged is left without an answer.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Double, Numeric, Text, and_, cast, false, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.errors import Conflict
from app.held_cases import lock_judge, release_cases
from app.models import Case, Flag
from app.moderation.flag_weights import SCORE_DIGITS
from app.moderation.items import ItemRow
from app.permission_parts import gone

_NAMES = ("debate_id", "argument_id", "annotation_id", "credit_id", "source_id", "mark_id", "person_id")


async def open_again(db: AsyncSession, case_id: int | None, row: ItemRow | None = None) -> bool:
    """Whether it is open now. Call it last, with the item's row or the person's locked and as the undoing leaves it."""
    return case_id in await open_all_again(db, [(case_id, row)])


async def open_all_again(db: AsyncSession, decided: Sequence[tuple[int | None, ItemRow | None]]) -> set[int]:
    """As `open_again` each, in a fixed number of statements: which are open now."""
    rows = {case_id: row for case_id, row in decided if case_id is not None}
    await _lock_holders(db, rows)
    waiting = [case for case in await _lock(db, Case.id.in_(rows)) if _waited(case, rows[case.id])]
    closed = [case for case in waiting if case.closed_at is not None]  # An automatic hiding leaves its case open.
    if closed:
        await _take_in_what_was_flagged_since(db, closed)
        are_opened = Case.id.in_([case.id for case in closed])
        await db.execute(update(Case).where(are_opened).values(closed_at=None, version=Case.version + 1))
        await release_cases(db, are_opened)
    return {case.id for case in waiting}


async def _lock_holders(db: AsyncSession, case_ids: Collection[int]) -> None:
    """Of these cases, and of open ones that would join them."""
    cases = list(await db.scalars(select(Case).where(Case.id.in_(case_ids))))
    joining = await db.scalars(select(Case).where(Case.closed_at.is_(None), _are_about_same(cases)))
    holders = {id for case in (*cases, *joining) for id in (case.claimed_by_id, case.assigned_to_id) if id is not None}
    await lock_judge(db, *holders)


async def _lock(db: AsyncSession, *which: ColumnElement[bool]) -> list[Case]:
    statement = select(Case).where(*which).order_by(Case.id).with_for_update()
    return list(await db.scalars(statement.execution_options(populate_existing=True)))


async def is_open(db: Reader, case_id: int) -> bool:
    return (await db.scalar(select(Case.id).where(Case.id == case_id, Case.closed_at.is_(None)))) is not None


async def refuse_while_hidden(db: AsyncSession, case_id: int | None, row: ItemRow) -> None:
    """What hides it now has a case of its own. Flags that would wait again would have nothing to wait for."""
    if row.hidden_by_id in (None, row.edit_asked_id) or case_id is None:
        return
    if (await db.get_one(Case, case_id, populate_existing=True)).flag_count:
        raise Conflict(f"It has been {gone(row)} since. Undo decision {row.hidden_by_id} first.")


def _waited(case: Case, row: ItemRow | None) -> bool:
    """A case without flags was opened by the decision itself, or by an edit that its author had been asked for."""
    is_older = case.opened_at != case.closed_at
    return case.flag_count > 0 or (row is not None and row.edit_asked_id is not None and is_older)


async def _take_in_what_was_flagged_since(db: AsyncSession, cases: Sequence[Case]) -> None:
    about = {_about(case): case for case in cases}
    same = (Case.closed_at.is_(None), _are_about_same(cases))
    joining = [(newer, about[_about(newer)]) for newer in await _lock(db, *same)]
    if not joining:
        return
    newer_ids, older_ids = [newer.id for newer, _ in joining], [case.id for _, case in joining]
    for statement in (_REPLACE, *_JOIN):
        await db.execute(statement, {"newer": newer_ids, "older": older_ids})
    for newer, case in joining:
        _hand_on(newer, case)
    await db.flush()
    emptied = {"closed_at": func.now(), "flag_count": 0, "score": 0, "reasons": []}
    await db.execute(update(Case).where(Case.id.in_(newer_ids)).values(**emptied, version=Case.version + 1))
    await db.execute(update(Case).where(Case.id.in_(older_ids)).values(**_counted()))


def _about(case: Case) -> tuple[int | None, ...]:
    return tuple(getattr(case, name) for name in _NAMES)


def _are_about_same(cases: Sequence[Case]) -> ColumnElement[bool]:
    return or_(false(), *(and_(*_is_about(case)) for case in cases if any(_about(case))))


def _is_about(case: Case) -> list[ColumnElement[bool]]:
    return [getattr(Case, name) == value for name in _NAMES if (value := getattr(case, name)) is not None]


_PAIRS = "unnest(CAST(:newer AS bigint[]), CAST(:older AS bigint[])) AS joining (newer, older)"
# Who has flagged it anew since is heard once: their flag in the older case counts no more.
_REPLACE = text(f"""
    UPDATE flags SET withdrawn_at = now() FROM flags anew, {_PAIRS}
    WHERE flags.case_id = joining.older AND anew.case_id = joining.newer AND anew.reporter_id = flags.reporter_id
        AND flags.withdrawn_at IS NULL AND anew.withdrawn_at IS NULL
""")  # noqa: S608  (the pairs are named above)
_JOIN = [
    text(f"""
        UPDATE {kind} SET case_id = joining.older FROM {_PAIRS} WHERE {kind}.case_id = joining.newer
    """)  # noqa: S608  (the tables are named in the line below)
    for kind in ("flags", "case_notes")
]


def _hand_on(newer: Case, case: Case) -> None:
    """Whoever works on either works on both."""
    holding = max((case, newer), key=lambda each: each.claimed_until.timestamp() if each.claimed_until else 0)
    case.claimed_by_id, case.claimed_until = holding.claimed_by_id, holding.claimed_until
    case.assigned_to_id = newer.assigned_to_id or case.assigned_to_id
    case.escalated_at = case.escalated_at or newer.escalated_at


def _counted() -> dict[str, object]:
    standing = (Flag.case_id == Case.id, Flag.withdrawn_at.is_(None))
    weight = cast(func.round(cast(func.sum(Flag.weight), Numeric), SCORE_DIGITS), Double)
    reason = cast(Flag.reason, Text)
    return {
        "flag_count": select(func.count()).select_from(Flag).where(*standing).scalar_subquery(),
        "score": select(func.coalesce(weight, 0)).where(*standing).scalar_subquery(),
        "reasons": func.array(
            select(reason.distinct()).where(*standing).order_by(reason).scalar_subquery(), type_=ARRAY(Text)
        ),
    }

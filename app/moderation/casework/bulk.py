"""One decision on up to a hundred cases, in a fixed number of statements.

Each case is decided at the version that the moderator saw. Those that have changed meanwhile are left alone and
reported, the others are done: a queue moves on while one reads, and nobody should have to choose a hundred anew for it.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import ARRAY, BigInteger, bindparam, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import touch_debate
from app.forms import Form, IdempotencyKey
from app.models import Action, Annotation, Argument, Case, Credit, Decision, Flag, HouseRule, NotificationKind, Source
from app.moderation.casework.claims import may_work_on
from app.moderation.casework.counting import count_hidden
from app.moderation.casework.selection import Candidate, Chosen, Prospect, foresee, read_selection
from app.moderation.forms import BY_A_RULE, Explanation, Law, explain, name_law, need_rule
from app.moderation.records import Act, record_all
from app.notifications.many import Told, notify_many

SELECTION_LIMIT = 4_000  # Characters: a hundred ids and versions.
ONE_AT_A_TIME = 7_406_001  # Of the advisory lock: two bulk decisions would lock many rows in different orders.
STALE = "It changed while the others were decided: look at it again."


BulkAction = Literal[Action.DISMISS, Action.HIDE, Action.REMOVE]


class BulkForm(Form):
    cases: Annotated[str, Field(max_length=SELECTION_LIMIT)]
    action: BulkAction
    house_rule: Annotated[HouseRule | None, Field(validate_default=True)] = None
    law: Law = ""
    explanation: Explanation = ""
    idempotency_key: Annotated[IdempotencyKey, Field(max_length=40)]  # Each decision's has the case's id behind it.
    view: str = ""

    _named = field_validator("law")(name_law)

    @field_validator("cases")
    @classmethod
    def name_versions(cls, cases: str) -> str:
        read_selection(cases.split())
        return cases

    @field_validator("house_rule")
    @classmethod
    def hide_by_a_rule(cls, rule: HouseRule | None, info: ValidationInfo) -> HouseRule | None:
        return need_rule(info.data.get("action"), rule)

    @field_validator("explanation")
    @classmethod
    def explain_hiding(cls, explanation: str, info: ValidationInfo) -> str:
        return explain(explanation) if info.data.get("action") in BY_A_RULE else explanation

    @property
    def selection(self) -> list[Chosen]:
        return read_selection(self.cases.split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them: a decision, or the reason why there is none."""

    prospect: Prospect
    decision_id: int | None

    @property
    def problem(self) -> str:
        return "" if self.decision_id else self.prospect.problem or STALE


async def decide_many(db: AsyncSession, actor: Actor, form: BulkForm) -> list[Outcome]:
    """In the order in which they were chosen. Sent twice, the same form gives the same decisions."""
    await db.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    if made := await _find_made(db, actor, form):
        prospects = await foresee(db, actor, form.selection, form.action)
        return [Outcome(prospect, made.get(prospect.chosen.case_id)) for prospect in prospects]
    seen = await foresee(db, actor, form.selection, form.action)
    rows = await _lock_items(db, [prospect.candidate for prospect in seen if prospect.candidate])
    prospects = await foresee(db, actor, form.selection, form.action)
    decidable = [prospect for prospect in prospects if not prospect.problem]
    closed = await _close_cases(db, actor, [prospect.chosen for prospect in decidable])
    candidates = [
        prospect.candidate for prospect in decidable if prospect.candidate and prospect.candidate.id in closed
    ]
    decisions = await record_all(db, actor, [(_act(each, form), each.slug) for each in candidates])
    if form.action in BY_A_RULE:
        await _hide(db, rows, candidates, decisions)
    await _tell(db, actor, decisions)
    by_case = {decision.case_id: decision.id for decision in decisions}
    return [Outcome(prospect, by_case.get(prospect.chosen.case_id)) for prospect in prospects]


async def _find_made(db: AsyncSession, actor: Actor, form: BulkForm) -> dict[int, int]:
    keys = [f"{form.idempotency_key}-{chosen.case_id}" for chosen in form.selection]
    made = (Decision.moderator_id == actor.id, Decision.idempotency_key.in_(keys), Decision.case_id.is_not(None))
    return {row.case_id: row.id for row in await db.execute(select(Decision.case_id, Decision.id).where(*made))}


def _act(candidate: Candidate, form: BulkForm) -> Act:
    key = f"{form.idempotency_key}-{candidate.id}"
    return Act(
        form.action, form.explanation, key, form.house_rule, columns=candidate.columns,
        concerned_id=candidate.author_id, case_id=candidate.id,
        law=form.law, bench=candidate.bench,
    )  # fmt: skip


async def _lock_items(db: AsyncSession, candidates: list[Candidate]) -> dict[str, Any]:
    """Their rows and those that count them, answers before what they answer, as everyone locks them."""
    places = [each.debate_id for each in candidates if each.debate_id is not None]
    credits = await _lock(db, Credit, places, [each.credit_id for each in candidates], locks=False)
    ids = [each.argument_id for each in candidates]
    arguments = await _lock(db, Argument, places, [*ids, *(credit.argument_id for credit in credits)])
    annotations = await _lock(db, Annotation, places, [each.annotation_id for each in candidates])
    await _lock(db, Credit, places, [each.credit_id for each in candidates])
    sources = await _lock(db, Source, places, [each.source_id for each in candidates])
    return {"argument": arguments, "annotation": annotations, "credit": credits, "source": sources}


async def _lock(
    db: AsyncSession, kind: Any, places: list[int], ids: list[int | None], *, locks: bool = True
) -> list[Any]:
    wanted = [id for id in ids if id is not None]
    which = kind.id.in_(wanted)
    if locks and kind not in (Credit, Source):
        parents = select(kind.parent_id).where(
            kind.debate_id.in_(places), kind.id.in_(wanted), kind.parent_id.is_not(None)
        )
        which = or_(which, kind.id.in_(parents))
    statement = select(kind).where(kind.debate_id.in_(places), which).order_by(kind.id.desc())
    if locks:
        statement = statement.with_for_update(key_share=True)
    return list(await db.scalars(statement.execution_options(populate_existing=True)))


async def _close_cases(db: AsyncSession, actor: Actor, chosen: list[Chosen]) -> set[int]:
    seen = (
        func.unnest(
            bindparam("ids", [each.case_id for each in chosen], ARRAY(BigInteger)),
            bindparam("versions", [each.version for each in chosen], ARRAY(BigInteger)),
        )
        .table_valued("id", "version", name="seen")
        .render_derived()
    )
    statement = (
        update(Case)
        .where(Case.id == seen.c.id, Case.version == seen.c.version, Case.closed_at.is_(None), may_work_on(actor))
        .values(closed_at=func.now(), version=Case.version + 1)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    return set(await db.scalars(statement))


async def _hide(db: AsyncSession, rows: dict[str, Any], candidates: list[Candidate], decisions: list[Decision]) -> None:
    for kind, hide in _HIDINGS.items():
        hiding = {
            (each.debate_id, id): decision.id
            for each, decision in zip(candidates, decisions, strict=True)
            if each.debate_id is not None and (id := getattr(each, f"{kind}_id")) is not None
        }
        if hiding:
            removed = decisions[0].house_rule if decisions[0].action == Action.REMOVE else None
            await db.execute(hide, {**_columns(hiding), "rule": removed})
        if hiding and kind != "source":  # Nothing counts those.
            listed = [row for row in rows[kind] if (row.debate_id, row.id) in hiding]
            await count_hidden(db, [row for row in listed if row.hidden_by_id is None and row.withdrawn_at is None])
    for debate_id in {each.debate_id for each in candidates if each.debate_id is not None}:
        touch_debate(db, debate_id)


_HIDINGS = {
    kind: text(f"""
        UPDATE {kind}s SET hidden_by_id = hiding.decision_id, removed_under = CAST(:rule AS text)
        FROM unnest(CAST(:debates AS bigint[]), CAST(:ids AS bigint[]), CAST(:decisions AS bigint[]))
            AS hiding (debate_id, id, decision_id)
        WHERE {kind}s.debate_id = hiding.debate_id AND {kind}s.id = hiding.id
    """)  # noqa: S608  (the kinds are named in the line below)
    for kind in ("argument", "annotation", "credit", "source")
}


def _columns(hiding: dict[tuple[int, int], int]) -> dict[str, list[int]]:
    debates, ids = zip(*hiding, strict=True)
    return {"debates": list(debates), "ids": list(ids), "decisions": list(hiding.values())}


async def _tell(db: AsyncSession, actor: Actor, decisions: list[Decision]) -> None:
    """Authors of what was hidden, and all who flagged; of one decision each person once."""
    by_case = {decision.case_id: decision for decision in decisions}
    reporters = select(Flag.case_id, Flag.reporter_id).where(Flag.case_id.in_(by_case), Flag.withdrawn_at.is_(None))
    told: dict[tuple[int, int | None], Told] = {}
    for case_id, reporter_id in await db.execute(reporters):
        if reporter_id is not None:
            told[reporter_id, case_id] = _word(reporter_id, NotificationKind.FLAG_OUTCOME, by_case[case_id])
    for decision in decisions:
        if decision.concerned_id is not None and decision.action != Action.DISMISS:
            told[decision.concerned_id, decision.case_id] = _word(
                decision.concerned_id, NotificationKind.DECISION, decision
            )
    await notify_many(db, actor.id, list(told.values()))


def _word(user_id: int, kind: NotificationKind, decision: Decision) -> Told:
    return Told(user_id, kind, decision.debate_id, decision.argument_id, decision.id)

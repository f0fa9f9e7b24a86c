"""One decision on up to a hundred cases, in a fixed number of statements.

Each case is decided at the version that the moderator saw. Those that have changed meanwhile are left alone and
reported, the others are done: a queue moves on while one reads, and nobody should have to choose a hundred anew for it.
"""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import touch_debate
from app.forms import Form, IdempotencyKey
from app.models import Action, Case, Decision, HouseRule
from app.moderation.casework.claims import may_work_on
from app.moderation.casework.counting import count_many
from app.moderation.casework.selection import Candidate, Chosen, Prospect, foresee, read_selection
from app.moderation.forms import BY_A_RULE, Explanation, Law, Sending, explain, name_law, need_rule
from app.moderation.item_locks import ONE_AT_A_TIME, Rows, lock_items
from app.moderation.items import COLUMNS, MODELS
from app.moderation.listing import UNCOUNTED
from app.moderation.records import Act, record_all, tell_all

SELECTION_LIMIT = 4_000  # Characters: a hundred ids and versions.
STALE = "It changed while the others were decided: look at it again."


BulkAction = Literal[Action.DISMISS, Action.HIDE, Action.REMOVE]


class BulkForm(Form):
    cases: Annotated[str, Field(max_length=SELECTION_LIMIT)]
    action: BulkAction
    house_rule: Annotated[HouseRule | None, Field(validate_default=True)] = None
    law: Law = ""
    act: Sending = "decide"
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
    rows = await lock_items(db, [prospect.candidate.columns for prospect in seen if prospect.candidate])
    prospects = await foresee(db, actor, form.selection, form.action)
    decidable = [prospect for prospect in prospects if not prospect.problem]
    closed = await _close_cases(db, actor, [prospect.chosen for prospect in decidable])
    candidates = [
        prospect.candidate for prospect in decidable if prospect.candidate and prospect.candidate.id in closed
    ]
    batch_id = str(uuid4()) if len(candidates) > 1 else None
    decisions = await record_all(db, actor, [(_act(each, form, batch_id), each.slug) for each in candidates])
    if form.action in BY_A_RULE:
        await _hide(db, rows, candidates, decisions)
    await tell_all(db, actor, decisions)
    by_case = {decision.case_id: decision.id for decision in decisions}
    return [Outcome(prospect, by_case.get(prospect.chosen.case_id)) for prospect in prospects]


async def _find_made(db: AsyncSession, actor: Actor, form: BulkForm) -> dict[int, int]:
    keys = [f"{form.idempotency_key}-{chosen.case_id}" for chosen in form.selection]
    made = (Decision.moderator_id == actor.id, Decision.idempotency_key.in_(keys), Decision.case_id.is_not(None))
    return {row.case_id: row.id for row in await db.execute(select(Decision.case_id, Decision.id).where(*made))}


def _act(candidate: Candidate, form: BulkForm, batch_id: str | None) -> Act:
    key = f"{form.idempotency_key}-{candidate.id}"
    return Act(
        form.action, form.explanation, key, form.house_rule, columns=candidate.columns,
        concerned_id=candidate.author_id, case_id=candidate.id,
        law=form.law, bench=candidate.bench, batch_id=batch_id,
    )  # fmt: skip


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


async def _hide(db: AsyncSession, rows: Rows, candidates: list[Candidate], decisions: list[Decision]) -> None:
    for kind, hide in _HIDINGS.items():
        hiding = {
            (each.debate_id, id): decision.id
            for each, decision in zip(candidates, decisions, strict=True)
            if each.debate_id is not None and (id := getattr(each, COLUMNS[kind])) is not None
        }
        if hiding:
            removed = decisions[0].house_rule if decisions[0].action == Action.REMOVE else None
            await db.execute(hide, {**_columns(hiding), "rule": removed})
        if hiding and MODELS[kind] not in UNCOUNTED:
            listed = [row for row in rows[kind] if (row.debate_id, row.id) in hiding]
            hidden = [row for row in listed if row.hidden_by_id is None and row.withdrawn_at is None]
            await count_many(db, hidden, -1)
    for debate_id in {each.debate_id for each in candidates if each.debate_id is not None}:
        touch_debate(db, debate_id)


_HIDINGS = {
    kind: text(f"""
        UPDATE {model.__tablename__} SET hidden_by_id = hiding.decision_id, removed_under = CAST(:rule AS text)
        FROM unnest(CAST(:debates AS bigint[]), CAST(:ids AS bigint[]), CAST(:decisions AS bigint[]))
            AS hiding (debate_id, id, decision_id)
        WHERE {model.__tablename__}.debate_id = hiding.debate_id AND {model.__tablename__}.id = hiding.id
    """)  # noqa: S608  (the tables are those of the models)
    for kind, model in MODELS.items()
}


def _columns(hiding: dict[tuple[int, int], int]) -> dict[str, list[int]]:
    debates, ids = zip(*hiding, strict=True)
    return {"debates": list(debates), "ids": list(ids), "decisions": list(hiding.values())}

"""A decision's record: its row with the statement of reasons, its entry in the log, and word to those concerned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.models import Action, Appeal, AppealOutcome, Decision, Flag, HouseRule, LogEntry, NotificationKind, Stake
from app.moderation.chain import utc_text
from app.moderation.items import Item
from app.moderation.measures.switches import SWITCHES
from app.notifications.commands import notify
from app.notifications.many import Told, notify_many
from app.permission_terms import Bench
from app.permissions_to_judge import find_interest

OF_THREADS = (Action.LOCK, Action.UNLOCK, Action.SLOW, Action.UNSLOW)  # Where they name an argument.
OF_USES = (Action.UNUSE, Action.USE_AGAIN)  # Of the argument that was answered.
OF_SWITCHES = tuple(action for switch in SWITCHES.values() for action in (switch.action, switch.back))
OF_DEBATES = (
    Action.LOCK_DEBATE, Action.UNLOCK_DEBATE, Action.SLOW, Action.UNSLOW, Action.REMOVE_DEBATE, Action.RESTORE_DEBATE,
    *OF_SWITCHES,
)  # fmt: skip
OF_ROLES = (Action.CHANGE_ROLE, Action.CHANGE_ROLE_BACK)
OF_PEOPLE = (
    Action.WARN, Action.UNWARN, Action.RENAME, Action.UNRENAME, Action.SILENCE, Action.UNSILENCE, Action.SUSPEND,
    Action.UNSUSPEND, *OF_ROLES,
)  # fmt: skip
OF_WORDS = (Action.WATCH, Action.UNWATCH, Action.WATCH_BACK)

# Who gives roles on the server, in the log; and how the `change` of a decision says that it was they, or that somebody
# accepted an invitation. Who stepped down is said by BY_THEMSELVES in app/permissions_to_appeal.py.
OPERATOR = "The operator of this site"
AUTOMATIC = "Automatic hiding"  # By what flags weigh together, before any moderator has looked.
BY_OPERATOR = {"by": "operator"}
BY_INVITATION = {"by": "invitation"}

FLAGGED = (Flag.withdrawn_at.is_(None), Flag.reporter_id.is_not(None))


class Reasoned(Protocol):
    """What the forms of all decisions have in common."""

    @property
    def explanation(self) -> str: ...
    @property
    def idempotency_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Act:
    """What a moderator does, to what, and why."""

    action: Action
    explanation: str
    idempotency_key: str | None
    house_rule: HouseRule | None = None
    law: str = ""  # Which one, where that is the ground.
    columns: dict[str, int | None] | None = None  # Of the item, where it is about one.
    concerned_id: int | None = None
    case_id: int | None = None
    until: datetime | None = None
    reverses_id: int | None = None
    change: dict[str, Any] | None = None
    proposer: tuple[int, str] | None = None  # Of two moderators who decide together: id and name.
    interest: Stake | None = None  # Where the bench does not tell.
    bench: Bench | None = None  # Who could have decided instead; none where no quarrel can be one’s own.
    is_automated: bool = False
    batch_id: str | None = None  # Of decisions that are made together.

    @classmethod
    def on_item(
        cls, item: Item, action: Action, form: Reasoned, case_id: int | None, *, reverses_id: int | None = None
    ) -> "Act":
        return cls(
            action,
            form.explanation,
            form.idempotency_key,
            getattr(form, "house_rule", None),
            getattr(form, "law", ""),
            columns=item.columns,
            concerned_id=item.author_id,
            case_id=case_id,
            reverses_id=reverses_id,
            bench=item.bench,
        )


async def find_made(db: AsyncSession, actor: Actor, idempotency_key: str) -> Decision | None:
    """The decision that this form has made already: a double click, or a page sent again."""
    statement = select(Decision).filter_by(moderator_id=actor.id, idempotency_key=idempotency_key)
    return (await db.execute(statement)).scalar_one_or_none()


async def record(db: AsyncSession, actor: Actor, act: Act, debate_slug: str | None) -> Decision:
    return (await record_all(db, actor, [(act, debate_slug)]))[0]


async def record_all(db: AsyncSession, actor: Actor, acts: Sequence[tuple[Act, str | None]]) -> list[Decision]:
    """Decisions with their entries in the log, in two statements however many they are."""
    decisions = [_decision(actor, act) for act, _ in acts]
    db.add_all(decisions)
    await db.flush()
    for decision, (act, debate_slug) in zip(decisions, acts, strict=True):
        db.add(_entry(actor, act, decision, debate_slug))
    await db.flush()
    return decisions


def _decision(actor: Actor, act: Act) -> Decision:
    interest = find_interest(actor, [act.concerned_id], act.bench) if act.bench else None
    return Decision(
        **(act.columns or {}),
        case_id=act.case_id,
        concerned_id=act.concerned_id,
        moderator_id=actor.id,
        action=act.action,
        house_rule=act.house_rule,
        law=act.law or None,
        explanation=act.explanation,
        until=act.until,
        reverses_id=act.reverses_id,
        idempotency_key=act.idempotency_key,
        interest=interest or act.interest,
        change=act.change,
        proposer_id=act.proposer[0] if act.proposer else None,
        is_automated=act.is_automated,
        batch_id=act.batch_id,
    )


def _entry(actor: Actor, act: Act, decision: Decision, debate_slug: str | None) -> LogEntry:
    return LogEntry(
        moderator_name=f"{act.proposer[1]} and {actor.display_name}" if act.proposer else actor.display_name,
        action=act.action,
        debate_id=(act.columns or {}).get("debate_id"),
        debate_slug=debate_slug,
        decision_id=decision.id,
        item=_place(act) | _seal(act, decision) | ({"in_spite_of": decision.interest} if decision.interest else {}),
        house_rule=act.house_rule,
        explanation=f"Law: {act.law}\n{act.explanation}" if act.law else act.explanation,
    )


def _place(act: Act) -> dict[str, Any]:
    """Where to find what it was about. The log cannot be changed, so neither texts nor names of members stand in it."""
    columns = act.columns or {}
    if argument_id := columns.get("argument_id"):
        kind = "thread" if act.action in OF_THREADS else "use" if act.action in OF_USES else "argument"
        return {"kind": kind, "id": argument_id}
    for kind in ("annotation", "credit", "source", "mark"):
        if id := columns.get(f"{kind}_id"):
            return {"kind": kind, "id": id}
    change = {name: (act.change or {}).get(name) for name in ("from", "to")}
    if act.action in OF_DEBATES:
        return {"kind": "debate", "id": columns.get("debate_id"), **(change if act.action in OF_SWITCHES else {})}
    if act.action in OF_WORDS:
        return {"kind": "word", **change}
    return {"kind": "person", "id": act.concerned_id, **(change if act.action in OF_ROLES else {})}


def _seal(act: Act, decision: Decision) -> dict[str, Any]:
    """What the decision itself cannot say otherwise later: until when and where it holds, who made it, about whom,
    unless it is about a mark: whose it is, is not public."""
    is_nameless = (act.columns or {}).get("mark_id") is not None
    sealed: dict[str, Any] = {"by": decision.moderator_id, "concerned": None if is_nameless else act.concerned_id}
    if act.proposer:
        sealed["proposed_by"] = act.proposer[0]
    if act.until is not None:
        sealed["until"] = utc_text(act.until)
    if act.action in OF_PEOPLE:
        sealed["scope"] = "debate" if (act.columns or {}).get("debate_id") else "site"
    return sealed


async def answer_appeals(db: AsyncSession, *undoings: Decision) -> None:
    """What undoes a decision answers the open appeals against it, once those who appealed are told."""
    undone = [undoing.reverses_id for undoing in undoings]
    statement = update(Appeal).where(Appeal.decision_id.in_(undone), Appeal.answered_at.is_(None))
    undoing = select(Decision.id).where(Decision.reverses_id == Appeal.decision_id).scalar_subquery()
    await db.execute(
        statement.values(
            outcome=AppealOutcome.OVERTURNED,
            answer_id=undoing,
            answered_at=func.now(),
            version=Appeal.version + 1,
        )
    )


async def tell(
    db: AsyncSession, actor: Actor, decision: Decision, others: Iterable[int] = (), *, is_outcome: bool = True
) -> None:
    """Tell the person concerned (not of flags that come to nothing), others whom it touches, those whose flags led to
    it, unless their outcome is still to come, and those whose appeal it answers."""
    told: dict[int, NotificationKind] = {}
    if decision.case_id is not None and is_outcome:
        reporters = select(Flag.reporter_id).where(Flag.case_id == decision.case_id, *FLAGGED)
        told |= {id: NotificationKind.FLAG_OUTCOME for id in await db.scalars(reporters) if id is not None}
    told |= dict.fromkeys(others, NotificationKind.DECISION)
    if decision.concerned_id is not None and decision.action not in (Action.DISMISS, Action.REOPEN):
        told[decision.concerned_id] = NotificationKind.DECISION
    if decision.reverses_id is not None:
        appealed = (Appeal.decision_id == decision.reverses_id, Appeal.answered_at.is_(None))
        appellants = await db.scalars(select(Appeal.appellant_id).where(*appealed))
        told |= {id: NotificationKind.APPEAL_OUTCOME for id in appellants if id is not None}
    about = {"debate_id": decision.debate_id, "argument_id": decision.argument_id, "decision_id": decision.id}
    # In one order everywhere, so that two decisions never wait for each other.
    for user_id in sorted({*told} - {actor.id}):
        await notify(db, user_id=user_id, kind=told[user_id], actor_id=actor.id, **about)


async def tell_all(
    db: AsyncSession, actor: Actor, decisions: Sequence[Decision], others: Mapping[int, Iterable[int]] | None = None
) -> None:
    """As `tell` of one, in a fixed number of statements: of each decision each person once. `others` by decision."""
    others = others or {}
    if len(decisions) == 1:  # What somebody chose for its thread counts too.
        await tell(db, actor, decisions[0], others.get(decisions[0].id, ()))
        return
    told: dict[tuple[int | None, int], NotificationKind] = {}
    by_case = {decision.case_id: decision.id for decision in decisions if decision.case_id is not None}
    reporters = select(Flag.case_id, Flag.reporter_id).where(Flag.case_id.in_(by_case), *FLAGGED)
    for case_id, reporter_id in await db.execute(reporters):
        told[reporter_id, by_case[case_id]] = NotificationKind.FLAG_OUTCOME
    for decision in decisions:
        told |= {(id, decision.id): NotificationKind.DECISION for id in others.get(decision.id, ())}
        if decision.concerned_id is not None and decision.action not in (Action.DISMISS, Action.REOPEN):
            told[decision.concerned_id, decision.id] = NotificationKind.DECISION
    undoings = {decision.reverses_id: decision.id for decision in decisions if decision.reverses_id is not None}
    appealed = (Appeal.decision_id.in_(undoings), Appeal.answered_at.is_(None))
    for undone_id, appellant_id in await db.execute(select(Appeal.decision_id, Appeal.appellant_id).where(*appealed)):
        told[appellant_id, undoings[undone_id]] = NotificationKind.APPEAL_OUTCOME
    about = {decision.id: decision for decision in decisions}
    await notify_many(db, actor.id, [_told(id, kind, about[made]) for (id, made), kind in told.items() if id])


def _told(user_id: int, kind: NotificationKind, decision: Decision) -> Told:
    return Told(user_id, kind, decision.debate_id, decision.argument_id, decision.id)

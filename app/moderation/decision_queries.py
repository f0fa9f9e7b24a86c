"""A decision with its statement of reasons, as anyone may read it: no text of what is hidden."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.markdown import clean_line, one_line
from app.models import (
    Action,
    Annotation,
    Argument,
    Credit,
    Debate,
    DebateRole,
    Decision,
    Flag,
    HouseRule,
    ReviewMark,
    Source,
    Stake,
    User,
)
from app.moderation.items import ItemKind, ItemRow, Participant, item_key, make_participant
from app.moderation.records import AUTOMATIC, BY_OPERATOR, OF_DEBATES, OF_THREADS, OF_USES, OF_WORDS, OPERATOR
from app.permission_terms import Bench
from app.permissions import recorded_debates, visible_debates
from app.permissions_to_appeal import is_role_on_site, is_stepping_down
from app.permissions_to_judge import judges_of


@dataclass(frozen=True, slots=True)
class DecisionView:
    id: int
    case_id: int | None
    action: Action
    house_rule: HouseRule | None
    law: str | None
    explanation: str
    until: datetime | None
    made_at: datetime
    acknowledged_at: datetime | None
    concerned_id: int | None
    debate_id: int | None
    argument_id: int | None
    annotation_id: int | None
    credit_id: int | None
    source_id: int | None
    mark_id: int | None
    reverses_id: int | None
    is_automated: bool
    slug: str | None
    text: str | None  # Of an item that is not hidden.
    undone_by_id: int | None
    flag_count: int
    moderator: Participant | None
    concerned: Participant | None
    change: dict[str, Any] | None
    proposer_id: int | None
    proposer_name: str | None
    interest: Stake | None
    bench: Bench
    batch_size: int  # How many were made together with it, itself among them; 0 where it was made alone.
    is_debate_shown: bool  # To whoever asks: one that was removed is shown to administrators alone.

    @property
    def item_key(self) -> tuple[ItemKind, int] | None:
        return item_key(self.argument_id, self.annotation_id, self.credit_id, self.source_id, self.mark_id)

    @property
    def item_word(self) -> str:
        """thread, argument, annotation, credit, source, mark, debate, word, use or person, as in the log."""
        if self.action in OF_WORDS:
            return "word"
        if self.action in OF_USES:
            return "use"
        if self.item_key is None:
            return "debate" if self.action in OF_DEBATES else "person"
        return "thread" if self.action in OF_THREADS else self.item_key[0][:-1]

    @property
    def is_by_operator(self) -> bool:
        return BY_OPERATOR.items() <= (self.change or {}).items()

    @property
    def is_role_on_site(self) -> bool:
        return is_role_on_site(self)

    @property
    def is_stepping_down(self) -> bool:
        return is_stepping_down(self)

    @property
    def decided_by(self) -> str | None:
        """The name of who made it; nothing where that moderator has no account any more."""
        if self.is_automated:
            return AUTOMATIC
        return OPERATOR if self.is_by_operator else self.moderator.name if self.moderator else None

    @property
    def place(self) -> str | None:
        """The address of what it was about; a person's address is not kept."""
        if not self.is_debate_shown and self.item_word != "person":
            return None
        if (key := self.item_key) is not None:
            return f"/debates/{self.slug}/{key[0]}/{key[1]}"
        if self.item_word == "word":
            return None
        if self.item_word == "debate":
            return f"/debates/{self.slug}"
        return f"/people/{self.concerned.username}" if self.concerned else None


async def find_decision(db: Reader, actor: Actor, decision_id: int) -> DecisionView:
    decisions = await load_decisions(db, actor, Decision.id == decision_id)
    if not decisions:
        raise NotFound("There is no such decision.")
    return decisions[0]


async def load_decisions(db: Reader, actor: Actor, which: ColumnElement[bool]) -> list[DecisionView]:
    """In the order in which they were made, in one statement."""
    statement = _select_decisions(actor).where(which, or_(Decision.debate_id.is_(None), recorded_debates(actor)))
    return [_view(row) for row in await db.execute(statement.order_by(Decision.id))]


def _select_decisions(actor: Actor) -> Any:
    moderator, concerned, later = aliased(User), aliased(User), aliased(Decision)
    moderator_role, concerned_role = aliased(DebateRole), aliased(DebateRole)
    flags = select(func.count()).where(Flag.case_id == Decision.case_id, Flag.withdrawn_at.is_(None))
    undone_by = select(later.id).where(later.reverses_id == Decision.id)
    together = aliased(Decision)
    batch_size = select(func.count()).where(together.batch_id == Decision.batch_id)
    proposer_name = select(User.display_name).where(User.id == Decision.proposer_id).scalar_subquery()
    return (
        select(
            Decision.id, Decision.case_id, Decision.action, Decision.house_rule, Decision.law, Decision.explanation,
            Decision.until, Decision.made_at, Decision.acknowledged_at, Decision.concerned_id, Decision.debate_id,
            Decision.argument_id, Decision.annotation_id, Decision.credit_id, Decision.source_id,
            Decision.mark_id,
            Decision.reverses_id, Decision.is_automated, Debate.slug,
            _is_shown_to(actor), func.coalesce(Argument.claim, Source.title), Annotation.body_markdown,
            func.coalesce(Credit.reason, ReviewMark.words),
            Decision.change, Decision.proposer_id, proposer_name, Decision.interest,
            judges_of(Decision.debate_id, Decision.concerned_id, Decision.case_id),
            undone_by.scalar_subquery(), flags.scalar_subquery(), batch_size.scalar_subquery(),
            moderator.id, moderator.username, moderator.display_name, moderator.role, moderator_role.kind,
            concerned.id, concerned.username, concerned.display_name, concerned.role, concerned_role.kind,
        )
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .outerjoin(concerned, concerned.id == Decision.concerned_id)
        .outerjoin(moderator, moderator.id == Decision.moderator_id)
        .outerjoin(moderator_role, _is_role_of(moderator_role, moderator))
        .outerjoin(concerned_role, _is_role_of(concerned_role, concerned))
        .outerjoin(Argument, _is_shown(Argument, Decision.argument_id))
        .outerjoin(Annotation, _is_shown(Annotation, Decision.annotation_id))
        .outerjoin(Source, _is_shown(Source, Decision.source_id))
        .outerjoin(ReviewMark, and_(_is_shown(ReviewMark, Decision.mark_id), ReviewMark.resolved_at.is_(None)))
        .outerjoin(Credit, and_(_is_shown(Credit, Decision.credit_id), Credit.withdrawn_at.is_(None)))
    )  # fmt: skip


def _is_shown(kind: type[ItemRow], id: Any) -> ColumnElement[bool]:
    return and_(kind.debate_id == Decision.debate_id, kind.id == id, kind.hidden_by_id.is_(None))


def _is_shown_to(actor: Actor) -> ColumnElement[bool]:
    return or_(Decision.debate_id.is_(None), visible_debates(actor))


def _is_role_of(role: type[DebateRole], person: type[User]) -> ColumnElement[bool]:
    return and_(role.user_id == person.id, role.debate_id == Decision.debate_id)


def _view(row: Row[*tuple[Any, ...]]) -> DecisionView:
    *columns, shown, claim, note, credit, change, proposer_id, proposer_name, interest, judges = row[:-13]
    undone_by_id, flag_count, batch_size = row[-13:-10]
    text = one_line(note) if note is not None else clean_line(credit) if credit is not None else claim
    text = text if shown else None
    people = [make_participant(row[-10:-5]), make_participant(row[-5:])]
    bench = Bench.of(judges, row.made_at)
    rest = (change, proposer_id, proposer_name, interest, bench, batch_size, shown)
    return DecisionView(*[*columns, text, undone_by_id, flag_count, *people, *rest])

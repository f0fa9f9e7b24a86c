"""Several cases chosen together: what one decision would do to each, and why it would leave one out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Action, Case, Debate, DebateRole, Decision, FlagReason, HouseRule, Stake, User
from app.moderation.case_items import (
    ABOUT,
    CONCERNED_ID,
    EDIT_ASKED_ID,
    HIDDEN_BY_ID,
    REMOVED_UNDER,
    TEXT,
    WORD,
    join_items,
    show_text,
)
from app.moderation.casework.filters import is_claimed
from app.moderation.forms import BY_A_RULE
from app.moderation.items import COLUMNS, Participant, item_key, make_participant
from app.permission_terms import Bench
from app.permissions import can_decide, visible_cases
from app.permissions_to_judge import judges_of
from app.taken import what_was_done

MOST_SELECTED = 100  # What one person can still look over.


class Chosen(NamedTuple):
    """A case with the version of it that the moderator saw."""

    case_id: int
    version: int


class Candidate(NamedTuple):
    """A case that is to be decided with others, as it is now."""

    id: int
    version: int
    reworded_version: int
    is_open: bool
    reasons: list[FlagReason]  # Of its flags, each once.
    debate_id: int | None  # None of a person.
    slug: str | None
    argument_id: int | None
    annotation_id: int | None
    credit_id: int | None
    source_id: int | None
    mark_id: int | None
    hidden_by_id: int | None
    is_hidden_automatically: bool
    removed_under: HouseRule | None
    edit_asked_id: int | None
    claimed_by_id: int | None
    claimed_name: str | None
    word: str
    text: str
    bench: Bench
    author: Participant | None

    @property
    def author_id(self) -> int | None:
        return self.author.id if self.author else None

    @property
    def columns(self) -> dict[str, int | None]:
        values = (self.argument_id, self.annotation_id, self.credit_id, self.source_id, self.mark_id)
        return {"debate_id": self.debate_id, **dict(zip(COLUMNS.values(), values, strict=True))}

    @property
    def path(self) -> str:
        key = item_key(self.argument_id, self.annotation_id, self.credit_id, self.source_id, self.mark_id)
        return f"/debates/{self.slug}/{key[0]}/{key[1]}" if key else f"/moderation/cases/{self.id}"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would happen to one of them; `problem` says why nothing would."""

    chosen: Chosen
    candidate: Candidate | None
    problem: str = ""
    status: int = 200
    interest: Stake | None = None  # In spite of which it would be decided, as nobody else can.


def read_selection(values: Iterable[str]) -> list[Chosen]:
    """From `12-3 15-1`: ids and versions, each case once. Raises ValueError with a sentence."""
    found: dict[int, Chosen] = {}
    for value in values:
        case_id, dash, version = value.partition("-")
        if not (dash and case_id.isdecimal() and version.isdecimal() and max(len(case_id), len(version)) <= 18):
            raise ValueError("Each case has to come with the version of it that you saw.")
        found[int(case_id)] = Chosen(int(case_id), int(version))
    if not 1 <= len(found) <= MOST_SELECTED:
        raise ValueError(f"Choose between 1 and {MOST_SELECTED} cases.")
    return list(found.values())


async def foresee(db: Reader, actor: Actor, selection: list[Chosen], action: Action) -> list[Prospect]:
    """In the order in which they were chosen, in one statement."""
    statement = _select_candidates().where(Case.id.in_([chosen.case_id for chosen in selection]), visible_cases(actor))
    found = {candidate.id: candidate for candidate in map(_candidate, await db.execute(statement))}
    return [_prospect(actor, chosen, found.get(chosen.case_id), action) for chosen in selection]


def _prospect(actor: Actor, chosen: Chosen, candidate: Candidate | None, action: Action) -> Prospect:
    if candidate is None:
        return Prospect(chosen, None, "There is no such case in the debates that you moderate.", 404)
    permission = can_decide(actor, candidate, candidate.author)
    if not permission:
        return Prospect(chosen, candidate, permission.reason, 403)
    problem = _conflict(actor, chosen, candidate, action)
    return Prospect(chosen, candidate, problem, 409 if problem else 200, permission.interest)


def _conflict(actor: Actor, chosen: Chosen, candidate: Candidate, action: Action) -> str:
    if not candidate.is_open:
        return "It is decided meanwhile."
    if candidate.debate_id is None and action != Action.DISMISS:
        return "A person cannot be hidden or removed: decide this case by itself."
    if candidate.version != chosen.version:
        return _name_change(chosen, candidate)
    if candidate.claimed_by_id not in (None, actor.id):
        return f"{candidate.claimed_name or 'Somebody else'} is working on it."
    if candidate.edit_asked_id is not None:
        return "Its author was asked to change it: decide it by itself."
    if action in BY_A_RULE and candidate.hidden_by_id is not None and not candidate.is_hidden_automatically:
        return f"It is {what_was_done(candidate.removed_under)} already."
    if action == Action.DISMISS and candidate.is_hidden_automatically:
        return "It was hidden automatically, and leaving it would show it again: decide it by itself."
    return ""


def _name_change(chosen: Chosen, candidate: Candidate) -> str:
    if chosen.version >= candidate.reworded_version:
        return "Its flags have changed since you saw it: look again."
    changed = "The name was" if candidate.debate_id is None else "Its words were"
    return f"{changed} changed since you saw it: look again."


def _select_candidates() -> Any:
    claimer = aliased(User)
    automatic = select(Decision.id).where(
        Decision.id == HIDDEN_BY_ID, Decision.is_automated, Decision.case_id == Case.id
    )
    columns = select(
        Case.id, Case.version, Case.reworded_version, Case.closed_at.is_(None), Case.reasons, Case.debate_id,
        Debate.slug, *ABOUT, HIDDEN_BY_ID, automatic.exists(), REMOVED_UNDER, EDIT_ASKED_ID,
        claimer.id, claimer.display_name, WORD, TEXT,
        judges_of(Case.debate_id, CONCERNED_ID, Case.id), Case.opened_at,
        User.id, User.username, User.display_name, User.role, DebateRole.kind,
    )  # fmt: skip
    return (
        join_items(columns.select_from(Case).outerjoin(Debate, Debate.id == Case.debate_id))
        .outerjoin(User, User.id == CONCERNED_ID)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Case.debate_id))
        .outerjoin(claimer, and_(claimer.id == Case.claimed_by_id, is_claimed()))
    )


def _candidate(row: Any) -> Candidate:
    *columns, word, text, judges, opened_at = row[:-5]
    return Candidate._make(
        [*columns, word, show_text(word, text), Bench.of(judges, opened_at), make_participant(row[-5:])]
    )

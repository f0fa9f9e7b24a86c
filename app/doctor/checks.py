"""What must hold between rows, each as one query for the rows where it does not."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Subquery, and_, any_, case, cast, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.mail.delivery import MOST_ATTEMPTS
from app.models import (
    Action,
    Annotation,
    AnnotationRevision,
    Appeal,
    AppealOutcome,
    Argument,
    ArgumentRevision,
    Bearing,
    Concession,
    Credit,
    CreditRevision,
    Decision,
    EssayRevision,
    Mail,
    Passage,
    Placement,
    PlacementState,
    Vote,
    VoteDiscount,
)


@dataclass(frozen=True, slots=True)
class Check:
    """`wrong` selects the debate's id (or what else it is in), the row's id, and what is wrong there in a few words."""

    name: str
    wrong: Select[*tuple[Any, ...]]


def _passages_off_their_words() -> Select[*tuple[Any, ...]]:
    words = func.substr(
        EssayRevision.text, cast(Passage.start + 1, Integer), cast(Passage.end - Passage.start, Integer)
    )
    return (
        select(Passage.debate_id, Passage.id, func.concat("the essay has there: ", func.left(words, 60)))
        .join(
            EssayRevision,
            and_(EssayRevision.debate_id == Passage.debate_id, EssayRevision.id == Passage.revision_id),
        )
        .where(words != Passage.exact)
    )


def _placements_off_their_words() -> Select[*tuple[Any, ...]]:
    """What stands exactly or has moved stands on the words that were marked; its own place has a check of its own."""
    words = func.substr(
        EssayRevision.text, cast(Placement.start + 1, Integer), cast(Placement.end - Placement.start, Integer)
    )
    is_revision = and_(EssayRevision.debate_id == Placement.debate_id, EssayRevision.id == Placement.revision_id)
    is_own = tuple_(Placement.revision_id, Placement.start, Placement.end) == tuple_(
        Passage.revision_id, Passage.start, Passage.end
    )
    found = func.concat("revision ", EssayRevision.number, " has there: ", func.left(words, 60))
    return (
        select(Placement.debate_id, Placement.passage_id, found)
        .join(EssayRevision, is_revision)
        .join(Passage, and_(Passage.debate_id == Placement.debate_id, Passage.id == Placement.passage_id))
        .where(Placement.state.in_([PlacementState.EXACT, PlacementState.MOVED]), words != Passage.exact, ~is_own)
    )


def _passages_without_placement() -> Select[*tuple[Any, ...]]:
    """A passage has its placement on the revision where it was marked and on every later one."""
    placed = select(Placement.passage_id).where(
        Placement.debate_id == Passage.debate_id,
        Placement.passage_id == Passage.id,
        Placement.revision_id == EssayRevision.id,
    )
    return (
        select(Passage.debate_id, Passage.id, func.concat("no placement on revision ", EssayRevision.number))
        .join(
            EssayRevision,
            and_(EssayRevision.debate_id == Passage.debate_id, EssayRevision.id >= Passage.revision_id),
        )
        .where(~placed.exists())
    )


def _changed_revisions() -> Select[*tuple[Any, ...]]:
    digest = func.encode(func.sha256(func.convert_to(EssayRevision.text, "UTF8")), "hex")
    return select(EssayRevision.debate_id, EssayRevision.id, func.concat("its text has the digest ", digest)).where(
        digest != EssayRevision.text_sha256
    )


def _misplaced_arguments() -> Select[*tuple[Any, ...]]:
    """A reply stands one level below its parent, in its thread; so there can be no circle either."""
    parent = aliased(Argument)
    root = func.coalesce(parent.root_id, parent.id)
    is_misplaced = or_(Argument.root_id.is_distinct_from(root), Argument.depth != func.coalesce(parent.depth + 1, 0))
    return (
        select(Argument.debate_id, Argument.id, func.concat("thread ", Argument.root_id, ", depth ", Argument.depth))
        .outerjoin(parent, and_(parent.debate_id == Argument.debate_id, parent.id == Argument.parent_id))
        .where(is_misplaced)
    )


def _replies_out_of_reach() -> Select[*tuple[Any, ...]]:
    """Under what was merged, or put together again: its address leads on, so nobody finds what stands there."""
    parent = aliased(Argument)
    return (
        select(
            Argument.debate_id, Argument.id, func.concat("under ", parent.id, ", merged into ", parent.merged_into_id)
        )
        .join(parent, and_(parent.debate_id == Argument.debate_id, parent.id == Argument.parent_id))
        .where(parent.merged_into_id.is_not(None))
    )


def _newest(model: Any, item_id: InstrumentedAttribute[int]) -> Subquery:
    """Of each item its revision with the highest number."""
    keys = (model.debate_id, item_id)
    numbers = select(*keys, func.max(model.number)).group_by(*keys)
    return select(model).where(tuple_(*keys, model.number).in_(numbers)).subquery()


def _arguments_unlike_their_newest_revision() -> Select[*tuple[Any, ...]]:
    newest = _newest(ArgumentRevision, ArgumentRevision.argument_id)
    is_other = or_(
        Argument.claim.is_distinct_from(newest.c.claim),
        Argument.grounds_markdown.is_distinct_from(newest.c.grounds_markdown),
        Argument.steelman.is_distinct_from(newest.c.steelman),
        Argument.version.is_distinct_from(newest.c.version),
    )
    return (
        select(Argument.debate_id, Argument.id, func.concat("revision ", func.coalesce(newest.c.number, 0), " differs"))
        .outerjoin(newest, and_(newest.c.debate_id == Argument.debate_id, newest.c.argument_id == Argument.id))
        .where(is_other)
    )


def _replies_off_their_notes() -> Select[*tuple[Any, ...]]:
    """A reply to a note or question stands on the same words, also after that was moved; and it has no replies."""
    note = aliased(Annotation)
    is_off = or_(Annotation.passage_id != note.passage_id, note.parent_id.is_not(None))
    return (
        select(Annotation.debate_id, Annotation.id, func.concat("its note is on passage ", note.passage_id))
        .join(note, and_(note.debate_id == Annotation.debate_id, note.id == Annotation.parent_id))
        .where(is_off)
    )


def _annotations_unlike_their_newest_revision() -> Select[*tuple[Any, ...]]:
    newest = _newest(AnnotationRevision, AnnotationRevision.annotation_id)
    columns = (Annotation.kind, Annotation.body_markdown, Annotation.tags)
    is_other = or_(
        *(column.is_distinct_from(newest.c[column.key]) for column in columns),
        and_(Annotation.parent_id.is_(None), Annotation.passage_id.is_distinct_from(newest.c.passage_id)),
    )
    return (
        select(
            Annotation.debate_id, Annotation.id, func.concat("revision ", func.coalesce(newest.c.number, 0), " differs")
        )
        .outerjoin(newest, and_(newest.c.debate_id == Annotation.debate_id, newest.c.annotation_id == Annotation.id))
        .where(is_other)
    )


def _votes_counted_in_spite_of_a_discount() -> Select[*tuple[Any, ...]]:
    votes = select(Vote.debate_id, Vote.user_id, Vote.argument_id).where(Vote.is_counted)
    bearings = select(Bearing.debate_id, Bearing.user_id, Bearing.argument_id).where(Bearing.is_counted)
    counted = union_all(votes, bearings).subquery()
    is_discounted = and_(
        VoteDiscount.debate_id == counted.c.debate_id, VoteDiscount.voter_id == counted.c.user_id,
        or_(VoteDiscount.author_id == Argument.author_id, Argument.id == any_(VoteDiscount.left_arguments)),
        VoteDiscount.lifted_at.is_(None),
    )  # fmt: skip
    return (
        select(Argument.debate_id, Argument.id, func.concat("person ", counted.c.user_id))
        .join(counted, and_(counted.c.debate_id == Argument.debate_id, counted.c.argument_id == Argument.id))
        .join(VoteDiscount, is_discounted)
    )


def _concessions_unlike_their_arguments() -> Select[*tuple[Any, ...]]:
    is_standing = and_(
        Concession.debate_id == Argument.debate_id, Concession.argument_id == Argument.id,
        Concession.taken_back_at.is_(None),
    )  # fmt: skip
    return (
        select(Argument.debate_id, Argument.id, func.concat("conceded ", Concession.conceded_at))
        .outerjoin(Concession, is_standing)
        .where(Argument.conceded_at.is_distinct_from(Concession.conceded_at))
    )


def _credits_unlike_their_newest_revision() -> Select[*tuple[Any, ...]]:
    newest = _newest(CreditRevision, CreditRevision.credit_id)
    return (
        select(Credit.debate_id, Credit.id, func.concat("revision ", func.coalesce(newest.c.number, 0), " differs"))
        .outerjoin(newest, and_(newest.c.debate_id == Credit.debate_id, newest.c.credit_id == Credit.id))
        .where(Credit.reason.is_distinct_from(newest.c.reason))
    )


def _mails_given_up() -> Select[*tuple[Any, ...]]:
    """No fault of a row, but of the mail server or its settings, and somebody has to look."""
    is_given_up = and_(Mail.sent_at.is_(None), Mail.attempts >= MOST_ATTEMPTS, Mail.next_attempt_at <= func.now())
    problem = func.concat("after ", Mail.attempts, " attempts: ", func.left(Mail.last_error, 120))
    return select(literal("mail"), Mail.id, problem).where(is_given_up)


def _appeals_unlike_their_answers() -> Select[*tuple[Any, ...]]:
    """Answered by a decision: one that undoes it, or one that lets it stand."""
    answer, undoing = aliased(Decision), aliased(Decision)
    fits = case(
        (Appeal.outcome == AppealOutcome.UPHELD, answer.action == Action.UPHOLD),
        (Appeal.outcome == AppealOutcome.OVERTURNED, answer.reverses_id == Appeal.decision_id),
        else_=and_(answer.id.is_(None), undoing.id.is_(None)),
    )
    return (
        select(func.coalesce(Decision.debate_id, 0), Appeal.id, func.concat("answer ", Appeal.answer_id))
        .join(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(answer, answer.id == Appeal.answer_id)
        .outerjoin(undoing, undoing.reverses_id == Appeal.decision_id)
        .where(~func.coalesce(fits, False))
    )


CHECKS = [
    Check("mails are not given up", _mails_given_up()),
    Check("appeals are answered by their decisions", _appeals_unlike_their_answers()),
    Check("passages hold the essay's words", _passages_off_their_words()),
    Check("placements hold the passages' words", _placements_off_their_words()),
    Check("passages are placed on every revision", _passages_without_placement()),
    Check("essay revisions are unchanged", _changed_revisions()),
    Check("replies stand below their parents", _misplaced_arguments()),
    Check("no replies stand below merged arguments", _replies_out_of_reach()),
    Check("discounted votes do not count", _votes_counted_in_spite_of_a_discount()),
    Check("arguments are conceded as their history says", _concessions_unlike_their_arguments()),
    Check("arguments have their newest wording", _arguments_unlike_their_newest_revision()),
    Check("replies stand on their notes' words", _replies_off_their_notes()),
    Check("annotations have their newest wording", _annotations_unlike_their_newest_revision()),
    Check("credits have their newest wording", _credits_unlike_their_newest_revision()),
]

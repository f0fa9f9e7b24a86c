"""What makes a decision somebody's own quarrel, as conditions of SQL; what follows from it says
app/permissions_to_judge.py."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, literal, null, or_, select
from sqlalchemy.orm import aliased

from app.models import Annotation, Appeal, AppealOutcome, Argument, Decision, Flag

Column = ColumnElement[Any] | Any


def has_argued(person_id: Column, debate_id: Column) -> ColumnElement[bool]:
    """Withdrawing an argument does not undo having argued.

    A range of one, as the database takes a range for rare and looks it up in the index. Where few people have written
    much, it takes an equal author for frequent, and reads a hundred thousand arguments to learn that none is theirs.
    """
    argument = aliased(Argument)
    is_theirs = argument.author_id.between(person_id, person_id)
    return exists_of(argument, is_theirs, argument.debate_id == debate_id)


def has_argued_with(person_id: Column, other_id: Column) -> ColumnElement[bool]:
    """Whether one of the two has answered an argument or a note of the other."""
    answer, answered = aliased(Argument), aliased(Argument)
    is_answer = (answer.debate_id == answered.debate_id, answer.parent_id == answered.id)
    either = (
        exists_of(answer, answer.author_id == one, answered.author_id == two, *is_answer)
        for one, two in ((person_id, other_id), (other_id, person_id))
    )
    return or_(*either, has_answered(person_id, other_id, null()))


def has_answered(person_id: Column, other_id: Column, debate_id: Column) -> ColumnElement[bool]:
    """Whether one of the two has answered a note of the other in this debate, or in any (no debate).

    It goes through the notes of the first, who moderates and wrote few: each of the two inner statements gives one
    value, which the database does not turn round, as it would a join, to read all that the second has written.
    """
    note, parent, reply = aliased(Annotation), aliased(Annotation), aliased(Annotation)
    answered = select(parent.author_id).where(parent.debate_id == note.debate_id, parent.id == note.parent_id)
    replies = select(reply.author_id).where(
        reply.debate_id == note.debate_id, reply.parent_id == note.id, reply.author_id == other_id
    )
    is_theirs = note.author_id.between(person_id, person_id)  # As in has_argued.
    is_there = or_(debate_id.is_(None), note.debate_id == debate_id)
    with_other = or_(
        answered.correlate_except(parent).scalar_subquery() == other_id,
        replies.limit(1).correlate_except(reply).scalar_subquery() == other_id,
    )
    return exists_of(note, is_theirs, is_there, with_other)


def has_flagged(person_id: Column, case_id: Column | None) -> ColumnElement[bool]:
    """While their flag stands; who takes it back may decide."""
    if case_id is None:
        return false()
    flag = aliased(Flag)
    return exists_of(flag, flag.case_id == case_id, flag.reporter_id == person_id, flag.withdrawn_at.is_(None))


def was_overturned(person_id: Column, case_id: Column | None) -> ColumnElement[bool]:
    """On an appeal against what they decided about the case, or proposed: else they could do it again at once."""
    if case_id is None:
        return false()
    lost, appeal = aliased(Decision), aliased(Appeal)
    is_theirs = or_(lost.moderator_id == person_id, lost.proposer_id == person_id)
    is_lost = exists_of(appeal, appeal.decision_id == lost.id, appeal.outcome == AppealOutcome.OVERTURNED)
    return exists_of(lost, lost.case_id == case_id, is_theirs, is_lost)


def is_interested(
    person_id: Column, debate_id: Column, concerned_id: Column, case_id: Column | None
) -> ColumnElement[bool]:
    answered = has_answered(person_id, concerned_id, debate_id)
    of_case = (has_flagged(person_id, case_id), was_overturned(person_id, case_id))
    return or_(argued_there(person_id, debate_id, concerned_id), answered, *of_case)


def argued_there(person_id: Column, debate_id: Column, concerned_id: Column | None) -> ColumnElement[bool]:
    """In the debate; on the whole site with the person concerned."""
    argued = has_argued(person_id, debate_id)
    if concerned_id is None:
        return argued
    return or_(argued, and_(debate_id.is_(None), has_argued_with(person_id, concerned_id)))


def exists_of(kind: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """All else that the conditions name is outside, at whatever depth."""
    return exists(select(literal(1)).where(*conditions).correlate_except(kind))

"""Who may read the log, report and answer mistakes in it: a part of app/permissions.py, by its length."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.models import Action, Debate, DebateRoleKind, DebateState, Decision, Role, Stake
from app.permission_parts import not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, Permission, deny
from app.permissions_to_judge import may_alone

CONCERNED = "This entry is about you, or about what you wrote or voted"


def recorded_debates(actor: Actor) -> ColumnElement[bool]:
    """Of which they read what moderators decided: of drafts as of the debates themselves, and else of all, so that
    nothing is removed in the dark."""
    if actor.role == Role.ADMINISTRATOR:
        return true()
    hosted = [id for id, kind in actor.debate_roles.items() if kind == DebateRoleKind.HOST]
    removed_draft = and_(Debate.state == DebateState.REMOVED, _was_draft())
    is_draft = or_(Debate.state == DebateState.DRAFT, removed_draft)
    return or_(~is_draft, Debate.id.in_(hosted) if hosted else false())


def _was_draft() -> ColumnElement[bool]:
    removal, undoing = aliased(Decision), aliased(Decision)
    undone = exists().where(undoing.reverses_id == removal.id).correlate_except(undoing)
    removed = (removal.debate_id == Debate.id, removal.action == Action.REMOVE_DEBATE, ~undone)
    was_draft = removal.change["from"].astext == DebateState.DRAFT
    return exists().where(*removed, was_draft).correlate_except(removal)


def can_report_log(actor: Actor) -> Permission:
    """Everybody, with a limit by account or by address: the log is there to be checked, also by whom it is about."""
    return ALLOWED


def can_see_log_reports(actor: Actor) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site and administrators see reports of mistakes in the log.")
    return not_suspended(actor, None)


def can_answer_log_report(
    actor: Actor, acted_ids: Collection[int], reporter_id: int | None, concerned_ids: Collection[int], bench: Bench
) -> Permission:
    """`acted_ids` acted in what the report is about, and it touched `concerned_ids`: they answer where no other
    moderator of the site could, after the usual wait."""
    if not (permission := can_see_log_reports(actor)):
        return permission
    if actor.id in acted_ids:
        return deny("You acted here yourself: another moderator or an administrator has to answer.")
    if actor.id == reporter_id:
        return deny("You reported this yourself: somebody else has to answer.")
    if actor.id not in concerned_ids:
        return ALLOWED
    outside = {actor.id, reporter_id, *acted_ids, *concerned_ids}
    if any(judge.role != Role.MEMBER and judge.id not in outside for judge in bench.judges):
        return deny(f"{CONCERNED}: another moderator or an administrator has to answer.", interest=Stake.OWN)
    return may_alone(Stake.OWN, CONCERNED, bench, "whoever reported it reads that it is about you")

"""Who may do what. Every rule is here or handed on from here, beside its SQL twin where lists need one.

A rule answers with a Permission: true, or false with the reason that the person is shown.
"""

from sqlalchemy import ColumnElement, and_, false, or_, true

from app.actor import Actor
from app.errors import Forbidden, SignInNeeded
from app.models import Annotation, Argument, Credit, Debate, DebateRoleKind, DebateState, Role, Source
from app.permission_parts import hosts, is_open, is_own, may_write, not_suspended, or_is_given_up, refuse_edit, say_gone
from app.permission_terms import (
    ALLOWED,
    SIGN_IN,
    Authored,
    DebateLike,
    EditableText,
    Item,
    Permission,
    WithdrawableItem,
    deny,
)
from app.permissions_to_annotate import can_edit_annotation as can_edit_annotation
from app.permissions_to_annotate import can_move_annotation as can_move_annotation
from app.permissions_to_annotate import can_reply_to_annotation as can_reply_to_annotation
from app.permissions_to_annotate import can_resolve_annotation as can_resolve_annotation
from app.permissions_to_appeal import APPEALABLE as APPEALABLE
from app.permissions_to_appeal import can_appeal as can_appeal
from app.permissions_to_check_log import can_answer_log_report as can_answer_log_report
from app.permissions_to_check_log import can_report_log as can_report_log
from app.permissions_to_check_log import can_see_log_reports as can_see_log_reports
from app.permissions_to_check_log import recorded_debates as recorded_debates
from app.permissions_to_confirm import can_confirm as can_confirm
from app.permissions_to_confirm import can_see_proposal as can_see_proposal
from app.permissions_to_confirm import can_turn_down as can_turn_down
from app.permissions_to_confirm import who_could_confirm as who_could_confirm
from app.permissions_to_flag import can_acknowledge as can_acknowledge
from app.permissions_to_flag import can_flag as can_flag
from app.permissions_to_flag import can_flag_person as can_flag_person
from app.permissions_to_flag import can_withdraw_flag as can_withdraw_flag
from app.permissions_to_give_roles import can_change_role as can_change_role
from app.permissions_to_host import can_switch as can_switch
from app.permissions_to_join import can_answer_invitation as can_answer_invitation
from app.permissions_to_join import can_invite as can_invite
from app.permissions_to_join import can_invite_moderators as can_invite_moderators
from app.permissions_to_join import can_step_down as can_step_down
from app.permissions_to_judge import can_judge as can_judge
from app.permissions_to_mark import can_mark as can_mark
from app.permissions_to_mark import can_take_mark_back as can_take_mark_back
from app.permissions_to_moderate import answered_by as answered_by
from app.permissions_to_moderate import can_answer_appeal as can_answer_appeal
from app.permissions_to_moderate import can_decide as can_decide
from app.permissions_to_moderate import can_discount as can_discount
from app.permissions_to_moderate import can_lock_thread as can_lock_thread
from app.permissions_to_moderate import can_moderate as can_moderate
from app.permissions_to_moderate import can_practise as can_practise
from app.permissions_to_moderate import can_remove_debate as can_remove_debate
from app.permissions_to_moderate import can_reshape as can_reshape
from app.permissions_to_moderate import can_restrict_in as can_restrict_in
from app.permissions_to_moderate import can_sanction as can_sanction
from app.permissions_to_moderate import can_see_proposals as can_see_proposals
from app.permissions_to_moderate import can_see_queue as can_see_queue
from app.permissions_to_moderate import can_take_measures as can_take_measures
from app.permissions_to_moderate import can_take_use_away as can_take_use_away
from app.permissions_to_moderate import can_undo as can_undo
from app.permissions_to_moderate import can_undo_some as can_undo_some
from app.permissions_to_moderate import decidable as decidable
from app.permissions_to_moderate import in_no_removed_debate as in_no_removed_debate
from app.permissions_to_moderate import moderated as moderated
from app.permissions_to_moderate import visible_cases as visible_cases
from app.permissions_to_note import can_note as can_note
from app.permissions_to_note import can_see_reporters as can_see_reporters
from app.permissions_to_prevent import can_be_posted as can_be_posted
from app.permissions_to_prevent import can_change_waiting as can_change_waiting
from app.permissions_to_prevent import can_decide_waiting as can_decide_waiting
from app.permissions_to_prevent import can_guard_debate as can_guard_debate
from app.permissions_to_prevent import can_guard_site as can_guard_site
from app.permissions_to_prevent import can_see_waiting as can_see_waiting
from app.permissions_to_prevent import can_withdraw_waiting as can_withdraw_waiting
from app.permissions_to_revise import can_place_passage as can_place_passage
from app.permissions_to_revise import can_revise_essay as can_revise_essay
from app.permissions_to_vote import can_credit as can_credit
from app.permissions_to_vote import can_edit_credit as can_edit_credit
from app.permissions_to_vote import can_see_results as can_see_results
from app.permissions_to_vote import can_take_stance as can_take_stance
from app.permissions_to_vote import can_vote as can_vote
from app.permissions_to_vote import can_vote_in as can_vote_in
from app.permissions_to_vote import can_withdraw_credit as can_withdraw_credit


def require(permission: Permission) -> None:
    """Refuse the request unless the rule allows it."""
    if permission.needs_sign_in:
        raise SignInNeeded(permission.reason)
    if not permission:
        raise Forbidden(permission.reason, permission.decision_id)


# Seeing


def can_see_debate(actor: Actor, debate: DebateLike) -> Permission:
    if actor.role == Role.ADMINISTRATOR:
        return ALLOWED
    if debate.state == DebateState.REMOVED:
        return deny("Moderators have removed this debate.")
    if debate.state != DebateState.DRAFT or hosts(actor, debate.id):
        return ALLOWED
    return deny("This debate has not been opened yet.")


def visible_debates(actor: Actor) -> ColumnElement[bool]:
    if actor.role == Role.ADMINISTRATOR:
        return true()
    hosted = [id for id, kind in actor.debate_roles.items() if kind == DebateRoleKind.HOST]
    is_opened = or_(Debate.state != DebateState.DRAFT, Debate.id.in_(hosted) if hosted else false())
    return and_(is_opened, Debate.state != DebateState.REMOVED)


def can_see_text(actor: Actor, item: Item) -> Permission:
    """Or a notice that they are hidden, which their author still has, or that moderators removed them."""
    if item.hidden_by_id is None or can_moderate(actor, item.debate_id):
        return ALLOWED
    if is_own(actor, item) and item.removed_under is None:
        return ALLOWED
    return deny(f"{say_gone(item, 'this')}.")


def visible_arguments(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for arguments."""
    return _visible_items(actor, Argument)


def visible_annotations(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for annotations."""
    return _visible_items(actor, Annotation)


def visible_credits(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for credits."""
    return _visible_items(actor, Credit)


def visible_sources(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for sources."""
    return _visible_items(actor, Source)


def _visible_items(
    actor: Actor, kind: type[Argument] | type[Annotation] | type[Credit] | type[Source]
) -> ColumnElement[bool]:
    return or_(
        kind.hidden_by_id.is_(None),
        and_(kind.author_id == actor.id, kind.removed_under.is_(None)) if actor.is_signed_in else false(),
        moderated(actor, kind.debate_id),
    )


# Writing


def can_argue(actor: Actor, debate: DebateLike) -> Permission:
    """To post an argument or an annotation of one's own anywhere in the debate."""
    return may_write(actor, debate, "add to this debate")


def can_reply(actor: Actor, debate: DebateLike, parent: WithdrawableItem, is_thread_locked: bool) -> Permission:
    if parent.hidden_by_id is not None:
        return deny(f"{say_gone(parent, 'this argument')}, so it takes no replies.")
    if is_thread_locked:
        return deny("Moderators have locked this thread: it can be read, but takes no new replies.")
    return can_argue(actor, debate)


def can_annotate(actor: Actor, debate: DebateLike) -> Permission:
    return can_argue(actor, debate)


def can_withdraw_use(actor: Actor, debate: DebateLike, link: Authored) -> Permission:
    """To take back a reply that one has brought from elsewhere; what others brought, moderators take away."""
    if not actor.is_signed_in:
        return SIGN_IN
    if link.author_id != actor.id:
        return deny("Only who brought it here can take it back; moderators take it away by a decision.")
    return is_open(debate)


def can_edit_argument(actor: Actor, debate: DebateLike, argument: EditableText, is_thread_locked: bool) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, argument):
        return deny("Only its author can edit an argument.")
    if (refusal := refuse_edit(argument, "this argument")) is not None:
        return refusal
    if argument.withdrawn_at is not None:
        return deny("You have withdrawn this argument: it stays as it was.")
    locked = deny("Moderators have locked this thread: nothing in it can be changed.")
    return or_is_given_up(locked if is_thread_locked else may_write(actor, debate, "edit it"), argument)


def can_withdraw(actor: Actor, debate: DebateLike, item: WithdrawableItem) -> Permission:
    """An argument or an annotation of one's own; withdrawing is possible even for those who may not write."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, item):
        return deny("Only its author can withdraw it.")
    if item.withdrawn_at is not None:
        return deny("It is withdrawn already.")
    return is_open(debate)


def can_concede(actor: Actor, debate: DebateLike, argument: WithdrawableItem, *, has_answers: bool) -> Permission:
    """To grant what was brought up against one's own argument."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, argument):
        return deny("Only its author can concede an argument.")
    if argument.hidden_by_id is not None:
        return deny(f"{say_gone(argument, 'this argument')}.")
    if argument.withdrawn_at is not None:
        return deny("You have withdrawn this argument: it stands no more.")
    if not has_answers:
        return deny("Nobody has rebutted or undercut this argument, so there is nothing to concede.")
    return is_open(debate)


def can_withdraw_concession(
    actor: Actor, debate: DebateLike, argument: WithdrawableItem, *, is_conceded: bool
) -> Permission:
    """To hold one's own argument again. Possible even for those who may not write, as conceding is."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, argument):
        return deny("Only its author can take a concession back.")
    if argument.hidden_by_id is not None:
        return deny(f"{say_gone(argument, 'this argument')}.")
    if argument.withdrawn_at is not None:
        return deny("You have withdrawn this argument: it stands no more.")
    if not is_conceded:
        return deny("This argument is not conceded, so there is nothing to take back.")
    return is_open(debate)


def can_accept_steelman(
    actor: Actor, debate: DebateLike, reply: WithdrawableItem, *, answered_id: int | None
) -> Permission:
    """To find fair how a reply says back one's own argument (`answered_id`: whose that is), or no longer. Like a vote
    it is possible for those who may not write."""
    if not actor.is_signed_in:
        return SIGN_IN
    if answered_id != actor.id:
        return deny("Only the author of what it answers can say whether a reply says it back fairly.")
    if is_own(actor, reply):
        return deny("This is your own reply to yourself.")
    if reply.hidden_by_id is not None:
        return deny(f"{say_gone(reply, 'this argument')}.")
    if reply.withdrawn_at is not None:
        return deny("Its author has withdrawn this argument.")
    return not_suspended(actor, debate.id) and is_open(debate)


# The site and one's own account


def can_administer(actor: Actor) -> Permission:
    if actor.role == Role.ADMINISTRATOR:
        return ALLOWED
    return deny("Only administrators can do this.") if actor.is_signed_in else SIGN_IN


def can_come_and_go(actor: Actor) -> Permission:
    """To sign up, in and out and to follow a one-time link: open to everyone, also to change accounts."""
    return ALLOWED


def can_manage_own_account(actor: Actor) -> Permission:
    return ALLOWED if actor.is_signed_in else SIGN_IN


def can_change_name(actor: Actor) -> Permission:
    """The name shown stands beside everything that one wrote, so changing it is more than reading."""
    return not_suspended(actor, None) if actor.is_signed_in else SIGN_IN

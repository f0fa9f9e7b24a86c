"""Who may report and answer mistakes in the log: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.permission_parts import not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Permission, deny


def can_report_log(actor: Actor) -> Permission:
    """Everybody, with a limit by account or by address: the log is there to be checked, also by whom it is about."""
    return ALLOWED


def can_see_log_reports(actor: Actor) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site and administrators see reports of mistakes in the log.")
    return not_suspended(actor, None)


def can_answer_log_report(actor: Actor, moderator_id: int | None, reporter_id: int | None) -> Permission:
    """`moderator_id` acted in what the report is about."""
    if not (permission := can_see_log_reports(actor)):
        return permission
    if actor.id == moderator_id:
        return deny("You acted here yourself: another moderator or an administrator has to answer.")
    if actor.id == reporter_id:
        return deny("You reported this yourself: somebody else has to answer.")
    return ALLOWED

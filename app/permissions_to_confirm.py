"""Who may confirm, turn down and read what one moderator proposes and another one has to confirm. Everyone takes these
rules from app/permissions.py."""

from dataclasses import replace
from datetime import UTC, datetime

from app.actor import Actor
from app.models import Stake
from app.permission_parts import not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, Judge, Participant, Permission, deny
from app.permissions_to_judge import SOLE_MODERATOR_WAITS, TOO_HIGH, can_judge, could_judge
from app.permissions_to_moderate import can_see_proposals

ABOUT_YOU = "This is about you: another moderator has to decide."
PERSON_TOO_HIGH = "They have the same role as you or a higher one: somebody with a higher role has to decide."


def can_see_proposal(actor: Actor, proposer_id: int | None) -> Permission:
    """To read one: also for who proposed it in a debate of theirs, who learns so what became of it."""
    if actor.is_signed_in and actor.id == proposer_id:
        return not_suspended(actor, None)
    return can_see_proposals(actor)


def can_confirm(
    actor: Actor, proposer_id: int | None, debate_id: int | None, concerned: Participant | None, bench: Bench
) -> Permission:
    """To confirm what another moderator proposes, never about oneself. Where nobody else could, one confirms one's own
    after a wait, and the log says so."""
    if not (permission := _can_decide_on(actor, debate_id, concerned, bench)):
        return permission
    if proposer_id != actor.id:
        return permission
    if who_could_confirm(actor.id, debate_id, concerned, bench):
        return deny("You have proposed this: another moderator has to confirm it.", interest=Stake.ALONE)
    if datetime.now(UTC) < (from_then := bench.waiting_since + SOLE_MODERATOR_WAITS):
        until = f"{from_then:%-d %B %Y, %H:%M} UTC"
        alone = f"You have proposed this, and nobody else could confirm it, so you can from {until}."
        return deny(alone, interest=Stake.ALONE)
    return Permission(True, interest=Stake.ALONE)


def who_could_confirm(
    proposer_id: int | None, debate_id: int | None, concerned: Participant | None, bench: Bench
) -> list[int]:
    """Everybody but the proposer, at once or after the wait of those who have an interest and are the only ones left:
    as long as there is one of them, nobody confirms alone."""
    of_site = bench.of_site()
    later = replace(of_site, waiting_since=of_site.waiting_since - SOLE_MODERATOR_WAITS)
    others = [judge for judge in of_site.judges if judge.id not in (proposer_id, concerned.id if concerned else None)]
    return [judge.id for judge in others if _could(judge, debate_id, concerned, later)]


def _could(judge: Judge, debate_id: int | None, concerned: Participant | None, bench: Bench) -> bool:
    return bool(could_judge(judge, debate_id, concerned, bench))


def can_turn_down(
    actor: Actor, proposer_id: int | None, debate_id: int | None, concerned: Participant | None, bench: Bench
) -> Permission:
    """For who could confirm it without an interest of their own, and for who takes back what they proposed."""
    if actor.is_signed_in and actor.id == proposer_id:
        return not_suspended(actor, None)
    permission = _can_decide_on(actor, debate_id, concerned, bench)
    if permission and permission.interest:
        return deny(
            "This is a quarrel of your own: without another moderator it expires.", interest=permission.interest
        )
    return permission and ALLOWED


def _can_decide_on(actor: Actor, debate_id: int | None, concerned: Participant | None, bench: Bench) -> Permission:
    """Moderators of a debate propose there, but what needs two is for moderators of the site to confirm."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not (permission := can_see_proposals(actor)):
        return permission
    if concerned is not None and concerned.id == actor.id:
        return deny(ABOUT_YOU, interest=Stake.OWN)
    permission = can_judge(actor, debate_id, concerned, bench.of_site())
    return deny(PERSON_TOO_HIGH) if concerned is not None and permission.reason == TOO_HIGH else permission

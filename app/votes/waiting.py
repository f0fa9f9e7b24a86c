"""Votes that count only later: those of new accounts, and of unconfirmed ones, where the site asks for that."""

from datetime import UTC, datetime, timedelta

from app.actor import Actor
from app.settings import Settings

WAIT = timedelta(days=1)  # Whoever makes accounts to vote with has to come back for each of them.


def counts_at_once(actor: Actor, settings: Settings) -> bool:
    if settings.hold_votes == "never":
        return True
    assert actor.created_at is not None
    is_old_enough = datetime.now(UTC) - actor.created_at >= WAIT
    return is_old_enough and (settings.hold_votes == "first_day" or actor.has_confirmed_email)

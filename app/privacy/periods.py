"""How long what is kept, in words for readers, from the constants by which it is forgotten."""

from datetime import timedelta
from typing import NamedTuple

from app.accounts.sessions import LONGEST_FOR_MEMBERS, LONGEST_FOR_STAFF
from app.actor import IDLE_MEMBER, IDLE_STAFF
from app.jobs import LINK_KEPT, NETWORK_KEPT, SENT_MAIL_KEPT, UNSENT_MAIL_KEPT
from app.moderation.team.expiry import INVITATION_KEPT, INVITATION_OPEN
from app.privacy.forgetting import TOKEN_KEPT
from app.rate_limits import LONGEST_WINDOW

SWEEP = timedelta(hours=1)  # Between two turns of the jobs that forget.


class Period(NamedTuple):
    what: str
    how_long: str
    why: str


def length(span: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        count, rest = divmod(span, unit)
        if count and not rest:
            return f"{count} {name}s" if count > 1 else f"one {name}"
    return f"{int(span.total_seconds())} seconds"


PERIODS = (
    Period(
        "The network address that you come from",
        f"Not kept. Counters of limits have a hash of it with a secret key, for {length(2 * LONGEST_WINDOW)}",
        "So that nobody tries passwords or floods the site",
    ),
    Period(
        "The network, of some hundred addresses, from which you sign up or in",
        f"{length(NETWORK_KEPT).capitalize()}, as a hash with a secret key",
        "A hint for moderators that two accounts may be one person’s",
    ),
    Period(
        "Of an account that was erased while it was silenced or suspended",
        f"A hash of its user name with a secret key, and until when that would have lasted: until then, at least "
        f"{length(NETWORK_KEPT)}; hashes of its networks and who invited whom: {length(NETWORK_KEPT)}",
        "So that nobody ends a restriction by signing up again; it names nobody",
    ),
    Period(
        "Who invited whom to moderate a debate",
        f"{length(INVITATION_KEPT).capitalize()} after it was answered; "
        f"unanswered ones expire after {length(INVITATION_OPEN)}; that somebody accepted stays in the public log",
        "A hint for moderators; joining the site needs no invitation",
    ),
    Period(
        "Posts that wait for a moderator, or were not let stand",
        "As long as you have an account",
        "So that you can word them anew; nobody sees them but you and the debate’s moderators",
    ),
    Period(
        "What your browser calls itself",
        f"With the session, until you sign out; at most {length(LONGEST_FOR_MEMBERS)}, "
        f"or {length(IDLE_MEMBER)} after you were last here",
        "So that you recognise your sessions and can end those that are not yours",
    ),
    Period(
        "Sessions of moderators and administrators",
        f"At most {length(LONGEST_FOR_STAFF)}, or {length(IDLE_STAFF)} after they were last here",
        "They open more doors",
    ),
    Period(
        "Letters that the site sent you",
        f"{length(SENT_MAIL_KEPT).capitalize()} after sending; {length(UNSENT_MAIL_KEPT)} if they could not be sent; "
        f"where the site has no mail server, files of them go within {length(SWEEP)} after",
        "For the question whether one was sent",
    ),
    Period(
        "Links by mail, to confirm an address or set a password",
        f"{length(LINK_KEPT).capitalize()} after they ended",
        "So that whoever follows one late reads why it does not work",
    ),
    Period(
        "Access tokens of your programs",
        f"Until they end, and {length(TOKEN_KEPT)} more; only a hash of the token itself",
        "For the question which program it was",
    ),
    Period(
        "Name, user name, address for mail, settings, notifications",
        "As long as you have an account",
        "The address is optional, is shown to nobody, and you can take it out at any time",
    ),
    Period(
        "What you wrote, with every earlier wording",
        "As long as the debate is here, unless you have it erased",
        "Replies rest on it; the history is public so that nobody can be answered for what they did not say",
    ),
    Period(
        "Votes, stances, judgements of links",
        "As long as you have an account; you can take back each of them",
        "They are counted. Who voted what is shown to nobody but you",
    ),
    Period(
        "Decisions about you, and their entries in the public log",
        "For good; your name can be taken out",
        "Anybody can check what moderators do",
    ),
)

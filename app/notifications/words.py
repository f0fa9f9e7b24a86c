"""What notifications say, on the page and by mail."""

from app.mail.outbox import ORIGIN
from app.models import Action, NotificationKind, Relation
from app.notifications.queries import BY_MEMBERS, Notice

VERBS = {Relation.SUPPORT: "supports", Relation.REBUT: "rebuts", Relation.UNDERCUT: "undercuts"}

# To the person concerned. Moderators decide as a body: the decision's own page names who it was.
DECIDED = {
    Action.DISMISS: "Moderators looked at your {item} and let it stand",
    Action.HIDE: "Moderators hid your {item}",
    Action.RESTORE: "Moderators restored your {item}",
    Action.LOCK: "Moderators locked the thread of your {item}",
    Action.UNLOCK: "Moderators unlocked the thread of your {item}",
    Action.SILENCE: "Moderators silenced you for a time: you can read and vote",
    Action.UNSILENCE: "You can write again: moderators lifted the silence",
    Action.SUSPEND: "Moderators suspended your account for a time: you can read",
    Action.UNSUSPEND: "Your account is no longer suspended",
    Action.DISCOUNT: "Moderators discounted votes on your arguments",
    Action.RECOUNT: "Votes on your arguments that were discounted count again",
}
# To those whom a decision touches without being about them.
TOUCHED = {
    Action.DISCOUNT: "Moderators discounted votes of yours on one person’s arguments",
    Action.RECOUNT: "Votes of yours that moderators had discounted count again",
}
# To those who flagged it.
OUTCOMES = {
    Action.DISMISS: "Moderators looked at the {item} that you flagged and let it stand",
    Action.HIDE: "Moderators hid the {item} that you flagged",
    Action.RESTORE: "Moderators restored the {item} that you flagged",
}
# The same whoever hears it, and about whatever.
SAID = {
    NotificationKind.CREDIT: "says that your argument changed their mind",
    NotificationKind.STEELMAN: "accepts as fair how you said back their argument",
    NotificationKind.EDIT: "An argument that you voted on or replied to was edited",
    NotificationKind.CONCESSION: "An argument that you answered was conceded by its author",
}
OUTCOME = "Moderators decided on the {item} that you flagged"
DECISION = "Moderators decided on your {item}"
# What the letter's link is for.
ACTS = {
    NotificationKind.CREDIT: "Read what they say",
    NotificationKind.STEELMAN: "See it",
    NotificationKind.EDIT: "See what changed, and renew your vote or change it",
    NotificationKind.CONCESSION: "See it",
}
GONE = "Somebody"  # The account of who replied was deleted.


def what_happened(notice: Notice) -> str:
    """One sentence without its full stop; of a reply what follows the name."""
    match notice.kind:
        case NotificationKind.REPLY:
            return f"{verb(notice)} your argument"
        case NotificationKind.ANNOTATION_REPLY:
            return f"replied to your {notice.replied_to}"
        case NotificationKind.ORPHAN:
            return f"A new revision of the essay in “{notice.debate_title}” no longer has words that you wrote about"
        case NotificationKind.FLAG_OUTCOME:
            return OUTCOMES.get(notice.action, OUTCOME).format(item=notice.item) if notice.action else OUTCOME
        case NotificationKind.DECISION:
            return _decided(notice)
        case kind:
            return SAID[kind]


def _decided(notice: Notice) -> str:
    if notice.action is None:
        return DECISION
    touched = None if notice.is_concerned else TOUCHED.get(notice.action)
    return touched or DECIDED[notice.action].format(item=notice.item)


def verb(notice: Notice) -> str:
    return VERBS[notice.relation] if notice.relation else "answers"


def make_letter(notice: Notice) -> tuple[str, str]:
    """Subject and body."""
    subject = what_happened(notice)
    if notice.kind in BY_MEMBERS:
        subject = f"{notice.actor_name or GONE} {subject}"
        act = ACTS.get(notice.kind, "Read and answer it")
        middle = f"{subject} in “{notice.debate_title}”:\n\n{notice.claim or notice.excerpt}\n\n{act}:"
    elif notice.kind in ACTS:
        middle = f"{subject}, in “{notice.debate_title}”:\n\n{notice.claim}\n\n{ACTS[notice.kind]}:"
    elif notice.kind == NotificationKind.ORPHAN:
        middle = f"{subject}. Nothing of yours is lost.\n\nSee the words in their old place, and say where they belong:"
    else:
        middle = f"{subject}.\n\nRead the reason, and what you can do about it:"
    return subject, f"{middle}\n{ORIGIN}{notice.url}\n\nTo get no more of these messages: {ORIGIN}/account"

"""How decisions of moderators are told."""

from app.models import Action
from app.notifications.notice import Notice

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
    Action.RELEASE: "A moderator has read your {item}: it stands now",
    Action.DECLINE: "Moderators did not let a post of yours stand; you can word it anew",
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
OUTCOME = "Moderators decided on the {item} that you flagged"
DECISION = "Moderators decided on your {item}"


def say_decision(notice: Notice) -> str:
    if notice.action is None:
        return DECISION.format(item=notice.item)
    touched = None if notice.is_concerned else TOUCHED.get(notice.action)
    return touched or DECIDED[notice.action].format(item=notice.item)


def say_outcome(notice: Notice) -> str:
    return (OUTCOMES.get(notice.action, OUTCOME) if notice.action else OUTCOME).format(item=notice.item)

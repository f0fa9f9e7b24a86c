"""How decisions of moderators are told."""

from app.models import Action
from app.notifications.notice import Notice

# To the person concerned. Moderators decide as a body: the decision's own page names who it was.
DECIDED = {
    Action.DISMISS: "Moderators looked at your {item} and let it stand",
    Action.HIDE: "Moderators hid your {item}",
    Action.RESTORE: "Moderators restored your {item}",
    Action.REMOVE: "Moderators removed your {item}",
    Action.UNREMOVE: "Moderators took back that they had removed your {item}",
    Action.ASK_EDIT: "Moderators ask you to change your {item}",
    Action.UNASK_EDIT: "You need not change your {item} any more: moderators took their request back",
    Action.ACCEPT_EDIT: "Moderators accepted how you changed your {item}",
    Action.LOCK: "Moderators locked the thread of your {item}",
    Action.UNLOCK: "Moderators unlocked the thread of your {item}",
    Action.SILENCE: "Moderators silenced you for a time: you can read and vote",
    Action.UNSILENCE: "You can write again: moderators lifted the silence",
    Action.SUSPEND: "Moderators suspended your account for a time: you can read",
    Action.UNSUSPEND: "Your account is no longer suspended",
    Action.DISCOUNT: "Moderators discounted votes on your arguments",
    Action.RECOUNT: "Votes on your arguments that were discounted count again",
    Action.MOVE: "Moderators moved your {item} to another place",
    Action.MOVE_BACK: "Moderators moved your {item} back to where it stood",
    Action.MERGE: "Moderators merged your {item} into one that says the same",
    Action.UNMERGE: "Your {item}, which moderators had merged into another, stands by itself again",
    Action.WARN: "Moderators warned you",
    Action.UNWARN: "Moderators took back the warning that you had",
    Action.RENAME: "Moderators took your name: please choose another one",
    Action.UNRENAME: "Moderators gave you back the name that you had",
    Action.LOCK_DEBATE: "Moderators locked a debate that you host: read why, and how to appeal",
    Action.UNLOCK_DEBATE: "Moderators unlocked a debate that you host",
    Action.SLOW: "Moderators slowed the thread of your {item}",
    Action.UNSLOW: "The thread of your {item} is no longer slowed",
    Action.CHANGE_ROLE: "Your role in a debate was changed",
    Action.CHANGE_ROLE_BACK: "The change of your role in a debate was undone",
    Action.REMOVE_DEBATE: "Moderators removed a debate that you host or moderate: read why, and how to appeal",
    Action.RESTORE_DEBATE: "Moderators restored a debate that you host or moderate",
    Action.REOPEN: "Moderators look again at your {item}",
    Action.UPHOLD: "Moderators let the decision about you stand",
    Action.SPLIT: "Moderators split your {item}, which made more than one claim, in two",
    Action.UNSPLIT: "Moderators put your {item}, which they had split, together again",
    Action.RELEASE: "A moderator has read your {item}: it stands now",
    Action.UNUSE: "Moderators took away an argument that you had brought as a reply to another one",
    Action.USE_AGAIN: "An argument that you had brought as a reply to another one answers it again",
    Action.WATCH: "Moderators watch a word",
    Action.UNWATCH: "Moderators no longer watch a word",
    Action.WATCH_BACK: "Moderators treat a watched word as before",
    Action.FIRST_POSTS: "Moderators switched whether first posts wait in the debate",
    Action.FIRST_POSTS_BACK: "Moderators switched back whether first posts wait in the debate",
    Action.AUTOMATIC_HIDING: "Moderators switched automatic hiding in the debate",
    Action.AUTOMATIC_HIDING_BACK: "Moderators switched automatic hiding back in the debate",
    Action.DECLINE: "Moderators did not let a post of yours stand; you can word it anew",
}
# To the hosts of a debate, where it is not about a thread in it.
OF_ALL_OF_IT = {
    Action.SLOW: "Moderators slowed a debate that you host: read why, and how to appeal",
    Action.UNSLOW: "A debate that you host is no longer slowed",
}
# What a program did.
AUTOMATED = {
    Action.HIDE: "Readers’ flags hid your {item} automatically, until a moderator has decided about it",
    Action.RESTORE: "Your {item}, which readers’ flags had hidden automatically, is shown again",
}
# Where it holds on the whole site.
ON_SITE = {Action.CHANGE_ROLE: "Your role on the whole site was changed"}
# To those whom a decision touches without being about them.
TOUCHED = {
    Action.DISCOUNT: "Moderators discounted votes of yours on one person’s arguments",
    Action.RECOUNT: "Votes of yours that moderators had discounted count again",
    Action.MERGE: "Moderators merged an argument that says the same into yours",
    Action.UNMERGE: "An argument that moderators had merged into yours stands by itself again",
}
# To those who flagged it.
OUTCOMES = {
    Action.DISMISS: "Moderators looked at the {item} that you flagged and let it stand",
    Action.HIDE: "Moderators hid the {item} that you flagged",
    Action.RESTORE: "Moderators restored the {item} that you flagged: your flag waits for another decision",
    Action.REMOVE: "Moderators removed the {item} that you flagged",
    Action.UNREMOVE: (
        "Moderators took back that they had removed the {item} that you flagged: your flag waits for another decision"
    ),
    Action.MOVE: "Moderators moved the {item} that you flagged to another place",
    Action.MERGE: "Moderators merged the {item} that you flagged into one that says the same",
    Action.ASK_EDIT: "Moderators asked the author of the {item} that you flagged to change it",
    Action.ACCEPT_EDIT: "The {item} that you flagged was changed, as moderators had asked",
    Action.REOPEN: "Moderators look again at the {item} that you flagged",
    Action.SPLIT: "Moderators split the {item} that you flagged in two",
    **dict.fromkeys(
        (Action.UNASK_EDIT, Action.MOVE_BACK, Action.UNMERGE, Action.UNSPLIT),
        "Moderators undid what they had decided on the {item} that you flagged: your flag waits for another decision",
    ),
}
# Of flags of a person, who is not told of them.
OUTCOMES_ON_PEOPLE = {
    Action.DISMISS: "Moderators looked at the person whom you flagged, and left them alone",
    Action.WARN: "Moderators warned the person whom you flagged",
    Action.SILENCE: "Moderators silenced the person whom you flagged",
    Action.SUSPEND: "Moderators suspended the person whom you flagged",
    Action.RENAME: "Moderators asked the person whom you flagged for another name",
    Action.REOPEN: "Moderators look again at the person whom you flagged",
    **dict.fromkeys(
        (Action.UNWARN, Action.UNSILENCE, Action.UNSUSPEND, Action.UNRENAME),
        "Moderators undid what they had decided on the person whom you flagged: your flag waits for another decision",
    ),
}
OUTCOME_ON_MARK = "Moderators have decided about a mark that you reported"
OUTCOME_ON_PERSON = "Moderators decided on the person whom you flagged"
OUTCOME = "Moderators decided on the {item} that you flagged"
WAITS_AGAIN = "A post of yours that moderators did not let stand waits for one of them again"
DECISION = "Moderators decided on your {item}"


def say_decision(notice: Notice) -> str:
    if notice.action is None:
        return DECISION.format(item=notice.item)
    if notice.action == Action.REOPEN and notice.case_id is None:
        return WAITS_AGAIN
    if notice.argument_id is None and notice.action in OF_ALL_OF_IT:
        return OF_ALL_OF_IT[notice.action]
    if notice.is_on_person and notice.action in ON_SITE:
        return ON_SITE[notice.action]
    if notice.is_automated and notice.action in AUTOMATED:
        return AUTOMATED[notice.action].format(item=notice.item)
    touched = None if notice.is_concerned else TOUCHED.get(notice.action)
    return touched or DECIDED[notice.action].format(item=notice.item)


def say_outcome(notice: Notice) -> str:
    if notice.decision_id is None:  # Of a report from before marks had cases of their own.
        return OUTCOME_ON_MARK
    if notice.is_on_person:
        return OUTCOMES_ON_PEOPLE.get(notice.action, OUTCOME_ON_PERSON) if notice.action else OUTCOME_ON_PERSON
    return (OUTCOMES.get(notice.action, OUTCOME) if notice.action else OUTCOME).format(item=notice.item)


def say_answer(notice: Notice) -> str:
    """To whoever appealed."""
    return f"Your appeal was answered: the decision {'stands' if notice.action == Action.UPHOLD else 'is undone'}"

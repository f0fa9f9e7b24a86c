"""Every kind of news, in one table: what it says, where it leads, and what a mute leaves of it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.models import Action, NotificationKind, Relation
from app.notifications.decided import say_answer, say_decision, say_outcome
from app.notifications.notice import Notice
from app.taken import say_taken

VERBS = {Relation.SUPPORT: "supports", Relation.REBUT: "rebuts", Relation.UNDERCUT: "undercuts"}


@dataclass(frozen=True, slots=True)
class News:
    says: Callable[[Notice], str]  # One sentence without its full stop; of a member's act what follows the name.
    url: Callable[[Notice], str]
    way: Callable[[Notice], str]  # The words of the link to it.
    noun: str  # For counting, in the singular.
    nouns: str
    invites: str = "Read and answer it"  # In a letter, before the address.
    by_member: bool = False  # Who did it is named. Staff decide as a body.
    can_be_muted: bool = True
    quotes: bool = False  # Whether a letter repeats the words.


def verb(notice: Notice) -> str:
    return VERBS[notice.relation] if notice.relation else "answers"


def _argument_url(notice: Notice) -> str:
    return f"{_debate_url(notice)}/arguments/{notice.argument_id}"


def _annotation_url(notice: Notice) -> str:
    return f"{_debate_url(notice)}/annotations/{notice.reply_id}"


def _item_url(notice: Notice) -> str:
    return _annotation_url(notice) if notice.argument_id is None else _argument_url(notice)


def _decision_url(notice: Notice) -> str:
    return f"/decisions/{notice.decision_id}" if notice.decision_id is not None else _item_url(notice)


def _way_from_decision(notice: Notice) -> str:
    """To the form, for who is asked to change something."""
    if notice.action == Action.ASK_EDIT and notice.is_concerned and notice.argument_id is not None:
        return f"{_argument_url(notice)}/edit"
    if notice.action == Action.ASK_EDIT and notice.is_concerned and notice.annotation_id is not None:
        return f"{_debate_url(notice)}/annotations/{notice.annotation_id}/edit"
    return _decision_url(notice)


def _way_to_outcome(notice: Notice) -> str:
    return "Read the decision" if notice.decision_id is not None else "See the argument on which it stood"


def _debate_url(notice: Notice) -> str:
    return f"/debates/{notice.debate_slug}"


def _words_of(noun: str) -> Callable[[Notice], str]:
    return lambda notice: notice.claim or notice.excerpt or _taken(notice, noun)


def _taken(notice: Notice, noun: str) -> str:
    if notice.is_debate_removed:
        return f"The debate of this {noun} was removed."
    return f"{say_taken(f'this {noun}', notice.removed_under)}."


def _cites(notice: Notice) -> str:
    return "cites what you wrote" if notice.argument_id is not None else f"cites what you wrote, in a {notice.noted}"


def _argues(notice: Notice) -> str:
    return f"{verb(notice)} an argument where you follow" if notice.relation else "argues anew where you follow"


def _lost_words(notice: Notice) -> str:
    return f"A new revision of the essay in {notice.debate_name} no longer has words that you wrote about"


def _team_url(notice: Notice) -> str:
    return f"{_debate_url(notice)}/moderators"


def _of_the_team(says: str, noun: str, nouns: str) -> News:
    """To hosts: what became of an invitation of theirs, or of a moderator."""
    words, way = f"{says} {{}}", "See who moderates the debate"
    return News(
        lambda notice: words.format(notice.debate_name), _team_url, lambda _: way, noun, nouns, way,
        by_member=True, can_be_muted=False,
    )  # fmt: skip


def _proposal_url(notice: Notice) -> str:
    return f"/moderation/proposals/{notice.proposal_id}" if notice.proposal_id is not None else "/moderation/proposals"


def _proposed(notice: Notice) -> str:
    if notice.proposed == Action.REMOVE_DEBATE:
        return "to remove a debate" if notice.is_debate_removed else f"to remove the debate {notice.debate_name}"
    return f"to suspend somebody in {notice.debate_name}" if notice.debate_slug else "to suspend somebody"


NEWS: dict[NotificationKind, News] = {
    NotificationKind.REPLY: News(
        lambda notice: f"{verb(notice)} your argument", _argument_url, _words_of("reply"), "reply", "replies",
        by_member=True, quotes=True,
    ),
    NotificationKind.ANNOTATION_REPLY: News(
        lambda notice: f"replied to your {notice.replied_to}", _annotation_url, _words_of("reply"), "reply", "replies",
        by_member=True, quotes=True,
    ),
    NotificationKind.CITATION: News(
        _cites, _item_url, _words_of("text"), "citation", "citations", by_member=True, quotes=True,
    ),
    NotificationKind.CREDIT: News(
        lambda _: "says that your argument changed their mind", lambda notice: f"{_argument_url(notice)}#credits",
        _words_of("argument"), "credit", "credits", "Read what they say", by_member=True, quotes=True,
    ),
    NotificationKind.NEW_ARGUMENT: News(
        _argues, _argument_url, _words_of("argument"), "new argument", "new arguments", by_member=True, quotes=True,
    ),
    NotificationKind.STEELMAN: News(
        lambda _: "accepts as fair how you said back their argument", _argument_url, _words_of("argument"),
        "accepted steelman line", "accepted steelman lines", "See it", by_member=True, quotes=True,
    ),
    NotificationKind.EDIT: News(
        lambda _: "An argument that you voted on or replied to was edited", _argument_url, _words_of("argument"),
        "edit", "edits", "See what changed, and renew your vote or change it", quotes=True,
    ),
    NotificationKind.CONCESSION: News(
        lambda _: "An argument that you answered was conceded by its author", _argument_url, _words_of("argument"),
        "concession", "concessions", "See it", quotes=True,
    ),
    NotificationKind.ORPHAN: News(
        _lost_words, lambda notice: f"{_debate_url(notice)}/essay/orphans",
        lambda _: "See them in their old place, and say where they belong", "note without its words",
        "notes without their words",
        "Nothing of yours is lost. See the words in their old place, and say where they belong",
    ),
    NotificationKind.REVIEW_MARK: News(
        lambda _: "A reader marked what could be better about your argument",
        lambda notice: f"{_argument_url(notice)}#marks", lambda _: "See what it is: editing the argument resolves it",
        "mark", "marks", "See what it is: editing the argument resolves it",
    ),
    NotificationKind.CASE: News(
        lambda notice: f"A case in {notice.debate_name} was handed to you", lambda _: "/moderation?holder=mine",
        lambda _: "See the cases that wait for you", "case", "cases", "See the cases that wait for you",
        can_be_muted=False,
    ),
    NotificationKind.INVITATION: News(
        lambda notice: f"invites you to moderate {notice.debate_name}", _team_url,
        lambda _: "Read what that means, accept or decline", "invitation", "invitations",
        "Read what that means, accept or decline", by_member=True, can_be_muted=False,
    ),
    NotificationKind.INVITATION_ACCEPTED: _of_the_team(
        "accepted your invitation and moderates", "accepted invitation", "accepted invitations"
    ),
    NotificationKind.INVITATION_DECLINED: _of_the_team(
        "declined your invitation to moderate", "declined invitation", "declined invitations"
    ),
    NotificationKind.INVITATION_EXPIRED: _of_the_team(
        "did not answer in time your invitation to moderate", "expired invitation", "expired invitations"
    ),
    NotificationKind.STEPPED_DOWN: _of_the_team(
        "has stepped down and does not moderate any more", "moderator who stepped down", "moderators who stepped down"
    ),
    NotificationKind.PROPOSAL: News(
        lambda notice: f"proposes {_proposed(notice)}, which a second moderator has to confirm", _proposal_url,
        lambda _: "Confirm it or turn it down", "proposal", "proposals", "Confirm it or turn it down",
        by_member=True, can_be_muted=False,
    ),
    NotificationKind.PROPOSAL_TURNED_DOWN: News(
        lambda notice: f"turned down your proposal {_proposed(notice)}", _proposal_url, lambda _: "Read why",
        "proposal turned down", "proposals turned down", "Read why", by_member=True, can_be_muted=False,
    ),
    NotificationKind.PROPOSAL_EXPIRED: News(
        lambda notice: f"Your proposal {_proposed(notice)} has expired: nobody confirmed it within a week",
        _proposal_url, lambda _: "Read it again, and propose it anew if it is still needed", "expired proposal",
        "expired proposals", "Read it again, and propose it anew if it is still needed", can_be_muted=False,
    ),
    NotificationKind.EDITED_AS_ASKED: News(
        lambda notice: f"The {notice.item} that you asked its author to change was changed",
        lambda notice: f"/moderation/cases/{notice.case_id}", lambda _: "See what changed, and accept it or decide",
        "edit that you asked for", "edits that you asked for", "See what changed, and accept it or decide",
        can_be_muted=False,
    ),
    NotificationKind.DECISION: News(
        say_decision, _way_from_decision, lambda _: "Read the reason, and what you can do", "decision", "decisions",
        "Read the reason, and what you can do about it", can_be_muted=False,
    ),
    NotificationKind.FLAG_OUTCOME: News(
        say_outcome, _decision_url, _way_to_outcome, "decision", "decisions",
        "Read the reason, and what you can do about it", can_be_muted=False,
    ),
    NotificationKind.APPEAL_OUTCOME: News(
        say_answer, _decision_url, lambda _: "Read the answer", "answer to an appeal", "answers to appeals",
        "Read the reason", can_be_muted=False,
    ),
}  # fmt: skip

BY_MEMBERS = tuple(kind for kind, news in NEWS.items() if news.by_member)
POSTED = (NotificationKind.REPLY, NotificationKind.CITATION, NotificationKind.NEW_ARGUMENT)  # One text, one of these.

"""Everybody with something of their own of every kind, in two debates: what the table of all routes is asked about.

In the mill nobody of the cast has argued but the author, the member and the participant; beside them those write there
whose role equals somebody's. In the weir each of the cast has written. The roles are the same in both.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.essays.canonical import parse_essay
from app.essays.commands import add_revision
from app.models import (
    AccessToken,
    Action,
    Annotation,
    Appeal,
    ArgumentLink,
    CannedReason,
    Case,
    Debate,
    DebateRole,
    DebateRoleKind,
    Decision,
    EssayRevision,
    HeldPost,
    HeldReason,
    HouseRule,
    MarkKind,
    ModeratorInvitation,
    Notification,
    NotificationKind,
    Position,
    Proposal,
    QueueView,
    Relation,
    ReviewMark,
    Role,
    Session,
    Source,
    SourceCitation,
    User,
    WatchAction,
    WatchedWord,
)  # fmt: skip
from tests.cast import VISITOR_NAME, make_cast
from tests.factories import ESSAY, make_annotation, make_argument, make_credit, make_debate, make_user

PARTICIPANT = "participant"  # Moderates the debate, and has argued in it.
EQUALS = {  # Somebody with the same role, who is nobody of the cast.
    "member": "second_member", "debate_moderator": "second_moderator", "host": "second_host",
    "site_moderator": "second_site_moderator", "administrator": "second_administrator",
}  # fmt: skip
EQUAL_OF = {"participant": "debate_moderator", "other_moderator": "debate_moderator"}
IN_A_DAY = timedelta(days=1)
Ids = dict[str, int | str]


@dataclass
class Everybody:
    debates: dict[str, Debate]
    people: dict[str, User]
    items: dict[tuple[str, str], Ids] = field(default_factory=dict)  # By debate and person.

    def whose(self, actor: str, owner: str) -> tuple[str, str]:
        """Where, and by whom, what the actor sees as their own, another's, or that of somebody of their rank is."""
        if owner == "own":
            return "weir", actor if actor != VISITOR_NAME else "author"
        if owner == "equal":
            return "mill", EQUALS[EQUAL_OF.get(actor, actor if actor in EQUALS else "member")]
        return "mill", "author" if actor != "author" else "member"


async def gather(db: AsyncSession) -> Everybody:
    mill, weir, dam = [await make_debate(db, slug) for slug in ("mill", "weir", "dam")]
    cast = await make_cast(db, mill, dam)
    await _word_anew(db, await make_debate(db, "fen"))
    roles = {"site_moderator": Role.MODERATOR, "administrator": Role.ADMINISTRATOR}
    more = {name: await make_user(db, name, roles.get(like, Role.MEMBER)) for like, name in EQUALS.items()}
    more[PARTICIPANT] = await make_user(db, PARTICIPANT)
    everybody = Everybody({"mill": mill, "weir": weir}, {**cast, **more})
    _give_roles(db, everybody)
    await db.flush()
    for name in ("author", "member", PARTICIPANT, *EQUALS.values()):
        everybody.items["mill", name] = await _furnish(db, everybody, mill, name)
    everybody.items["dam", "author"] = {"annotation_id": (await make_annotation(db, dam, cast["author"])).id}
    for name in (*cast, PARTICIPANT):
        everybody.items["weir", name] = await _furnish(db, everybody, weir, name)
    return everybody


async def _word_anew(db: AsyncSession, debate: Debate) -> None:
    first = (await db.scalars(select(EssayRevision).filter_by(debate_id=debate.id))).one()
    wording = ESSAY + " Now somebody has."
    second = EssayRevision(debate_id=debate.id, essay_id=first.essay_id, number=2)
    await add_revision(db, second, wording, parse_essay(wording))


def _give_roles(db: AsyncSession, everybody: Everybody) -> None:
    hosts, moderators = ("host", "second_host"), ("debate_moderator", "second_moderator", PARTICIPANT)
    for slug, debate in everybody.debates.items():
        for name in (*hosts, *moderators):
            if slug == "mill" and name in ("host", "debate_moderator"):
                continue  # They are the cast's.
            kind = DebateRoleKind.HOST if name in hosts else DebateRoleKind.MODERATOR
            db.add(DebateRole(debate_id=debate.id, user_id=everybody.people[name].id, kind=kind))


async def _furnish(db: AsyncSession, everybody: Everybody, debate: Debate, name: str) -> Ids:
    person = everybody.people[name]
    ids: Ids = {"username": person.username, **await _argue(db, debate, person)}
    ids |= await _note(db, debate, person, everybody.people["second_site_moderator"])
    kept = {
        "post_id": HeldPost(
            debate_id=debate.id, author_id=person.id, reason=HeldReason.FIRST_POST, watched="",
            idempotency_key=f"held-in-{debate.slug}",
            fields={"position": "side-1", "claim": "It waits.", "grounds": "For a moderator."},
        ),
        "notification_id": Notification(
            user_id=person.id, kind=NotificationKind.DECISION, debate_id=debate.id, decision_id=ids["decision_id"]
        ),
        "token_id": AccessToken(user_id=person.id, name="A token", token_hash=token_bytes(32), scopes=[]),
        "session_id": Session(
            user_id=person.id, token_hash=token_bytes(32), user_agent="", expires_at=datetime.now(UTC) + IN_A_DAY
        ),
        "view_id": QueueView(user_id=person.id, name=f"In the {debate.slug}", query=""),
        "invitation_id": ModeratorInvitation(debate_id=debate.id, user_id=person.id),
        "reason_id": CannedReason(
            debate_id=debate.id, house_rule=HouseRule.CIVIL, title=f"By {name}", explanation="", author_id=person.id
        ),
        "word_id": WatchedWord(
            debate_id=debate.id, pattern=f"word of {name}", action=WatchAction.FLAG, added_by_id=person.id
        ),
        "proposal_id": Proposal(
            action=Action.SUSPEND, concerned_id=person.id, proposer_id=everybody.people["second_site_moderator"].id,
            form={
                "kind": "suspend", "hours": "8760", "house_rule": "civil",
                "explanation": "It went on for several weeks.", "idempotency_key": f"proposal-{person.id}",
            },
            expires_at=datetime.now(UTC) + IN_A_DAY,
        ),
    }  # fmt: skip
    db.add_all(kept.values())
    await db.flush()
    return ids | {key: row.id for key, row in kept.items()}


async def _argue(db: AsyncSession, debate: Debate, person: User) -> Ids:
    side = (await db.scalars(select(Position).filter_by(debate_id=debate.id, number=1))).one()
    argument = await make_argument(db, debate, person, position=side)
    answered = await make_argument(db, debate, None, position=side)
    credit = await make_credit(db, answered, person)
    source = Source(debate_id=debate.id, title=f"A count by {person.username}", address=f"Box {person.id}")
    mark = ReviewMark(
        debate_id=debate.id, argument_id=answered.id, marker_id=person.id, kind=MarkKind.UNCLEAR, words="", slot=1
    )
    link = ArgumentLink(
        debate_id=debate.id,
        source_id=argument.id,
        target_id=answered.id,
        relation=Relation.SUPPORT,
        author_id=person.id,
    )
    db.add_all([source, mark, link])
    await db.flush()
    db.add(SourceCitation(debate_id=debate.id, argument_id=argument.id, source_id=source.id, words=""))
    return {
        "argument_id": argument.id, "item_id": argument.id, "credit_id": credit.id, "source_id": source.id,
        "mark_id": mark.id, "link_id": link.id, "target_id": answered.id,
    }  # fmt: skip


async def _note(db: AsyncSession, debate: Debate, person: User, moderator: User) -> Ids:
    """A note of which a case is open, and one that is hidden, against which its author appeals."""
    text = (await db.scalars(select(EssayRevision.text).filter_by(debate_id=debate.id))).one()
    flagged = await make_annotation(db, debate, person, exact=text[person.id : person.id + 20])
    hidden, appealed = [await make_annotation(db, debate, person) for _ in range(2)]
    case = Case(debate_id=debate.id, annotation_id=flagged.id, flag_count=1, score=1.0, reasons=["spam"], version=1)
    db.add(case)
    await db.flush()
    decisions = [await _hide(db, note, person, moderator) for note in (hidden, appealed)]  # Together.
    appeal = Appeal(decision_id=decisions[1].id, appellant_id=person.id, words="It quotes the essay.")
    db.add(appeal)
    await db.flush()
    return {
        "annotation_id": flagged.id, "passage_id": flagged.passage_id or 0, "case_id": case.id,
        "decision_id": decisions[0].id, "appeal_id": appeal.id,
    }  # fmt: skip


async def _hide(db: AsyncSession, note: Annotation, author: User, moderator: User) -> Decision:
    decision = Decision(
        action=Action.HIDE, debate_id=note.debate_id, annotation_id=note.id, concerned_id=author.id,
        moderator_id=moderator.id, house_rule=HouseRule.CIVIL, explanation="It attacks a person.",
        batch_id=f"{note.debate_id}-{author.id}",
    )  # fmt: skip
    db.add(decision)
    await db.flush()
    note.hidden_by_id = decision.id
    return decision

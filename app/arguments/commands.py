"""Post an argument, word it anew, concede it, withdraw it."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.concessions import find_answerers
from app.arguments.counters import count_argument
from app.arguments.drafts import Draft
from app.arguments.edit_window import find_concerned, load_outlook
from app.arguments.marks import resolve_by_edit
from app.arguments.quoted import cite
from app.arguments.sources import cite_source
from app.db import touch_debate
from app.errors import NotFound
from app.markdown import render_markdown
from app.models import Argument, ArgumentRevision, Concession, NotificationKind, Origin
from app.notifications.announcing import announce
from app.notifications.commands import notify
from app.notifications.crowd_commands import notify_crowd
from app.open_cases import note_rewording
from app.permissions import can_reply, require
from app.prevention.edit_requests import give_up_if_asked, tell_moderators_of_edit
from app.targets import DebateHead, is_thread_locked


async def lock_argument(db: AsyncSession, debate: DebateHead, argument_id: int) -> Argument:
    """The argument as it is now; its row stays locked, and what stands below it is not held up."""
    key = (debate.id, argument_id)
    argument = await db.get(Argument, key, populate_existing=True, with_for_update={"key_share": True})
    if argument is None:
        raise NotFound("There is no such argument in this debate.")
    return argument


async def post_argument(
    db: AsyncSession, actor: Actor, debate: DebateHead, parent_id: int | None, draft: Draft
) -> Argument:
    """The argument in its place. The same key by the same author gives the same row, and nothing happens again."""
    parent = await _lock_parent(db, actor, debate, parent_id) if parent_id is not None else None
    argument = await _insert(db, actor, debate, parent, draft)
    if argument is None:
        return await _posted_with_key(db, actor, draft.idempotency_key)
    keep_wording(db, argument, 1)
    for quoted in draft.quoted:
        await cite(db, debate.id, argument.id, quoted)
    await db.flush()
    if draft.source is not None:
        await cite_source(db, debate.id, argument.id, draft.source)
    await announce(db, argument, argument.grounds_markdown)
    # From here on whoever posts in this debate waits for the commit.
    await count_argument(db, argument, +1)
    if parent is not None and parent.author_id not in (None, actor.id):
        await _tell_author(db, parent, argument)
    touch_debate(db, debate.id)
    return argument


async def _lock_parent(db: AsyncSession, actor: Actor, debate: DebateHead, parent_id: int) -> Argument:
    """Locked, it is certain that it can be answered until the reply stands."""
    parent = await lock_argument(db, debate, parent_id)
    require(can_reply(actor, debate, parent, await is_thread_locked(db, parent)))
    return parent


async def _insert(
    db: AsyncSession, actor: Actor, debate: DebateHead, parent: Argument | None, draft: Draft
) -> Argument | None:
    """The new row; nothing if its author has posted with this key before."""
    statement = insert(Argument).values(
        debate_id=debate.id,
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        relation=draft.relation,
        position_id=draft.side.id if draft.side else None,
        origin=Origin.PERSON,
        author_id=actor.id,
        claim=draft.claim,
        grounds_markdown=draft.grounds,
        grounds_html=draft.grounds_html,
        steelman=draft.steelman,
        idempotency_key=draft.idempotency_key,
    )
    once = statement.on_conflict_do_nothing(index_elements=["author_id", "idempotency_key"])
    return (await db.scalars(once.returning(Argument))).one_or_none()


async def _posted_with_key(db: AsyncSession, actor: Actor, key: str) -> Argument:
    statement = select(Argument).where(Argument.author_id == actor.id, Argument.idempotency_key == key)
    return (await db.scalars(statement)).one()


def keep_wording(db: AsyncSession, argument: Argument, number: int, decision_id: int | None = None) -> None:
    """As the author's, also where moderators worded it by a decision: it is the author's text, to be erased with it."""
    db.add(
        ArgumentRevision(
            debate_id=argument.debate_id,
            argument_id=argument.id,
            number=number,
            version=argument.version,
            claim=argument.claim,
            grounds_markdown=argument.grounds_markdown,
            steelman=argument.steelman,
            editor_id=argument.author_id,
            decision_id=decision_id,
        )
    )


async def _tell_author(db: AsyncSession, parent: Argument, reply: Argument) -> None:
    assert parent.author_id is not None
    await notify(
        db,
        user_id=parent.author_id,
        kind=NotificationKind.REPLY,
        actor_id=reply.author_id,
        debate_id=reply.debate_id,
        argument_id=reply.id,
        thread_id=reply.root_id,
    )


async def edit_argument(db: AsyncSession, argument: Argument, number: int, draft: Draft) -> None:
    """Word a locked argument anew, as its revision of this number: freely where that is still possible, else as a
    version of its own, of which everybody is told who has voted on the argument or replied to it."""
    is_free = (await load_outlook(db, argument.debate_id, argument.id)).is_free
    if draft.steelman != argument.steelman:
        argument.steelman_accepted_at = argument.steelman_accepted_by_id = None
    argument.claim = draft.claim
    argument.grounds_markdown = draft.grounds
    argument.grounds_html = draft.grounds_html
    argument.steelman = draft.steelman
    if not is_free:
        begin_version(argument)
    keep_wording(db, argument, number)
    touch_debate(db, argument.debate_id)
    await db.flush()
    await resolve_by_edit(db, argument)
    await announce(db, argument, draft.grounds, is_new=False)
    if not is_free and argument.hidden_by_id is None:
        await tell_of_edit(db, argument)
    await tell_moderators_of_edit(db, argument)


async def reword_by_decision(
    db: AsyncSession, argument: Argument, claim: str, grounds: str, decision_id: int, untold: Collection[int] = ()
) -> None:
    """Word a locked argument as moderators decided: always a version of its own, told like an edit of its author's, but
    not to those for whom nothing has changed."""
    numbers = select(func.max(ArgumentRevision.number)).filter_by(debate_id=argument.debate_id, argument_id=argument.id)
    number = (await db.execute(numbers)).scalar_one()
    argument.claim = claim
    argument.grounds_markdown = grounds
    argument.grounds_html = render_markdown(grounds)
    begin_version(argument)
    keep_wording(db, argument, number + 1, decision_id)
    await db.flush()
    await note_rewording(db, debate_id=argument.debate_id, argument_id=argument.id)
    await tell_of_edit(db, argument, decision_id, untold)


def begin_version(argument: Argument) -> None:
    """From here on its votes are from before the edit. The argument must be locked, so that none is missed."""
    argument.version += 1
    argument.edited_at = datetime.now(UTC)
    argument.earlier_vote_count = Argument.agree_count + Argument.disagree_count + Argument.pass_count


async def tell_of_edit(
    db: AsyncSession, argument: Argument, decision_id: int | None = None, untold: Collection[int] = ()
) -> None:
    """A locked argument that is not hidden."""
    people = set(await find_concerned(db, argument.debate_id, argument.id)) - set(untold)
    await _tell(db, people, NotificationKind.EDIT, argument, decision_id)


async def _tell(
    db: AsyncSession, people: Collection[int], kind: NotificationKind, argument: Argument,
    decision_id: int | None = None,
) -> None:  # fmt: skip
    """What the author has done with it, or moderators by a decision."""
    await notify_crowd(
        db, people, kind=kind, actor_id=argument.author_id, debate_id=argument.debate_id, argument_id=argument.id,
        decision_id=decision_id,
    )  # fmt: skip


async def concede_argument(db: AsyncSession, argument: Argument) -> None:
    """Mark a locked argument as conceded, once; it keeps its place, its text, its votes and its replies."""
    if argument.conceded_at is None:
        argument.conceded_at = datetime.now(UTC)
        place = {"debate_id": argument.debate_id, "argument_id": argument.id}
        db.add(Concession(**place, conceded_at=argument.conceded_at))
        await db.flush()
        touch_debate(db, argument.debate_id)
        await _tell_of_concession(db, argument)


async def _tell_of_concession(db: AsyncSession, argument: Argument) -> None:
    """Those whose listed answers it grants."""
    if argument.hidden_by_id is None:
        answerers = await find_answerers(db, argument.debate_id, argument.id)
        await _tell(db, answerers, NotificationKind.CONCESSION, argument)


async def withdraw_concession(db: AsyncSession, argument: Argument) -> None:
    """Hold a locked argument again; the concession stays in its history. Nothing happens where there is none."""
    if argument.conceded_at is not None:
        argument.conceded_at = None
        standing = (Concession.debate_id == argument.debate_id, Concession.argument_id == argument.id)
        taken_back = update(Concession).where(*standing, Concession.taken_back_at.is_(None))
        await db.execute(taken_back.values(taken_back_at=datetime.now(UTC)))
        await db.flush()
        touch_debate(db, argument.debate_id)


async def withdraw_argument(db: AsyncSession, argument: Argument) -> None:
    """Take a locked argument out of the count; it keeps its place, its text and its replies."""
    is_listed = argument.hidden_by_id is None and argument.withdrawn_at is None
    argument.withdrawn_at = argument.withdrawn_at or datetime.now(UTC)
    await db.flush()
    if is_listed:
        await count_argument(db, argument, -1)
        touch_debate(db, argument.debate_id)
    await give_up_if_asked(db, argument)

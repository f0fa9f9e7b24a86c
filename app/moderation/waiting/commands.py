"""Word a waiting post anew, withdraw it, let it stand, decline it."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.annotations.commands import post_annotation_reply, post_on_passage
from app.annotations.forms import AnnotationReplyForm
from app.annotations.revisions import Wording
from app.arguments.commands import post_argument
from app.arguments.drafts import NotClear, draft_argument
from app.arguments.forms import ArgumentForm, ReplyForm
from app.arguments.writing import load_target, load_writing_page
from app.errors import Conflict, NotFound
from app.models import Action, Annotation, AnnotationKind, Argument, Decision, HeldPost
from app.moderation.records import Act, answer_appeals, find_made, record, tell
from app.moderation.waiting.forms import DeclineForm, ReleaseForm, WaitingForm
from app.moderation.waiting.queries import POST, find_appealed, load_author
from app.permission_terms import Bench
from app.permissions import can_be_posted
from app.targets import DebateHead

LET_STAND = "A moderator has let it stand meanwhile, so it does not wait any more."
WITHDRAWN = "You have withdrawn it meanwhile, perhaps in another window."


class StalePost(Conflict):
    """The post is not any more what was seen; nothing was changed."""


class NotNow(Conflict):
    """Its author may not write there."""

    title = "It cannot be posted now"


async def lock_waiting(db: AsyncSession, debate: DebateHead, post_id: int) -> HeldPost:
    post = await db.get(HeldPost, (debate.id, post_id), populate_existing=True, with_for_update=True)
    if post is None:
        raise NotFound("There is no such post in this debate.")
    return post


def say_settled(actor: Actor, post: HeldPost) -> str:
    """What became of a locked post of one's own since its page was opened; nothing while it waits or was declined."""
    if post.author_id != actor.id:
        return ""
    if post.is_released:
        return LET_STAND
    return WITHDRAWN if post.withdrawn_at is not None else ""


async def edit_waiting(db: AsyncSession, post: HeldPost, form: WaitingForm) -> None:
    """A locked post, worded anew. One that was declined waits again."""
    _refuse_stale(post, form.version)
    post.fields = {**post.fields, **form.model_dump(exclude={"version"})}
    post.edited_at, post.decision_id = datetime.now(UTC), None
    post.version += 1
    await db.flush()


async def withdraw_waiting(db: AsyncSession, post: HeldPost) -> None:
    if post.withdrawn_at is None:
        post.withdrawn_at = datetime.now(UTC)
        post.version += 1
        await db.flush()


async def release_post(
    db: AsyncSession, actor: Actor, debate: DebateHead, post: HeldPost, form: ReleaseForm, bench: Bench
) -> Decision:
    """Post a locked one as its author would: with its counts, and with word to whom it answers. It undoes the decision
    that did not let it stand; of an earlier wording, where an appeal against that waits."""
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    _refuse_stale(post, form.version)
    author = await load_author(db, post.author_id)
    _refuse_silenced(author, debate.id)
    item = await (_post_argument if "claim" in post.fields else _post_annotation)(db, author, debate, post)
    post.argument_id = item.id if isinstance(item, Argument) else None
    post.annotation_id = item.id if isinstance(item, Annotation) else None
    place: dict[str, int | None] = {
        "debate_id": debate.id, "argument_id": post.argument_id, "annotation_id": post.annotation_id
    }  # fmt: skip
    act = Act(
        Action.RELEASE, form.explanation, form.idempotency_key,
        columns=place, concerned_id=post.author_id, reverses_id=post.decision_id or await find_appealed(db, post),
        bench=bench,
    )  # fmt: skip
    return await _decide(db, actor, debate, post, act)


async def decline_post(
    db: AsyncSession, actor: Actor, debate: DebateHead, post: HeldPost, form: DeclineForm, bench: Bench
) -> Decision:
    """It stays with its author, who can word it anew, and moderators can still release it."""
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    _refuse_stale(post, form.version)
    if post.decision_id is not None:
        raise StalePost("Somebody has declined this meanwhile.")
    act = Act(
        Action.DECLINE, form.explanation, form.idempotency_key, form.house_rule, form.law,
        columns={"debate_id": debate.id}, concerned_id=post.author_id, bench=bench, change={POST: post.id},
    )  # fmt: skip
    return await _decide(db, actor, debate, post, act)


async def _decide(db: AsyncSession, actor: Actor, debate: DebateHead, post: HeldPost, act: Act) -> Decision:
    decision = await record(db, actor, act, debate.slug)
    post.decision_id = decision.id
    post.version += 1
    await db.flush()
    await tell(db, actor, decision)
    if decision.reverses_id is not None:
        await answer_appeals(db, decision)
    return decision


def _refuse_stale(post: HeldPost, seen: int) -> None:
    if post.version != seen or post.is_released:
        raise StalePost("It has changed since you opened it. Nothing was done.")


def _refuse_silenced(author: Actor, debate_id: int) -> None:
    if not (permission := can_be_posted(author, debate_id)):
        raise NotNow(permission.reason)


async def _post_argument(db: AsyncSession, author: Actor, debate: DebateHead, post: HeldPost) -> Argument:
    sent = {name: value for name, value in post.fields.items() if value not in ("", None)}  # As forms are read.
    kind = ReplyForm if post.parent_argument_id else ArgumentForm
    form = kind.model_validate({**sent, "idempotency_key": post.idempotency_key})
    target = await load_target(db, debate, post.parent_argument_id) if post.parent_argument_id else None
    draft = await draft_argument(db, await load_writing_page(db, debate, target, form.passage), form)
    if isinstance(draft, NotClear):
        raise Conflict(f"It cannot stand as it is any more: {' '.join(draft.errors.values())} Its author can mend it.")
    return await post_argument(db, author, debate, post.parent_argument_id, draft)


async def _post_annotation(db: AsyncSession, author: Actor, debate: DebateHead, post: HeldPost) -> Annotation:
    if post.parent_annotation_id is not None:
        form = AnnotationReplyForm(body=post.fields["body"], idempotency_key=post.idempotency_key)
        return await post_annotation_reply(db, author, debate, post.parent_annotation_id, form)
    assert post.passage_id is not None
    kind = AnnotationKind(post.fields["kind"])
    wording = Wording(kind, post.passage_id, post.fields["body"], post.fields["tags"])
    return await post_on_passage(db, post.author_id, debate.id, wording, post.idempotency_key)

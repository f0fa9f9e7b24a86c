"""Programs that post, replace and withdraw annotations, in the name of whoever gave them a token."""

import json
from typing import Annotated, Any, NoReturn
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts.bearer import token_with
from app.actor import Actor
from app.annotations.commands import PostedBefore, lock_annotation, withdraw_annotation
from app.annotations.protocol.answers import (
    CROSS_ORIGIN,
    ITEM_METHODS,
    answer_item,
    entity_tag,
    names_tag,
    places_of,
    to_bytes,
)
from app.annotations.protocol.commands import receive_annotation, replace_annotation
from app.annotations.protocol.documents import Json
from app.annotations.protocol.incoming import read_annotation
from app.annotations.protocol.problems import MadeBefore, NeedsMatch, Stale, TooLong, Unreadable, WrongType
from app.annotations.protocol.reading import load_annotation
from app.annotations.waiting import screen_program
from app.db import Db
from app.models import TokenScope
from app.permissions import can_annotate, can_edit_annotation, can_withdraw, require
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_edit
from app.programs import FOR_PROGRAMS, JSON_TYPES, media_type
from app.rate_limits import ANNOTATE, EDIT_ANNOTATION, limit_actor
from app.targets import ItemId, Slug, find_debate

router = APIRouter(tags=[FOR_PROGRAMS])

Writer = Annotated[Actor, Depends(token_with(TokenScope.ANNOTATIONS_WRITE))]

LARGEST_DOCUMENT = 100_000  # Bytes: the longest note with the longest passage in any script, and members beside them.


@router.post("/debates/{slug}/annotations/")
async def post_document(request: Request, db: Db, actor: Writer, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    sent = read_annotation(await _read_document(request))
    key, places = request.headers.get("idempotency-key") or str(uuid4()), places_of(request, debate)
    screened = await screen_program(db, actor, debate.id, (*sent.tags, sent.body), key)
    try:
        annotation = await receive_annotation(db, actor, debate, places, sent, key)
    except PostedBefore as before:
        made = places.annotation(before.annotation.id)
        raise MadeBefore(f"This Idempotency-Key has made {made}, which says something else. Send a new key.") from None
    await report_watched(db, annotation, screened)
    await limit_actor(request, actor, ANNOTATE)  # What was refused for another reason has not used it up.
    document = await load_annotation(db, debate, places, annotation.id)
    answer = answer_item(request, document, 201 if annotation.idempotency_key == key else 200)
    answer.headers["Location"] = answer.headers["Content-Location"] = document["id"]
    return answer


@router.put("/debates/{slug}/annotations/{annotation_id}")
async def put_document(request: Request, db: Db, actor: Writer, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation, places = await lock_annotation(db, debate, annotation_id), places_of(request, debate)
    current = await load_annotation(db, debate, places, annotation_id)
    require(can_edit_annotation(actor, debate, annotation))
    _require_match(request, current, is_needed=True)
    sent = read_annotation(await _read_document(request))
    screened = await screen_edit(db, debate.id, (*sent.tags, sent.body))
    await replace_annotation(db, actor, annotation, current, places, sent)
    await report_watched(db, annotation, screened)
    await limit_actor(request, actor, EDIT_ANNOTATION)
    return answer_item(request, await load_annotation(db, debate, places, annotation_id))


@router.delete("/debates/{slug}/annotations/{annotation_id}")
async def delete_document(request: Request, db: Db, actor: Writer, slug: Slug, annotation_id: ItemId) -> Response:
    """Withdrawn: it keeps its place and its replies, and is gone for programs."""
    debate = await find_debate(db, actor, slug)
    annotation = await lock_annotation(db, debate, annotation_id)
    current = await load_annotation(db, debate, places_of(request, debate), annotation_id)
    require(can_withdraw(actor, debate, annotation))
    _require_match(request, current, is_needed=False)
    await withdraw_annotation(db, annotation)
    return Response(status_code=204, headers={**CROSS_ORIGIN, "Allow": ITEM_METHODS})


def _require_match(request: Request, current: Json, *, is_needed: bool) -> None:
    """The version that the program has seen must be the one that it is about to change."""
    header = request.headers.get("if-match")
    if header is None and is_needed:
        raise NeedsMatch("Send If-Match with the ETag of the version that this replaces.")
    if header is not None and not names_tag(header, entity_tag(to_bytes(current))):
        raise Stale("The annotation has changed since you saw it. Read it once more.")


async def _read_document(request: Request) -> Any:
    if media_type(request.headers.get("content-type", "")) not in JSON_TYPES:
        raise WrongType("Send an annotation as application/ld+json.")
    body = await request.body()
    if len(body) > LARGEST_DOCUMENT:
        raise TooLong(f"One annotation may have up to {LARGEST_DOCUMENT:,} bytes.")
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unreadable("The document is no JSON (RFC 8259) in UTF-8.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")

"""Loads annotations and shapes them: the documents that the routes answer with."""

from app.annotations.protocol.answers import Preference
from app.annotations.protocol.documents import (
    Json,
    PageBounds,
    annotation_document,
    collection_document,
    page_document,
    page_item,
)
from app.annotations.protocol.places import Places
from app.annotations.protocol.problems import Gone
from app.annotations.protocol.records import (
    Newest,
    is_gone,
    load_bounds,
    load_last_page,
    load_newest,
    load_record,
    load_records,
    load_summary,
    with_text,
)
from app.db import Reader
from app.errors import NotFound
from app.targets import DebateHead

PAGE_SIZE = 50  # Some 50 kB of descriptions; about as many notes as a page of the site shows.

GONE = "This annotation was withdrawn by its author, is hidden, or was removed by moderators."


async def load_annotation(db: Reader, debate: DebateHead, places: Places, annotation_id: int) -> Json:
    newest = await load_newest(db, debate.id)
    record = await load_record(db, debate.id, newest, annotation_id)
    if record is None:
        if await is_gone(db, debate.id, annotation_id):
            raise Gone(GONE)
        raise NotFound("There is no such annotation in this debate.")
    return annotation_document(record, await with_text(db, debate.id, newest, [record]), places)


async def load_collection(db: Reader, debate: DebateHead, places: Places, preference: Preference) -> Json:
    newest, summary = await load_newest(db, debate.id), await load_summary(db, debate.id)
    only_iris = preference.only_iris
    first: Json | str | None = None
    if summary.total:
        is_minimal = preference.is_minimal
        first = places.page(0, only_iris=only_iris) if is_minimal else await _load_page(
            db, debate, places, newest, 0, only_iris=only_iris
        )  # fmt: skip
    last = await load_last_page(db, debate.id, PAGE_SIZE, summary.total)
    return collection_document(label_of(newest), summary, places, first, last, only_iris=only_iris)


async def load_page(db: Reader, debate: DebateHead, places: Places, after: int, *, only_iris: bool) -> Json:
    newest, summary = await load_newest(db, debate.id), await load_summary(db, debate.id)
    page = await _load_page(db, debate, places, newest, after, only_iris=only_iris)
    return page_document(page, summary, label_of(newest), places, only_iris=only_iris)


def label_of(newest: Newest) -> str:
    return f"Annotations of “{newest.essay_title}”"


async def _load_page(
    db: Reader, debate: DebateHead, places: Places, newest: Newest, after: int, *, only_iris: bool
) -> Json:
    records = await load_records(db, debate.id, newest, after, PAGE_SIZE + 1)
    if not records:
        raise NotFound("No annotations come after that one.")
    shown, has_more = records[:PAGE_SIZE], len(records) > PAGE_SIZE
    start_index, previous = await load_bounds(db, debate.id, after, PAGE_SIZE)
    bounds = PageBounds(after, start_index, previous, shown[-1].id if has_more else None)
    described = newest if only_iris else await with_text(db, debate.id, newest, shown)
    return page_item(shown, described, places, bounds, only_iris=only_iris)

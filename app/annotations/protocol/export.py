"""A debate's annotations as one file: a collection whose single page holds them all, written while it is read."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from app.annotations.protocol.answers import to_bytes
from app.annotations.protocol.documents import CONTEXT, Json, annotation_item
from app.annotations.protocol.places import Places
from app.annotations.protocol.reading import label_of
from app.annotations.protocol.records import Newest, load_newest, load_records, with_text
from app.db import Reader

BATCH = 200  # Read in one statement; between them no connection is held, however slow the reader is.
Open = Callable[[], AbstractAsyncContextManager[Reader]]


async def export_annotations(
    open_reader: Open, debate_id: int, places: Places, advance: Callable[[], object] = lambda: None
) -> AsyncIterator[bytes]:
    """Pieces of the document. The number of annotations stands at its end, when it is known for sure.

    A page of no annotations would not be valid, so an empty collection has none.
    """
    async with open_reader() as db:
        newest = await load_newest(db, debate_id)
    head = {"@context": CONTEXT, "id": places.file, "type": "AnnotationCollection", "label": label_of(newest)}
    yield to_bytes(head)[:-1]
    total = 0
    async for item in export_items(open_reader, debate_id, newest, places):
        yield b"," if total else b',"first":' + to_bytes(_page(places))[:-1] + b',"items":['
        yield b"\n" + to_bytes(item)
        total += 1
        advance()
    yield (b"\n]}" if total else b"") + b',"total":%d}\n' % total


def _page(places: Places) -> Json:
    return {"id": f"{places.file}#items", "type": "AnnotationPage", "startIndex": 0}


async def export_items(open_reader: Open, debate_id: int, newest: Newest, places: Places) -> AsyncIterator[Json]:
    after = 0
    while True:
        async with open_reader() as db:
            records = await load_records(db, debate_id, newest, after, BATCH)
            newest = await with_text(db, debate_id, newest, records)
        for record in records:
            yield annotation_item(record, newest, places)
        if len(records) < BATCH:
            return
        after = records[-1].id

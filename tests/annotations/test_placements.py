"""Pages go by where a passage stands on the newest revision, not by where it was marked."""

from httpx import AsyncClient
from sqlalchemy import select

from app.essays.canonical import parse_essay
from app.essays.commands import add_revision, find_or_make_passage
from app.models import EssayRevision, Placement, PlacementState, Position
from tests.annotations.conftest import MILL, Mill
from tests.factories import cite, make_annotation, make_argument, make_passage

AGAIN = "A preface.\n\nIt feeds the town. The mill may stay.\n\nNobody has measured it."


async def publish_again(mill: Mill, **places: tuple[PlacementState, str | None]) -> EssayRevision:
    """A second revision, with the state and the words of each passage by its id (`p7`)."""
    parsed = parse_essay(AGAIN)
    kept = {name: getattr(mill.revision, name) for name in ("debate_id", "essay_id")}
    revision = await add_revision(mill.db, EssayRevision(**kept, number=2), AGAIN, parsed)
    for name, (state, words) in places.items():
        place: dict[str, int] = {}
        if words is not None:
            start = parsed.text.index(words)
            number = next(block.number for block in parsed.blocks if block.start <= start < block.end)
            place = {"start": start, "end": start + len(words), "paragraph_number": number}
        key = {"debate_id": revision.debate_id, "revision_id": revision.id, "passage_id": int(name[1:])}
        mill.db.add(Placement(**key, state=state, score=0.84 if state == PlacementState.FUZZY else 1, **place))
    mill.debate.version += 1
    await mill.db.commit()
    return revision


async def test_a_moved_passage_is_marked_where_it_stands_now(client: AsyncClient, mill: Mill) -> None:
    note = await make_annotation(mill.db, mill.debate, mill.author)
    await publish_again(mill, **{f"p{note.passage_id}": (PlacementState.MOVED, "feeds the town")})
    page = (await client.get(f"{MILL}/essay")).text
    assert f'id="passage-{note.passage_id}" data-passages="{note.passage_id}">feeds the town</mark>' in page
    assert 'id="p2"' in page.partition("feeds the town")[0]
    assert "no longer in the text" not in page
    own = (await client.get(f"{MILL}/annotations/{note.id}")).text
    assert "A note on paragraph 2" in own
    assert "Moved in the text" in own
    assert "Moved in the text" in (await client.get(f"{MILL}/passages/{note.passage_id}")).text


async def test_a_fuzzy_passage_says_how_alike_its_words_are(client: AsyncClient, mill: Mill) -> None:
    note = await make_annotation(mill.db, mill.debate, mill.author, exact="The mill should stay.")
    await publish_again(mill, **{f"p{note.passage_id}": (PlacementState.FUZZY, "The mill may stay.")})
    assert "The mill may stay.</mark>" in (await client.get(f"{MILL}/essay")).text
    own = (await client.get(f"{MILL}/annotations/{note.id}")).text
    assert "The mill should stay.</mark>" in own
    assert "Other words stand here now: 84 % alike" in own


async def test_an_orphan_is_counted_not_marked_and_keeps_its_page(client: AsyncClient, mill: Mill) -> None:
    side = (await mill.db.scalars(select(Position).where(Position.number == 1))).one()
    argument = await make_argument(mill.db, mill.debate, mill.author, position=side)
    passage = await make_passage(mill.db, mill.revision, "The river needs rest.")
    await cite(mill.db, argument, passage)
    note = await make_annotation(mill.db, mill.debate, mill.author, exact="river needs rest")
    orphan = (PlacementState.ORPHAN, None)
    await publish_again(mill, **{f"p{passage.id}": orphan, f"p{note.passage_id}": orphan})
    page = (await client.get(f"{MILL}/essay")).text
    assert "2 passages no longer in the text" in page
    assert "<mark" not in page.partition("<article")[2]
    assert "No longer in the essay" in (await client.get(MILL)).text
    assert "The essay no longer has these words" in (await client.get(f"{MILL}/arguments/{argument.id}")).text
    assert "on words that the essay no longer has" in (await client.get(f"{MILL}/annotations/{note.id}")).text
    own = (await client.get(f"{MILL}/passages/{passage.id}")).text
    assert "They stood in paragraph 2 of" in own
    assert " rest.</mark>" in own


async def test_words_that_are_marked_on_a_new_revision_have_not_moved(mill: Mill) -> None:
    """Although words marked before stand there now, which have."""
    note = await make_annotation(mill.db, mill.debate, mill.author)
    revision = await publish_again(mill, **{f"p{note.passage_id}": (PlacementState.MOVED, "feeds the town")})
    start = revision.text.index("feeds the town")
    passage = await find_or_make_passage(mill.db, revision, start, start + len("feeds the town"))
    assert passage.id != note.passage_id
    assert passage.revision_id == revision.id
    again = await find_or_make_passage(mill.db, revision, start, start + len("feeds the town"))
    assert again.id == passage.id


async def test_words_of_an_old_revision_are_not_marked_any_more(mill: Mill) -> None:
    await publish_again(mill)
    answer = await mill.annotate(revision=1)
    assert answer.status_code == 409
    assert "The essay has a new wording since you opened this page." in answer.text

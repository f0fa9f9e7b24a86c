"""What the W3C's Web Annotation Data Model requires of annotations, collections and pages: a test for each MUST.

The requirements are in our own words; docs/INTERCHANGE.md lists them with their tests.
"""

from datetime import datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.essays.selectors import CONTEXT_CHARACTERS
from app.models import Annotation, AnnotationKind, EssayRevision, Placement, PlacementState, User
from tests.annotations.conftest import MILL, Mill
from tests.annotations.protocol.conftest import CONTAINER, ORIGIN, PLACES, Json, annotate, commit, url_of

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


async def get(program: AsyncClient, url: str) -> Json:
    answer = await program.get(url)
    assert answer.status_code == 200, answer.text
    document: Json = answer.json()
    return document


@pytest.fixture
async def document(program: AsyncClient, annotation: Annotation) -> Json:
    return await get(program, url_of(annotation))


# Annotations


async def test_an_annotation_has_the_annotation_context(document: Json) -> None:
    assert document["@context"] == CONTEXT


async def test_an_annotation_has_exactly_one_id_and_it_is_an_iri(document: Json, annotation: Annotation) -> None:
    assert document["id"] == f"{ORIGIN}{MILL}/annotations/{annotation.id}"


async def test_an_annotation_has_the_type_annotation(document: Json) -> None:
    assert document["type"] == "Annotation"


async def test_an_annotation_has_at_least_one_target(document: Json) -> None:
    assert document["target"]


async def test_an_annotation_never_has_both_body_and_body_value(document: Json) -> None:
    assert "body" in document
    assert "bodyValue" not in document


async def test_times_are_in_utc_and_end_with_z(program: AsyncClient, mill: Mill) -> None:
    edited = datetime.fromisoformat("2026-03-01T12:00:00+02:00")
    document = await get(program, url_of(await annotate(mill, edited_at=edited)))
    assert document["modified"] == "2026-03-01T10:00:00Z"
    assert document["created"].endswith("Z")
    assert datetime.fromisoformat(document["created"]).utcoffset() is not None


async def test_what_was_never_edited_has_no_modified(document: Json) -> None:
    assert "modified" not in document


async def test_a_creator_is_an_agent_with_one_name(document: Json) -> None:
    person = {"id": f"{ORIGIN}/people/author", "type": "Person", "name": "Author", "nickname": "author"}
    assert document["creator"] == person


async def test_simulated_participants_are_said_to_be_software(program: AsyncClient, mill: Mill) -> None:
    await mill.db.execute(update(User).where(User.id == mill.author.id).values(is_simulated=True))
    document = await get(program, url_of(await annotate(mill)))
    assert document["creator"]["type"] == "Software"


async def test_of_an_account_that_is_gone_no_creator_is_named(program: AsyncClient, mill: Mill) -> None:
    document = await get(program, url_of(await annotate(mill, author_id=None)))
    assert "creator" not in document


@pytest.mark.parametrize(
    ("kind", "motivation"), [(AnnotationKind.NOTE, "commenting"), (AnnotationKind.QUESTION, "questioning")]
)
async def test_a_motivation_is_one_of_the_vocabulary(
    program: AsyncClient, mill: Mill, kind: AnnotationKind, motivation: str
) -> None:
    document = await get(program, url_of(await annotate(mill, kind=kind)))
    assert document["motivation"] == motivation
    assert document["body"]["purpose"] == motivation


async def test_canonical_and_via_are_iris_as_they_came(program: AsyncClient, mill: Mill) -> None:
    came = {"canonical_iri": "urn:uuid:dbfb1861-0ecf-41ad-be94-a584e5c4f1df", "source_iri": "https://a.example/1"}
    document = await get(program, url_of(await annotate(mill, **came)))
    assert document["canonical"] == came["canonical_iri"]
    assert document["via"] == came["source_iri"]


# Bodies


async def test_a_textual_body_has_exactly_one_value(document: Json) -> None:
    body = document["body"]
    assert body == {"type": "TextualBody", "purpose": "commenting", "format": "text/markdown", "value": "Who counted?"}


async def test_tags_are_bodies_whose_purpose_is_tagging(program: AsyncClient, mill: Mill) -> None:
    document = await get(program, url_of(await annotate(mill, tags=["grain", "town"])))
    assert [body["purpose"] for body in document["body"]] == ["commenting", "tagging", "tagging"]
    assert [body["value"] for body in document["body"][1:]] == ["grain", "town"]


# Targets


async def test_a_specific_resource_has_exactly_one_source(document: Json) -> None:
    assert document["target"]["type"] == "SpecificResource"
    assert document["target"]["source"] == f"{ORIGIN}{MILL}/essay/revisions/1"


async def test_a_text_quote_selector_has_exactly_one_exact_with_its_surroundings(document: Json, mill: Mill) -> None:
    quote = document["target"]["selector"][0]
    assert quote["type"] == "TextQuoteSelector"
    assert quote["exact"] == "feeds the town"
    assert quote["prefix"] + quote["exact"] + quote["suffix"] in mill.revision.text
    assert len(quote["suffix"]) >= CONTEXT_CHARACTERS
    assert mill.revision.text.startswith(quote["prefix"])


async def test_a_text_position_selector_counts_code_points_from_zero(document: Json, mill: Mill) -> None:
    position = document["target"]["selector"][1]
    assert position["type"] == "TextPositionSelector"
    assert mill.revision.text[position["start"] : position["end"]] == "feeds the town"
    assert isinstance(position["start"], int)
    assert position["start"] >= 0


async def test_a_reply_targets_the_annotation_that_it_answers(program: AsyncClient, mill: Mill) -> None:
    parent = await annotate(mill)
    reply = await annotate(mill, "I did.", kind=AnnotationKind.REPLY, parent_id=parent.id)
    document = await get(program, url_of(reply))
    assert document["motivation"] == "replying"
    assert document["target"] == PLACES.annotation(parent.id)


async def publish_again(mill: Mill, passage_id: int, state: PlacementState, place: tuple[int, int] | None) -> None:
    """A new wording that begins with more words, and where the passage stands in it."""
    text = "By now. " + mill.revision.text
    revision = EssayRevision(
        debate_id=mill.debate.id, essay_id=mill.revision.essay_id, number=2, markdown=text, text=text, text_sha256=""
    )
    mill.db.add(revision)
    await mill.db.flush()
    start, end = place or (None, None)
    number = 1 if place else None
    placement = Placement(
        debate_id=mill.debate.id, revision_id=revision.id, passage_id=passage_id, state=state, score=0.8,
        start=start, end=end, paragraph_number=number,
    )  # fmt: skip
    mill.db.add(placement)
    await commit(mill)


@pytest.mark.parametrize("state", [PlacementState.MOVED, PlacementState.FUZZY])
async def test_a_passage_is_shown_where_it_was_marked_and_where_it_stands_now(
    program: AsyncClient, mill: Mill, state: PlacementState
) -> None:
    annotation = await annotate(mill)
    start = len("By now. ") + mill.revision.text.index("feeds the town")
    await publish_again(mill, annotation.passage_id, state, (start, start + len("feeds the town")))
    marked, placed = (await get(program, url_of(annotation)))["target"]
    assert marked["source"].endswith("/revisions/1")
    assert placed["source"].endswith("/revisions/2")
    assert placed["selector"][0]["exact"] == "feeds the town"
    assert placed["selector"][0]["prefix"] == "By now. The mill should stay. It "[-32:]
    assert placed["selector"][1] == {"type": "TextPositionSelector", "start": start, "end": start + 14}
    assert placed["rejoinder:state"] == state.value
    assert placed.get("rejoinder:score") == (0.8 if state == PlacementState.FUZZY else None)


async def test_an_orphan_is_shown_where_it_was_marked_and_nowhere_else(program: AsyncClient, mill: Mill) -> None:
    annotation = await annotate(mill)
    await publish_again(mill, annotation.passage_id, PlacementState.ORPHAN, None)
    target = (await get(program, url_of(annotation)))["target"]
    assert target["source"].endswith("/revisions/1")
    assert "rejoinder:state" not in target


# Collections and pages


@pytest.fixture
async def many(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> list[Annotation]:
    monkeypatch.setattr("app.annotations.protocol.reading.PAGE_SIZE", 2)
    return [await annotate(mill, f"Note {number}") for number in range(5)]


async def test_a_collection_has_its_context_one_id_and_its_type(program: AsyncClient, many: list[Annotation]) -> None:
    collection = await get(program, CONTAINER)
    assert CONTEXT in collection["@context"]
    assert collection["id"] == PLACES.collection(only_iris=False)
    assert "AnnotationCollection" in collection["type"]
    assert collection["label"]
    assert collection["total"] == 5


async def test_a_collection_that_is_not_empty_has_a_first_page(program: AsyncClient, many: list[Annotation]) -> None:
    collection = await get(program, CONTAINER)
    assert collection["first"]["type"] == "AnnotationPage"
    assert collection["last"].startswith(PLACES.container)


async def test_an_empty_collection_has_no_page(program: AsyncClient, mill: Mill) -> None:
    collection = await get(program, CONTAINER)
    assert collection["total"] == 0
    assert not {"first", "last", "modified"} & set(collection)


async def test_a_page_has_its_context_one_id_its_type_and_its_items(
    program: AsyncClient, many: list[Annotation]
) -> None:
    url = PLACES.page(0, only_iris=False)
    page = await get(program, url)
    assert (page["@context"], page["id"], page["type"]) == (CONTEXT, url, "AnnotationPage")
    assert [item["id"] for item in page["items"]] == [PLACES.annotation(one.id) for one in many[:2]]


async def test_a_page_that_is_embedded_repeats_no_context(program: AsyncClient, many: list[Annotation]) -> None:
    first = (await get(program, CONTAINER))["first"]
    assert "@context" not in first
    assert all("@context" not in item for item in first["items"])


async def test_a_page_names_its_collection_as_an_object(program: AsyncClient, many: list[Annotation]) -> None:
    page = await get(program, PLACES.page(0, only_iris=True))
    assert page["partOf"]["id"] == PLACES.collection(only_iris=True)
    assert page["partOf"]["total"] == 5
    assert page["partOf"]["modified"].endswith("Z")


@pytest.mark.parametrize("only_iris", [True, False])
async def test_every_page_but_the_last_names_the_next_and_all_together_hold_everything(
    program: AsyncClient, many: list[Annotation], only_iris: bool
) -> None:
    url, seen, starts, urls = PLACES.page(0, only_iris=only_iris), [], [], []
    last = (await get(program, PLACES.collection(only_iris=only_iris)))["last"]
    while url:
        page = await get(program, url)
        assert page.get("prev") == (urls[-1] if urls else None)
        urls.append(url)
        seen += page["items"] if only_iris else [item["id"] for item in page["items"]]
        starts.append(page["startIndex"])
        url = page.get("next", "")
    assert seen == [PLACES.annotation(annotation.id) for annotation in many]
    assert starts == [0, 2, 4]
    assert urls[-1] == last


async def test_a_page_stays_the_same_when_an_earlier_annotation_goes(
    program: AsyncClient, mill: Mill, many: list[Annotation]
) -> None:
    second = (await get(program, CONTAINER))["first"]["next"]
    before = (await get(program, second))["items"]
    many[0].withdrawn_at = datetime.fromisoformat("2026-01-01T00:00:00Z")
    await commit(mill)
    page = await get(program, second)
    assert page["items"] == before
    assert page["startIndex"] == 1
    assert page["prev"] == PLACES.page(0, only_iris=False)


async def test_there_is_no_page_without_items(program: AsyncClient, many: list[Annotation]) -> None:
    assert (await program.get(PLACES.page(many[-1].id, only_iris=False))).status_code == 404

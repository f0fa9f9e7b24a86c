"""What the W3C's Web Annotation Protocol requires of writing: a test for each MUST; who may, and what is refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select, text, update

from app.models import (
    AccessToken,
    Annotation,
    AnnotationRevision,
    Debate,
    DebateState,
    Passage,
)
from tests.annotations.conftest import MILL, Mill
from tests.annotations.protocol.conftest import (
    CONTAINER,
    JSON_LD,
    PLACES,
    Json,
    annotate,
    hide,
    make_token,
    url_of,
)
from tests.factories import make_user

QUOTE = {"type": "TextQuoteSelector", "exact": "feeds the town", "prefix": "stay. It ", "suffix": "."}
WORDS = {"type": "SpecificResource", "source": PLACES.essay, "selector": QUOTE}
NOTE = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "type": "Annotation",
    "motivation": "commenting",
    "body": {"type": "TextualBody", "value": "Who *counted*?", "format": "text/markdown"},
    "target": WORDS,
}


@pytest.fixture
async def writer(program: AsyncClient, mill: Mill) -> AsyncClient:
    """A program that acts for the author of the mill's annotations."""
    token = await make_token(mill.db, mill.author)
    program.headers.update({"Authorization": f"Bearer {token}", "Content-Type": JSON_LD})
    return program


async def post(client: AsyncClient, document: object = NOTE, **headers: str) -> Response:
    return await client.post(CONTAINER, content=json.dumps(document), headers=headers)


async def put(client: AsyncClient, document: Json, **headers: str) -> Response:
    return await client.put(document["id"], content=json.dumps(document), headers=headers)


async def count(mill: Mill) -> int:
    return (await mill.db.scalars(select(func.count()).select_from(Annotation))).one()


# Creating


async def test_creation_answers_201_with_the_new_address(writer: AsyncClient, mill: Mill) -> None:
    answer = await post(writer)
    assert answer.status_code == 201, answer.text
    [annotation] = await mill.db.scalars(select(Annotation))
    assert answer.headers["location"] == PLACES.annotation(annotation.id)
    assert answer.headers["location"].startswith(PLACES.container)
    assert await mill.count() == 1


async def test_creation_answers_with_the_annotation_as_it_is_kept(writer: AsyncClient, mill: Mill) -> None:
    answer = await post(writer)
    document = answer.json()
    assert document["id"] == answer.headers["location"] == answer.headers["content-location"]
    assert document["body"]["value"] == "Who *counted*?"
    assert document["creator"]["nickname"] == "author"
    assert document == (await writer.get(document["id"])).json()
    assert answer.headers["etag"] == (await writer.get(document["id"])).headers["etag"]


async def test_an_annotation_that_comes_with_an_id_gets_a_new_one_and_keeps_it_as_via(writer: AsyncClient) -> None:
    document = (await post(writer, NOTE | {"id": "https://elsewhere.example/7"})).json()
    assert document["id"].startswith(PLACES.container)
    assert document["via"] == "https://elsewhere.example/7"


async def test_canonical_is_kept_without_change(writer: AsyncClient) -> None:
    canonical = "urn:uuid:dbfb1861-0ecf-41ad-be94-a584e5c4f1df"
    assert (await post(writer, NOTE | {"canonical": canonical})).json()["canonical"] == canonical


async def test_members_that_are_not_known_do_no_harm(writer: AsyncClient) -> None:
    foreign = {
        "rights": "https://example.org/cc",
        "styleClass": "red",
        "x:y": {"deep": [1, 2]},
        "audience": {"id": "x:y"},
    }
    answer = await post(writer, NOTE | foreign)
    assert answer.status_code == 201
    assert not set(foreign) & set(answer.json())


async def test_a_question_its_tags_and_several_texts(writer: AsyncClient, mill: Mill) -> None:
    bodies = [
        {"type": "TextualBody", "value": "Since when?"},
        {"type": "TextualBody", "value": "And for whom?"},
        {"type": "TextualBody", "purpose": "tagging", "value": "#Grain"},
    ]
    document = (await post(writer, NOTE | {"motivation": ["questioning", "tagging"], "body": bodies})).json()
    assert document["motivation"] == "questioning"
    assert [body["value"] for body in document["body"]] == ["Since when?\n\nAnd for whom?", "grain"]


async def test_a_plain_text_as_body(writer: AsyncClient) -> None:
    note = {name: value for name, value in NOTE.items() if name != "body"} | {"bodyValue": "Plainly so."}
    assert (await post(writer, note)).json()["body"]["value"] == "Plainly so."


async def test_a_reply_to_an_annotation_of_the_container(writer: AsyncClient, mill: Mill) -> None:
    question = await annotate(mill)
    answer = await post(writer, NOTE | {"motivation": "replying", "target": PLACES.annotation(question.id)})
    assert answer.status_code == 201, answer.text
    assert answer.json()["motivation"] == "replying"
    assert answer.json()["target"] == PLACES.annotation(question.id)
    reply = answer.json()["id"]
    answer = await post(writer, NOTE | {"target": {"id": reply}})
    assert answer.status_code == 403
    assert (await post(writer, NOTE | {"target": PLACES.annotation(10**6)})).status_code == 404


async def test_the_same_words_again_make_nothing_new(writer: AsyncClient, mill: Mill) -> None:
    first, second = await post(writer), await post(writer)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["location"] == second.headers["location"]
    assert await count(mill) == 1


async def test_the_same_idempotency_key_makes_one_annotation(writer: AsyncClient, mill: Mill) -> None:
    answers = [await post(writer, **{"Idempotency-Key": "the-same-key"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await count(mill) == 1
    other = NOTE | {"bodyValue": "Something else."}
    del other["body"]
    refused = await post(writer, other, **{"Idempotency-Key": "the-same-key"})
    assert refused.status_code == 409
    assert refused.json()["title"] == "This key has been used"
    assert answers[0].headers["location"] in refused.json()["detail"]
    assert (await post(writer, other, **{"Idempotency-Key": "!"})).status_code == 422


# Where the words are


def target(selector: object, source: str = PLACES.essay) -> Json:
    return NOTE | {"target": {"type": "SpecificResource", "source": source, "selector": selector}}


async def words_of(mill: Mill, answer: Response) -> str:
    assert answer.status_code == 201, answer.text
    number = int(answer.headers["location"].rpartition("/")[2])
    found = select(Passage.exact).join(Annotation, Annotation.passage_id == Passage.id).where(Annotation.id == number)
    return (await mill.db.scalars(found)).one()


async def test_words_are_found_by_their_position_if_they_stand_there(writer: AsyncClient, mill: Mill) -> None:
    start = mill.revision.text.rindex("It")
    position = {"type": "TextPositionSelector", "start": start, "end": start + 2}
    await words_of(mill, await post(writer, target([{"type": "TextQuoteSelector", "exact": "It"}, position])))
    assert (await mill.db.scalars(select(Passage.start))).one() == start


async def test_words_are_found_although_the_position_is_wrong(writer: AsyncClient, mill: Mill) -> None:
    position = {"type": "TextPositionSelector", "start": 0, "end": 14}
    assert await words_of(mill, await post(writer, target([QUOTE, position]))) == "feeds the town"


async def test_words_that_stand_in_several_places_are_not_guessed(writer: AsyncClient, mill: Mill) -> None:
    answer = await post(writer, target({"type": "TextQuoteSelector", "exact": "e"}))
    assert answer.status_code == 422
    assert answer.json()["pointer"] == "/target/selector"
    assert await count(mill) == 0


async def test_words_that_are_not_there_are_refused_with_the_reason(writer: AsyncClient, mill: Mill) -> None:
    answer = await post(writer, target({"type": "TextQuoteSelector", "exact": "quite different words"}))
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("These words were not found in the essay.")
    assert await count(mill) == 0


async def test_one_of_several_targets_is_enough(writer: AsyncClient, mill: Mill) -> None:
    elsewhere = {"source": "https://elsewhere.example/page", "selector": QUOTE}
    answer = await post(writer, NOTE | {"target": [elsewhere, WORDS]})
    assert await words_of(mill, answer) == "feeds the town"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"@context": "https://elsewhere.example/context"}, "/@context"),
        ({"@context": None}, "/@context"),
        ({"type": "Note"}, "/type"),
        ({"bodyValue": "Both."}, "/bodyValue"),
        ({"body": None}, "/body"),
        ({"body": "https://elsewhere.example/body"}, "/body"),
        ({"body": [{"type": "TextualBody", "value": "x"}, {"type": "Choice", "items": []}]}, "/body/1"),
        ({"body": {"type": "TextualBody", "value": 7}}, "/body/value"),
        ({"body": {"type": "TextualBody", "value": "<b>x</b>", "format": "text/html"}}, "/body/format"),
        ({"body": {"type": "TextualBody", "value": " \n"}}, "/body"),
        ({"body": {"type": "TextualBody", "value": "x" * 6_000}}, "/body"),
        ({"body": {"type": "TextualBody", "value": "nul \0"}}, "/body"),
        ({"body": {"type": "TextualBody", "value": "half \ud83d"}}, "/body"),
        ({"body": {"type": "TextualBody", "value": "x", "purpose": "tagging"}}, "/body"),
        ({"target": None}, "/target"),
        ({"target": []}, "/target"),
        ({"target": 7}, "/target"),
        ({"target": PLACES.essay}, "/target"),
        ({"target": "https://elsewhere.example/page"}, "/target"),
        ({"target": {"source": {"type": "Text"}, "selector": QUOTE}}, "/target/source"),
        ({"target": WORDS | {"source": "https://elsewhere.example/page"}}, "/target"),
        ({"target": WORDS | {"selector": {"type": "TextPositionSelector", "start": 0, "end": 8}}}, "/target/selector"),
        ({"target": WORDS | {"selector": {"type": "XPathSelector", "value": "/p"}}}, "/target/selector"),
        ({"target": WORDS | {"selector": {"type": "TextQuoteSelector"}}}, "/target/selector/exact"),
        ({"target": [WORDS | {"selector": [QUOTE | {"prefix": 7}]}]}, "/target/0/selector/0/prefix"),
        (
            {"target": WORDS | {"selector": [QUOTE, {"type": "TextPositionSelector", "start": -1, "end": 8}]}},
            "/target/selector/1/start",
        ),
        (
            {"target": WORDS | {"selector": [QUOTE, {"type": "TextPositionSelector", "start": 9, "end": 8}]}},
            "/target/selector/1/end",
        ),
        ({"id": "no iri"}, "/id"),
        ({"canonical": "x:" + "y" * 3_000}, "/canonical"),
        ({"via": ["http://[\ud800"]}, "/via"),
        ({"created": "yesterday"}, "/created"),
        ({"created": "2026-01-01T00:00:00"}, "/created"),
    ],
)
async def test_a_problem_names_the_member_that_is_wrong(
    writer: AsyncClient, mill: Mill, change: Json, pointer: str
) -> None:
    answer = await post(writer, {name: value for name, value in {**NOTE, **change}.items() if value is not None})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["pointer"] == pointer
    assert answer.json()["detail"]
    assert await count(mill) == 0


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"a": NaN}', 400),
        (b"[" * 50_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"created": ' + b"9" * 6_000 + b"}", 400),
        (b" " * 100_001, 413),
        (b" " * 1_000_001, 413),
    ],
)
async def test_what_is_no_annotation_is_refused(writer: AsyncClient, mill: Mill, content: bytes, status: int) -> None:
    answer = await writer.post(CONTAINER, content=content)
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize("media_type", ["text/turtle", "application/x-www-form-urlencoded", ""])
async def test_another_content_type_is_refused_with_415(writer: AsyncClient, mill: Mill, media_type: str) -> None:
    assert (await post(writer, **{"Content-Type": media_type})).status_code == 415
    assert await count(mill) == 0


# Replacing


async def document_of(client: AsyncClient, annotation: Annotation) -> tuple[Json, dict[str, str]]:
    answer = await client.get(url_of(annotation))
    return answer.json(), {"If-Match": answer.headers["etag"]}


def reworded(document: Json, words: str) -> Json:
    return document | {"body": {"type": "TextualBody", "value": words}}


async def test_an_update_by_put_answers_200_with_the_new_state(
    writer: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    document, match = await document_of(writer, annotation)
    answer = await put(writer, reworded(document, "Nobody counted.") | {"motivation": "questioning"}, **match)
    assert answer.status_code == 200, answer.text
    assert answer.json()["body"]["value"] == "Nobody counted."
    assert answer.json()["motivation"] == "questioning"
    assert answer.json()["modified"]
    assert answer.json()["target"] == document["target"]
    assert answer.headers["etag"] == (await writer.get(url_of(annotation))).headers["etag"] != match["If-Match"]
    assert (await mill.db.scalars(select(func.count()).select_from(AnnotationRevision))).one() >= 1


async def test_what_is_put_as_it_was_changes_nothing(writer: AsyncClient, annotation: Annotation) -> None:
    document, match = await document_of(writer, annotation)
    answer = await put(writer, document, **match)
    assert answer.status_code == 200
    assert answer.json() == document


async def test_an_update_of_another_version_is_refused_with_412(
    writer: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    document, match = await document_of(writer, annotation)
    await put(writer, reworded(document, "First."), **match)
    assert (await put(writer, reworded(document, "Second."), **match)).status_code == 412
    assert (await writer.get(url_of(annotation))).json()["body"]["value"] == "First."
    assert (await put(writer, reworded(document, "Third."), **{"If-Match": "*"})).status_code == 200


async def test_an_update_that_says_no_version_is_refused_with_428(writer: AsyncClient, annotation: Annotation) -> None:
    document, _ = await document_of(writer, annotation)
    assert (await put(writer, reworded(document, "Second."))).status_code == 428


async def test_an_update_can_move_to_other_words(writer: AsyncClient, mill: Mill, annotation: Annotation) -> None:
    document, match = await document_of(writer, annotation)
    moved = WORDS | {"selector": {"type": "TextQuoteSelector", "exact": "Nobody has measured it."}}
    answer = await put(writer, document | {"target": moved}, **match)
    assert answer.json()["target"]["selector"][0]["exact"] == "Nobody has measured it."
    match = {"If-Match": answer.headers["etag"]}
    lost = WORDS | {"selector": {"type": "TextQuoteSelector", "exact": "quite different words"}}
    assert (await put(writer, document | {"target": lost}, **match)).status_code == 422


async def test_an_update_cannot_change_what_an_annotation_is_called(writer: AsyncClient, mill: Mill) -> None:
    annotation = await annotate(mill, canonical_iri="urn:x:1", source_iri="https://a.example/1")
    document, match = await document_of(writer, annotation)
    for name in ("canonical", "via"):
        answer = await put(writer, document | {name: "urn:x:2"}, **match)
        assert (answer.status_code, answer.json()["pointer"]) == (409, f"/{name}")
    answer = await writer.put(url_of(annotation), content=json.dumps(document | {"id": "urn:x:2"}), headers=match)
    assert (answer.status_code, answer.json()["pointer"]) == (409, "/id")


async def test_a_reply_keeps_what_it_answers(writer: AsyncClient, mill: Mill) -> None:
    question = await annotate(mill)
    reply = (await post(writer, NOTE | {"target": PLACES.annotation(question.id)})).json()
    assert (await put(writer, reworded(reply, "Better said."), **{"If-Match": "*"})).status_code == 200
    answer = await put(writer, reply | {"target": WORDS}, **{"If-Match": "*"})
    assert (answer.status_code, answer.json()["pointer"]) == (409, "/target")


# Withdrawing


async def test_deletion_answers_204_and_then_the_annotation_is_gone(
    writer: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    _, match = await document_of(writer, annotation)
    assert (await writer.delete(url_of(annotation), headers=match)).status_code == 204
    assert (await writer.get(url_of(annotation))).status_code == 410
    assert (await writer.delete(url_of(annotation))).status_code == 410
    assert (await put(writer, {"id": url_of(annotation)}, **match)).status_code == 410
    assert await mill.count() == 0


async def test_a_deleted_annotation_is_no_longer_in_the_container(writer: AsyncClient, annotation: Annotation) -> None:
    await writer.delete(url_of(annotation))
    assert (await writer.get(CONTAINER)).json()["total"] == 0


async def test_addresses_are_not_given_twice(writer: AsyncClient, annotation: Annotation) -> None:
    await writer.delete(url_of(annotation))
    assert (await post(writer)).headers["location"] != PLACES.annotation(annotation.id)


async def test_deletion_of_another_version_is_refused_with_412(writer: AsyncClient, annotation: Annotation) -> None:
    assert (await writer.delete(url_of(annotation), headers={"If-Match": '"old"'})).status_code == 412
    assert (await writer.get(url_of(annotation))).status_code == 200


# Who may


async def each_write(client: AsyncClient, annotation: Annotation) -> list[Response]:
    document = json.dumps(NOTE)
    return [
        await client.post(CONTAINER, content=document),
        await client.put(url_of(annotation), content=document, headers={"If-Match": "*"}),
        await client.delete(url_of(annotation)),
    ]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", f"Bearer {'x' * 5000}"])
async def test_without_a_token_nothing_is_written(
    writer: AsyncClient, annotation: Annotation, header: str | None
) -> None:
    del writer.headers["authorization"]
    if header is not None:
        writer.headers["authorization"] = header
    for answer in await each_write(writer, annotation):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["detail"]


@pytest.mark.parametrize("how", ["expires_at", "revoked_at"])
async def test_a_token_that_has_ended_opens_nothing(
    writer: AsyncClient, mill: Mill, annotation: Annotation, how: str
) -> None:
    ended = {how: datetime.now(UTC) - timedelta(seconds=1)}
    await mill.db.execute(update(AccessToken).values(ended))
    await mill.db.commit()
    for answer in await each_write(writer, annotation):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_token_without_the_scope_opens_nothing(writer: AsyncClient, mill: Mill, annotation: Annotation) -> None:
    await mill.db.execute(text("UPDATE access_tokens SET scopes = '{}'"))
    await mill.db.commit()
    for answer in await each_write(writer, annotation):
        assert answer.status_code == 403
        assert answer.headers["www-authenticate"].startswith('Bearer error="insufficient_scope"')


async def test_a_cookie_opens_nothing_here(mill: Mill, annotation: Annotation) -> None:
    mill.browser.headers["Content-Type"] = JSON_LD
    for answer in await each_write(mill.browser, annotation):
        assert answer.status_code == 401


async def test_a_token_beside_a_cookie_from_another_site_is_refused(
    writer: AsyncClient, annotation: Annotation
) -> None:
    writer.headers.update({"Cookie": "session=x", "Origin": "https://tool.example"})
    for answer in await each_write(writer, annotation):
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_opens_no_page_of_its_owner(writer: AsyncClient) -> None:
    writer.headers["Accept"] = "text/html"
    assert (await writer.get("/account")).status_code == 401
    assert (await writer.post(f"{MILL}/annotations?paragraph=1", data={"first": "1"})).status_code == 401


async def test_nobody_changes_what_another_person_has_written(
    writer: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    token = await make_token(mill.db, await make_user(mill.db))
    writer.headers["Authorization"] = f"Bearer {token}"
    assert [answer.status_code for answer in await each_write(writer, annotation)] == [201, 403, 403]


async def test_a_locked_debate_takes_nothing(writer: AsyncClient, mill: Mill, annotation: Annotation) -> None:
    await mill.db.execute(update(Debate).values(state=DebateState.LOCKED))
    await mill.db.commit()
    assert [answer.status_code for answer in await each_write(writer, annotation)] == [403, 403, 403]


async def test_what_moderators_have_hidden_is_gone_for_its_author_too(
    writer: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    await hide(mill, annotation)
    assert [answer.status_code for answer in await each_write(writer, annotation)] == [201, 410, 410]


async def test_the_last_use_is_noted(writer: AsyncClient, mill: Mill) -> None:
    await post(writer)
    [used] = await mill.db.scalars(select(AccessToken.last_used_at))
    assert used is not None


async def test_too_many_at_once_are_asked_to_wait(writer: AsyncClient, mill: Mill) -> None:
    answers = [
        await post(writer, NOTE | {"body": {"type": "TextualBody", "value": f"Note {number}"}}) for number in range(31)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["status"] == 429

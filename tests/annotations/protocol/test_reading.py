"""What the W3C's Web Annotation Protocol requires of reading: a test for each MUST, and who sees what."""

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.models import Annotation, AnnotationKind, Debate, DebateState
from tests.annotations.conftest import MILL, Mill
from tests.annotations.protocol.conftest import (
    CONTAINER,
    JSON_LD,
    PLACES,
    annotate,
    hide,
    url_of,
    withdraw,
)
from tests.statements import counted_statements

MINIMAL = "http://www.w3.org/ns/ldp#PreferMinimalContainer"
IRIS = "http://www.w3.org/ns/oa#PreferContainedIRIs"
DESCRIPTIONS = "http://www.w3.org/ns/oa#PreferContainedDescriptions"
BASIC_CONTAINER = '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"'
CONSTRAINED = '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"'


def prefer(*names: str) -> dict[str, str]:
    return {"Prefer": f'return=representation; include="{" ".join(names)}"'}


# Annotations


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_an_annotation_answers_get_head_and_options(
    program: AsyncClient, annotation: Annotation, method: str
) -> None:
    answer = await program.request(method, url_of(annotation))
    assert answer.status_code == 200
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
    assert (answer.content == b"") == (method != "GET")


async def test_an_annotation_comes_as_json_ld_with_the_profile(program: AsyncClient, annotation: Annotation) -> None:
    answer = await program.get(url_of(annotation))
    assert answer.headers["content-type"] == JSON_LD


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_annotation_says_its_type_in_a_link_its_tag_and_that_it_varies(
    program: AsyncClient, annotation: Annotation, method: str
) -> None:
    answer = await program.request(method, url_of(annotation))
    assert answer.headers["link"] == '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
    assert answer.headers["etag"].startswith('"')
    assert "Accept" in answer.headers["vary"].split(", ")


async def test_who_has_an_annotation_already_is_told_so(program: AsyncClient, annotation: Annotation) -> None:
    tag = (await program.get(url_of(annotation))).headers["etag"]
    answer = await program.get(url_of(annotation), headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("*/*", False),
        (None, False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("text/html, application/ld+json", False),
        ("application/ld+json, text/html;q=0.9", True),
        ("application/ld+json", True),
        ("application/json", True),
        ("application/ld+json, */*;q=0.1", True),
        ("application/ld+json, */*", True),
        ("application/*", True),
        ("text/html;q=0.2, application/ld+json;q=nonsense", False),
        ("text/turtle", False),
        (";;,,q=", False),
    ],
)
async def test_people_get_the_page_and_programs_the_document(
    program: AsyncClient, annotation: Annotation, accept: str | None, is_json: bool
) -> None:
    if accept is None:
        del program.headers["accept"]
    answer = await program.get(url_of(annotation), headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert ("json" in answer.headers["content-type"]) == is_json
    assert "Accept" in answer.headers["vary"].split(", ")


async def test_what_was_withdrawn_or_hidden_is_gone_for_programs(program: AsyncClient, mill: Mill) -> None:
    for take_away in (withdraw, hide):
        annotation = await annotate(mill, "Xylophone")
        await take_away(mill, annotation)
        answer = await program.get(url_of(annotation))
        assert answer.status_code == 410
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith("This annotation was withdrawn")


async def test_hidden_text_is_in_no_document(program: AsyncClient, mill: Mill) -> None:
    await annotate(mill, "Listed")
    for take_away in (withdraw, hide):
        await take_away(mill, await annotate(mill, "Xylophone"))
    for path in (CONTAINER, f"{CONTAINER}?iris=0&after=0", f"{MILL}/annotations.atom", f"{MILL}/annotations.jsonld"):
        text = (await program.get(path)).text
        assert "Listed" in text
        assert "Xylophone" not in text
    assert (await program.get(CONTAINER)).json()["total"] == 1


async def test_what_never_was_is_not_found(program: AsyncClient, mill: Mill) -> None:
    for path in (f"{CONTAINER}99", f"{CONTAINER}x", f"{CONTAINER}{2**63}", "/debates/none/annotations/"):
        answer = await program.get(path)
        assert answer.status_code == 404
        assert answer.json()["status"] == 404


async def test_a_draft_has_no_documents(program: AsyncClient, mill: Mill, annotation: Annotation) -> None:
    await mill.db.execute(update(Debate).values(state=DebateState.DRAFT))
    await mill.db.commit()
    for path in (CONTAINER, url_of(annotation), f"{MILL}/annotations.atom", f"{MILL}/annotations.jsonld"):
        assert (await program.get(path)).status_code == 404


# Containers


def test_a_containers_address_ends_in_a_slash_and_annotations_are_below_it() -> None:
    assert PLACES.container.endswith("/")
    assert "?" not in PLACES.container
    assert PLACES.annotation(7) == PLACES.container + "7"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_container_answers_get_head_and_options_and_names_its_methods(
    program: AsyncClient, annotation: Annotation, method: str
) -> None:
    answer = await program.request(method, CONTAINER)
    assert answer.status_code == 200
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert answer.headers["accept-post"] == JSON_LD


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_container_names_its_type_and_its_constraints_in_links(
    program: AsyncClient, mill: Mill, method: str
) -> None:
    links = (await program.request(method, CONTAINER)).headers["link"].split(", ")
    assert BASIC_CONTAINER in links
    assert CONSTRAINED in links


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_container_has_a_tag_and_varies(program: AsyncClient, mill: Mill, method: str) -> None:
    answer = await program.request(method, CONTAINER)
    assert answer.headers["etag"]
    assert {"Accept", "Prefer"} <= set(answer.headers["vary"].split(", "))


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", JSON_LD])
async def test_a_container_is_json_ld_also_without_accept(
    program: AsyncClient, annotation: Annotation, accept: str | None
) -> None:
    del program.headers["accept"]
    answer = await program.get(CONTAINER, headers={"Accept": accept} if accept else {})
    assert answer.headers["content-type"] == JSON_LD
    assert set(answer.json()["type"]) == {"BasicContainer", "AnnotationCollection"}


async def test_a_containers_content_location_is_the_id_of_its_representation(
    program: AsyncClient, annotation: Annotation
) -> None:
    for headers in ({}, prefer(IRIS), prefer(MINIMAL), prefer(MINIMAL, IRIS)):
        answer = await program.get(CONTAINER, headers=headers)
        assert answer.headers["content-location"] == answer.json()["id"]
        same = (await program.get(answer.headers["content-location"])).json()
        assert (same["id"], same["total"]) == (answer.json()["id"], 1)


async def test_a_minimal_container_embeds_no_page(program: AsyncClient, annotation: Annotation) -> None:
    answer = await program.get(CONTAINER, headers=prefer(MINIMAL))
    assert answer.headers["preference-applied"] == f'return=representation; include="{MINIMAL}"'
    collection = answer.json()
    assert collection["first"] == collection["last"] == PLACES.page(0, only_iris=False)
    assert "contains" not in collection
    assert (await program.get(CONTAINER, headers=prefer(MINIMAL, IRIS))).json()["first"].endswith("?iris=1&after=0")


async def test_contained_iris_are_items_of_the_first_page(program: AsyncClient, annotation: Annotation) -> None:
    answer = await program.get(CONTAINER, headers=prefer(IRIS))
    assert IRIS in answer.headers["preference-applied"]
    assert answer.json()["first"]["items"] == [PLACES.annotation(annotation.id)]


async def test_contained_descriptions_are_items_of_the_first_page_and_the_default(
    program: AsyncClient, annotation: Annotation
) -> None:
    for headers in (prefer(DESCRIPTIONS), {}, {"Prefer": "handling=lenient"}, prefer(IRIS, DESCRIPTIONS)):
        answer = await program.get(CONTAINER, headers=headers)
        [item] = answer.json()["first"]["items"]
        assert item["body"]["value"] == "Who counted?"
        assert ("preference-applied" in answer.headers) == (DESCRIPTIONS in headers.get("Prefer", ""))


@pytest.mark.parametrize(
    "header",
    [
        f"return=representation;include={IRIS}",
        f'return=minimal, return=representation; include="{IRIS}"',
        f'return="representation"; include="{IRIS}"',
    ],
)
async def test_preferences_are_read_in_each_of_their_forms(
    program: AsyncClient, annotation: Annotation, header: str
) -> None:
    first = (await program.get(CONTAINER, headers={"Prefer": header})).json()["first"]
    assert first["items"] == [PLACES.annotation(annotation.id)]


async def test_a_tag_tells_apart_what_preferences_give(program: AsyncClient, annotation: Annotation) -> None:
    tag = (await program.get(CONTAINER, headers=prefer(MINIMAL))).headers["etag"]
    assert (await program.get(CONTAINER, headers={"If-None-Match": tag})).status_code == 200
    assert (await program.get(CONTAINER, headers=prefer(MINIMAL) | {"If-None-Match": tag})).status_code == 304


async def test_a_container_has_a_new_tag_when_something_was_added(program: AsyncClient, mill: Mill) -> None:
    tag = (await program.get(CONTAINER)).headers["etag"]
    await annotate(mill)
    assert (await program.get(CONTAINER, headers={"If-None-Match": tag})).status_code == 200


async def test_pages_take_the_same_statements_at_5_and_at_50_annotations(
    program: AsyncClient, app: object, mill: Mill
) -> None:
    counts = []
    for number in (5, 45):
        for _ in range(number):
            await annotate(mill, f"Note {len(counts)}")
        with counted_statements(app) as statements:  # type: ignore[arg-type]
            await program.get(CONTAINER)
        counts.append(len(statements))
    assert counts[0] == counts[1]


# Other sites


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_scripts_of_other_sites_may_read_without_credentials(
    program: AsyncClient, annotation: Annotation, method: str
) -> None:
    for path in (CONTAINER, url_of(annotation)):
        answer = await program.request(method, path, headers={"Origin": "https://tool.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "ETag" in answer.headers["access-control-expose-headers"]


async def test_a_preflight_names_what_may_be_sent(program: AsyncClient, annotation: Annotation) -> None:
    headers = {"Origin": "https://tool.example", "Access-Control-Request-Method": "PUT"}
    answer = await program.options(url_of(annotation), headers=headers)
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )


@pytest.mark.parametrize("path", [CONTAINER, f"{MILL}/annotations/1"])
async def test_other_methods_are_refused_with_those_that_are_there(
    program: AsyncClient, annotation: Annotation, path: str
) -> None:
    answer = await program.patch(path)
    assert answer.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))


# Where programs find all this


async def test_the_essay_names_the_service_and_the_feed(client: AsyncClient, annotation: Annotation) -> None:
    answer = await client.get(f"{MILL}/essay")
    assert answer.headers["link"] == f'<{CONTAINER}>; rel="http://www.w3.org/ns/oa#annotationService"'
    assert f'<link rel="http://www.w3.org/ns/oa#annotationService" href="{CONTAINER}">' in answer.text
    assert f'<a href="{MILL}/annotations.jsonld">' in answer.text
    for path in ("essay", "paragraphs/1", f"passages/{annotation.passage_id}", f"annotations/{annotation.id}"):
        page = (await client.get(f"{MILL}/{path}")).text
        assert f'type="application/atom+xml" title="Annotations of this debate" href="{MILL}/annotations.atom"' in page


async def test_questions_and_replies_are_in_the_container_too(program: AsyncClient, mill: Mill) -> None:
    parent = await annotate(mill, kind=AnnotationKind.QUESTION)
    await annotate(mill, "I did.", kind=AnnotationKind.REPLY, parent_id=parent.id)
    items = (await program.get(CONTAINER)).json()["first"]["items"]
    assert [item["motivation"] for item in items] == ["questioning", "replying"]

"""Sources outside the essay: described once, cited as often as one likes, looked up, removed with a trace."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.arguments.limits import SOURCES_MAX
from app.arguments.sources import host_of, tidy_address
from app.models import Action, Source, SourceCitation
from tests.arguments.stage import CLAIM, Stage, new_claim

BOOK = {"source_title": "Mills of the north", "source_address": "Example, 1950, page 12"}
PAGE = {"source_title": "A count of bakers", "source_address": "https://example.org/bakers"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Example.ORG/Bakers?year=1950#all", "https://example.org/Bakers?year=1950#all"),
        ("HTTP://example.org", "http://example.org/"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("Example, 1950, page 12", "Example, 1950, page 12"),
        ("javascript:alert(1)", "javascript:alert(1)"),  # Words: only what begins with http is a link.
        ("https://", None),
        ("https://nowhere", None),
        ("https://example.org:port/", None),
        ("https://person:word@example.org/", None),
        ("https://example.org/a b", None),
    ],
)
def test_address_is_kept_in_one_spelling(typed: str, kept: str | None) -> None:
    assert tidy_address(typed) == kept


def test_link_says_where_it_leads() -> None:
    assert host_of("https://www.example.org/a") == "example.org"
    assert host_of("Example, 1950") == ""


async def test_source_stands_with_the_argument_and_on_a_page_of_its_own(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(**PAGE, source_words="Nine bakers.")
    page = (await client.get(f"{stage.url}/arguments/{reply.id}")).text
    assert "“Nine bakers.”" in page
    assert 'href="https://example.org/bakers" rel="nofollow ugc noopener noreferrer">example.org</a>' in page
    listed = (await client.get(f"{stage.url}/sources")).text
    assert "A count of bakers" in listed
    own = (await client.get(await _url_of(stage, PAGE))).text
    assert CLAIM in own
    assert "Nine bakers." in own


async def _url_of(stage: Stage, fields: dict[str, str]) -> str:
    statement = select(Source.id).where(Source.address == fields["source_address"])
    id = (await stage.db.execute(statement)).scalar_one()
    await stage.db.commit()
    return f"{stage.url}/sources/{id}"


@pytest.mark.parametrize(
    "again", [PAGE, {"source_title": "a COUNT of bakers"}, {"source_address": "https://EXAMPLE.org/bakers"}]
)
async def test_source_is_cited_again_by_title_or_address(
    stage: Stage, client: AsyncClient, again: dict[str, str]
) -> None:
    await stage.posted(**PAGE)
    second = await stage.posted(stage.author_page, claim=new_claim(), **again)
    assert await _count(stage, Source) == 1
    assert "A count of bakers" in (await client.get(f"{stage.url}/arguments/{second.id}")).text
    assert "cited by 2 arguments" in (await client.get(await _url_of(stage, PAGE))).text


async def _count(stage: Stage, table: type[Source] | type[SourceCitation]) -> int:
    count = (await stage.db.execute(select(func.count()).select_from(table))).scalar_one()
    await stage.db.commit()
    return count


async def test_people_who_describe_the_same_source_at_once_share_it(stage: Stage) -> None:
    browsers = (stage.page, stage.author_page) * 2
    await asyncio.gather(*(stage.posted(browser, claim=new_claim(), **PAGE) for browser in browsers))
    assert await _count(stage, Source) == 1
    assert await _count(stage, SourceCitation) == len(browsers)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"source_words": "Nine bakers."}, "source_title", "Say which source these words are from."),
        ({"source_title": "A count of bakers"}, "source_address", "Say where it can be found"),
        ({"source_address": "https://example.org/bakers"}, "source_title", "Give it a title"),
        (PAGE | {"source_address": "https://nowhere"}, "source_address", "This link leads nowhere."),
        (PAGE | {"source_title": "x" * 201}, "source_title", "At most 200 characters fit here"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field_and_the_text_is_kept(
    stage: Stage, fields: dict[str, str], field: str, sentence: str
) -> None:
    answer = await stage.reply(**fields)
    assert answer.status_code == 422
    assert f'id="{field}-error">{sentence}' in answer.text
    assert CLAIM in answer.text
    assert all(value in answer.text for value in fields.values())
    assert '<details class="fold" open>' in answer.text


async def test_preview_shows_the_source_and_keeps_nothing(stage: Stage) -> None:
    answer = await stage.reply(act="preview", **BOOK)
    assert "<cite>Mills of the north</cite>" in answer.text
    assert await _count(stage, Source) == 0


async def test_titles_of_the_debate_are_offered_in_the_form(stage: Stage) -> None:
    await stage.posted(**BOOK)
    assert '<option value="Mills of the north">' in (await stage.page.get(f"{stage.parent_url}/reply")).text


async def test_author_adds_and_removes_sources_and_the_history_says_so(stage: Stage, client: AsyncClient) -> None:
    url = f"{stage.parent_url}/sources"
    added = await stage.author_page.post(url, data=BOOK)
    assert added.headers["location"] == f"{url}?done=source_added"
    assert "Mills of the north" in (await client.get(stage.parent_url)).text
    source = await _url_of(stage, BOOK)
    removed = await stage.author_page.post(f"{url}/{source.rpartition('/')[2]}/remove")
    assert removed.headers["location"] == f"{url}?done=source_removed"
    assert "Mills of the north" not in (await client.get(stage.parent_url)).text
    assert "“Mills of the north”: cited" in (await client.get(f"{stage.parent_url}/history")).text
    assert (await client.get(source)).status_code == 404


async def test_cited_again_with_other_words_it_stands_once_with_the_later_ones(
    stage: Stage, client: AsyncClient
) -> None:
    url = f"{stage.parent_url}/sources"
    for words in ("Nine bakers.", "Nine bakers.", "Nine bakers and a cook."):
        assert (await stage.author_page.post(url, data=PAGE | {"source_words": words})).status_code == 303
    page = (await client.get(stage.parent_url)).text
    assert "“Nine bakers and a cook.”" in page
    assert page.count("<cite>A count of bakers</cite>") == 1
    assert await _count(stage, SourceCitation) == 2


async def test_more_than_fit_are_refused_with_the_reason(stage: Stage) -> None:
    url = f"{stage.parent_url}/sources"
    for number in range(SOURCES_MAX):
        fields = {"source_title": f"Volume {number}", "source_address": f"Shelf {number}"}
        assert (await stage.author_page.post(url, data=fields)).status_code == 303
    refused = await stage.author_page.post(url, data=BOOK)
    assert refused.status_code == 422
    assert f"An argument can rest on {SOURCES_MAX} sources" in refused.text


async def test_nobody_else_adds_or_removes_them(stage: Stage, client: AsyncClient) -> None:
    await stage.author_page.post(f"{stage.parent_url}/sources", data=BOOK)
    source = (await _url_of(stage, BOOK)).rpartition("/")[2]
    for url in (f"{stage.parent_url}/sources", f"{stage.parent_url}/sources/{source}/remove"):
        assert (await stage.page.post(url, data=PAGE)).status_code == 403
        assert (await client.post(url, data=PAGE)).status_code == 303
    assert (await stage.page.get(f"{stage.parent_url}/sources")).status_code == 403
    assert await _count(stage, SourceCitation) == 1


async def test_source_of_a_hidden_argument_alone_is_seen_nowhere(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(**PAGE)
    await stage.decide(await stage.argument(reply.id), Action.HIDE)
    assert "A count of bakers" not in (await client.get(f"{stage.url}/sources")).text
    assert (await client.get(await _url_of(stage, PAGE))).status_code == 404
    assert "A count of bakers" not in (await client.get(f"{stage.url}/arguments/{reply.id}")).text
    assert "A count of bakers" not in (await stage.page.get(f"{stage.parent_url}/reply")).text


async def test_list_goes_on_by_title_and_can_be_looked_through(stage: Stage, client: AsyncClient) -> None:
    stage.db.add_all(
        Source(debate_id=stage.debate.id, title=f"Volume {number:02}", address=f"Shelf {number}")
        for number in range(60)
    )
    await stage.db.flush()
    sources = (await stage.db.scalars(select(Source.id))).all()
    stage.db.add_all(
        SourceCitation(debate_id=stage.debate.id, argument_id=stage.parent.id, source_id=id, words="") for id in sources
    )
    await stage.db.commit()
    first = (await client.get(f"{stage.url}/sources")).text
    assert "Volume 49" in first
    assert "Volume 50" not in first
    link = first.partition(f'href="{stage.url}/sources?after=')[2].partition('"')[0]
    second = (await client.get(f"{stage.url}/sources?after={link}")).text
    assert "Volume 49" not in second
    assert "Volume 50" in second
    assert "Volume 59" in second
    found = (await client.get(f"{stage.url}/sources", params={"q": "shelf 7"})).text
    assert "Volume 07" in found
    assert "Volume 08" not in found
    assert "No source has" in (await client.get(f"{stage.url}/sources", params={"q": "100%"})).text

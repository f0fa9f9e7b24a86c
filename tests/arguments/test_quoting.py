"""A reply can begin with words of the argument that it answers, and with nothing else."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

import pytest
from httpx import AsyncClient
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.quoting import begin_with_quote
from app.arguments.writing import Wording
from app.markdown import render_markdown
from app.models import Position, User
from tests.factories import make_argument, make_debate, make_user

WORDING = Wording(
    "Bread & water are enough.", "", Markup("<p>First <em>one</em>.</p>\n<p>Then another.</p>"), 1, "", False
)


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("Bread & water", "> Bread & water\n\n"),
        ("First one.\n\nThen", "> First one.\n>\n> Then\n\n"),
        ("  one.  ", "> one.\n\n"),
        ("Cake is enough", ""),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_words_that_the_argument_says_are_quoted(words: str, quote: str) -> None:
    assert begin_with_quote(WORDING, words) == quote


@given(words=st.text(alphabet="ab1 \n.)*_`[]()<>&;#+-~=|\\!:", max_size=40))
@example("1. *Bread*, snake_case & &amp; [water](https://example.org)")
@example("---")
@example("1234. b")
@example("12) `x` <https://example.org>")
def test_a_quotation_shows_the_very_letters_that_were_selected(words: str) -> None:
    wording = Wording(words, "", Markup(), 1, "", False)
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    shown = unescape(render_markdown(begin_with_quote(wording, words)))
    assert re.findall(r"<p>(.*?)</p>", shown, re.DOTALL) == [" ".join(line.split()) for line in lines]


async def test_the_form_begins_with_the_quotation(
    db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]]
) -> None:
    debate, author, member = await make_debate(db), await make_user(db), await make_user(db)
    argument = await make_argument(
        db, debate, author, claim="The wheel still turns.", position=await db.scalar(select(Position).limit(1))
    )
    await db.commit()
    browser = await browser_of(member)
    url = f"/debates/mill/arguments/{argument.id}"
    assert f'href="{url}/reply?words=The%20wheel%20still%20turns."' in (await browser.get(url)).text
    page = (await browser.get(f"{url}/reply", params={"words": "wheel still"})).text
    assert "&gt; wheel still\n\n</textarea>" in page
    assert " data-quoting" in page
    assert " data-quoting" not in (await browser.get(f"{url}/reply", params={"words": "I give up"})).text

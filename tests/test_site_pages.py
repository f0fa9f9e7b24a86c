"""Pages that belong to no debate, and what a wrong address is answered with."""

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories import make_debate


@pytest.mark.parametrize("path", ["/about", "/house-rules"])
async def test_page_is_served(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


async def test_health_asks_the_database(client: AsyncClient) -> None:
    answer = await client.get("/health")
    assert answer.json() == {"database": "answers"}


async def test_wrong_address_says_what_to_do(client: AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status_code == 404
    assert "See the debates" in answer.text


@pytest.mark.parametrize("path", ["arguments/999", "nowhere"])
async def test_refusal_within_a_debate_leads_to_that_debate(db: AsyncSession, client: AsyncClient, path: str) -> None:
    await make_debate(db)
    await db.commit()
    answer = await client.get(f"/debates/mill/{path}")
    assert answer.status_code == 404
    assert '<a class="button" href="/debates/mill">See the debate</a>' in answer.text
    assert "See the debate</a>" not in (await client.get(f"/debates/none/{path}")).text


async def test_refused_form_hands_the_text_back(client: AsyncClient) -> None:
    answer = await client.post("/about", data={"claim": "Typed for minutes"})
    assert answer.status_code == 405
    assert "Typed for minutes" in answer.text

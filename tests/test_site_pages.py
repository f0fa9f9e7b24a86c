"""Pages that belong to no debate, and what a wrong address is answered with."""

import pytest
from httpx import AsyncClient


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


async def test_refused_form_hands_the_text_back(client: AsyncClient) -> None:
    answer = await client.post("/about", data={"claim": "Typed for minutes"})
    assert answer.status_code == 405
    assert "Typed for minutes" in answer.text

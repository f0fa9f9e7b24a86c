"""Everything about oneself in one file: all sections, nobody else's data, no secret."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Mail, Position, User, Vote, VoteValue
from app.privacy import export
from app.privacy.export import sections
from tests.factories import make_annotation, make_argument, make_debate, make_user

BrowserOf = Callable[[User], Awaitable[AsyncClient]]
DESCRIBED = Path(__file__).parents[2] / "docs" / "PRIVACY.md"


@pytest.fixture
async def person(db: AsyncSession) -> User:
    debate = await make_debate(db)
    person = await make_user(db, "anna", email="anna@example.org", password_hash="argon2-secret")
    other = await make_user(db, "otto", email="otto@example.org")
    side = (await db.scalars(select(Position).filter_by(debate_id=debate.id, number=1))).one()
    for number in range(5):
        argument = await make_argument(db, debate, person, claim=f"My claim {number}", position=side)
        db.add(Vote(debate_id=debate.id, user_id=person.id, argument_id=argument.id, value=VoteValue.AGREE))
    await make_argument(db, debate, other, claim="Otto's claim", position=side)
    await make_annotation(db, debate, person, "My note")
    db.add(Mail(recipient="anna@example.org", subject="Your link", body="https://secret-link"))
    await db.commit()
    return person


async def test_export_has_all_sections_and_all_rows(
    person: User, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 2)
    answer = await (await browser_of(person)).get("/account/export.json")
    record = answer.json()
    assert set(record) == {"format", "site", "exported_at", *(section.section for section in sections())}
    assert [each["claim"] for each in record["arguments"]] == [f"My claim {number}" for number in range(5)]
    assert len(record["votes"]) == 5
    assert record["annotations"][0]["body_markdown"] == "My note"
    assert record["account"][0]["email"] == "anna@example.org"
    assert record["mails"][0]["subject"] == "Your link"
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]


async def test_export_has_no_secrets_and_nothing_of_others(person: User, browser_of: BrowserOf) -> None:
    words = (await (await browser_of(person)).get("/account/export.json")).text
    for word in ("argon2-secret", "secret-link", "token_hash", "password_hash", "otto", "Otto"):
        assert word not in words


async def test_visitor_is_asked_to_sign_in(client: AsyncClient) -> None:
    assert (await client.get("/account/export.json")).headers["location"].startswith("/sign-in")


def test_every_section_is_described() -> None:
    described = DESCRIBED.read_text()
    assert [section.section for section in sections() if f"`{section.section}`" not in described] == []
    assert json.dumps(export.FORMAT) in described

"""The mill's debate with annotations, and programs that ask for them."""

from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import hash_token
from app.annotations.protocol.places import Places
from app.models import AccessToken, Action, Annotation, Decision, TokenScope, User
from tests.annotations.conftest import MILL, Mill
from tests.conftest import ORIGIN
from tests.factories import make_annotation

JSON_LD = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
PLACES = Places(ORIGIN, MILL)
CONTAINER = f"{MILL}/annotations/"
Json = dict[str, Any]


@pytest.fixture
async def program(app: FastAPI) -> AsyncClient:  # type: ignore[misc]
    """A client that is no browser: no cookie, no headers of fetch."""
    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN, headers={"Accept": JSON_LD}
    ) as client:
        yield client


@pytest.fixture
async def annotation(mill: Mill) -> Annotation:
    return await annotate(mill, "Who counted?")


async def annotate(mill: Mill, body: str = "Who counted?", exact: str = "feeds the town", **values: Any) -> Annotation:
    annotation = await make_annotation(mill.db, mill.debate, mill.author, body=body, exact=exact)
    for name, value in values.items():
        setattr(annotation, name, value)
    await commit(mill)
    return annotation


async def commit(mill: Mill) -> None:
    mill.debate.version += 1
    await mill.db.commit()


async def hide(mill: Mill, annotation: Annotation) -> None:
    decision = Decision(debate_id=mill.debate.id, annotation_id=annotation.id, action=Action.HIDE, explanation="No.")
    mill.db.add(decision)
    await mill.db.flush()
    annotation.hidden_by_id = decision.id
    await commit(mill)


async def withdraw(mill: Mill, annotation: Annotation) -> None:
    annotation.withdrawn_at = datetime.now(UTC)
    await commit(mill)


async def make_token(db: AsyncSession, user: User, *scopes: TokenScope, **values: Any) -> str:
    token = f"rejoinder_{token_urlsafe(32)}"
    granted = list(scopes or TokenScope)
    values = {"expires_at": datetime.now(UTC) + timedelta(days=1), **values}
    db.add(AccessToken(user_id=user.id, name="tests", token_hash=hash_token(token), scopes=granted, **values))
    await db.commit()
    return token


def url_of(annotation: Annotation) -> str:
    return f"{CONTAINER}{annotation.id}"

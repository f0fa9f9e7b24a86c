"""A worker's post for the tests of being told."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.settings import Settings
from tests.notifications.people import Post


@pytest.fixture
def post(engine: AsyncEngine, settings: Settings) -> Post:
    return Post(engine, settings)

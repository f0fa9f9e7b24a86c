"""No table that names people is forgotten: each is in the export or says why not, and its texts are erased or not."""

import pytest
from sqlalchemy import Enum, Text
from sqlalchemy.dialects.postgresql import ARRAY

from app.db import Base
from app.models import User
from app.privacy.tables import BESIDE, OWNED, Owned

KEYS = {
    (table.name, column.name): key
    for table in Base.metadata.tables.values()
    for column in table.columns
    for key in column.foreign_keys
    if key.column.table.name == User.__tablename__
}
BY_KEY = {(owned.model.__tablename__, owned.column): owned for owned in OWNED}


def test_every_place_that_names_a_person_is_exported_or_says_why_not() -> None:
    assert set(KEYS) == set(BY_KEY) - {("users", "id")}
    assert [owned for owned in OWNED if bool(owned.section) == bool(owned.why_not)] == []


def _texts(owned: Owned) -> set[str]:
    return {
        column.name
        for column in owned.model.__table__.columns
        if isinstance(column.type, Text | ARRAY) and not isinstance(column.type, Enum)
    }


@pytest.mark.parametrize("key", sorted(KEYS), ids=".".join)
def test_texts_of_rows_that_outlive_the_person_are_erased_or_say_why_they_stay(key: tuple[str, str]) -> None:
    owned = BY_KEY[key]
    if KEYS[key].ondelete == "CASCADE":
        return
    assert KEYS[key].ondelete == "SET NULL"
    assert not _texts(owned) - {*owned.words, *owned.always} or owned.stays or owned.why_not


def test_every_table_beside_arguments_is_exported_with_them() -> None:
    beside = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "arguments" for column in table.columns for key in column.foreign_keys)
    }
    named = {name for name, _ in BY_KEY} | {beside.model.__tablename__ for beside in BESIDE}
    # An announcement goes once people are told; how slow a thread is, and what moved where, are decisions about the
    # debate.
    assert beside - named == {"announcements", "reshapings", "slow_modes"}


def test_no_section_has_the_name_of_another() -> None:
    names = [owned.section for owned in OWNED if owned.section]
    assert len(names) == len(set(names))

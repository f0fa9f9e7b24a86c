"""Column types that several entities share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, Computed, DateTime, Enum, Identity, Index, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column


def by_value(kind: type[StrEnum], name: str) -> Enum:
    """An enum kept as its text value, held by a check constraint: a new value needs no lock on a type."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
DebateKey = Annotated[int, mapped_column(BigInteger, primary_key=True)]  # First part of a key within a debate.
Count = Annotated[int, mapped_column(BigInteger, server_default="0")]
Version = Annotated[int, mapped_column(BigInteger, server_default="1")]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


def search_vector(**weights: str) -> MappedColumn[Any]:
    """The words of some columns of a row, kept by the database, with a weight for each where there are several.

    Loaded by nothing but a search's condition. Pointed brackets become blanks: PostgreSQL would take what is between
    them for a tag and leave it out.
    """
    words = {
        column: f"to_tsvector('rejoinder'::regconfig, translate({column}, '<>'::text, '  '::text))"
        for column in weights
    }
    weighed = [f"setweight({words[column]}, '{weight}'::\"char\")" for column, weight in weights.items()]
    expression = " || ".join(weighed) if len(weights) > 1 else words.popitem()[1]
    return mapped_column(TSVECTOR, Computed(expression, persisted=True), deferred=True)


def search_index(table: str, **options: Any) -> Index:
    return Index(f"ix_{table}_search", "search_vector", postgresql_using="gin", **options)

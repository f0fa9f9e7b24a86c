"""Column types that several entities share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Enum, Identity, func
from sqlalchemy.orm import mapped_column


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
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]

"""Counters of the rate limits: unlogged, since losing them in a crash costs nothing."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count


class RateLimitHit(Base):
    __tablename__ = "rate_limit_hits"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    limit_name: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[Count]

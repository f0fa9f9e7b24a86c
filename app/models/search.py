"""What search looks through beside the texts themselves."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db import Base
from app.models.columns import Id


class SearchWord(Base):
    """A word that occurs in some text, for those who mistype it. A trigger notes it, now and then twice."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index("ix_search_words_word", "word"),
        Index("ix_search_words_like", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )

    id: Mapped[Id]
    word: Mapped[str]

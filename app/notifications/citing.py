"""Whose of the site's texts a text links to."""

import re
from collections.abc import Collection, Iterator

from sqlalchemy import select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Argument, Debate, DebateState

MOST_CITED = 20  # A text with more links is a list, and would be a way to ring at many doors.
_FOLDERS: dict[str, type[Argument] | type[Annotation]] = {"arguments": Argument, "annotations": Annotation}
_PATH = re.compile(
    r"(?:https?://(?P<host>[^/\s)>\]\"']+)|(?<![^\s(<\[\"']))/debates/(?P<slug>[a-z0-9-]{1,100})"
    r"/(?P<folder>arguments|annotations)/(?P<id>\d{1,18})(?!\d)"
)

Cited = tuple[str, int]  # A debate's slug, and the number of a text in it.


def cited_items(words: str, hosts: Collection[str]) -> dict[str, list[Cited]]:
    """By folder, each once and in their order, at most MOST_CITED: links without a host, or with one of the site's."""
    cited: dict[str, list[Cited]] = {folder: [] for folder in _FOLDERS}
    for folder, item in list(dict.fromkeys(_links(words, hosts)))[:MOST_CITED]:
        cited[folder].append(item)
    return cited


def _links(words: str, hosts: Collection[str]) -> Iterator[tuple[str, Cited]]:
    for link in _PATH.finditer(words):
        if link["host"] is None or link["host"].lower() in hosts:
            yield link["folder"], (link["slug"], int(link["id"]))


def may_cite(words: str) -> bool:
    return _PATH.search(words) is not None


async def find_cited_authors(db: AsyncSession, words: str, hosts: Collection[str]) -> set[int]:
    """Who wrote what the text links to, as far as everyone can read it."""
    cited = cited_items(words, hosts)
    authors = [
        select(model.author_id)
        .join(Debate, Debate.id == model.debate_id)
        .where(
            tuple_(Debate.slug, model.id).in_(cited[folder]), Debate.state != DebateState.DRAFT,
            model.hidden_by_id.is_(None), model.withdrawn_at.is_(None), model.author_id.is_not(None),
        )
        for folder, model in _FOLDERS.items()
    ]  # fmt: skip
    return {author_id for author_id in await db.scalars(union(*authors)) if author_id is not None}

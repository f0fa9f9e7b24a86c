"""What a form that reshapes a debate shows ahead is what its decision then states."""

import pytest
from sqlalchemy import select

from app.models import ArgumentLink, Relation
from tests.moderation.conftest import BrowserOf, decision, flag
from tests.moderation.previewed import compare
from tests.moderation.shape.conftest import PARTS, WHY, Grove


@pytest.mark.parametrize("is_flagged", [True, False], ids=["flagged", "unflagged"])
@pytest.mark.parametrize("act", ["move to an argument", "move to a position", "merge", "split"])
async def test_preview_has_the_rows_of_the_statement(
    grove: Grove, browser_of: BrowserOf, act: str, is_flagged: bool
) -> None:
    top = await grove.grow(grove.cast["member"], position=grove.sides[0])
    reply = await grove.grow(grove.cast["author"], top, position=grove.sides[0])
    other = await grove.grow(grove.cast["member"], position=grove.sides[0])
    if is_flagged:
        await flag(await browser_of(grove.cast["newcomer"]), grove.url(reply))
    to = {
        "move to an argument": {"to": other.id},
        "move to a position": {"position": grove.sides[1].key},
        "merge": {"into": other.id},
    }.get(act, {})
    name = act.partition(" ")[0]
    sent = {**PARTS, **await grove.form(name, reply, **to), "house_rule": "", "relation": Relation.UNDERCUT}
    ahead = await compare(grove.db, grove.moderator, grove.url(reply, name), sent)
    assert ahead["Led to by"] == ("1 flag from readers" if is_flagged else "No flag: a moderator came upon it")


async def test_a_reply_from_elsewhere_is_previewed_alike(grove: Grove, browser_of: BrowserOf) -> None:
    target, source = await grove.grow(grove.cast["author"]), await grove.grow(None)
    member = await browser_of(grove.cast["member"])
    await member.post(grove.url(target, "use"), data={"argument": source.id, "relation": Relation.REBUT})
    link_id = await grove.db.scalar(select(ArgumentLink.id))
    url = f"{grove.url(target, 'use')}/{link_id}/take-away"
    await compare(grove.db, grove.moderator, url, decision(explanation=WHY))

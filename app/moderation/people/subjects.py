"""What a case is about, whatever that is, as the rules look at it."""

from app.actor import Actor
from app.db import Reader
from app.moderation.items import Item, find_item
from app.moderation.people.reported import Reported, find_reported_in
from app.moderation.queries import find_case


async def find_subject(db: Reader, actor: Actor, case_id: int) -> Item | Reported:
    case, debate = await find_case(db, actor, case_id)
    return await find_item(db, debate.id, *case.item_key) if debate else await find_reported_in(db, case_id)

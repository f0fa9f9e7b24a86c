"""Who stands above whom: nobody decides about somebody of the same rank or a higher one."""

from app.actor import Actor
from app.models import Role
from app.permission_terms import Participant

RANK = {Role.MEMBER: 0, Role.MODERATOR: 2, Role.ADMINISTRATOR: 3}
DEBATE_RANK = 1  # A moderator or host of one debate stands between its members and the site's moderators.


def rank_of_actor(actor: Actor, debate_id: int | None) -> int:
    return max(RANK[actor.role], DEBATE_RANK if debate_id in actor.debate_roles else 0)


def rank_of(person: Participant) -> int:
    return max(RANK[person.role], DEBATE_RANK if person.is_debate_staff else 0)

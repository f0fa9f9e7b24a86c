"""What a worker does for all features."""

from app.jobs import Duties
from app.moderation.edit_asking import EDIT_DUTIES
from app.moderation.heads import LOG_DUTIES
from app.moderation.measures.lapsing import PROPOSAL_DUTIES
from app.moderation.team.expiry import TEAM_DUTIES
from app.privacy.forgetting import FORGETTING_DUTIES
from app.standing.duties import DUTIES as STANDING_DUTIES

_PARTS = (STANDING_DUTIES, LOG_DUTIES, EDIT_DUTIES, TEAM_DUTIES, PROPOSAL_DUTIES, FORGETTING_DUTIES)
DUTIES = Duties(
    timetable={name: act for part in _PARTS for name, act in part.timetable.items()},
    watches=tuple(watch for part in _PARTS for watch in part.watches),
)

"""What went wrong, in a sentence for the host. Imported only when something did."""

import re

import psycopg
from alembic.util import CommandError
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import ArgumentError, OperationalError

from app.data_folder import CannotServe
from app.errors import Conflict
from app.interchange.polis import PolisError
from app.interchange.seed import SeedError
from app.serving_role import CannotGrant

UNREADABLE_URL = "REJOINDER_DATABASE_URL cannot be read. Its form is postgresql://user:password@host/name"


class Failure(Exception):
    """Something that the host can mend; the message says how."""


def explain(error: Exception) -> str | None:
    """The sentence, or nothing for a fault of the program, which needs its traceback."""
    match error:
        case Failure() | CannotServe() | CannotGrant() | SeedError() | PolisError() | SettingsError():
            return str(error)
        case Conflict():
            return error.reason
        case ValidationError():
            return "\n".join(_setting(problem["loc"], problem["msg"]) for problem in error.errors(include_url=False))
        case OperationalError():
            return f"The database does not answer as it should: {_first_line(str(error.orig))}"
        case psycopg.OperationalError():
            return f"The database does not answer: {_first_line(str(error))}"
        case ArgumentError():
            return UNREADABLE_URL
        case CommandError():
            return f"The database cannot be migrated: {error}. Was it migrated by a newer version of Rejoinder?"
    return None


def _setting(place: tuple[int | str, ...], problem: str) -> str:
    return f"REJOINDER_{'.'.join(map(str, place)).upper()}: {problem}."


def _first_line(words: str) -> str:
    """Without what a driver appends for every host name that it has tried."""
    return re.sub(r"\s+", " ", words.strip().partition("\n")[0])

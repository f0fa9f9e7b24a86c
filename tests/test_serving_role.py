"""The role under which the site serves: all that serving needs, and no way to change the log."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.engine import make_url

from app.cli.database import open_database
from app.embedded_postgres import SERVING_ROLE, SUPERUSER
from app.main import create_app
from app.serving_role import CannotGrant, grant_serving_rights
from app.settings import Settings
from tests.conftest import ORIGIN
from tests.moderation.conftest import BrowserOf, Scene, decision, scene  # noqa: F401

ENTRY = "INSERT INTO log_entries (moderator_name, action, item, explanation) VALUES ('m', 'hide', '{}', '')"


def make_role(database_url: str, name: str) -> None:
    """The server of the tests may be a given one, without the role."""
    superuser = make_url(database_url).set(username=SUPERUSER).render_as_string(hide_password=False)
    with psycopg.connect(superuser.replace("+psycopg", "", 1), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).rowcount:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'its-own'")  # type: ignore[arg-type]


@pytest.fixture
def serving_url(database_url: str) -> str:
    url = make_url(database_url).set(username=SERVING_ROLE, password="its-own").render_as_string(hide_password=False)
    make_role(database_url, SERVING_ROLE)
    grant_serving_rights(database_url, url)
    return url


@pytest.fixture
async def app(settings: Settings, serving_url: str) -> AsyncIterator[FastAPI]:
    """The site under the limited role; the other fixtures arrange as the owner."""
    app = create_app(settings.model_copy(update={"database_url": serving_url}))
    async with app.router.lifespan_context(app):
        yield app


async def test_site_works_under_it(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:  # noqa: F811
    browser = await browser_of(scene.cast["site_moderator"])
    assert (await browser.post(f"{scene.reply_url}/hide", data=decision())).status_code == 303
    author = await browser_of(scene.cast["author"])
    vote = await author.post(f"/debates/mill/arguments/{scene.root.id}/vote", data={"value": "agree"})
    assert vote.status_code == 303
    assert (await client.get("/log")).status_code == 200
    assert (await client.get("/log.json")).json()["head"]["number"] == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entries SET explanation = ''",
        "DELETE FROM log_entries",
        "TRUNCATE log_entries",
        "UPDATE log_heads SET hash = ''",
        "DELETE FROM log_heads",
        "ALTER TABLE log_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER log_entries_guarded ON log_entries",
        "DROP TABLE log_entries",
        "SELECT seal_log_entry(1)",
        "UPDATE alembic_version SET version_num = 'x'",
        "SET session_replication_role = replica",
        "SET ROLE {owner}",
        "CREATE TEMPORARY TABLE log_entries (LIKE public.log_entries)",
    ],
)
def test_log_is_out_of_its_reach(database_url: str, serving_url: str, statement: str) -> None:
    statement = statement.replace("{owner}", make_url(database_url).username or "")
    with psycopg.connect(serving_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(ENTRY)
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[arg-type]


def test_functions_with_the_owners_rights_look_for_temporary_tables_last(database_url: str) -> None:
    """Else a session that calls a temporary table like the log has them work on that, and run its triggers."""
    query = "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    with psycopg.connect(database_url.replace("+psycopg", "", 1)) as connection:
        found = dict(connection.execute(query).fetchall())
    assert set(found) == {"redact_log_entries", "seal_log_entry"}
    assert [name for name, settings in found.items() if settings != ["search_path=pg_catalog, public, pg_temp"]] == []


def test_words_can_be_taken_out_under_it(serving_url: str) -> None:
    with psycopg.connect(serving_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(ENTRY)
        connection.commit()
        answer = connection.execute("SELECT redact_log_entries(ARRAY[1], ARRAY['explanation'], 'm', 'why')").fetchone()
    assert answer == (1,)


def test_one_role_for_both_is_left_as_it_is(database_url: str) -> None:
    grant_serving_rights(database_url, database_url)


def test_owner_that_may_not_make_it_says_so(database_url: str) -> None:
    make_role(database_url, "rejoinder_plain")
    plain, other = (
        make_url(database_url).set(username=name).render_as_string(hide_password=False)
        for name in ("rejoinder_plain", "rejoinder_unknown")
    )
    with pytest.raises(CannotGrant, match="createuser --pwprompt rejoinder_unknown"):
        grant_serving_rights(plain, other)


def test_built_in_server_serves_under_it(tmp_path: object) -> None:
    settings = Settings(_env_file=None, data=tmp_path, origin=ORIGIN)
    with open_database(settings) as opened:
        assert make_url(opened.sqlalchemy_url).username == SERVING_ROLE
        assert make_url(opened.owner_url).username == "rejoinder"

"""What this stack can do at best: the same work by bare FastAPI, without anything that the product adds."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import brotli
from fastapi import FastAPI, Request
from jinja2 import Environment
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.responses import HTMLResponse, Response

from app.logs import set_up_logs
from app.main import create_app
from app.settings import Settings

PAGE = Environment(autoescape=True).from_string("""<!doctype html><html><body><h1>Replies</h1><ol>
{% for argument in arguments %}<li><article id="argument-{{ argument.id }}" data-side="{{ argument.number }}">
<span class="side" title="{{ argument.name }}">A</span>
<h4 class="claim"><a href="/debates/size/arguments/{{ argument.id }}">{{ argument.claim }}</a></h4>
<p class="byline"><span class="standing">Unanswered</span>
<a href="/debates/size/arguments/{{ argument.id }}#replies">{{ argument.rebut_count }} replies</a>
<a href="/people/{{ argument.username }}">{{ argument.display_name }}</a></p>
<form class="vote" method="post" action="/debates/size/arguments/{{ argument.id }}/vote">
<button name="value" value="agree" aria-pressed="{{ "true" if argument.value == "agree" else "false" }}">
Agree <b>{{ argument.agree_count }}</b></button>
<button name="value" value="disagree" aria-pressed="{{ "true" if argument.value == "disagree" else "false" }}">
Disagree <b>{{ argument.disagree_count }}</b></button>
<button name="value" value="pass" aria-pressed="{{ "true" if argument.value == "pass" else "false" }}">
Pass <b>{{ argument.pass_count }}</b></button>
</form></article></li>
{% endfor %}</ol></body></html>""")
REPLIES = text("""
    SELECT arguments.id, claim, positions.number, positions.name, rebut_count, agree_count, disagree_count, pass_count,
           username, display_name, votes.value
    FROM arguments JOIN users ON users.id = author_id
    JOIN positions ON positions.debate_id = arguments.debate_id AND positions.id = position_id
    LEFT JOIN votes ON votes.debate_id = arguments.debate_id AND votes.argument_id = arguments.id AND user_id = 1
    WHERE arguments.debate_id = (SELECT id FROM debates WHERE slug = :slug) AND parent_id = :parent
    ORDER BY base_score DESC, arguments.id
""")
VOTE = text("""
    WITH old AS (
        SELECT value FROM votes WHERE debate_id = :debate AND user_id = :user AND argument_id = :argument
    ), new AS (
        INSERT INTO votes (debate_id, user_id, argument_id, value) VALUES (:debate, :user, :argument, :value)
        ON CONFLICT (debate_id, user_id, argument_id) DO UPDATE SET value = excluded.value
    )
    UPDATE arguments SET
        agree_count = agree_count + (:value = 'agree')::int - (SELECT count(*) FROM old WHERE value = 'agree'),
        disagree_count = disagree_count + (:value = 'disagree')::int
            - (SELECT count(*) FROM old WHERE value = 'disagree'),
        pass_count = pass_count + (:value = 'pass')::int - (SELECT count(*) FROM old WHERE value = 'pass')
    WHERE debate_id = :debate AND id = :argument
    RETURNING agree_count, disagree_count, pass_count
""")

POST = text("""
    INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, position_id, origin, author_id, claim,
                           grounds_markdown, grounds_html)
    SELECT :debate, id, coalesce(root_id, id), depth + 1, 'rebut', position_id, 'person', :user, :claim,
           :grounds, :grounds
    FROM arguments WHERE debate_id = :debate AND id = :parent
    RETURNING id
""")
COUNT = [
    text("UPDATE arguments SET rebut_count = rebut_count + 1 WHERE debate_id = :debate AND id = :parent"),
    text("UPDATE debates SET argument_count = argument_count + 1, version = version + 1 WHERE id = :debate"),
]


def create_product() -> FastAPI:
    """The product as it is served: with its log, on one worker, jobs elsewhere."""
    set_up_logs()
    return create_app(Settings(run_jobs=False))


def create_limits() -> FastAPI:
    """Reads LIMIT_DATABASE_URL, and from the folder LIMIT_PAGES the pages that /cached serves."""
    url = os.environ["LIMIT_DATABASE_URL"]
    pages = {
        path.stem: brotli.compress(path.read_bytes(), quality=5) for path in Path(os.environ["LIMIT_PAGES"]).iterdir()
    }

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = create_async_engine(url, pool_size=10, max_overflow=0)
        conninfo = url.replace("postgresql+psycopg://", "postgresql://")
        async with AsyncConnectionPool(
            conninfo, min_size=10, max_size=10, kwargs={"autocommit": True}
        ) as app.state.pool:
            yield
        await app.state.engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/cached/{name}/{slug}")
    async def cached(request: Request, name: str, slug: str) -> Response:
        async with request.app.state.pool.connection() as connection:
            cursor = await connection.execute("SELECT version FROM debates WHERE slug = %s", [slug])
            (version,) = await cursor.fetchone()
        headers = {"Content-Encoding": "br", "ETag": f'W/"{version}"', "Vary": "Accept-Encoding"}
        return Response(pages[name], media_type="text/html", headers=headers)

    @app.get("/rendered/{slug}/{parent}")
    async def rendered(request: Request, slug: str, parent: int) -> HTMLResponse:
        async with request.app.state.engine.connect() as connection:
            rows = (await connection.execute(REPLIES, {"slug": slug, "parent": parent})).all()
        return HTMLResponse(PAGE.render(arguments=rows))

    @app.post("/vote/{debate}/{argument}/{user}/{value}")
    async def vote(request: Request, debate: int, argument: int, user: int, value: str) -> HTMLResponse:
        values = {"debate": debate, "argument": argument, "user": user, "value": value}
        async with request.app.state.engine.begin() as connection:
            counts = (await connection.execute(VOTE, values)).one()
        return HTMLResponse(f"<b>{counts[0]}</b><b>{counts[1]}</b><b>{counts[2]}</b>")

    @app.post("/post/{debate}/{parent}/{user}")
    async def post(request: Request, debate: int, parent: int, user: int) -> HTMLResponse:
        form = await request.form()
        values = {"debate": debate, "parent": parent, "user": user}
        async with request.app.state.engine.begin() as connection:
            words = {"claim": form["claim"], "grounds": form["grounds"]}
            id = (await connection.execute(POST, values | words)).scalar_one()
            for statement in COUNT:
                await connection.execute(statement, values)
        return HTMLResponse(f"<b>{id}</b>")

    return app

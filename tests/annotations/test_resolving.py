"""A note or question is marked as resolved by its author or a host, and opened again."""

import pytest
from httpx import AsyncClient

from app.models import Annotation, DebateRole, DebateRoleKind
from tests.annotations.conftest import MILL, BrowserOf, Mill, assert_sound
from tests.factories import make_annotation, make_user


@pytest.fixture
async def note(mill: Mill) -> Annotation:
    note = await make_annotation(mill.db, mill.debate, mill.author)
    await mill.db.commit()
    return note


async def test_its_author_resolves_it_and_opens_it_again(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    url = f"{MILL}/annotations/{note.id}"
    assert f'action="{url}/resolve"' in (await mill.browser.get(url)).text
    answer = await mill.browser.post(f"{url}/resolve")
    assert answer.headers["location"] == f"{url}?done=resolved"
    page = (await client.get(url)).text
    assert 'data-standing="resolved"' in page
    assert "by <bdi>Author</bdi>" in page
    assert f'action="{url}/reopen"' not in page
    for path in ("essay", "paragraphs/1", f"passages/{note.passage_id}"):
        assert 'data-standing="resolved"' in (await client.get(f"{MILL}/{path}")).text
    own = (await mill.browser.get(url)).text
    assert f'action="{url}/reopen"' in own
    assert f'action="{url}/resolve"' not in own
    assert_sound(own)
    assert (await mill.browser.post(f"{url}/reopen")).headers["location"] == f"{url}?done=reopened"
    assert "resolved" not in (await client.get(url)).text


async def test_a_host_resolves_it_and_it_stays_theirs(mill: Mill, note: Annotation, browser_of: BrowserOf) -> None:
    host = await make_user(mill.db, "host")
    mill.db.add(DebateRole(debate_id=mill.debate.id, user_id=host.id, kind=DebateRoleKind.HOST))
    await mill.db.commit()
    for browser in (await browser_of(host), mill.browser):
        assert (await browser.post(f"{MILL}/annotations/{note.id}/resolve")).status_code == 303
    await mill.db.refresh(note)
    assert note.resolved_by_id == host.id


async def test_nobody_else_resolves_it(
    mill: Mill, note: Annotation, client: AsyncClient, browser_of: BrowserOf
) -> None:
    other = await make_user(mill.db)
    reply = await make_annotation(mill.db, mill.debate, mill.author, body="I did.", parent=note)
    await mill.db.commit()
    for act in ("resolve", "reopen"):
        url = f"{MILL}/annotations/{note.id}/{act}"
        assert (await client.post(url)).headers["location"].startswith("/sign-in")
        assert (await (await browser_of(other)).post(url)).status_code == 403
        assert (await mill.browser.post(f"{MILL}/annotations/{reply.id}/{act}")).status_code == 403
        assert (await mill.browser.post(f"{MILL}/annotations/999/{act}")).status_code == 404
    await mill.db.refresh(note)
    assert note.resolved_at is None

"""The rows of a statement of reasons, as a form shows them ahead and as the decision then states them."""

import re
from typing import Any

from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision

TIMES = ("For how long", "Until when")  # Ahead a span, afterwards a date.
LATER = ("When", "Read", "Appeal")  # The page says how to appeal below the rows.


def rows(page: str, start: str) -> dict[str, str]:
    listed = page.partition(start)[2].partition('<dl class="facts">')[2].partition("</dl>")[0]
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", listed, re.DOTALL)
    return {name: re.sub(r"<[^>]*>", "", text).strip() for name, text in found if name not in LATER}


async def look(browser: AsyncClient, url: str, sent: dict[str, Any]) -> dict[str, str]:
    preview = await browser.post(url, data={**sent, "act": "preview"})
    assert preview.status_code == 200, preview.text
    return rows(preview.text, "Nothing is decided yet")


async def compare(db: AsyncSession, browser: AsyncClient, url: str, sent: dict[str, Any]) -> dict[str, str]:
    """Every row of the preview, and of the statement that the same form makes."""
    ahead = await look(browser, url, sent)
    made = await browser.post(url, data=sent)
    assert made.status_code in (200, 303), made.text
    key = sent["idempotency_key"]
    made_id = await db.scalar(select(func.max(Decision.id)).where(Decision.idempotency_key.startswith(key)))
    stated = rows((await browser.get(f"/decisions/{made_id}")).text, "<h1>Decision")
    assert [*ahead] == [*stated], f"{ahead}\n{stated}"
    same = [name for name in stated if name not in TIMES]
    unlike = {name: (ahead[name], stated[name]) for name in same if ahead[name] != stated[name]}
    assert not unlike, unlike
    return ahead

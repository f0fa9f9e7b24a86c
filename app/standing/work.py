"""A process of its own that makes one run and ends: `python -m app.standing.work DEBATE_ID`.

So that neither servers nor workers hold what numpy needs, or stand still while it computes.
"""

import asyncio
import os
import sys

from app.db import make_engine
from app.settings import Settings
from app.standing.running import run_debate

NICENESS = 10  # Readers first.


async def work(debate_id: int) -> None:
    engine = make_engine(Settings().sqlalchemy_url, 1)
    try:
        await run_debate(engine, debate_id)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(work(int(sys.argv[1])))

"""The limits of what strangers may try: by where they come from, and by the account that they name."""

from fastapi import Request

from app.errors import TooMany
from app.rate_limits import Limit, RateLimits, address_block


async def limit_address(request: Request, limit: Limit) -> None:
    """Count one act from this reader's network, or refuse it with the time to wait."""
    await limit_name(request, limit, address_block(request.client.host if request.client else None))


async def limit_name(request: Request, limit: Limit, name: str) -> None:
    """The same by a name as it was typed, so that the answer does not tell whether it exists."""
    limits: RateLimits = request.app.state.rate_limits
    allowance = await limits.allow(limit, name.casefold())
    if not allowance:
        raise TooMany(allowance.reason, allowance.retry_after)

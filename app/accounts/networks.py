"""From which network somebody signed up or in: a weak hint for moderators that two accounts may be one person's.

Kept for thirty days, and as a keyed hash: neither the table nor a dump of it holds addresses, and who has it but not
the site's secret cannot try addresses out.
"""

import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fastapi import Request
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import NetworkTrace
from app.secret import site_key

# A router that dials in again mostly gets another address of the same 256; one address would be lost at once, and
# tell more about a household than a hint needs. Of IPv6 a household has a /64 to spread over.
IPV4_PREFIX, IPV6_PREFIX = 24, 64
HASH_BYTES = 16


async def note_network(request: Request, db: AsyncSession, user_id: int) -> None:
    """Remember the network of a sign-up or sign-in, where the address tells one."""
    block = network_of(request.client.host if request.client else None)
    if block is None:
        return
    values = {"user_id": user_id, "block_hash": _hash(request, block)}
    statement = insert(NetworkTrace).values(values)
    again = statement.on_conflict_do_update(index_elements=["user_id", "block_hash"], set_={"last_at": func.now()})
    await db.execute(again)


def network_of(address: str | None) -> str | None:
    """The block that an address is in; none of addresses that say nothing, such as the machine's own."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback or parsed.is_unspecified or parsed.is_link_local:
        return None
    prefix = IPV4_PREFIX if isinstance(parsed, IPv4Address) else IPV6_PREFIX
    return str(ip_network((parsed, prefix), strict=False))


def _hash(request: Request, block: str) -> bytes:
    key = site_key(request.app.state.settings, "networks")
    return hmac.digest(key, block.encode(), "sha256")[:HASH_BYTES]

"""The secret of this site, from which keys for hashes are derived. It never reaches the database."""

import fcntl
import hmac
import os
import secrets

from app.data_folder import lock, make_folder
from app.settings import Settings


def site_key(settings: Settings, purpose: str) -> bytes:
    """A key for one purpose: the same in all processes that share the secret, useless for any other purpose."""
    return hmac.digest(_secret(settings), purpose.encode(), "sha256")


def _secret(settings: Settings) -> bytes:
    """REJOINDER_SECRET, or the data folder's file of that name, made at the first start."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    make_folder(settings.data)
    path = settings.data / "secret"
    with lock(path, fcntl.LOCK_EX) as file:  # Of two programs that start at once, one makes it and both read it.
        os.fchmod(file.fileno(), 0o600)
        if path.stat().st_size == 0:
            file.write(secrets.token_hex(32).encode())
    return path.read_bytes()

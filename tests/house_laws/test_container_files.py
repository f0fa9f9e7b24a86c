"""What the container files set is what the program reads."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
KNOWN = {f"REJOINDER_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_in_them_exists() -> None:
    text = "".join((ROOT / name).read_text() for name in (".env.example", "docker-compose.yml", "Dockerfile"))
    assert set(re.findall(r"REJOINDER_[A-Z_]+", text)) <= KNOWN


def test_the_composed_settings_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPOSE["x-application"]["environment"].items():
        monkeypatch.setenv(name, value.replace("${DOMAIN:?set it in .env}", "debate.example.org"))
    for name, value in re.findall(r"(REJOINDER_\w+)='?(.*?)'?(?: \\)?$", DOCKERFILE, re.MULTILINE):
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    assert settings.is_https
    assert settings.hosts == {"debate.example.org", "127.0.0.1:8000"}
    assert settings.sqlalchemy_url.startswith("postgresql+psycopg://rejoinder_site:")
    assert not settings.run_jobs


def test_only_the_proxys_network_is_believed() -> None:
    trusted = yaml.safe_load(COMPOSE["x-application"]["environment"]["REJOINDER_TRUSTED_PROXIES"])
    assert trusted == [network["subnet"] for network in COMPOSE["networks"]["edge"]["ipam"]["config"]]
    assert [name for name, service in COMPOSE["services"].items() if "edge" in service["networks"]] == ["app", "proxy"]


def test_no_secret_stands_in_them() -> None:
    assert "POSTGRES_PASSWORD=\nSITE_PASSWORD=\n" in (ROOT / ".env.example").read_text()
    assert COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_everything_that_the_image_copies_is_sent_to_the_builder() -> None:
    sent = set(re.findall(r"^!(.+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for path in line.split():
            assert path == "." or path.split("/")[0] in sent

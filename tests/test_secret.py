import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from app.secret import site_key
from app.settings import Settings


def settings(tmp_path, **given):
    return Settings(_env_file=None, data=tmp_path / "data", **given)


def test_the_secret_stays_the_same_and_is_nobody_elses_to_read(tmp_path):
    first = site_key(settings(tmp_path), "limits")
    assert site_key(settings(tmp_path), "limits") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600


def test_purposes_and_sites_have_keys_of_their_own(tmp_path):
    keys = {site_key(settings(tmp_path / site), purpose) for site in "ab" for purpose in ("limits", "log")}
    assert len(keys) == 4


def test_programs_that_start_at_once_agree(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: site_key(settings(tmp_path), "limits"), range(8)))
    assert len(keys) == 1


def test_a_secret_from_the_settings_needs_no_file(tmp_path):
    given = settings(tmp_path, secret="s" * 32)
    assert site_key(given, "limits") == site_key(given, "limits")
    assert not (tmp_path / "data").exists()


def test_a_short_secret_is_refused(tmp_path):
    with pytest.raises(ValidationError):
        settings(tmp_path, secret="short")

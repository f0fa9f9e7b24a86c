import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.data_folder import AlreadyServing, CannotServe, claim_serving, make_folder, serving_url

ROOT = Path(__file__).parent.parent
URL = "http://127.0.0.1:8123"


def test_a_second_program_is_told_who_serves(tmp_path: Path) -> None:
    with claim_serving(tmp_path, URL), pytest.raises(AlreadyServing) as refusal, claim_serving(tmp_path, "other"):
        pass
    assert (refusal.value.pid, refusal.value.url) == (os.getpid(), URL)
    assert str(os.getpid()) in str(refusal.value)
    assert URL in str(refusal.value)


def test_others_find_out_where_it_is_served_and_do_not_disturb(tmp_path: Path) -> None:
    assert serving_url(tmp_path) is None
    with claim_serving(tmp_path, URL):
        assert serving_url(tmp_path) == URL
        assert serving_url(tmp_path) == URL
    assert serving_url(tmp_path) is None


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with claim_serving(tmp_path, URL):
        pass
    with claim_serving(tmp_path, URL):
        pass


def test_the_folder_is_free_again_after_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from app.data_folder import claim_serving\n"
        f"with claim_serving(pathlib.Path(sys.argv[1]), '{URL}'): print('ready', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout
    child.stdout.readline()
    with pytest.raises(AlreadyServing, match=str(child.pid)), claim_serving(tmp_path, "other"):
        pass
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with claim_serving(tmp_path, URL):
        pass


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "new" / "var")
    assert (tmp_path / "new" / "var").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotServe, match="file/var"):
        make_folder(tmp_path / "file" / "var")

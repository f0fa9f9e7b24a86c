import subprocess
import sys


def test_the_server_starts_without_the_numeric_packages() -> None:
    """They cost half a second and 60 MB: what needs them imports them in a job or a command."""
    script = "import sys, app.main, app.standing.strength_explained; print({'numpy', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"

"""Copy the files of npm packages that pages need from node_modules to static/vendor, with their licences."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FONT = "@fontsource/source-serif-4"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-licence.txt": "htmx.org/LICENSE",
    "source-serif-4-licence.txt": f"{FONT}/LICENSE",
} | {
    f"source-serif-4-latin-{face}.woff2": f"{FONT}/files/source-serif-4-latin-{face}.woff2"
    for face in ("400-normal", "400-italic", "600-normal")
}


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(PACKAGES / source, VENDOR / name)


if __name__ == "__main__":
    main()

"""Copy the files of npm packages that pages need from node_modules to static/vendor, with their licences.

Pictures that are downloaded as PNG need the font as TrueType, which is what a WOFF file holds in compressed parts.
"""

import shutil
import struct
import zlib
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


PICTURE_FONT = "source-serif-4-latin-600-normal"


def unpack_woff(woff: bytes) -> bytes:
    """WOFF 1.0 (W3C): a header of 44 bytes, an entry of 20 bytes for each table, the tables, mostly zlib."""
    flavor, count = woff[4:8], struct.unpack(">H", woff[12:14])[0]
    power = 1 << (count.bit_length() - 1)
    head = flavor + struct.pack(">4H", count, 16 * power, power.bit_length() - 1, 16 * (count - power))
    tables, place, body = b"", 12 + 16 * count, b""
    for number in range(count):
        tag, offset, packed, length, checksum = struct.unpack(">4s4L", woff[44 + 20 * number : 64 + 20 * number])
        data = woff[offset : offset + packed]
        data = zlib.decompress(data) if packed < length else data
        tables += struct.pack(">4s3L", tag, checksum, place + len(body), length)
        body += data + bytes(-len(data) % 4)
    return head + tables + body


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(PACKAGES / source, VENDOR / name)
    woff = (PACKAGES / FONT / "files" / f"{PICTURE_FONT}.woff").read_bytes()
    (VENDOR / f"{PICTURE_FONT}.ttf").write_bytes(unpack_woff(woff))


if __name__ == "__main__":
    main()

#!/bin/sh
# Make the virtual environment .venv with a Python that the project supports.
set -eu

supported='import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c "$supported" 2>/dev/null; then
        chosen=$candidate
        break
    fi
done
if [ -z "${chosen:-}" ]; then
    echo "Rejoinder needs Python 3.11, 3.12 or 3.13. Found: $(python3 --version 2>&1 || true)" >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if ! "$chosen" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi
echo "Making .venv with $("$chosen" --version) ..."
rm -rf .venv
"$chosen" -m venv .venv

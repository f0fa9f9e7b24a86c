#!/bin/sh
# Run npm: the system's where its Node.js is new enough for our tools, else one from PyPI in the virtual environment.
set -eu

new_enough='const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
if ! { command -v npm && node -e "$new_enough"; } >/dev/null 2>&1; then
    echo "No Node.js 20.19 or newer here: taking one from PyPI, for this folder only ..."
    .venv/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements/node.txt
    PATH="$PWD/.venv/bin:$PATH"
    hash -r
fi
exec npm "$@" --ignore-scripts --loglevel=error >/dev/null

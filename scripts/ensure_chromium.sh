#!/bin/sh
# The browser tests need Chromium. As root on Debian or Ubuntu it is installed; elsewhere the host is told.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install --yes --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "The browser tests need Chromium: install the system package chromium (on Debian: apt install chromium)." >&2
if [ -n "${CI:-}" ]; then
    exit 1
fi
echo "Going on without it: the browser tests will fail." >&2

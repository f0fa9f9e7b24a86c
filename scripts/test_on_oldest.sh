#!/bin/sh
# Run the tests on the oldest PostgreSQL that the program supports, in a cluster that lives as long as they run.
set -eu

programs=/usr/lib/postgresql/15/bin
if [ ! -x $programs/initdb ] && [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ]; then
    echo "Installing PostgreSQL 15 ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install --yes --no-install-recommends postgresql-15 >/dev/null
fi
if [ ! -x $programs/initdb ]; then
    echo "These tests need PostgreSQL 15 in $programs (on Debian 12: apt install postgresql-15)." >&2
    exit 1
fi

folder=$(mktemp -d)
as_server=
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as_server="setpriv --reuid=postgres --regid=postgres --clear-groups"
fi
server() {
    (cd "$folder" && $as_server "$@" >>"$folder/log" 2>&1) || { cat "$folder/log" >&2; return 1; }
}
clear_away() {
    server $programs/pg_ctl -D "$folder/data" -m immediate stop || true
    rm -rf "$folder"
}
trap clear_away EXIT
trap 'exit 130' INT TERM

: >"$folder/log"
[ -z "$as_server" ] || chown postgres "$folder/log"
server $programs/initdb -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8
server $programs/pg_ctl -D "$folder/data" -w -o "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off" start
REJOINDER_TEST_DATABASE_URL="postgresql://postgres@/postgres?host=$folder" \
    .venv/bin/pytest --ignore=tests/test_embedded_postgres.py --ignore=tests/e2e --ignore=tests/house_laws \
    --ignore=tests/test_every_route.py "$@"  # What is left out asks the same of any server.

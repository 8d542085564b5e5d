#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The server under load, one program for each part: ./dev bench server
#   SECONDS_EACH (60)   how long each load of statements lasts
#   ENTRIES (10000000)  of the large log
#   CONNECTIONS (4000)                 idle members, both ends on this machine
#   BULK_MIB (1024), SMALL_COUNT (2000)  how much the object bench brings, to us and to others
set -euo pipefail
bin=$(realpath "$1")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

echo "== statements"
"$bin/dokaz-log-bench" load "$bin/dokaz-server" "${SECONDS_EACH:-60}"
echo "== a large log"
"$bin/dokaz-log-bench" big "${ENTRIES:-10000000}"
echo "== idle members"
"$bin/dokaz-idle-bench" "$bin/dokaz-server" "${CONNECTIONS:-4000}"
echo "== objects, beside other servers"
"$here/object_peers.py" "$bin/dokaz-object-bench" "$bin/dokaz-server"

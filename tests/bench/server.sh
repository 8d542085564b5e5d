#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The server under load, one program for each part: ./dev bench server
#   SECONDS_EACH (60)   how long each load lasts
#   ENTRIES (10000000)  of the large log
set -euo pipefail
bin=$(realpath "$1")

echo "== statements"
"$bin/dokaz-log-bench" load "$bin/dokaz-server" "${SECONDS_EACH:-60}"
echo "== a large log"
"$bin/dokaz-log-bench" big "${ENTRIES:-10000000}"

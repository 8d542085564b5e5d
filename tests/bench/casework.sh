#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a legal team waits for with a case of thousands: tests/bench/casework.sh BUILD/bin (with the target dokaz_case_fill built)
#   ITEMS (1000)         items, two objects each
#   STATEMENTS (10000)   in the log
#   BYTES (65536)        of each clean copy
# Server and case folder are on one disk and one machine. Prints seconds and the most memory of each command. The pull is
# killed in its middle first and goes on afterwards; passphrases are made cheap where the tests were built.
set -euo pipefail
export PATH=$(realpath "$1"):$PATH DOKAZ_BIN
DOKAZ_BIN=$(realpath "$1")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
items=${ITEMS:-1000} statements=${STATEMENTS:-10000} bytes=${BYTES:-65536}
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-bench.XXXXXX")
. "$here/../scenario/words.sh"
trap 'stop_servers; rm -rf "$place"' EXIT
cd "$place" && mkfifo .nothing

timed() { # what, command …
  local what=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o .time "$@" >.said 2>.err || [ $? -le 3 ] || { cat .said .err; exit 1; }
  awk -v what="$what" 'END {printf "%-34s %7.2f s   cpu %6.2f s   %5.0f MiB\n", what, $1, $2 + $3, $4 / 1024}' .time
}
case_command() { dokaz-case "$@" --case case --passphrase-file case.pass; }

new_case >/dev/null
"$DOKAZ_BIN/../tests/dokaz-low-cost" case/case.key case.pass 2>/dev/null || echo "each command derives the case's key, too"
stop_server
"$DOKAZ_BIN/../tests/dokaz-case-fill" server invitation "$items" "$statements" "$bytes"
start_server server
printf '%s items, %s entries in the log, objects of %s KiB together\n' "$items" "$(size_of server)" "$(du -sk server/objects | cut -f1)"

# Killed in its middle: what it had stays.
cp -a case killed
dokaz-case pull --case killed --passphrase-file case.pass --server "$ADDRESS" >/dev/null 2>&1 &
pulling=$!
until [ "$(find killed/objects -name '*.age' | wc -l)" -ge $((items / 2)) ] || ! kill -0 $pulling 2>/dev/null; do read -rt 0.05 <>.nothing || :; done
kill -9 $pulling 2>/dev/null || :
wait $pulling 2>/dev/null || :
had=$(find killed/objects -name '*.age' | wc -l)
dokaz-case pull --case killed --passphrase-file case.pass --server "$ADDRESS" --json >.resumed
printf 'killed with %s objects; the next pull brought %s statements and %s objects more\n' "$had" "$(jq .statements .resumed)" "$(jq .objects .resumed)"
rm -rf killed

timed "pull, everything" dokaz-case pull --case case --passphrase-file case.pass --server "$ADDRESS"
timed "pull, nothing new" dokaz-case pull --case case --passphrase-file case.pass --server "$ADDRESS"
timed "list" dokaz-case list --case case --passphrase-file case.pass
item=$(awk 'NR == 1 {print $1}' .said)
timed "acts" dokaz-case acts --case case --passphrase-file case.pass
timed "roster" dokaz-case roster --case case --passphrase-file case.pass
timed "open one item" dokaz-case open "$item" --out opened --case case --passphrase-file case.pass
timed "export one item" dokaz-case export "$item" --use court --necessity "nobody could be asked" --out exhibit --case case --passphrase-file case.pass
timed "verify, every item" dokaz-case verify --case case --passphrase-file case.pass

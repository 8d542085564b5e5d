#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: metrics.sh BIN — a server that runs shows figures that promtool understands, on loopback alone, and has
# given up the system calls that it has no use for.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
"$1/dokaz-server" init --data "$work/data" >/dev/null

if "$1/dokaz-server" run --allow-root --data "$work/data" --listen 127.0.0.1:0 --metrics 0.0.0.0:0 >/dev/null 2>"$work/refused"; then exit 1; fi
grep -q "loopback" "$work/refused"

mkfifo "$work/said"
"$1/dokaz-server" run --allow-root --data "$work/data" --listen 127.0.0.1:0 --metrics 127.0.0.1:0 --publish 127.0.0.1:0 >"$work/said" &
server=$!
{ read -r _ _ members && read -r _ _ log && read -r _ _ figures; } <"$work/said"
get() { # HOST:PORT PATH
  exec 3<>"/dev/tcp/${1%:*}/${1##*:}"
  printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
  sed '1,/^\r$/d' <&3
  exec 3>&-
}
get "$figures" /metrics >"$work/metrics"
if command -v promtool >/dev/null; then promtool check metrics <"$work/metrics"; else echo "promtool is not there: the form is not judged"; fi
grep -qx "dokaz_log_entries 0" "$work/metrics"
grep -qx "dokaz_writes_stopped 0" "$work/metrics"
grep -qx 'dokaz_connections{kind="stranger"} 0' "$work/metrics"
grep -qE "^dokaz_disk_free_bytes [1-9]" "$work/metrics"
[ "$(get "$figures" /checkpoint)" = "not found" ]
# Somebody who says nothing is a stranger, for as long as the server bears with them.
exec 4<>"/dev/tcp/${members%:*}/${members##*:}"
until get "$figures" /metrics >"$work/metrics" && grep -qx 'dokaz_connections_accepted_total 1' "$work/metrics"; do :; done
grep -qx 'dokaz_connections{kind="stranger"} 1' "$work/metrics"
exec 4>&-
get "$log" /checkpoint | cmp - "$work/data/log/checkpoint"

# The server is locked in: all its threads run under a filter of system calls, without new privileges.
for status in /proc/"$server"/task/*/status; do
  grep -qP '^Seccomp:\t2$' "$status"
  grep -qP '^NoNewPrivs:\t1$' "$status"
done
grep -q "^Max core file size *0 *0" "/proc/$server/limits"
kill "$server"
wait "$server"
server=

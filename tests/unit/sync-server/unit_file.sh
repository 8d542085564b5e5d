#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: unit_file.sh UNIT — the service's unit is understood, and exposes at most 1.5 of 10.
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is not there"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The program is not installed here; everything else stays as it is.
sed -E 's#^ExecStart=[^ ]+#ExecStart=/bin/true#' "$1" >"$work/dokaz-server.service"
said=$(systemd-analyze verify --man=no "$work/dokaz-server.service" 2>&1) || { echo "$said"; exit 1; }
[ -z "$said" ] || { echo "verify: $said"; exit 1; }
score=$(systemd-analyze security --offline=true --no-pager "$work/dokaz-server.service" |
  sed -nE 's/.*exposure level for [^:]*: ([0-9.]+) .*/\1/p')
echo "exposure $score"
awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 1.5) }'
# A unit without its walls must fail the same measure.
grep -vE '^(Protect|Private|Restrict|SystemCall|Capability)' "$work/dokaz-server.service" >"$work/open.service"
open=$(systemd-analyze security --offline=true --no-pager "$work/open.service" |
  sed -nE 's/.*exposure level for [^:]*: ([0-9.]+) .*/\1/p')
awk -v score="$open" 'BEGIN { exit !(score > 1.5) }'

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: compare.sh DESCRIBE SOURCE   the committed man page is what the option table and the prose give, and it is whole
set -euo pipefail
describe=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$describe" man "$source/docs/man/dokaz" >"$work/dokaz.1"
if ! diff -u "$source/docs/man/dokaz.1" "$work/dokaz.1"; then
  echo "docs/man/dokaz.1 is not what the option table says. Make it anew:"
  echo "  build/release/bin/dokaz-describe man docs/man/dokaz > docs/man/dokaz.1"
  exit 1
fi
# No prose about a command that is gone.
for prose in "$source"/docs/man/dokaz/commands/*.roff; do
  "$describe" commands | grep -qx "$(basename "$prose" .roff)" || { echo "$prose: there is no such command"; exit 1; }
done
if command -v groff >/dev/null; then
  groff -man -Tutf8 -wall -Wbreak "$work/dokaz.1" >/dev/null 2>"$work/warnings"
  [ ! -s "$work/warnings" ] || { cat "$work/warnings"; exit 1; }
fi
# The comparison can fail.
sed 's/join/joyn/' "$source/docs/man/dokaz.1" >"$work/other"
! diff -q "$work/other" "$work/dokaz.1" >/dev/null

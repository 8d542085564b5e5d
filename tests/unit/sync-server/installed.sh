#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: installed.sh BUILD GUIDE — after the installation that the operator's guide describes, everything is there that it
# names, and fits together.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -e "$1/bin/dokaz-verify" ] && [ -e "$1/share/completions/dokaz.bash" ] || { echo "skipped: not all programs are built"; exit 77; }
prefix=$(sed -nE 's/.*cmake --install [^ ]+ --prefix ([^ ]+).*/\1/p' "$2")
[ "$prefix" = /usr ]
DESTDIR=$work cmake --install "$1" --prefix "$prefix" >"$work/said"

need() { [ -e "$work$1" ] || { echo "not installed: $1"; exit 1; }; }
for program in dokaz dokaz-server dokaz-case dokaz-verify; do
  need "/usr/bin/$program"
  need "/usr/share/man/man1/$program.1"
  man_says=$(sed -n '/^\.SH NAME/{n;p}' "$work/usr/share/man/man1/$program.1")
  [[ $man_says == "$program "* ]]
done
need /usr/libexec/dokaz/dokaz-intake
need /usr/lib/sysusers.d/dokaz-server.conf
need /usr/lib/tmpfiles.d/dokaz-server.conf
need /usr/share/doc/dokaz/guides/operator.md
# Paths of the installation that the guide speaks of.
for path in $(grep -oE '/usr/(bin|share)/[A-Za-z0-9./_-]+' "$2" | sort -u); do need "$path"; done
# The unit starts the program that was installed.
unit=$work/usr/lib/systemd/system/dokaz-server.service
grep -q '^ExecStart=/usr/bin/dokaz-server run ' "$unit"
[ "$(sed -nE 's/^User=//p' "$unit")" = "$(awk '$1 == "u" { print $2 }' "$work/usr/lib/sysusers.d/dokaz-server.conf")" ]
[ "$(sed -nE 's/^ExecStart=.*--data ([^ ]+).*/\1/p' "$unit")" = "$(awk '$1 == "d" { print $2 }' "$work/usr/lib/tmpfiles.d/dokaz-server.conf")" ]
# Every option of the example is known: the start gets as far as the folder.
code=0
"$work/usr/bin/dokaz-server" run --allow-root --config "$work/usr/share/doc/dokaz/examples/server.toml" \
  --data "$work/nothing" >/dev/null 2>"$work/refused" || code=$?
[ "$code" = 10 ] || { cat "$work/refused"; exit 1; }
if command -v systemd-sysusers >/dev/null && command -v systemd-tmpfiles >/dev/null; then
  mkdir -p "$work/etc" "$work/var/lib"
  systemd-sysusers --root="$work"
  grep -q '^dokaz-server:' "$work/etc/passwd"
else
  echo "not shown: systemd-sysusers is not there"
fi

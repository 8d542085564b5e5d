#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The long form of each fault test: run.sh BUILD all, with the rounds of each test's own; or run.sh BUILD ROUNDS.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
build=$(realpath "$1")
export DOKAZ_BIN=$build/bin DOKAZ_TESTS=$build/tests
failed=0
for test in "$here"/*.py; do
  grep -q '__main__' "$test" || continue
  name=$(basename "$test" .py)
  printf '\n== %s\n' "$name"
  started=$SECONDS status=0
  python3 -B "$test" "$2" || status=$?
  case $status in
    0) printf '%s: held (%d s)\n' "$name" $((SECONDS - started)) ;;
    77) ;;
    *) printf '%s: BROKEN\n' "$name"; failed=$((failed + 1)) ;;
  esac
done
printf '\n%d tests broken\n' "$failed"
[ "$failed" = 0 ]

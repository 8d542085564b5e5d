#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs each fuzz target for so many seconds, from seeds that the vectors and the tests of intake give: ./dev fuzz [SECONDS]
# What is found stays in BUILD/findings.
set -euo pipefail
build=$(realpath "$1")
seconds=$2
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$build/bin/dokaz_make_vectors" --seeds "$seeds"
"$build/bin/dokaz_intake_seeds" "$seeds"
mkdir -p "$build/findings"
passed=0
for target in "$build"/tests/fuzz_*; do
  name=$(basename "$target")
  corpus=$seeds/${name#fuzz_}
  mkdir -p "$corpus"
  [ ! -x "$build/tests/replay_${name#fuzz_}" ] || "$build/tests/replay_${name#fuzz_}" --write "$corpus"
  "$target" -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" "$corpus" 2>"$seeds/said" || { cat "$seeds/said"; exit 1; }
  printf '%-22s %s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: */runs: /p' "$seeds/said")"
  passed=$((passed + 1))
done
printf '%d passed, 0 failed\n' "$passed"

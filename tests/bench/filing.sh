#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A whole filing over real programs: photos taken in, brought, pulled, and written as annexes with an offline package,
# which is verified beside sha256sum of the same bytes: tests/bench/filing.sh BUILD/bin
#   PHOTOS (1000)   of 3 to 12 megapixels; their clean copies are four pictures
#   PAGES (300)     of somebody else's PDF
# Everything is on one machine and one disk. Prints seconds by the clock and of the processor, and the most memory.
set -euo pipefail
export PATH=$(realpath "$1"):$PATH DOKAZ_BIN
DOKAZ_BIN=$(realpath "$1")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
photos=${PHOTOS:-1000} pages=${PAGES:-300}
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-bench.XXXXXX")
. "$here/../scenario/words.sh"
. "$here/samples.sh"
trap 'stop_servers; rm -rf "$place"' EXIT
cd "$place"

timed() { # what, command …
  local what=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o .time "$@" >.said 2>.err || [ $? -le 3 ] || { cat .said .err; exit 1; }
  awk -v what="$what" 'END {printf "%-44s %7.2f s   cpu %6.2f s   %5.0f MiB\n", what, $1, $2 + $3, $4 / 1024}' .time
}
hash_all() { find filing-1/06_offline_package -type f -print0 | xargs -0 sha256sum >/dev/null; }
export -f hash_all

make_photos
python3 "$here/../scenario/text_pdf.py" "$pages" <<<"In the name of the law" >decision.pdf
new_case >/dev/null
field join invitation >/dev/null
spare_work
timed "add $photos photos" dokaz add photos --vault field --passphrase-file field.pass
timed "sync" dokaz sync --vault field --passphrase-file field.pass --server "$ADDRESS"
timed "pull" dokaz-case pull --case case --passphrase-file case.pass --server "$ADDRESS"
team consent --whole-case --uses court --by birch >/dev/null
timed "filing plan" dokaz-case filing plan --profile ecthr --out plan.csv --case case --passphrase-file case.pass
echo 'Courts,2026-02-15,,,Decision of the court,file,decision.pdf,en,,,,' >>plan.csv
timed "filing write" dokaz-case filing write --profile ecthr --respondent Lithuania --plan plan.csv --out filing-1 --case case --passphrase-file case.pass
printf 'the filing has %s MB in %s files, of which the package %s MB\n' "$(du -sm filing-1 | cut -f1)" "$(find filing-1 -type f | wc -l)" "$(du -sm filing-1/06_offline_package | cut -f1)"
timed "dokaz-verify of the package" dokaz-verify filing-1/06_offline_package --root "$FINGERPRINT" --policy case/policy
timed "sha256sum of the same files" bash -c hash_all

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures whole commands beside what people would use instead, in the same run: ./dev bench
# Prints a table in CPU seconds (user + system); docs/performance.md holds figures with their conditions.
set -euo pipefail
export PATH=$(realpath "$1"):$PATH
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-bench.XXXXXX")
. "$here/../scenario/words.sh"
trap 'stop_servers; rm -rf "$place"' EXIT
cd "$place"
count=${PHOTOS:-100}

cpu_of() { # command … -> CPU seconds on stdout
  local TIMEFORMAT='%U %S'
  { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{printf "%.2f", $1 + $2}'
}
row() { printf '%-58s %8s CPU s  %7s photos per CPU s\n' "$1" "$2" "$(awk -v n="$count" -v s="$2" 'BEGIN{printf "%.0f", (s > 0) ? n / s : 0}')"; }

new_case >/dev/null 2>&1
field join invitation >/dev/null
mkdir photos cleaned
for i in $(seq "$count"); do
  ppmpat -camo -randomseed="$i" 1600 1200 2>/dev/null | pnmtojpeg -quality 90 >"photos/$i.jpg"
  exiv2 -M"set Exif.Image.Make Ascii Camera" -M"set Exif.Photo.BodySerialNumber Ascii 42" "photos/$i.jpg"
done
age-keygen -o key 2>/dev/null
recipient=$(age-keygen -y key)
printf '%s photos, %s bytes in all\n' "$count" "$(cat photos/*.jpg | wc -c)"

exiftool_and_age() {
  exiftool -q -all= -o cleaned photos/*.jpg
  for photo in cleaned/*.jpg; do age -r "$recipient" -o "$photo.age" "$photo"; done
}
row "exiftool (one process for all), then age per file" "$(cpu_of exiftool_and_age)"
row "dokaz add: clean, check, recovery, encrypt twice, sign" "$(cpu_of field add photos/*.jpg)"
row "dokaz sync: to durable and logged on loopback (client only)" "$(cpu_of field sync --server "$ADDRESS")"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `dokaz add` beside what people use today, on the same files, command by command in turn: ./dev bench collector
#   PHOTOS (60)      JPEGs of 3, 5, 8 and 12 megapixels with EXIF, GPS, XMP and a preview; 0 leaves them out
#   FILM_MIB (4096)  size of an H.264 film with sound; 0 leaves the film out
#   ROUNDS (3)       counted rounds, after one that warms up
# The vault is unlocked where the kernel keeps keys: what a passphrase costs is a choice, and the same for every command.
# Peers that are not installed are left out, and the table says so.
set -euo pipefail
export PATH=$(realpath "$1"):$PATH
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
photos=${PHOTOS:-60} film_mib=${FILM_MIB:-4096} rounds=${ROUNDS:-3}
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-bench.XXXXXX")
. "$here/../scenario/words.sh"
. "$here/samples.sh"
trap 'dokaz --vault "$place/vault" lock >/dev/null 2>&1 || :; stop_servers; rm -rf "$place"' EXIT
cd "$place"

# A vault that nothing was added to, and how it is opened.
make_vault() {
  new_case >/dev/null 2>&1
  dokaz --vault fresh --passphrase-file field.pass join invitation >/dev/null
  stop_servers
  open="--passphrase-file field.pass"
  # Before each run: a test beside us that destroys a vault makes the kernel give up all keys.
  renew="rm -rf out vault && cp -a fresh vault"
  local unlock="dokaz --vault vault --passphrase-file field.pass unlock --for 24h"
  if sh -c "$renew && $unlock" >/dev/null 2>&1; then open= renew="$renew && $unlock"
  else echo "the kernel keeps no keys here: every run of dokaz derives the vault's key, too"; fi
}

rows=()
row() { # name, program that it needs, preparation, command
  if command -v "$2" >/dev/null; then rows+=("$1"$'\t'"$3"$'\t'"$4"); else printf '%s: %s is not installed\n' "$1" "$2"; fi
}
table() { printf '%s\n' "${rows[@]}" | python3 "$here/interleaved.py" "$rounds" "$1" "$2"; rows=(); }

# Of a cleaned file: encrypted, and its hash signed, as people put it together.
seal_each='for f in out/*; do age -r $recipient -o "$f.age" "$f" && minisign -S -q -W -s sign.key -m "$f.age" || exit 1; done'
empty='rm -rf out repo && mkdir out'

make_vault
age-keygen -o key 2>/dev/null
export recipient=$(age-keygen -y key)
command -v minisign >/dev/null && minisign -G -f -W -p sign.pub -s sign.key >/dev/null
export RESTIC_PASSWORD=bench BORG_PASSPHRASE=bench BORG_BASE_DIR=$place/borg XDG_CACHE_HOME=$place/cache

measure_photos() {
  make_photos
  printf '%s photos of %s MB on average; the last column: CPU seconds as times of the first row\n' "$photos" \
    "$(cat photos/*.jpg | wc -c | awk -v n="$photos" '{printf "%.2f", $1 / n / 1e6}')"
  row "dokaz add: clean, all checks, two objects, statement" dokaz "$renew" "exec dokaz --vault vault $open add photos/*.jpg"
  row "dokaz add --no-pixel-check" dokaz "$renew" "exec dokaz --vault vault $open add --no-pixel-check photos/*.jpg"
  row "exiftool -all= (one process), then age, minisign for each" exiftool "$empty" "exiftool -q -all= -o out photos && $seal_each"
  row "mat2 (one call), then age, minisign for each" mat2 "$empty && cp photos/*.jpg out" "mat2 --inplace out/*.jpg && $seal_each"
  row "mat2 for each, then age, minisign" mat2 "$empty && cp photos/*.jpg out" "for f in out/*.jpg; do mat2 --inplace \"\$f\" || exit 1; done; $seal_each"
  row "restic backup (no cleaning, no signature)" restic "$empty; restic -q init --repo repo" "exec restic -q backup --repo repo photos"
  row "borg create (the same)" borg "$empty; borg init -e repokey repo" "exec borg create repo::one photos"
  table "$photos" photo
}

measure_film() {
  make_film
  bytes=$(stat -c %s film.mp4)
  printf '\none film of %s MB:\n' "$((bytes / 1000000))"
  row "age alone: no hash, no cleaning, no signature" age "$empty" "exec age -r $recipient -o out/film.age film.mp4"
  row "dokaz add: clean, check, hash, two objects, statement" dokaz "$renew" "exec dokaz --vault vault $open add film.mp4"
  row "exiftool -all=, then age, minisign" exiftool "$empty" "exiftool -q -all= -api LargeFileSupport=1 -o out/film.mp4 film.mp4 && $seal_each"
  row "ffmpeg -map_metadata -1 -c copy, then age, minisign" ffmpeg "$empty" "ffmpeg -v error -i film.mp4 -map_metadata -1 -c copy out/film.mp4 && $seal_each"
  row "restic backup" restic "$empty; restic -q init --repo repo" "exec restic -q backup --repo repo film.mp4"
  row "borg create" borg "$empty; borg init -e repokey repo" "exec borg create repo::one film.mp4"
  table "$bytes" byte
}

[ "$photos" = 0 ] || measure_photos
[ "$film_mib" = 0 ] || measure_film

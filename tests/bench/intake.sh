#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Intake beside what people use today, on the same files in the same run: ./dev bench intake
#   PHOTOS (200)     JPEGs of 3, 5, 8 and 12 megapixels with EXIF, GPS, XMP and a preview
#   FILM_MIB (2048)  size of an H.264 film with sound; 0 leaves the films out
#   ROUNDS (3)       counted runs of each command, after one that warms up
# Peers that are not installed are left out, and the table says so.
set -euo pipefail
export PATH=$(realpath "$1"):$PATH
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
photos=${PHOTOS:-200} film_mib=${FILM_MIB:-2048} rounds=${ROUNDS:-3}
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-bench.XXXXXX")
. "$here/samples.sh"
trap 'rm -rf "$place"' EXIT
cd "$place"

# name, unit, how many of it, the command; with %OUT% for a fresh folder
row() {
  local name=$1 unit=$2 count=$3
  shift 3
  if ! command -v "$1" >/dev/null; then printf '%-50s %s is not installed\n' "$name" "$1"; return; fi
  local wall cpu memory failed
  read -r wall cpu memory failed < <(python3 "$here/measure.py" "$rounds" -- "$@")
  awk -v name="$name" -v unit="$unit" -v n="$count" -v wall="$wall" -v cpu="$cpu" -v memory="$memory" -v failed="$failed" 'BEGIN {
    if (unit == "photo") printf "%-50s %8.2f ms wall  %8.2f ms CPU  %5d MiB", name, 1000 * wall / n, 1000 * cpu / n, memory
    else printf "%-50s %8.0f MB/s wall %7.2f CPU s per GiB  %5d MiB", name, n / wall / 1e6, cpu / n * 1073741824, memory
    print (failed > 0) ? "  (failed)" : "" }'
}
fresh() { printf 'rm -rf out && mkdir out && %s' "$1"; } # a command that finds an empty folder

make_photos
few=$((photos < 20 ? photos : 20))
mkdir few && for i in $(seq "$few"); do ln "photos/$i.jpg" few/; done
printf '%s photos, %s MB each on average; per photo:\n' "$photos" "$(cat photos/*.jpg | wc -c | awk -v n="$photos" '{printf "%.2f", $1 / n / 1e6}')"
row "dokaz clean, all checks but pixels" photo "$photos" sh -c "$(fresh 'exec dokaz clean --no-pixel-check photos/*.jpg -o out')"
row "dokaz clean, pixels too" photo "$photos" sh -c "$(fresh 'exec dokaz clean photos/*.jpg -o out')"
row "dokaz clean, one process for each photo" photo "$few" sh -c "$(fresh 'for f in few/*.jpg; do dokaz clean --no-pixel-check "$f" -o out; done')"
command -v exiftool >/dev/null && row "exiftool -all=, one process" photo "$photos" sh -c "$(fresh 'exec exiftool -q -all= -o out photos')"
command -v exiftool >/dev/null && row "exiftool -all=, one process for each photo" photo "$few" sh -c "$(fresh 'for f in few/*.jpg; do exiftool -q -all= -o out "$f"; done')"
command -v exiv2 >/dev/null && row "exiv2 rm, one process (changes copies)" photo "$photos" sh -c "$(fresh 'cp photos/*.jpg out && exec exiv2 rm out/*.jpg')"
command -v mat2 >/dev/null && row "mat2 (one call, its own processes; pixels change)" photo "$few" sh -c "$(fresh 'cp few/*.jpg out && exec mat2 --inplace out/*.jpg')"
row "cp, for the cost of the files alone" photo "$photos" sh -c "$(fresh 'exec cp photos/*.jpg out')"

[ "$film_mib" -gt 0 ] || exit 0
make_film
bytes=$(stat -c %s film.mp4)
printf '\none film of %s MB:\n' "$((bytes / 1000000))"
row "dokaz clean" film "$bytes" sh -c "$(fresh 'exec dokaz clean film.mp4 -o out/film.mp4')"
command -v ffmpeg >/dev/null && row "ffmpeg -map_metadata -1 -c copy" film "$bytes" sh -c "$(fresh 'exec ffmpeg -v error -i film.mp4 -map_metadata -1 -c copy out/film.mp4')"
command -v exiftool >/dev/null && row "exiftool -all=" film "$bytes" sh -c "$(fresh 'exec exiftool -q -all= -api LargeFileSupport=1 -o out/film.mp4 film.mp4')"
row "sha256sum" film "$bytes" sha256sum film.mp4
row "cp" film "$bytes" sh -c "$(fresh 'exec cp film.mp4 out/film.mp4')"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: complete.sh DESCRIBE   the completion of bash as a person meets it; those of zsh and fish are read by them
set -euo pipefail
describe=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for shell in bash zsh fish; do "$describe" "$shell" >"$shell"; done
mkdir folder
touch photo.jpg
# shellcheck source=/dev/null
source ./bash

# offers WANTED… -- WORD…: completing the last word offers exactly these
offers() {
  local wanted=()
  while [ "$1" != -- ]; do wanted+=("$1"); shift; done
  shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _dokaz
  local got
  got=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
  [ "$got" = "$(printf '%s\n' "${wanted[@]}" | sort)" ] || { echo "dokaz ${*:2}: offered: $got"; exit 1; }
}
# has WANTED -- WORD…: it is among what is offered
has() {
  local wanted=$1
  shift 2
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _dokaz
  printf '%s\n' "${COMPREPLY[@]}" | grep -qxe "$wanted" || { echo "dokaz ${*:2}: $wanted is not offered"; exit 1; }
}

while read -r command; do
  has "$command" -- dokaz ""
  has --help -- dokaz "$command" --
  has --json -- dokaz "$command" --
done < <("$describe" commands)
offers sync -- dokaz sy
offers keep drop refuse -- dokaz inspect --icc ""
offers drop -- dokaz inspect --icc d
offers folder -- dokaz --vault ""
has photo.jpg -- dokaz inspect p
has photo.jpg -- dokaz join --passphrase-file p
offers "" -- dokaz note ""
offers "" -- dokaz consent --by ""
offers inspect -- dokaz --vault folder insp

for shell in zsh fish; do
  if command -v "$shell" >/dev/null; then "$shell" -n "./$shell"; else echo "$shell is not installed: not read"; fi
done

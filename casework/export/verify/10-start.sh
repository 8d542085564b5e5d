#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks a Dokaz exhibit or dossier with bash, coreutils and openssl (3.0 or later), and nothing of ours.
#
#   bash verify.sh FINGERPRINT POLICY [EXHIBIT [AUTHORITY]]
#
# FINGERPRINT (64 hexadecimal digits) and POLICY (a file) must come from the legal team by another way
# than this exhibit. So should this script: whoever forges an exhibit can forge the script in it. Read
# it, or compare it with the published one. EXHIBIT is the folder; without it, the folder of the script.
# AUTHORITY (PEM) holds the root certificates of time authorities, from them and not from the exhibit.
#
# Ends with 0 (verified), with 3 (verified with limits: everything that is there holds, and what nobody
# independent proves is named), with 1 at the first thing that does not hold, with 2 if it was called
# wrongly. Section numbers are those of the format's description, docs/format.md.
#
# One long file on purpose: it is read from top to bottom by somebody who trusts nothing of ours, is
# compared with the published one by a single hash, and works alone. The parts are in the order of the
# check. What it does not check is said at the end.
set -uo pipefail
shopt -s globstar dotglob nullglob
export LC_ALL=C

unset CDPATH GLOBIGNORE

# What an exhibit holds is shown only where it cannot play tricks on a terminal.
plain() { printf '%s' "${1//[!\ -~]/?}"; }
here=.
failed() {
  echo "FAILED: $1"
  echo "Where:  $(plain "$here")"
  echo "Do not rely on this exhibit. Ask whoever gave it to you for a fresh copy."
  exit 1
}
ok() { echo "ok      $(plain "$1")"; }
note() { echo "note    $(plain "$1")"; }

wrong() {
  echo "Nothing was checked: $(plain "$1")." >&2
  echo "Usage: bash verify.sh FINGERPRINT POLICY [EXHIBIT [AUTHORITY]]" >&2
  exit 2
}
(($# >= 2)) || wrong "the fingerprint and the policy file are needed, which the legal team gives you by another way"
(($# <= 4)) || wrong "more was given than is understood"
[[ $1 =~ ^[0-9a-f]{64}$ ]] ||
  wrong "the fingerprint has 64 hexadecimal digits (0 to 9, a to f), and what was given is something else, of ${#1} characters"
[[ -f $2 ]] || wrong "there is no policy file $2"
[[ -z ${3:-} || -d $3 ]] || wrong "there is no folder $3"
[[ -z ${4:-} || -f $4 ]] || wrong "there is no file $4 with root certificates of time authorities. It is for those who have some"
fingerprint=$1 authority="" now=$(date +%s)
[[ -z ${4:-} ]] || authority=$(realpath -e -- "$4") || exit 2
policy_given=$(realpath -e -- "$2") && script=$(realpath -e -- "${BASH_SOURCE[0]}") || exit 2
exhibit=$(realpath -e -- "${3:-$(dirname -- "$script")}") && cd -- "$exhibit" || exit 2
[[ ! -f check.sh || -e tagmanifest-sha256.txt ]] ||
  wrong "this folder is no exhibit. If it holds single facts of an item: they are checked with openssl and basenc, by commands that you read and type yourself. Run no script out of it"
work=$(mktemp -d) || exit 2
trap 'rm -rf -- "$work"' EXIT

# --- 0. Names: before anything is read, and nothing else is ever shown ---------------------------------

path_form='[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}'
declare -A present=() used=() sizes=()
most=20000 many=""
if [[ -f data/dossier && ! -L data/dossier ]]; then most=250000 many=yes; fi
for path in **; do
  here="a name that no exhibit has, so it is not shown"
  [[ $path =~ ^$path_form$ && ${#path} -le 200 ]] || failed "a part that nobody signed for"
  here=$path
  [[ ! -L $path ]] || failed "a link; an exhibit has none"
  if [[ -d $path ]]; then
    inside=("$path"/*)
    ((${#inside[@]} > 0)) || failed "an empty folder"
    continue
  fi
  [[ -f $path ]] || failed "not an ordinary file"
  present[$path]=1
  ((${#present[@]} <= most)) || failed "more files than an exhibit may have"
done
names=("${!present[@]}")
for ((i = 0; i < ${#names[@]}; i += 1000)); do
  while read -r size path; do sizes[$path]=$size; done < <(stat -c '%s %n' -- "${names[@]:i:1000}")
done

# need PATH: it is there, and it has a place here
need() {
  here=$1
  [[ -n ${present[$1]:-} ]] || failed "a part is missing"
  used[$1]=1
}


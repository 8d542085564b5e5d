#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the exhibit in exhibits/ anew, by the real programs and three witnesses of the Sigsum project: make-exhibit.sh PROGRAMS
# Needed only when the formats change: it is kept, so that the tests of the page need neither programs nor minutes.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
export PATH=$(realpath "$1"):$PATH
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-exhibit.XXXXXX")
. "$here/../scenario/words.sh"
trap 'stop_servers; rm -rf "$place"' EXIT
cd "$place" && mkfifo .nothing
new_witnessed_case
field join invitation
make_photo one.jpg
field add one.jpg
field sync --server "$ADDRESS"
until_true is_cosigned server
# This sync brings home the cosigned checkpoint that the next statement has seen; this pull keeps it as a receipt.
field sync --server "$ADDRESS"
team pull --server "$ADDRESS"
make_photo two.jpg Second 9
field add two.jpg --note "Seen from the gate."
field sync --server "$ADDRESS"
until_true is_cosigned server
team pull --server "$ADDRESS"
agreed "$(nth_item 2)" court
team export "$(nth_item 2)" --use court --out exhibit --original
dokaz-verify exhibit --root "$FINGERPRINT" --policy case/policy
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rwX,go= -cf "$here/exhibits/witnessed.tar" exhibit
cp case/policy "$here/exhibits/witnessed.policy.txt"
echo "$FINGERPRINT" >"$here/exhibits/witnessed.fingerprint.txt"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one test of verify.html: run.sh SOURCE BUILD TEST. Ends with 77 and a message where node, its packages or a browser are absent.
set -euo pipefail
source=$1 page=$2/page tools=$1/build/page-tools
here=$source/tests/page
left_out() {
  echo "left out: $1"
  exit 77
}
command -v node >/dev/null || left_out "node is not installed"
[ -e "$tools/.complete" ] || left_out "the page's packages are not there; ./dev page fetches them"
export DOKAZ_PAGE=$page

case $3 in
  build) # Twice, to the same bytes, and to those whose hash is in the tree.
    node "$source/casework/page/build.mjs" "$tools" "$page"
    node "$source/casework/page/build.mjs" "$tools" "$page/again" >/dev/null
    cmp "$page/verify.html" "$page/again/verify.html"
    if grep -nE '(https?|wss?|ftp):' "$page/verify.html"; then
      echo "the page names an address"
      exit 1
    fi
    (cd "$page" && sha256sum -c "$source/casework/page/verify.html.sha256") ||
      { echo "verify.html is another one than verify.html.sha256 names: ./dev page writes it anew"; exit 1; }
    ;;
  chromium | firefox)
    program=$(command -v "$3" || command -v "$3-esr") || left_out "$3 is not installed"
    exec node "$here/browser.mjs" "$3" "$program"
    ;;
  both | both_dossiers)
    [ -x "$2/bin/dokaz-verify" ] || left_out "dokaz-verify is not built"
    DOKAZ_VERIFY=$2/bin/dokaz-verify exec node --test "$here/$3.test.mjs"
    ;;
  *)
    exec node --test "$here/$3.test.mjs"
    ;;
esac

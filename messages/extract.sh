#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: extract.sh   writes the catalogue's template, with every sentence that `dokaz` can say, to stdout
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
LC_ALL=C.UTF-8
export LC_ALL
# Files that are tables of sentences: each string with a space in it is one.
tables=(collector/cli/advice.cpp collector/cli/betrayal.cpp collector/cli/refusals.cpp)
# The failures' words stand in a list of X(name, number, words).
sources() {
  find collector/cli console -name '*.cpp' | sort | grep -vxFf <(printf '%s\n' "${tables[@]}")
  echo crypto/errc.hpp
}
extract() {
  xgettext --language=C++ --from-code=UTF-8 --output=- --no-wrap --add-location=file \
    --keyword --keyword=say:1 --keyword=say_text:1 --keyword=say_count:1,2 --keyword=mark:1 --keyword=X:3 \
    --keyword=add_option:3 --keyword=add_flag:3 --keyword=footer:1 --keyword=description:1 \
    --flag=say:1:no-c-format --flag=say_count:1:no-c-format --flag=say_count:2:no-c-format --flag=mark:1:no-c-format \
    --package-name=dokaz --msgid-bugs-address=none --copyright-holder='the authors of Dokaz' "$@" |
    sed -e '/^"POT-Creation-Date:/d' -e 's/charset=CHARSET/charset=UTF-8/'
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A command's one line stands in its entry of the option table.
summaries() {
  cat collector/cli/*_command*.cpp | tr '\n' ' ' | grep -oE 'const CommandEntry [a-z_]+\{ *"[^"]*", *"[^"]*"' |
    sed -E 's/.*("[^"]*")$/mark(\1);/'
}
summaries >"$work/summaries.cpp"
sources | extract --files-from=- >"$work/marked.pot"
extract --extract-all "${tables[@]}" 2>/dev/null | msggrep --no-wrap --msgid --extended-regexp --regexp=' |^[A-Z]+$' >"$work/tables.pot"
extract --add-location=never "$work/summaries.cpp" >"$work/summaries.pot"
msgcat --no-wrap --use-first --sort-by-file "$work/marked.pot" "$work/tables.pot" "$work/summaries.pot" |
  sed -e 's/^# SOME DESCRIPTIVE TITLE\./# Every sentence of dokaz. A language is a copy of this with translations: messages\/README.md/' \
    -e '/^# FIRST AUTHOR/d' -e '/^# Copyright (C) YEAR/d' -e '/^"Report-Msgid-Bugs-To/d' \
    -e 's/^# This file is distributed.*/# SPDX-License-Identifier: GPL-3.0-or-later/'

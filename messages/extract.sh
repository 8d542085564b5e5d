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
# What a failure is about, as those say it who know what a person gave them: it stands in brackets behind its words.
details() {
  find collector/cli collector/parcel collector/sync collector/take collector/vault console -name '*.cpp' | sort
}
# What the program that reads files says of them.
warnings() {
  find collector/intake -name '*.cpp' | sort
}
extract() {
  xgettext --language=C++ --from-code=UTF-8 --output=- --no-wrap --add-location=file --keyword \
    --package-name=dokaz --msgid-bugs-address=none --copyright-holder='the authors of Dokaz' "$@" |
    sed -e '/^"POT-Creation-Date:/d' -e 's/charset=CHARSET/charset=UTF-8/'
}
said() {
  extract --keyword=say:1 --keyword=say_text:1 --keyword=say_count:1,2 --keyword=mark:1 --keyword=X:3 \
    --keyword=add_option:3 --keyword=add_flag:3 --keyword=footer:1 --keyword=description:1 \
    --flag=say:1:no-c-format --flag=say_count:1:no-c-format --flag=say_count:2:no-c-format --flag=mark:1:no-c-format "$@"
}
sentences() { msggrep --no-wrap --msgid --extended-regexp --regexp="$1"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A command's one line stands in its entry of the option table.
summaries() {
  cat collector/cli/*_command*.cpp | tr '\n' ' ' | grep -oE 'const CommandEntry [a-z_]+\{ *"[^"]*", *"[^"]*"' |
    sed -E 's/.*("[^"]*")$/mark(\1);/'
}
summaries >"$work/summaries.cpp"
sources | said --files-from=- >"$work/marked.pot"
extract --keyword=say:1 --extract-all "${tables[@]}" 2>/dev/null | sentences ' |^[A-Z]+$' >"$work/tables.pot"
said --add-location=never "$work/summaries.cpp" >"$work/summaries.pot"
details | extract --keyword=fail:2 --keyword=counted:1 --keyword=bad:1 --keyword=read_text:3 --files-from=- 2>/dev/null | sentences '[a-z]' >"$work/details.pot"
warnings | extract --keyword=warn:1 --keyword=warn:2 --keyword=emplace_back:1 --keyword=counted:1 --files-from=- 2>/dev/null |
  sentences ' ' >"$work/warnings.pot"
# Signs are sealed as they stand there, and said.
extract --keyword=say:1 --extract-all collector/take/acquisition_signs.cpp 2>/dev/null |
  sentences '^(name|folder) (as|of) |^no camera' >"$work/signs.pot"
msgcat --no-wrap --use-first --sort-by-file "$work/marked.pot" "$work/tables.pot" "$work/summaries.pot" "$work/details.pot" \
  "$work/warnings.pot" "$work/signs.pot" |
  sed -e 's/^# SOME DESCRIPTIVE TITLE\./# Every sentence of dokaz. A language is a copy of this with translations: messages\/README.md/' \
    -e '/^# FIRST AUTHOR/d' -e '/^# Copyright (C) YEAR/d' -e '/^"Report-Msgid-Bugs-To/d' \
    -e 's/^# This file is distributed.*/# SPDX-License-Identifier: GPL-3.0-or-later/'

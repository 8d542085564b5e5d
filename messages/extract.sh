#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: extract.sh   writes the catalogue's template, with every sentence that `dokaz` can say, to stdout
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
LC_ALL=C
export LC_ALL
# The failures' words stand in a list of X(name, number, words).
sources() { find collector/cli console -name '*.cpp' | LC_ALL=C sort; echo crypto/errc.hpp; }
sources | xgettext --files-from=- --language=C++ --from-code=UTF-8 --output=- --no-wrap --add-location=file \
  --keyword --keyword=say:1 --keyword=say_count:1,2 --keyword=mark:1 --keyword=X:3 \
  --flag=say:1:no-c-format --flag=say_count:1:no-c-format --flag=say_count:2:no-c-format --flag=mark:1:no-c-format \
  --package-name=dokaz --msgid-bugs-address= --copyright-holder='the authors of Dokaz' |
  sed -e '/^"POT-Creation-Date:/d' -e '1,/^$/s/^# SOME DESCRIPTIVE TITLE\./# Every sentence of dokaz. A language is a copy of this with translations: messages\/README.md/' \
    -e '/^# FIRST AUTHOR/d' -e '/^# This file is distributed/c # SPDX-License-Identifier: GPL-3.0-or-later' -e '/^# Copyright (C) YEAR/d'

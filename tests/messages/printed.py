#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: printed.py SOURCE-FOLDER

No command of `dokaz` prints English beside the catalogue: every text with two words in it in the sources of the commands
is in messages/dokaz.pot, and so is every single word where only people read it. `can_fail` shows that it can fail."""
import pathlib
import re
import subprocess
import sys
import tempfile

from catalogue import entries

# Written by a program for programs: man page and completions are made of the English.
LEFT_OUT = ("describe.cpp", "describe_main.cpp", "describe_man.cpp", "describe_shells.cpp")
# Tables of sentences, whose every line is in the catalogue.
TABLES = ("advice.cpp", "betrayal.cpp", "refusals.cpp")
WORDS = re.compile(r"[A-Za-z]{2,}[,.:;]? +[A-Za-z]{2,}")
# One word is enough where only people read it.
FOR_PEOPLE = re.compile(r'(?:Progress \w+\([^,]+, |read_(?:new_)?passphrase\([^,]+, |ask_key\(|print\(common, |text \+= |return )"(?=[^"]*[A-Za-z]{3})')
CODES = re.compile(r'return "[a-z_-]+";')


def literals(paths):
    run = subprocess.run(["xgettext", "--language=C++", "--from-code=UTF-8", "--output=-", "--no-wrap", "--extract-all",
                          "--keyword=say:1", *paths], capture_output=True, text=True, check=True)
    return [e for e in entries(run.stdout) if e.get("msgid")]


def unsaid(paths, template):
    known = set()
    for entry in entries(template):
        known.update(entry.get(field, "") for field in ("msgid", "msgid_plural"))
    wrong = []
    for entry in literals(paths):
        for text in (entry["msgid"], entry.get("msgid_plural", "")):
            if WORDS.search(text) and text not in known:
                wrong.append(f"not in the catalogue: {text!r}")
    for path in paths:
        if path.endswith(TABLES):
            continue
        for number, line in enumerate(pathlib.Path(path).read_text().split("\n"), 1):
            if FOR_PEOPLE.search(line) and not CODES.search(line):
                wrong.append(f"{path}:{number}: printed without say: {line.strip()}")
    return wrong


def can_fail(template):
    cases = {
        'int a() { return print(common, "two words\\n"); }': True,
        'int a() { std::fprintf(stderr, "kept for you %d", 1); }': True,
        'int a() { Progress shown(common.console, "packed"); }': True,
        'std::string a() { return "Locked.\\n"; }': True,
        'std::string a() { return "no-duress"; }': False,
        'int a() { document["acts_outstanding"] = 1; }': False,
    }
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "sample.cpp"
        for text, is_wrong in cases.items():
            source.write_text(text + "\n")
            if bool(unsaid([str(source)], template)) != is_wrong:
                wrong.append(f"{'not found' if is_wrong else 'found wrongly'}: {text}")
    return wrong


def main():
    source = pathlib.Path(sys.argv[1])
    template = (source / "messages/dokaz.pot").read_text()
    paths = sorted(str(path) for path in (source / "collector/cli").glob("*.cpp") if path.name not in LEFT_OUT)
    wrong = can_fail(template) + unsaid(paths, template)
    for one in wrong:
        print(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: pseudo.py make TEMPLATE FOLDER   writes the catalogue of the language xx into FOLDER
       pseudo.py check CODES             reads what a program printed in that language

The language xx is English in which every word of the catalogue stands between 〔 and 〕, and what is filled in does not. So
what stands outside of them was never translated: it has to be data, as DATA has it, or the name of a failure."""
import pathlib
import re
import subprocess
import sys

from catalogue import entries

DATA = re.compile(r"""
    dokaz:?|JSON|witness-1|jpg|[0-9a-f]{8,}|[-+=().,:;x]|\d[\d.:,]*
  | \d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)[,:]?     # a time
  | (-[a-z],)?--?[a-z-]+[:,]?|[a-z]+(\|[a-z]+)+   # an option, or its choices
  | [^\s]*[/_][^\s]*|[\w*-]+\.\w+[,:.]?           # a path, a file, a failure's name, a media type
  | [A-Z|:/0-9.\[\]-]+(\ ?\.\.\.)?                # FILE, HOST:PORT, NUMBER
""", re.X)


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def in_brackets(text):
    """Each stretch of words between placeholders, without the blanks and line ends around it."""
    parts = re.split(r"(\{\{|\}\}|\{[^{}]*\})", text)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"\S(?:.*\S)?", lambda m: f"〔{m.group(0)}〕" if re.search("[A-Za-z]", m.group(0)) else m.group(0), parts[i])
    return "".join(parts)


def make(template, folder):
    lines = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2);\\n"\n']
    for entry in entries(pathlib.Path(template).read_text()):
        if not entry.get("msgid"):
            continue
        one, many = entry["msgid"], entry.get("msgid_plural")
        if many is None:
            lines.append(f"msgid {quote(one)}\nmsgstr {quote(in_brackets(one))}\n")
        else:
            forms = "".join(f"msgstr[{i}] {quote(in_brackets(many))}\n" for i in range(3))
            lines.append(f"msgid {quote(one)}\nmsgid_plural {quote(many)}\n{forms}")
    to = pathlib.Path(folder) / "xx" / "LC_MESSAGES"
    to.mkdir(parents=True)
    (to / "xx.po").write_text("\n".join(lines))
    subprocess.run(["msgfmt", "-o", to / "dokaz.mo", to / "xx.po"], check=True)


def outside(text, codes):
    """Words that stand outside of the brackets and are no data."""
    text = re.sub("(?m)^  [a-z-]+ {3,}(?=〔)", "", text)  # a command's name in --help
    left = re.sub("〔[^〕]*〕", " ", text)
    return [word for word in left.split() if re.search("[A-Za-z]", word) and not DATA.fullmatch(word.strip("()\"'."))
            and word.strip("(),.:") not in codes]


def can_fail():
    assert in_brackets("kept {:4} of {}\n") == "〔kept〕 {:4} 〔of〕 {}\n", in_brackets("kept {:4} of {}\n")
    assert outside("〔sealed〕 4 0123456789abcdef photo.jpg (not_found)", {"busy"}) == []
    assert outside("busy 〔a b〕\n", {"busy"}) == []
    assert outside("〔Items〕 7 sealed\n", set()) == ["sealed"]
    assert outside("Locked. 〔Nothing is lost.〕\n", set()) == ["Locked."]


def check(codes):
    known = set(re.findall(r"X\((\w+), ", pathlib.Path(codes).read_text()))
    text = sys.stdin.read()
    wrong = outside(text, known)
    if not re.search("〔", text):
        wrong.append("(nothing of it is of the language)")
    if wrong:
        print("not of the language that was asked for:", " ".join(wrong))
        print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    can_fail()
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3])
    else:
        sys.exit(check(sys.argv[2]))

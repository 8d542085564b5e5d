#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Guards the invariants of the house that no compiler checks; prints file:line: rule: what is wrong.
#   lint.py ROOT            checks the tree; 1 if something is wrong
#   lint.py --self-test     each rule finds its bad samples and passes its good ones
#   lint.py --reveals ROOT  prints the list of reveal() sites in the form of reveals.txt
import os
import sys

from rules import RULES, TREE_RULES, Source, count_reveals
from samples import check_samples

FOLDERS = ["crypto", "proto", "console", "collector", "sync-server", "casework", "tests", "docs", "cmake"]
TEXTS = (".cpp", ".hpp", ".proto", ".cmake", ".sh", ".bash", ".py", ".ts", ".mjs", ".md", ".html", ".1", ".5", ".7", ".8")


def is_text(name):
    return name.endswith(TEXTS) or name == "CMakeLists.txt" or "." not in name


def sources(root):
    names = [n for n in os.listdir(root) if os.path.isfile(os.path.join(root, n)) and not n.startswith(".")]
    paths = [n for n in names if n != "LICENSE"]
    for folder in FOLDERS:
        for at, below, files in os.walk(os.path.join(root, folder)):
            below[:] = [b for b in below if b not in ("node_modules", "__pycache__")]
            paths += [os.path.relpath(os.path.join(at, f), root) for f in files]
    for path in sorted(p for p in paths if is_text(os.path.basename(p))):
        try:
            with open(os.path.join(root, path), encoding="utf-8") as file:
                yield Source(path, file.read())
        except UnicodeDecodeError:
            continue  # not a text


def check(root):
    everything = list(sources(root))
    findings = []
    for source in everything:
        for rule in RULES:
            findings += [(source.path, line, rule.__name__, what) for line, what in rule(source)]
    for rule in TREE_RULES:
        findings += [(path, line, rule.__name__, what) for path, line, what in rule(everything, root)]
    for path, line, rule, what in findings:
        print(f"{path}:{line}: {rule}: {what}")
    print(f"{len(everything)} files, {len(RULES) + len(TREE_RULES)} rules, {len(findings)} findings")
    return 1 if findings or not everything else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return check_samples()
    if len(sys.argv) == 3 and sys.argv[1] == "--reveals":
        for path, count in sorted(count_reveals(sources(sys.argv[2])).items()):
            print(count, path)
        return 0
    if len(sys.argv) == 2:
        return check(sys.argv[1])
    print("usage: lint.py ROOT | --self-test | --reveals ROOT", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: complaints.py SOURCE-FOLDER

Every test that docs/complaints.md names is there, and every complaint names one."""
import pathlib
import re
import sys


def wrong_in(page, scenarios, cases):
    wrong, rows = [], 0
    for line in page.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 3 or cells[0] in ("complaint", "---"):
            continue
        rows += 1
        named = re.findall(r"`([\w-]+)\.scenario`", cells[2]), re.findall(r'"([^"]+)"', cells[2])
        if not any(named):
            wrong.append(f"no test: {cells[0]}")
        wrong += [f"no such scenario: {one}" for one in named[0] if one not in scenarios]
        wrong += [f"no such test: {one}" for one in named[1] if one not in cases]
    return wrong if rows else ["no complaint"]


def can_fail():
    row = "| complaint | what | by |\n|---|---|---|\n| a | b | %s |\n"
    assert wrong_in(row % '`x.scenario`, "Y"', {"x"}, {"Y"}) == []
    assert wrong_in(row % "`z.scenario`", {"x"}, {"Y"}) and wrong_in(row % '"Z"', {"x"}, {"Y"})
    assert wrong_in(row % "", {"x"}, {"Y"}) and wrong_in("", {"x"}, {"Y"})


def main():
    source = pathlib.Path(sys.argv[1])
    scenarios = {path.stem for path in (source / "tests/scenario").glob("*.scenario")}
    cases = set()
    for path in (source / "tests/unit").rglob("*.cpp"):
        cases.update(re.findall(r'TEST_CASE\("((?:\\.|[^"\\])*)"', path.read_text()))
    can_fail()
    wrong = wrong_in((source / "docs/complaints.md").read_text(), scenarios, cases)
    for one in wrong:
        print(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

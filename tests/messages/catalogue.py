#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: catalogue.py SOURCE-FOLDER

Every sentence of `dokaz` is in messages/dokaz.pot and nothing else is; each messages/*.po translates all of them, with the
same placeholders and the plural rule of its language. A catalogue with each of these faults is found (`can_fail`)."""
import pathlib
import re
import string
import subprocess
import sys
import tempfile

SLAVIC = "n%10==1&&n%100!=11?0:n%10>=2&&n%10<=4&&(n%100<10||n%100>=20)?1:2"
RULES = {"be": SLAVIC, "ru": SLAVIC, "uk": SLAVIC, "pl": "n==1?0:n%10>=2&&n%10<=4&&(n%100<10||n%100>=20)?1:2"}


def unquote(line):
    text = line[line.index('"') + 1 : line.rindex('"')]
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text)


def entries(text):
    """Entries of a .po file as dicts: msgid, msgid_plural, msgstr (a list), fuzzy, obsolete."""
    for block in re.split(r"\n\s*\n", text):
        entry, field = {"msgstr": [], "fuzzy": False, "obsolete": False}, None
        for line in block.split("\n"):
            if line.startswith("#,"):
                entry["fuzzy"] |= "fuzzy" in line
            elif line.startswith("#~"):
                entry["obsolete"] = True
            elif line.startswith("#") or not line.strip():
                continue
            elif line.startswith("msgid_plural"):
                field = "msgid_plural"
                entry[field] = unquote(line)
            elif line.startswith("msgid"):
                field = "msgid"
                entry[field] = unquote(line)
            elif line.startswith("msgstr"):
                field = "msgstr"
                entry[field].append(unquote(line))
            elif field == "msgstr":
                entry[field][-1] += unquote(line)
            else:
                entry[field] += unquote(line)
        if "msgid" in entry or entry["obsolete"]:
            yield entry


def placeholders(text):
    """{} and {0}, with what stands behind the colon, in any order."""
    found, automatic = [], 0
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is None:
            continue
        if name == "":
            name, automatic = str(automatic), automatic + 1
        found.append((name, spec))
    return sorted(found)


def wrong_in(entry):
    if entry["obsolete"]:
        return ["an entry that is no longer used"]
    if entry["fuzzy"]:
        return ["an unclear entry"]
    if not entry["msgstr"] or not all(entry["msgstr"]):
        return ["not translated"]
    wrong = []
    for form in entry["msgstr"]:
        try:
            given = placeholders(form)
        except ValueError as error:
            wrong.append(f"braces: {error}")
            continue
        english = entry.get("msgid_plural", entry["msgid"])
        if form.count("\n") == 0 and "\n" in english or form.count("\n") > 0 and "\n" not in english:
            wrong.append("line ends where the English has none, or none where it has some")
        if given != placeholders(english):
            wrong.append("other placeholders")
    return wrong


def wrong_with(template, catalogue, language):
    wrong = []
    wanted = {e["msgid"] for e in entries(template) if e.get("msgid")}
    got = list(entries(catalogue))
    names = {e["msgid"] for e in got if e.get("msgid")}
    wrong += [f"missing: {one!r}" for one in sorted(wanted - names)]
    wrong += [f"unused: {one!r}" for one in sorted(names - wanted)]
    for entry in got:
        if entry.get("msgid") == "":
            rule = re.search(r"plural=([^;]*);", entry["msgstr"][0])
            plain = re.sub(r"\s", "", rule.group(1)) if rule else ""
            if plain.startswith("(") and plain.endswith(")"):
                plain = plain[1:-1]
            if plain != RULES.get(language):
                wrong.append("another plural rule than its language has, or a language without one in RULES")
            continue
        wrong += [f"{one}: {entry.get('msgid', '')!r}" for one in wrong_in(entry)]
    return wrong


def msgfmt(path):
    run = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], capture_output=True, text=True)
    return [] if run.returncode == 0 else [run.stderr.strip()]


def can_fail():
    template = 'msgid ""\nmsgstr ""\n\nmsgid "{} of {}"\nmsgstr ""\n\nmsgid "{} item"\nmsgid_plural "{} items"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    head = 'msgid ""\nmsgstr "Plural-Forms: nplurals=3; plural=(%s);\\n"\n\n' % SLAVIC
    first = 'msgid "{} of {}"\nmsgstr "{1}, %s {0}"\n\n'
    second = 'msgid "{} item"\nmsgid_plural "{} items"\nmsgstr[0] "{} a"\nmsgstr[1] "{} b"\nmsgstr[2] "%s"\n'
    good = head + first % "z" + second % "{} c"
    cases = {
        "missing": head + first % "z",
        "unused": good + '\nmsgid "more"\nmsgstr "x"\n',
        "unclear": good.replace('msgid "{} of {}"', '#, fuzzy\nmsgid "{} of {}"'),
        "not translated": head + first % "z" + second % "",
        "other placeholders": head + first % "{2}" + second % "{} c",
        "other placeholders in a form": head + first % "z" + second % "c",
        "braces": head + first % "z" + second % "{",
        "another plural rule": good.replace("n%10==1", "n==1"),
        "a line end of its own": head + first % "z\\n" + second % "{} c",
        "no longer used": good + '\n#~ msgid "old"\n#~ msgstr "x"\n',
    }
    assert wrong_with(template, good, "be") == [], wrong_with(template, good, "be")
    return [f"not found: {name}" for name, text in cases.items() if not wrong_with(template, text, "be")]


def main():
    source = pathlib.Path(sys.argv[1])
    template = (source / "messages/dokaz.pot").read_text()
    wrong = can_fail()
    made = subprocess.run([source / "messages/extract.sh"], capture_output=True, text=True, check=True).stdout
    if made != template:
        wrong.append("messages/dokaz.pot is not what the code says: messages/extract.sh > messages/dokaz.pot")
    for entry in entries(template):
        for text in (entry.get("msgid", ""), entry.get("msgid_plural", "")):
            placeholders(text)
    for path in sorted((source / "messages").glob("*.po")):
        for one in wrong_with(template, path.read_text(), path.stem) + msgfmt(path):
            wrong.append(f"{path.name}: {one}")
    for one in wrong:
        print(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

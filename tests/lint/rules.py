# SPDX-License-Identifier: GPL-3.0-or-later
# The rules. Each takes a source and gives (line, what is wrong); heuristics by line, not a parser.
import os
import re

WINGS = {"crypto": 0, "proto": 1, "console": 1, "collector": 2, "sync-server": 2, "casework": 2, "tests": 3}


class Source:
    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.wing = path.split("/")[0]
        self.is_cpp = path.endswith((".cpp", ".hpp"))
        self.is_product = self.wing in WINGS and self.wing != "tests"
        self.code = self._code() if self.is_cpp else self.lines

    def _code(self):
        """The lines without comments and without the insides of strings."""
        def blank(match):
            kept = match.group(0)
            if kept.startswith("/"):
                return re.sub(r"[^\n]", " ", kept)
            return '""' if kept[0] == '"' else "' '"
        pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
        return re.sub(pattern, blank, self.text, flags=re.S).split("\n")

    def includes(self):
        for number, line in enumerate(self.lines, 1):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if found:
                yield number, found.group(1), found.group(2)


def matches(lines, pattern, what):
    for number, line in enumerate(lines, 1):
        found = re.search(pattern, line)
        if found:
            yield number, what.format(found.group(0).strip())


# --- form ------------------------------------------------------------------------------------------------------

def licence(source):
    if source.path.endswith((".md", ".html", ".1", ".5", ".7", ".8")) or source.path.endswith("/reveals.txt"):
        return
    first = source.lines[1] if source.lines[0].startswith("#!") and len(source.lines) > 1 else source.lines[0]
    if not re.fullmatch(r"(//|#) SPDX-License-Identifier: GPL-3\.0-or-later", first):
        yield 1, "the first line is not the licence (SPDX-License-Identifier: GPL-3.0-or-later)"


def purpose(source):
    if source.path.endswith(".hpp") and not (len(source.lines) > 1 and source.lines[1].startswith("// ")):
        yield 2, "the second line does not say what the header is for"


def pragma_once(source):
    if source.path.endswith(".hpp") and "#pragma once" not in source.lines:
        yield 1, "no #pragma once"


# --- who may include what --------------------------------------------------------------------------------------

# (header, where it may be included, in words)
OWNERS = [
    (r"sodium(\.h|/)", r"crypto/", "crypto"),
    (r"openssl/(err|x509\w*|bio|pem)\.h", r"(crypto|proto/(anchor|transport))/", "crypto, proto/anchor and proto/transport"),
    (r"openssl/(ssl|ec)\.h", r"(crypto|proto/transport)/", "crypto and proto/transport"),
    (r"openssl/(asn1|objects|ts)\.h", r"(crypto|proto/anchor)/", "crypto and proto/anchor"),
    (r"openssl/", r"crypto/", "crypto"),
    (r"(sqlcipher/)?sqlite3\.h", r"crypto/sealed_db\w*\.cpp", "crypto/sealed_db.cpp"),
    (r".*\.pb\.h|google/protobuf/", r"proto/(wire/|dialogue/.*\.cpp)", "proto/wire and the .cpp files of proto/dialogue"),
    (r"curl/", r"sync-server/outward/", "sync-server/outward: the only way out"),
    (r"exiv2/", r"collector/intake/metadata/", "collector/intake/metadata"),
    (r"tiffio\.h|tiff\.h", r"collector/intake/(tiff|pixels)/", "collector/intake/tiff and pixels"),
    (r"jpeglib\.h|png\.h|webp/|gif_lib\.h|libheif/|libde265/|dav1d/", r"collector/intake/pixels/", "collector/intake/pixels"),
    (r"collector/intake/(bmff|colour|gif|heif|jpeg|metadata|mp4|png|tiff|webp|walk_media|plan/walk)\b",
     r"collector/intake/(?!check/|pixels/)", "the walkers: the check shares no parser with them"),
    (r"sync-server/(anchor|store|log|net)/", r"sync-server/(?!audit/)", "what is audited; the audit shares no code with it"),
    (r"cairo|pango/|fontconfig/|qpdf/", r"casework/pdf/", "casework/pdf"),
    (r"boost/beast\b", r"sync-server/publish/", "sync-server/publish"),
    (r"boost/asio\b", r"(proto/transport|sync-server/(net|publish|daemon)|collector/sync|casework/casefile)/",
     "proto/transport, sync-server/net, publish and daemon, collector/sync and casework/casefile"),
]


def owners(source):
    if not source.is_product:
        return
    for line, _, name in source.includes():
        for header, where, words in OWNERS:
            if re.match(header, name):
                if not re.match(where, source.path):
                    yield line, f"<{name}> may be included only by {words}"
                break


def floors(source):
    if not source.is_product or not source.is_cpp:
        return
    for line, mark, name in source.includes():
        wing = name.split("/")[0]
        if wing in WINGS and "/" in name:
            if wing != source.wing and WINGS[wing] >= WINGS[source.wing]:
                yield line, f"{source.wing} (floor {WINGS[source.wing]}) must not include {wing} (floor {WINGS[wing]})"
        elif mark == '"' and not name.endswith(".pb.h"):
            yield line, f'"{name}" is not a path from the root'


# --- what the code may do --------------------------------------------------------------------------------------

PURE = r"(crypto|proto/(anchor|format|merkle|dialogue))/"
FILE_STORES = r"crypto/(sealed_db|files|key_file|check)\w*\.[ch]pp"


def purity(source):
    if not re.match(PURE, source.path) or not source.is_cpp:
        return
    stores = re.match(FILE_STORES, source.path)
    for line, _, name in source.includes():
        if name in ("ctime", "time.h", "sys/time.h", "iostream", "thread") or (
                not stores and name in ("fstream", "filesystem", "cstdio", "stdio.h", "fcntl.h", "unistd.h")):
            yield line, f"<{name}>: this part does no I/O and reads no clock"
    yield from matches(source.code, r"\w+_clock\b|\btime\(\s*(nullptr|NULL|0)\s*\)|clock_gettime\(",
                       "{}: this part reads no clock")


def no_sleep(source):
    if source.is_cpp:
        yield from matches(source.code, r"this_thread\s*::\s*sleep|\b(u|nano)sleep\s*\(|(?<![\w.>:])sleep\s*\(",
                           "{}: wait for an event, not for time")


def no_shell(source):
    if source.is_product and source.is_cpp:
        yield from matches(source.code, r"(?<![\w.>])(system|popen)\s*\(", "{}: no shell is started here")


def finished(source):
    if not source.path.startswith("tests/lint/"):
        yield from matches(source.lines, r"\b(TODO|FIXME)\b", "{}: what is not done is not in the tree")


def closed_switch(source):
    if not source.is_product or not source.is_cpp:
        return
    text = "\n".join(source.code)
    for start in re.finditer(r"\bswitch\s*\(", text):
        opening = text.find("{", start.end())
        depth, end = 0, opening
        while opening != -1 and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        body = text[opening:end]
        default = re.search(r"\bdefault\s*:", body)
        ours = re.search(r"\bcase\s+(?!(std|Exiv2|boost|google|nlohmann)::)(\w+::)+\w+", body)
        if default and ours:
            yield text.count("\n", 0, opening + default.start()) + 1, "default: in a switch over our own enum"


# --- what is said ----------------------------------------------------------------------------------------------

CLAIMS = r"(?i)\b(in)?admissib\w*|\btamper-?\s?proof\w*|\bmilitary-grade\b"
DENIAL = r"(?i)\b(never|not|no|nor|without|cannot)\b"


def honest_words(source):
    if source.path.startswith("tests/"):
        return
    for number, line in enumerate(source.lines, 1):
        found = re.search(CLAIMS, line)
        if found and not re.search(DENIAL, line[:found.start()]):
            yield number, f'"{found.group(0)}": the software does not claim this'


def own_place(source):
    if not source.path.startswith("tests/lint/"):
        yield from matches(source.lines, r"(?<![\w$}~/.-])/(home/\w+|root|mnt/\w+)/",
                           "{}: a path of one machine")


RULES = [licence, purpose, pragma_once, owners, floors, purity, no_sleep, no_shell, finished, closed_switch,
         honest_words, own_place]


# --- rules over the whole tree ---------------------------------------------------------------------------------

def count_reveals(sources):
    counts = {}
    for source in sources:
        if source.is_product and source.is_cpp and source.path != "crypto/secret.hpp":
            found = sum(len(re.findall(r"[.>]reveal\s*\(", line)) for line in source.code)
            if found:
                counts[source.path] = found
    return counts


def reveals(sources, root):
    """Each place that looks at a secret is on a list, so that a new one is noticed by whoever reviews the list."""
    name = "tests/lint/reveals.txt"
    allowed = {}
    if not os.path.exists(os.path.join(root, name)):
        yield name, 1, "the list of reveal() sites is not there"
        return
    with open(os.path.join(root, name), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            entry = re.fullmatch(r"(\d+) (\S+)\n", line)
            if entry:
                allowed[entry.group(2)] = int(entry.group(1))
            elif not line.startswith("#"):
                yield name, number, "not a count and a file"
    present = count_reveals(sources)
    for path in sorted(present.keys() | allowed.keys()):
        if present.get(path, 0) != allowed.get(path, 0):
            yield path, 1, f"{present.get(path, 0)} reveal() sites, {name} says {allowed.get(path, 0)}"


def failures(sources, root):
    """The one list of failures: numbers are unique, and a document that lists them lists them all."""
    by_path = {source.path: source for source in sources}
    header = by_path.get("crypto/errc.hpp")
    if not header:
        yield "crypto/errc.hpp", 1, "the list of failures is not there"
        return
    rows = re.findall(r"^\s*X\((\w+), (\d+),", header.text, re.M)
    names = {name for name, _ in rows}
    if len(rows) < 2 or len({number for _, number in rows}) != len(rows) or len(names) != len(rows):
        yield header.path, 1, "two failures share a name or number"
    for source in sources:
        if source.path.startswith("docs/"):
            said = set(re.findall(r"\b\w+\b", source.text))
            listed = set(re.findall(r"^\W*(\w+)\W+\d+\W", source.text, re.M)) & names
            if len(listed) >= 10:
                for name, number in rows:
                    if name not in said:
                        yield source.path, 1, f"lists the failures, but not {name} ({number})"
    for at, _, files in os.walk(os.path.join(root, "tests", "vectors")):
        for file in (f for f in files if f.endswith(".txt")):
            path = os.path.join(at, file)
            with open(path, "rb") as vector:
                found = re.match(rb"(?:[a-z-]+: [^\n]*\n)*?expect: ([^\n]*)\n", vector.read(4096))
            said = found.group(1).decode(errors="replace") if found else ""
            if said != "success" and said not in names and "age" not in os.path.basename(at):
                yield os.path.relpath(path, root), 1, f'expect: "{said}" is not a failure of the list'


def wire(sources, root):
    """Headers that show generated protobuf, themselves or through others, stay inside proto/wire."""
    includes = {s.path: list(s.includes()) for s in sources if s.is_product and s.is_cpp}
    showing = {path for path, names in includes.items()
               if path.endswith(".hpp") and any(re.match(r".*\.pb\.h|google/protobuf/", name) for _, _, name in names)}
    grown = -1
    while grown != len(showing):
        grown = len(showing)
        showing |= {path for path, names in includes.items()
                    if path.endswith(".hpp") and any(name in showing for _, _, name in names)}
    for path, names in sorted(includes.items()):
        if not re.match(r"proto/(wire/|dialogue/.*\.cpp)", path):
            for line, _, name in names:
                if name in showing:
                    yield path, line, f'"{name}" shows generated protobuf'


TREE_RULES = [reveals, failures, wire]

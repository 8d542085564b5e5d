#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# What remains of metadata, and what is refused, by this project and by what people use today:
#   remains.py BUILD CORPUS >docs/what-remains.md
# BUILD is a build folder with bin/dokaz and tests/dokaz-make-traps; CORPUS a folder of real files. A result is judged by exiftool, with the list of tags that only say how the picture is
# stored (tests/intake/traps/structural_tags.txt), and by a search for the traps' marker. Programs that are not
# installed are left out, and the page says so.
import base64
import collections
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TAGS = os.path.join(HERE, "..", "intake", "traps", "structural_tags.txt")
MARKER = b"CANARY-7f3a91"
SECONDS = 1200
# Needed by the format, or usual: not held against anybody.
TOLERATED = {"IFD0 XResolution", "IFD0 YResolution", "IFD0 ResolutionUnit", "IFD0 PageNumber",
             "QuickTime HandlerVendorID = Apple", "Track? HandlerDescription = VideoHandler",
             "Track? HandlerDescription = SoundHandler"}

KINDS = [  # by content
    (0, b"\xff\xd8\xff", "JPEG"), (0, b"\x89PNG", "PNG"), (0, b"II*\0", "TIFF"), (0, b"MM\0*", "TIFF"), (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"), (4, b"ftypavif", "AVIF"), (4, b"ftyphei", "HEIC"), (4, b"ftypmif1", "HEIC"), (4, b"ftypmsf1", "HEIC"),
    (4, b"ftypqt", "MP4, MOV, M4A"), (4, b"ftypM4A", "MP4, MOV, M4A"), (4, b"ftypcrx", "other kinds"), (4, b"ftyp", "MP4, MOV, M4A")]


def kind_of(path):
    with open(path, "rb") as file:
        head = file.read(64)
    return next((name for at, mark, name in KINDS if head[at:at + len(mark)] == mark), "other kinds")


def run(command, **more):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False, **more)
    except subprocess.TimeoutExpired:
        return None


def first_line(command):
    done = run(command)
    return done.stdout.decode(errors="replace").split("\n")[0].strip() if done and done.returncode == 0 else ""


# --- the programs: each is given all files at once where it takes several, and leaves results in `folder` under the
# --- names of their sources ------------------------------------------------------------------------------------------

def by_dokaz(sources, folder, reasons):
    with tempfile.TemporaryDirectory() as numbered:
        done = run([os.path.join(build, "bin", "dokaz"), "clean", "--json", *sources, "-o", numbered])
        for told in json.loads(done.stdout)["files"]:
            name = os.path.basename(told["file"])
            if "out" in told:
                os.rename(told["out"], os.path.join(folder, name))
            else:
                reasons[name] = (told["error"], told.get("detail", ""))


def by_exiftool(sources, folder, _):
    run(["exiftool", "-q", "-q", "-all=", "-o", folder + "/", *sources])


def by_mat2(sources, folder, _):
    copies = [shutil.copy(source, folder) for source in sources]
    run(["mat2", *copies])
    for copy in copies:
        base, extension = os.path.splitext(copy)
        os.remove(copy)
        if os.path.exists(f"{base}.cleaned{extension}"):
            os.rename(f"{base}.cleaned{extension}", copy)


def by_ffmpeg(sources, folder, _):
    for source in sources:
        target = os.path.join(folder, os.path.basename(source))
        done = run(["ffmpeg", "-v", "error", "-y", "-i", source, "-map_metadata", "-1", "-c", "copy", target])
        if os.path.exists(target) and (done is None or done.returncode != 0 or os.path.getsize(target) == 0):
            os.remove(target)


PROGRAMS = [("`dokaz clean`", by_dokaz, None), ("`exiftool -all=`", by_exiftool, ["exiftool", "-ver"]),
            ("`mat2`", by_mat2, ["mat2", "--version"]),
            ("`ffmpeg -map_metadata -1 -c copy`", by_ffmpeg, ["ffmpeg", "-version"])]


# --- the judges ------------------------------------------------------------------------------------------------------

def marker_forms():
    text = MARKER.decode()
    forms = [MARKER, text.lower().encode(), text.upper().encode(), text.encode("utf-16-le"), text.encode("utf-16-be"),
             MARKER.hex().encode(), MARKER.hex().upper().encode()]
    for shift, cut in ((0, 0), (1, 2), (2, 3)):
        whole = base64.b64encode(b"\0" * shift + MARKER).decode().rstrip("=")
        forms.append(whole[cut:-1].encode())
    return forms


def holds_marker(path, forms=tuple(marker_forms())):
    with open(path, "rb") as file:
        content = file.read()
    if any(form in content for form in forms):
        return True
    for found in re.finditer(rb"[\x08\x18\x28\x38\x48\x58\x68\x78]", content):
        at = found.start()
        if at + 2 > len(content) or int.from_bytes(content[at:at + 2], "big") % 31:
            continue
        try:
            inflated = zlib.decompressobj().decompress(content[at:], 1 << 24)
        except zlib.error:
            continue
        if any(form in inflated for form in forms):
            return True
    return False


def structural_tags():
    with open(TAGS, encoding="utf-8") as file:
        return {line.rstrip("\n") for line in file if line[0] != "#"} | TOLERATED


def seen_by_exiftool(folder):
    """The files of which exiftool reports more than how they are stored."""
    allowed, out, name = structural_tags(), set(), ""
    done = subprocess.run(["exiftool", "-a", "-G1", "-s", "-ee", "-r", folder], capture_output=True, check=False)
    for line in done.stdout.decode(errors="replace").split("\n"):
        if line.startswith("======== "):
            name = os.path.basename(line[9:].strip())
            continue
        found = re.match(r"\[(\S+)\]\s+(\S+)\s*:\s?(.*)", line)
        if not found:
            continue
        group = re.sub(r"^(Sub)?IFD\d*$", "IFD0", re.sub(r"^Track\d+$", "Track?", found.group(1)))
        tag = f"{group} {found.group(2)}"
        if not {tag, f"{tag} = {found.group(3)}", f"{group} *"} & allowed:
            out.add(name)
    return out


# --- the tables --------------------------------------------------------------------------------------------------------

def examine(files, programs, refusals):
    """By kind and program: how many gave a result, how many did not, how many results say something yet."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    kinds = {os.path.basename(source): kind_of(source) for source in files}
    if len(kinds) != len(files):
        sys.exit("two files have the same name")
    for label, act, _ in programs:
        with tempfile.TemporaryDirectory() as folder:
            reasons = {}
            act(files, folder, reasons)
            results = set(os.listdir(folder)) & kinds.keys()
            left = seen_by_exiftool(folder) | {name for name in results if holds_marker(os.path.join(folder, name))}
            for name, kind in kinds.items():
                cell = counts[kind, label]
                cell[0 if name in results else 1] += 1
                cell[2] += name in results and name in left
            for name, why in reasons.items():
                refusals[(kinds[name], *why)] += 1
    return counts


def table(title, files, programs, refusals):
    counts = examine(files, programs, refusals)
    kinds = [kind for kind in dict.fromkeys([name for _, _, name in KINDS] + ["other kinds"])
             if any(key[0] == kind for key in counts)]
    yield f"## {title}\n"
    yield "| kind (files) | " + " | ".join(label for label, _, _ in programs) + " |"
    yield "|---|" + "---|" * len(programs)
    totals = collections.defaultdict(lambda: [0, 0, 0])
    for kind in kinds:
        row = [counts[kind, label] for label, _, _ in programs]
        for (label, _, _), cell in zip(programs, row):
            totals[label] = [a + b for a, b in zip(totals[label], cell)]
        yield f"| {kind} ({row[0][0] + row[0][1]}) | " + " | ".join(cell_of(cell) for cell in row) + " |"
    yield f"| all ({len(files)}) | " + " | ".join(cell_of(totals[label]) for label, _, _ in programs) + " |\n"


def cell_of(cell):
    return f"{cell[0]} · {cell[1]} · **{cell[2]}**"


def files_below(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if not name.endswith(".md"))


def main():
    programs, absent, versions = [], [], []
    for label, act, version in PROGRAMS:
        if version is None or shutil.which(version[0]):
            programs.append((label, act, version))
            if version:
                versions.append(f"{version[0]} {re.sub(r'^(ffmpeg version |mat2 )', '', first_line(version)).split(' ')[0]}")
        else:
            absent.append(label)
    if not shutil.which("exiftool"):
        sys.exit("exiftool is the judge: it is not installed")
    refusals = collections.Counter()
    with tempfile.TemporaryDirectory() as traps:
        subprocess.run([os.path.join(build, "tests", "dokaz-make-traps"), traps], check=True)
        tables = list(table("Real files", files_below(corpus), programs, refusals))
        tables += list(table("Traps", files_below(traps), programs, refusals))
    print(f"""# What remains, and what is refused

Made by `tests/bench/remains.py` on {datetime.date.today().isoformat()}, beside {", ".join(versions)}{"; not installed: " + ", ".join(absent) if absent else ""}.

Each cell: files with a result · files without one (refused, or the program failed) · **results that still say something**.

A result says something where exiftool reports more than how the picture or sound is stored and shown (the list is
`tests/intake/traps/structural_tags.txt`; resolution and page numbers of TIFF and names like `VideoHandler` are not held
against anybody), or where the marker that each trap carries is found: as text, in UTF-16, base64 or hexadecimal, also
within compressed data. What a program writes of itself (`Lavf`) counts. Of a file without a result nothing is betrayed,
and nothing is gained. Whether the pixels stayed is not judged here: `mat2` decodes and encodes most pictures anew.

Real files are photos of cameras and telephones with their metadata. Traps are small files made by
`tests/intake/traps/` with a marker in one place each, among them damaged files and kinds that this project refuses by
name; they were made to break this project, and other programs never promised to stand them.
""")
    print("\n".join(tables))
    print("## What this project refuses of them\n\n| kind | files | failure | detail |\n|---|---|---|---|")
    for (kind, failure, detail), count in sorted(refusals.items()):
        print(f"| {kind} | {count} | `{failure}` | {detail} |")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: remains.py BUILD CORPUS >docs/what-remains.md")
    build, corpus = os.path.abspath(sys.argv[1]), sys.argv[2]
    main()

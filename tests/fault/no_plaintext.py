#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that a documenter must be able to rely on not to lie on a disk carries a marker of its own: what a photo
# shows, what it says of itself, its name and that of its folder, notes, testimony, the questions of a form, a sidecar, who
# it came from, who consented and took it back, what a film says and sounds like, files bound to each other, the
# passphrase and the one for duress. Then the collector does all that it can do with them, up to a panic, while a tracer keeps
# each byte that it and its children write into files, wherever they are and whatever becomes of them. No marker is in any
# of that, in any form: but where plaintext was asked for.
import glob
import os
import random as chance
import re
import shutil
import subprocess

import collector
import stage
from collector import Case, must, png, png_chunk
from stage import TESTS, need
from traced import Written, tracer

KINDS = ("pixels", "comment", "exif", "name", "folder", "note", "later", "case", "form", "answer", "testimony", "sidecar",
         "giver", "raw", "passphrase", "consenter", "withdrawer", "title", "sound", "together", "duress")


def make_markers(random):
    return {kind: "".join(random.choice("bcdfghjkmnpqrstvwxz") for _ in range(16)) for kind in KINDS}


class Traced:
    """Commands, each under the tracer, in surroundings of their own: a home, a folder for temporary files."""

    def __init__(self, place, markers):
        self.place = place
        self.markers = markers
        self.surroundings = os.path.join(place, "surroundings")
        self.traces = os.path.join(place, "traces")
        os.makedirs(self.traces)
        self.environment = dict(os.environ)
        for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
                     "XDG_RUNTIME_DIR"):
            self.environment[name] = os.path.join(self.surroundings, name)
            os.makedirs(self.environment[name], mode=0o700)
        self.list = os.path.join(place, "markers")
        with open(self.list, "w", encoding="utf-8") as file:
            file.write("".join(f"{marker}\n" for marker in markers.values()))

    def run(self, *command, ends_with=0, text=""):
        trace = os.path.join(self.traces, str(len(os.listdir(self.traces))))
        done = subprocess.run([*tracer(trace), *command], env=self.environment, cwd=self.place, capture_output=True,
                              text=True, check=False, input=text)
        need(done.returncode == ends_with, f"{command}: ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def written(self):
        all_of_them = Written()
        for trace in sorted(glob.glob(os.path.join(self.traces, "*")), key=lambda path: int(os.path.basename(path))):
            all_of_them.read(trace)
        return all_of_them

    def found(self):
        """Markers in what was written, as (which, form, file), and what is not known to be free of them."""
        written = self.written()
        with stage.folder() as into:
            laid = written.lay_out(into)
            return self._search(laid), written

    def found_below(self, *folders):
        """In what lies there now, names included."""
        files = [os.path.join(above, name) for folder in folders for above, _, names in os.walk(folder) for name in names
                 if os.path.isfile(os.path.join(above, name))]
        found = {(kind, "text", path) for path in files for kind, marker in self.markers.items()
                 if marker in os.path.relpath(path, self.place)}
        return found | self._search({path: path for path in files})

    def _search(self, files):
        kinds = {marker: kind for kind, marker in self.markers.items()}
        said = must(os.path.join(TESTS, "dokaz-find-markers"), self.list, *files)
        found = set()
        for line in said.splitlines():
            path, marker, form = line.split("\t")
            found.add((kinds[marker], form, files[path]))
        return found


def make_files(place, markers):
    """What is given: by kind of file its path."""
    folder = os.path.join(place, f"from {markers['folder']}")
    os.makedirs(folder)
    paths = {kind: os.path.join(folder, f"{kind} {markers['name']}{ending}")
             for kind, ending in (("png", ".png"), ("jpg", ".jpg"), ("raw", ".bin"), ("reviewed", ".png"), ("panic", ".png"),
                              ("front", ".png"), ("back", ".png"), ("film", ".mov"))}
    for number, kind in enumerate(("png", "reviewed", "panic", "front", "back")):
        shown = markers["together" if kind in ("front", "back") else "pixels"]
        pixels = (shown.encode() + b"%d" % number).ljust(40, b".") * 60
        comment = png_chunk(b"tEXt", b"Comment\0" + markers["comment"].encode())
        with open(paths[kind], "wb") as file:
            file.write(png(pixels, 40, comment))
    ppm = b"P6 96 64 255\n" + bytes(chance.Random(1).randrange(256) for _ in range(96 * 64 * 3))
    with open(paths["jpg"], "wb") as file:
        subprocess.run(["cjpeg", "-quality", "80"], input=ppm, stdout=file, check=True)
    must("exiv2", "-M", f"set Exif.Image.Make Ascii {markers['exif']}", "-M",
         f"set Exif.Photo.BodySerialNumber Ascii {markers['exif']}", "-c", markers["comment"], paths["jpg"])
    sound = os.path.join(place, "sound")  # samples of 16 bits, which lie in the film as they are
    with open(sound, "wb") as file:
        file.write(markers["sound"].encode() * 1000)
    must("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1", "-f", "s16le", "-ar", "8000",
         "-i", sound, "-c:v", "mpeg4", "-c:a", "pcm_s16le", "-metadata", f"title={markers['title']}", paths["film"])
    with open(paths["raw"], "wb") as file:
        file.write(b"of no known kind: " + markers["raw"].encode())
    with open(paths["jpg"].removesuffix(".jpg") + ".xmp", "w", encoding="utf-8") as file:
        file.write(f"<x:xmpmeta>{markers['sidecar']}</x:xmpmeta>")
    return paths


def drive(traced, case, paths, markers):
    """Every command that touches what carries a marker, and those that only look."""
    vault, secret, duress, stick = (os.path.join(traced.place, name) for name in ("vault", "field.pass", "duress.pass", "stick"))
    for path, phrase in ((secret, "passphrase"), (duress, "duress")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(markers[phrase] + "\n")
    os.makedirs(stick)
    shown = os.path.join(traced.place, "shown.png")

    def field(*words, **more):
        return traced.run(collector.DOKAZ, "--vault", vault, "--passphrase-file", secret, *words, **more)

    field("join", case.invite("witness-1"))
    field("add", "--note", markers["note"], "--received-from", markers["giver"], paths["png"])
    field("add", "--sidecars", paths["jpg"])
    field("add", "--seal-uncleaned", paths["raw"])
    field("add", "--review", "24h", paths["reviewed"])
    field("add", paths["png"])  # is there already
    field("note", "1", "--file", "-", text=markers["later"])
    field("note", "--case", markers["case"])
    form = os.path.join(traced.place, "form")
    with open(form, "w", encoding="utf-8") as file:
        file.write(f"dokaz/form/v1\nname {markers['form']}\nquestion where text required\n  Where?\n")
    field("testify", "--form", form, "--answers", "-", text=f"where: {markers['answer']}\n")
    field("testify", "--answers", "-", text=markers["testimony"])
    field("consent", "1", "--by", markers["consenter"], "--for", "court")
    field("withdraw", "1", "--by", markers["withdrawer"])
    field("add", paths["film"])
    field("add", "--as-one", paths["front"], paths["back"])
    field("passphrase", "--add-duress", "--new-passphrase-file", duress)
    field("list"), field("list", "--json"), field("status"), field("review")
    field("show", "4", "-o", shown)
    field("pack", os.path.join(stick, "parcel"))
    field("sync")
    field("receipt", "1", "--out", os.path.join(stick, "receipt"))
    field("drop", "1")
    field("review", "--end")
    field("drop", "--stored")
    shutil.copytree(vault, os.path.join(traced.place, "vault-copy"))
    field("add", paths["panic"])
    field("panic", "--yes", "--keep-sealed", stick)
    need(not os.path.exists(vault), "the vault is still there")
    vault = os.path.join(traced.place, "vault-copy")
    field("add", "--consume", paths["panic"])
    shutil.copytree(vault, os.path.join(traced.place, "vault-seized"))
    field("panic", "--yes")
    vault = os.path.join(traced.place, "vault-seized")
    traced.run(collector.DOKAZ, "--vault", vault, "--passphrase-file", duress, "status", ends_with=24)
    field("status", ends_with=20)  # the real one opens nothing any more
    return shown


def check_control(random):
    """A program that leaves something behind is found out, in whatever way it tries to hide that."""
    markers = make_markers(random)
    left = markers["pixels"]
    ways = {
        "text": "open(p, 'w').write(m)",
        "text, in two writes": "f = os.open(p, os.O_RDWR | os.O_CREAT); os.write(f, m[:7].encode()); os.write(f, m[7:].encode())",
        "text, the end first": "f = os.open(p, os.O_RDWR | os.O_CREAT); os.pwrite(f, m[7:].encode(), 7); os.pwrite(f, m[:7].encode(), 0)",
        "text, in parts": "f = os.open(p, os.O_RDWR | os.O_CREAT); os.writev(f, [m[:5].encode(), m[5:].encode()])",
        "text, without a name": "f = os.open(os.path.dirname(p), os.O_RDWR | os.O_TMPFILE); os.write(f, m.encode())",
        "text, in shared memory": "q = '/dev/shm/' + os.path.basename(p) + str(os.getpid()); open(q, 'w').write(m); os.unlink(q)",
        "UTF-16": "open(p, 'wb').write(m.encode('utf-16-le'))",
        "base64": "open(p, 'wb').write(base64.b64encode(b'?' + m.encode()))",
        "hexadecimal": "open(p, 'w').write(m.encode().hex())",
        "compressed": "open(p, 'wb').write(zlib.compress(b'abc' + m.encode()))",
        "a name": "open(p + m, 'w'); os.unlink(p + m)",
        "a new name": "open(p, 'w'); os.rename(p, p + m); os.rename(p + m, p)",
        "an attribute": "open(p, 'w'); os.setxattr(p, 'user.' + m, b'1')",
    }
    with stage.folder() as place:
        for number, (way, program) in enumerate(ways.items()):
            inside = os.path.join(place, str(number))
            os.makedirs(inside)
            traced = Traced(inside, markers)
            code = f"import base64, os, zlib\np, m = {inside + '/left'!r}, {left!r}\n{program}\n" \
                   "if os.path.exists(p): os.truncate(p, 0); os.unlink(p)"
            traced.run("python3", "-B", "-c", code)
            found, _ = traced.found()
            need({kind for kind, _, _ in found} == {"pixels"}, f"not noticed: {way}: {found}")
        traced = Traced(os.path.join(place, "other"), markers)
        traced.run("python3", "-B", "-c", f"import os; a = os.open({__file__!r}, 0); "
                   f"b = os.open({place + '/copy'!r}, os.O_RDWR | os.O_CREAT); os.copy_file_range(a, b, 10)")
        traced.run("python3", "-B", "-c", f"import mmap, os; f = os.open({place + '/copy'!r}, os.O_RDWR); mmap.mmap(f, 10)")
        need(len(traced.written().unseen) == 2, f"not noticed: {traced.written().unseen}")
    return len(ways)


def main():
    for tool in ("strace", "exiv2", "cjpeg", "ffmpeg"):
        if shutil.which(tool) is None:
            stage.skip(f"{tool} is not installed")
    random = stage.seeded()
    ways = check_control(random)
    markers = make_markers(random)
    with stage.folder() as place, Case(place) as case:
        traced = Traced(os.path.join(place, "field"), markers)
        paths = make_files(traced.place, markers)
        need({kind for kind, _, _ in traced.found_below(os.path.dirname(paths["png"]))} >=
             {"pixels", "comment", "exif", "name", "folder", "raw", "sidecar", "title", "sound", "together"}, "what is given carries too little")
        shown = drive(traced, case, paths, markers)
        found, written = traced.found()
        need(not written.unseen, f"written in ways that are not looked into: {written.unseen}")
        # The one place where plaintext was asked for: a clean copy, which shows what the photo shows and says no more.
        asked = re.compile(re.escape(traced.place) + r"/(shown\.png|\.pending-[0-9a-f]+)")
        clear = {one for one in found if not (one[0] == "pixels" and asked.fullmatch(one[2]))}
        need(not clear, f"in the clear: {sorted(clear)}")
        need({one[0] for one in found} == {"pixels"}, "nothing was found where plaintext was asked for")
        need(os.path.exists(shown), "nothing was shown")
        below = traced.found_below(traced.surroundings, os.path.join(traced.place, "stick"), case.data)
        need(not below, f"lying in the clear: {sorted(below)}")
        total = sum(len(piece) for pieces in written.pieces.values() for _, piece in pieces)
        print(f"{ways} ways of leaving something were noticed; {len(os.listdir(traced.traces))} commands wrote "
              f"{total} bytes into {len(written.pieces)} files, without {len(markers)} markers")


if __name__ == "__main__":
    stage.main(main)

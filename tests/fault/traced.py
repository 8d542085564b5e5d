# SPDX-License-Identifier: GPL-3.0-or-later
# All that a program and its children ever wrote into files, as a tracer saw it: also into those that are gone, have no
# name, or were overwritten. What reaches a file by no call that says its bytes is named instead.
import collections
import os
import re

import stage

WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2")
NAMES = ("creat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "mknod",
         "mknodat", "setxattr", "lsetxattr", "fsetxattr")
OPENS = ("open", "openat", "openat2")
UNSEEN = ("copy_file_range", "sendfile", "splice", "vmsplice", "io_uring_setup", "mmap")
CALL = re.compile(r"\d+ +([a-z0-9_]+)\((.*)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
FILE = re.compile(r"\d+<((?:\\x[0-9a-f]{2})+)>")


def tracer(output):
    return ("strace", "-f", "--seccomp-bpf", "-qq", "-xx", "-y", "-s", str(1 << 24), "-o", output,
            "-e", "trace=" + ",".join((*WRITES, *NAMES, *OPENS, *UNSEEN)))


def decoded(text):
    return bytes.fromhex(text.replace("\\x", ""))


def on_a_disk(path):
    """Not a pipe, a socket, a device, nor memory that has no file."""
    return path.startswith(b"/") and not path.startswith((b"/memfd:", b"/proc/")) and \
        (not path.startswith(b"/dev/") or path.startswith(b"/dev/shm/"))


class Written:
    """The bytes that went into each file: one after the other as they came, and each in its place."""

    def __init__(self):
        self.pieces = collections.defaultdict(list)
        self.names = []
        self.unseen = set()

    def read(self, trace):
        with open(trace, encoding="ascii") as lines:
            for line in lines:
                call = CALL.match(line)
                if call:
                    self._note(*call.groups())
        return self

    def _note(self, name, arguments):
        if name in NAMES or (name in OPENS and "O_CREAT" in arguments):
            self.names += [decoded(text) for text, _ in TEXT.findall(arguments)]
        elif name in WRITES:
            file = FILE.match(arguments)
            path = decoded(file.group(1)) if file else b""
            if on_a_disk(path):
                texts = TEXT.findall(arguments)
                stage.need(texts and not any(cut for _, cut in texts), f"a write was not understood: {arguments[:200]}")
                place = re.search(r", (\d+)\)? *(?:=|<unfinished)", arguments) if name.startswith("p") else None
                self.pieces[path].append((int(place.group(1)) if place else None, b"".join(decoded(t) for t, _ in texts)))
        elif name == "mmap":
            file = FILE.search(arguments)
            path = decoded(file.group(1)) if file else b""
            # The index of SQLite's log beside a database: hashes of page numbers.
            if "MAP_SHARED" in arguments and "PROT_WRITE" in arguments and on_a_disk(path) and not path.endswith(b"-shm"):
                self.unseen.add(f"mmap of {path.decode()}")
        elif name in UNSEEN:
            files = [decoded(text) for text in FILE.findall(arguments)]
            if name == "io_uring_setup" or any(on_a_disk(path) for path in files[-1:] + files[:1]):
                self.unseen.add(f"{name} {arguments[:200]}")

    def lay_out(self, folder):
        """Into files of the folder: for each that was written, both ways; and the names. By path there, what it was."""
        laid = {os.path.join(folder, "names"): "a name"}
        with open(os.path.join(folder, "names"), "wb") as file:
            file.write(b"\0".join(self.names))
        for number, (path, pieces) in enumerate(sorted(self.pieces.items())):
            for way, lay in (("came", self._as_they_came), ("lie", self._as_they_lie)):
                copy = os.path.join(folder, f"{number}-{way}")
                laid[copy] = path.decode(errors="replace")
                with open(copy, "wb") as file:
                    lay(file, pieces)
        return laid

    @staticmethod
    def _as_they_came(file, pieces):
        for _, piece in pieces:
            file.write(piece)

    @staticmethod
    def _as_they_lie(file, pieces):
        for place, piece in pieces:
            if place is None:
                file.seek(0, os.SEEK_END)
            else:
                file.seek(place)
            file.write(piece)

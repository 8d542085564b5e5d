# SPDX-License-Identifier: GPL-3.0-or-later
# A case with a real server, and a documenter whose vault stays unlocked, so that her commands take no second each.
import binascii
import contextlib
import json
import os
import struct
import subprocess
import zlib

import stage
from stage import BIN, SERVER, need

DOKAZ = os.path.join(BIN, "dokaz")
CASEWORK = os.path.join(BIN, "dokaz-case")
NO_PASSPHRASE = 21  # the exit code


def must(*command, **more):
    done = stage.run(*command, **more)
    need(done.returncode == 0, f"{' '.join(command)}: ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", binascii.crc32(kind + content))


def png(pixels, width, *more_chunks):
    """Grey, with its pixels in the file as they are: deflate without compression."""
    rows = [pixels[at:at + width].ljust(width, b"\x80") for at in range(0, len(pixels), width)]
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 0)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + b"".join(more_chunks) + png_chunk(b"IDAT", body) +
            png_chunk(b"IEND", b""))


def photo(path, number):
    """One that nobody has taken before: of some noise that follows from its number."""
    noise = b"".join(zlib.crc32(b"%d %d" % (number, i)).to_bytes(4, "big") for i in range(300))
    with open(path, "wb") as file:
        file.write(png(noise, 40))
    return path


class Case:
    """What counsel and the operator have, and a server that runs."""

    def __init__(self, place):
        self.place = place
        self.data = os.path.join(place, "server")
        self.folder = os.path.join(place, "case")
        self.secret = os.path.join(place, "case.pass")
        with open(self.secret, "w", encoding="utf-8") as file:
            file.write("correct horse battery\n")
        card = os.path.join(place, "card")
        with open(card, "w", encoding="utf-8") as file:
            file.write(must(SERVER, "init", "--data", self.data))
        self.server = None
        self.start()
        must(CASEWORK, "create", "--case", self.folder, "--server", self.address, "--card", card,
             "--passphrase-file", self.secret)
        must(SERVER, "case", "grant", "--data", self.data, os.path.join(self.folder, "roster"))

    def start(self):
        self.server = stage.Child(SERVER, "run", "--allow-root", "--data", self.data, "--listen", "127.0.0.1:0")
        line = self.server.line()
        need(line and line.startswith("listening on "), f"the server does not start: {self.server.said}")
        self.address = line.removeprefix("listening on ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()

    def fsck(self):
        report = json.loads(stage.run(SERVER, "fsck", "--data", self.data, "--json").stdout)
        need(report.get("sound") and report["unnamed_files"] == 0, f"fsck: {report}")
        return report

    def counsel(self, *words):
        return must(CASEWORK, *words, "--case", self.folder, "--passphrase-file", self.secret)

    def invite(self, name):
        path = os.path.join(self.place, f"invitation-{name}")
        self.counsel("invite", "--pseudonym", name, "--out", path)
        return path


class Documenter:
    """A vault in `place`, unlocked. Its key is the kernel's: where another test took that, it is unlocked again."""

    def __init__(self, case, place, name="witness-1", environment=None):
        self.case = case
        self.vault = os.path.join(place, "vault")
        self.secret = os.path.join(place, "field.pass")
        self.environment = {**os.environ, **(environment or {})}
        with open(self.secret, "w", encoding="utf-8") as file:
            file.write("staple in the field\n")
        must(DOKAZ, "--vault", self.vault, "--passphrase-file", self.secret, "join", case.invite(name),
             env=self.environment)
        self.unlock()

    def unlock(self):
        done = stage.run(DOKAZ, "--vault", self.vault, "--passphrase-file", self.secret, "unlock", "--for", "24h",
                         env=self.environment)
        if done.returncode != 0:
            stage.skip("this machine's kernel keeps no keys")

    def ask(self, *words, environment=None, before=()):
        command = [*before, DOKAZ, "--vault", self.vault, *words]
        done = stage.run(*command, stdin=subprocess.DEVNULL, env={**self.environment, **(environment or {})})
        if done.returncode == NO_PASSPHRASE:
            self.unlock()
            done = stage.run(*command, stdin=subprocess.DEVNULL, env={**self.environment, **(environment or {})})
        return done

    def do(self, *words, **more):
        done = self.ask(*words, **more)
        need(done.returncode == 0, f"dokaz {' '.join(words)}: ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def answer(self, *words, **more):
        return json.loads(self.do(*words, "--json", **more))

    def items(self):
        return self.answer("list")["items"]

    def files(self):
        """Of the vault's folder, by what they are named from there."""
        found = []
        for above, _, names in os.walk(self.vault):
            found += [os.path.relpath(os.path.join(above, name), self.vault) for name in names]
        return sorted(found)


@contextlib.contextmanager
def documenter_and_case(**more):
    with stage.folder() as place, Case(place) as case:
        yield Documenter(case, place, **more), case, place

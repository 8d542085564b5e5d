# SPDX-License-Identifier: GPL-3.0-or-later
# The tests' hand in a shim that runs inside a program: the layout of shim/control.hpp.
import mmap
import os
import signal
import struct

CALLS, ERROR, FROM, UNTIL, COUNT, FAILED, CLOCK = range(7)
OFFSETS = (0, 4, 8, 16, 24, 32, 40)
FORMATS = "IiQQQQq"
KINDS = {"write": 1, "sync": 2, "name": 4, "create": 8, "size": 16, "remove": 32}
ALL_KINDS = sum(KINDS.values())
EVER = (1 << 64) - 1


def preload(*shims):
    """The environment of a program that is to meet these shims."""
    tests = os.environ["DOKAZ_TESTS"]
    return {"LD_PRELOAD": " ".join(os.path.join(tests, f"fault-{shim}.so") for shim in shims)}


class Control:
    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(4096))

    def __enter__(self):
        self.file = open(self.path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 4096)
        return self

    def __exit__(self, *_):
        self.map.close()
        self.file.close()

    def _set(self, field, value):
        struct.pack_into("@" + FORMATS[field], self.map, OFFSETS[field], value)

    def _get(self, field):
        return struct.unpack_from("@" + FORMATS[field], self.map, OFFSETS[field])[0]

    def environment(self, *shims):
        return {"DOKAZ_FAULT_CONTROL": self.path, **preload(*shims)}

    def watch(self, kinds):
        """Counts calls of these kinds from now on; none fails."""
        self.rest()
        self._set(COUNT, 0)
        self._set(FAILED, 0)
        self._set(CALLS, kinds)

    def fail(self, kinds, error, first, last=EVER):
        """Those from the first to the last call of these kinds, counted from now on, fail with this errno."""
        self.watch(kinds)
        self._set(ERROR, error)
        self._set(UNTIL, last)
        self._set(FROM, first)

    def kill(self, kinds, call):
        """The program ends by kill -9 before that call of these kinds, counted over all its threads from now on."""
        self.fail(kinds, -signal.SIGKILL, call)

    def rest(self):
        self._set(FROM, 0)

    @property
    def count(self):
        return self._get(COUNT)

    @property
    def failed(self):
        return self._get(FAILED)

    def set_clock(self, seconds_ahead):
        self._set(CLOCK, seconds_ahead)

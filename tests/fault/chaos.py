# SPDX-License-Identifier: GPL-3.0-or-later
# A bad line between two programs of this machine: slow, jittery, in pieces, cut or stalled where a test says.
import contextlib
import dataclasses
import random
import socket
import threading
import time

PIECE = 65536


@dataclasses.dataclass
class Line:
    """How one connection fares. Bytes are counted from its start, each way by itself."""
    cut_up: int | None = None      # cut once so many bytes have gone to the server
    cut_down: int | None = None    # or so many to the client
    stall_up: int | None = None    # from there on nothing passes, and nothing is closed
    free_up: int | None = None     # so many bytes to the server, and all to the client, pass as on a good line
    piece: int = PIECE             # the most that is passed on at once; 1: byte by byte
    delay: float = 0               # seconds that each piece is held up
    jitter: float = 0              # at most so many more
    rate: int | None = None        # bytes a second, each way


class Proxy:
    """Carries connections to a port of this machine; each next one as `line()` says."""

    def __init__(self, port, line):
        self.port_of_server = port
        self.line = line
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.up = 0        # bytes that went to the server, of all connections
        self.cuts = 0
        self.open = set()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.stalled = threading.Event()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.cut_all()

    def cut_all(self):
        with self.lock:
            for each in self.open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                threading.Thread(target=self._carry, args=(client, self.line()), daemon=True).start()

    def _carry(self, client, line):
        try:
            server = socket.create_connection(("127.0.0.1", self.port_of_server))
        except OSError:
            client.close()
            return
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.open |= {client, server}
        ways = [threading.Thread(target=self._pass, args=(client, server, line, True), daemon=True),
                threading.Thread(target=self._pass, args=(server, client, line, False), daemon=True)]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        with self.lock:
            self.open -= {client, server}
        client.close()
        server.close()

    def _pass(self, source, sink, line, up):
        cut = line.cut_up if up else line.cut_down
        passed = 0
        with contextlib.suppress(OSError):
            while True:
                if up and line.stall_up is not None and passed >= line.stall_up:
                    self.stalled.set()
                    self.ended.wait()
                    break
                free = line.free_up is not None and (not up or passed < line.free_up)
                piece = line.piece if not free else min(PIECE, line.free_up - passed) if up else PIECE
                room = piece if cut is None else min(piece, cut - passed)
                if room == 0:
                    with self.lock:
                        self.cuts += 1
                    break
                data = source.recv(room)
                if not data:
                    break
                hold = line.delay + random.random() * line.jitter + (len(data) / line.rate if line.rate else 0)
                if hold and not free:
                    time.sleep(hold)
                sink.sendall(data)
                passed += len(data)
                if up:
                    with self.lock:
                        self.up += len(data)
        # A cut ends both ways at once, as a line does.
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

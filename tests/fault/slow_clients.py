#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Five hundred slow clients beside a good one, against the server's own limits: the good one waits hardly longer than
# another good one does who is alone at a second server on the same machine at the same moments, and the server's memory
# is bounded.
#   silent     connect and say nothing
#   stalled    begin a handshake and say nothing more, half of them within the ClientHello
#   dribbling  send their ClientHello a byte a second
#   held       members who are let in and then say nothing
#   stopped    readers who fetch an object and do not read on
#   trickling  members whose upload passes a byte at a time
# A slow one that is closed comes back after a second, as its kind does.
import asyncio
import contextlib
import signal
import ssl
import threading

import stage
from chaos import Line, Proxy
from stage import MIB, need

SILENT, STALLED, DRIBBLING, HELD, STOPPED, TRICKLING = 200, 120, 110, 54, 6, 10
WORSE = 0.100        # seconds that the good one may wait longer, for the 95th percentile
GROWTH = 64          # MiB that five hundred may cost the server
TURNS, NOTES = 6, 10


def client_hello():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing).do_handshake()
    return outgoing.read()


class Crowd:
    """The slow ones that are not let in, in a thread of their own."""

    def __init__(self, port):
        self.port = port
        self.present = 0
        self.complete = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.hello = client_hello()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self._all(),), daemon=True)
        self.thread.start()

    def leave(self):
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join()

    async def _all(self):
        self.task = asyncio.current_task()
        say = [b""] * SILENT + [self.hello[:60]] * (STALLED // 2) + [self.hello] * (STALLED // 2)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*(self._one(words, False) for words in say),
                                 *(self._one(self.hello, True) for _ in range(DRIBBLING)))

    async def _one(self, words, dribbles):
        came = False
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                if not came:
                    came = True
                    self.present += 1
                    if self.present == SILENT + STALLED + DRIBBLING:
                        self.complete.set()
                try:
                    ended = asyncio.ensure_future(reader.read(65536)) if dribbles else None
                    if ended:
                        ended.add_done_callback(lambda done: done.cancelled() or done.exception())
                    for at in range(len(words) if dribbles else 0):
                        writer.write(words[at:at + 1])
                        await asyncio.sleep(1)
                        if ended.done() or writer.is_closing():
                            break
                    if not dribbles:
                        writer.write(words)
                        while await reader.read(65536):
                            pass
                finally:
                    writer.close()
            await asyncio.sleep(1)


def measured(members):
    """For each: median, 95th percentile and maximum of one statement's way to its receipt, in seconds, by turns."""
    took = [[] for _ in members]
    for _ in range(TURNS):
        for times, member in zip(took, members):
            times += [int(each) / 1e6 for each in member.do("time", NOTES)]
    for times in took:
        times.sort()
    return [(times[len(times) // 2], times[len(times) * 95 // 100], times[-1]) for times in took]


def say(who, times):
    print(f"{who}: median {times[0] * 1e3:.1f} ms, 95 % {times[1] * 1e3:.1f} ms, most {times[2] * 1e3:.1f} ms")


def main():
    stage.rounds(1, 1)
    with stage.scene() as server, stage.scene() as quiet, contextlib.ExitStack() as ends:
        journal = f"{server.place}/journal"
        good = stage.Member(server, 1, journal)
        ends.callback(good.kill)
        good.connect()
        stored = good.do("seal", 24 * MIB)[0]
        good.do("upload", MIB)
        good.do("collect")
        lonely = stage.Member(quiet, 1)
        ends.callback(lonely.kill)
        lonely.connect()
        before = server.memory()

        held = stage.Member(server, 2)
        ends.callback(held.kill)
        held.do("hold", server.address, 10, HELD)
        for number in (201, 201, 201, 202, 202, 202):
            reader = stage.Member(server, number)
            ends.callback(reader.kill)
            reader.connect()
            reader.begin("stop-reading", stored)
        proxy = ends.enter_context(Proxy(server.port, lambda: Line(piece=1, delay=0.2, free_up=40_000)))
        for number in range(100, 100 + TRICKLING):
            slow = stage.Member(server, number)
            ends.callback(slow.kill)
            slow.connect(proxy.address)
            slow.do("seal", 200_000)
            slow.begin("upload", 100_000)
        crowd = Crowd(server.port)
        ends.callback(crowd.leave)
        need(crowd.complete.wait(stage.PATIENCE), "the crowd does not get to the door")

        alone, beside = measured((lonely, good))
        after = server.memory()
        say("alone", alone)
        say(f"beside {SILENT + STALLED + DRIBBLING + HELD + STOPPED + TRICKLING}", beside)
        print(f"memory: {before:.0f} MiB, then {after:.0f} MiB")
        need(beside[1] - alone[1] <= WORSE, "the good one waits too long")
        need(after - before <= GROWTH, "the slow ones take too much memory")
        newcomer = stage.Member(server, 3, journal)
        ends.callback(newcomer.kill)
        newcomer.connect()
        newcomer.do("note", 1)
        server.judge(journal)
        need(server.child.process.poll() is None, "the server has ended")
        server.stop(signal.SIGTERM)
        server.fsck()


if __name__ == "__main__":
    stage.main(main)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP client where networks fail, and with several streams at once."""

import hashlib
import json
import signal
import socket
import subprocess
import time
import unittest

import tap
from net_client import CLIENT, NETWORK, REMOTE, STOPPED, environment, fetch, run
from net_server import Server, answer, chunked

MIB = 1024 * 1024


class Faults(unittest.TestCase):
    """Cut, silent, slow."""

    def setUp(self):
        self.server = self.enterContext(Server())

    def test_cut_at_each_byte(self):
        for name, whole in (("length", answer(b"hello")), ("chunks", chunked([b"hel", b"lo"]))):
            for stream in (False, True):
                with self.subTest(name, stream=stream):
                    self.server.on("/a", [lambda request, connection, part=whole[:count]: (
                        connection.send(part), connection.close()) for count in range(len(whole))])
                    outcome = run([{"url": self.server.url("/a"), "stream": stream}] * len(whole))
                    self.assertEqual(len(outcome.results), len(whole))
                    for count, result in enumerate(outcome.results):
                        if name == "chunks" and count >= len(whole) - 2 and result["body"] == "hello":
                            continue  # curl 7.88 has all when the last chunk's line is there
                        self.assertIn(result.get("kind"), (NETWORK, REMOTE), (count, result))
                        self.assertTrue(result["error"].startswith(self.server.url("") + ": "), result)

    def test_silence(self):
        half = answer(b"hello")[:-2]
        for name, part in (("before the answer", b""), ("in the headers", half[:20]), ("in the body", half)):
            with self.subTest(name):
                self.server.on("/a", lambda request, connection, part=part: (
                    connection.send(part), connection.is_gone(10)))
                asked = len(self.server.requests)
                outcome = run([{"url": self.server.url("/a"), "stall_ms": 300, "repeatable": True}])
                self.assertEqual(len(self.server.requests), asked + 1)  # who waited so long does not begin again
                self.assertEqual(outcome.results[0]["kind"], REMOTE)
                self.assertEqual(outcome.results[0]["error"],
                                 self.server.url("") + ": nothing came for 0.3 s in the middle of an exchange")
                self.assertTrue(0.3 <= outcome.seconds < 10, outcome.seconds)

    def test_slow_is_not_silent(self):
        def drip(_request, connection):
            for byte in whole[-12:-5], b"h", b"e", b"l", b"l", b"o":
                time.sleep(0.5)
                connection.send(byte)
        whole = answer(b"hello")
        self.server.on("/a", lambda request, connection: (connection.send(whole[:-12]), drip(request, connection)))
        self.assertEqual(fetch(self.server.url("/a"), stall_ms=2000)["body"], "hello")

    def test_too_slow_for_the_whole(self):
        def drip(_request, connection):
            connection.send(answer(Content_Length="100000"))
            while connection.send(b"x"):
                time.sleep(0.05)
        self.server.on("/a", drip)
        outcome = run([{"url": self.server.url("/a"), "total_ms": 500, "stall_ms": -1, "repeatable": True}])
        self.assertEqual((outcome.results[0]["kind"], outcome.results[0]["error"]), (
            NETWORK, self.server.url("") + ": no complete answer within 0.5 s"))
        self.assertTrue(0.5 <= outcome.seconds < 30, outcome.seconds)
        self.assertEqual(len(self.server.requests), 1)

    def test_nobody_takes_the_connection(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            waiting = [socket.socket() for _ in range(3)]  # they fill the queue
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
            outcome = run([{"url": "http://127.0.0.1:%d/" % listener.getsockname()[1], "connect_ms": 300,
                            "repeatable": True}])
            for one in waiting:
                one.close()
        self.assertRegex(outcome.results[0]["error"], r"^http://127.0.0.1:\d+: no connection within 0.3 s$")
        self.assertEqual(outcome.results[0]["kind"], NETWORK)
        self.assertEqual(outcome.log.count("trying again"), 2)
        self.assertTrue(0.9 <= outcome.seconds < 30, outcome.seconds)

    def test_nobody_listens(self):
        with socket.socket() as taken:  # so that nobody else comes to listen there
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            result = fetch("http://127.0.0.1:%d/" % port)
        self.assertEqual((result["kind"], result["error"]), (
            NETWORK, "http://127.0.0.1:%d: connection refused: nothing listens there" % port))

    def test_no_such_name(self):
        result = fetch("http://host.invalid:8080/a")
        self.assertEqual((result["kind"], result["error"]), (
            NETWORK, "http://host.invalid:8080: host name not found: is it spelled right, "
            "and does this machine's DNS know it?"))


class Streams(unittest.TestCase):
    """Several at once in one thread."""

    def setUp(self):
        self.server = self.enterContext(Server())

    def test_side_by_side(self):
        sizes = (0, 1, 1000, 100000, 3 * MIB)
        exchanges = []
        for size in sizes:
            self.server.on("/%d" % size, chunked([b"%d" % (size % 7) * size]))
            exchanges.append({"url": self.server.url("/%d" % size)})
        outcome = run(exchanges, together=True)
        self.assertEqual(sorted(result["length"] for result in outcome.results), sorted(sizes))
        self.assertEqual({result["status"] for result in outcome.results}, {200})

    def test_bytes_are_there_as_they_come(self):
        # the second half of the first is sent only when the second is asked for, after the first half was seen
        def first(_request, connection):
            connection.send(answer(Content_Length="6") + b"one")
            deadline = time.monotonic() + 60
            while len(self.server.requests) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            connection.send(b"two" if len(self.server.requests) == 2 else b"...")
        self.server.on("/a", first)
        self.server.on("/b", answer(b"x"))
        outcome = run([{"url": self.server.url("/a")}, {"url": self.server.url("/b")}], together=True)
        self.assertEqual({result["body"] for result in outcome.results}, {"onetwo", "x"})

    def test_who_is_not_read_is_paused_alone(self):
        large = hashlib.sha256(b"").digest() * (64 * MIB // 32)
        sent = []

        def flood(_request, connection):
            connection.send(answer(Content_Length=str(len(large))))
            for at in range(0, len(large), MIB):
                if connection.send(large[at:at + MIB]):
                    sent.append(at)

        def later(_request, connection):
            time.sleep(3)
            self.sent_meanwhile = len(sent)
            connection.send(answer(b"small"))
        self.server.on("/large", flood)
        self.server.on("/small", later)
        outcome = run([{"url": self.server.url("/large"), "leave_until": 1, "stall_ms": 2000},
                       {"url": self.server.url("/small")}], together=True)
        small, whole = outcome.results
        self.assertEqual(small["body"], "small")
        self.assertEqual((whole.get("error"), whole["length"]), (None, len(large)))
        self.assertTrue(MIB - 16384 < whole["most"] <= MIB, whole["most"])
        self.assertLess(self.sent_meanwhile, 64)  # the kernel's buffers hold some

    def test_what_came_before_a_cut_is_handed_out(self):
        self.server.on("/a", lambda request, connection: (
            connection.send(answer(Content_Length="100") + b"event\n"), connection.close()))
        result = run([{"url": self.server.url("/a")}], together=True).results[0]
        self.assertEqual((result["status"], result["body"], result["kind"]), (200, "event\n", NETWORK))
        self.assertEqual(result["error"],
                         self.server.url("") + ": the connection was closed in the middle of the answer")

    def test_a_signal_ends_the_wait(self):
        self.server.on("/a", lambda request, connection: (
            connection.send(answer(Content_Length="100")), connection.is_gone(10)))
        for together in (False, True):
            with self.subTest(together=together):
                given = {"exchanges": [{"url": self.server.url("/a"), "stall_ms": -1}], "together": together}
                before = len(self.server.requests)
                with subprocess.Popen([CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, env=environment()) as client:
                    client.stdin.write(json.dumps(given).encode())
                    client.stdin.close()
                    while len(self.server.requests) == before:
                        time.sleep(0.01)
                    time.sleep(0.1)
                    sent = time.monotonic()
                    client.send_signal(signal.SIGTERM)
                    result = json.loads(client.stdout.readline())
                    client.wait(60)
                self.assertLess(time.monotonic() - sent, 5)
                self.assertEqual((result["kind"], result["error"]), (STOPPED, "stopped by a signal"))


if __name__ == "__main__":
    tap.main()

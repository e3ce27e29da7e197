#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Git LFS in `in` when things go wrong: cuts, wrong contents, busy servers, actions that end, a run that is killed."""

import json
import os
import signal
import subprocess
import threading
import time
import unittest

import tap
from git_in_world import tree
from git_world import BIN
from lfs_world import Large

CONTENT = os.urandom(600000)


class Faults(Large, unittest.TestCase):
    """One large object; the server fails as a test says."""

    def setUp(self):
        super().setUp()
        self.commit = self.commit_large({"a.bin": CONTENT})

    def assert_got(self, **files):
        found = tree(self.path)
        self.assertTrue(found["a.bin"][1] == CONTENT)
        self.assertEqual(self.git("status", "--porcelain"), "")

    def test_a_cut_is_gone_on_from(self):
        self.server.faults["GET"] = self.fault(3, cut=100000)
        self.get_with(self.commit)
        self.assert_got()
        self.assertEqual(self.server.begins, [0, 100000, 200000, 300000])
        self.assertEqual(self.server.transfers(), [200, 206, 206, 206])

    def test_a_server_without_ranges_is_begun_again(self):
        self.server.faults["GET"] = self.fault(2, cut=100000)
        self.server.ranges = False
        self.get_with(self.commit)
        self.assert_got()
        self.assertEqual(self.server.transfers(), [200, 200, 200])

    def test_cuts_without_an_end_have_one(self):
        self.server.faults["GET"] = self.fault(99, cut=1000)
        result = self.ask(self.commit)
        self.assertEqual(result.status, 1)
        self.assertRegex(result.message, r"^in: a\.bin: given up after 6 attempts: https://\S+: the connection ")
        self.assertLess(len(self.server.transfers()), 9)
        self.server.reset()
        self.get_with(self.commit)
        self.assert_got()

    def test_a_wrong_content_is_refused(self):
        wrong = bytes(len(CONTENT))
        self.server.faults["GET"] = self.fault(1, wrong=wrong)
        self.refused("a.bin: the server sends something else for the Git LFS object %s: its SHA-256 is %s"
                     % (self.oid(CONTENT), self.oid(wrong)), self.commit)
        self.assertFalse(os.path.exists(os.path.join(self.path, "a.bin")))
        self.assertEqual(self.objects(self.path), {})
        self.get_with(self.commit)
        self.assert_got()

    def test_a_content_of_another_length_is_refused(self):
        oid = self.oid(CONTENT)
        self.server.faults["GET"] = self.fault(1, wrong=CONTENT + b"x")
        self.refused("a.bin: the server sends more than the 600000 bytes of %s" % oid, self.commit)
        self.server.faults["GET"] = self.fault(1, wrong=CONTENT[:-1])
        self.refused("a.bin: the server sends 599999 bytes for the Git LFS object %s, which has 600000" % oid, self.commit)

    def test_halves_that_do_not_fit_are_begun_again(self):
        self.server.faults["GET"] = self.fault(1, cut=100000, wrong=bytes(len(CONTENT)))
        self.get_with(self.commit)
        self.assert_got()
        self.assertEqual(self.server.transfers(), [200, 206, 200])

    def test_a_busy_server(self):
        for method, fault in (("GET", self.fault(2, status=429, headers={"Retry_After": "1"})),
                              ("GET", self.fault(2, status=503)), ("batch", self.fault(2, status=429)),
                              ("batch", self.fault(2, status=502))):
            with self.subTest("%s %d" % (method, fault.status)):
                self.another()
                self.server.reset()
                self.server.faults[method] = fault
                self.get_with(self.commit)
                self.assert_got()

    def test_a_server_that_is_busy_for_long(self):
        self.server.faults["GET"] = self.fault(1, status=429, headers={"Retry_After": "3600"})
        result = self.ask(self.commit)
        self.assertEqual(result.status, 1)
        self.assertRegex(result.message, r"^in: a\.bin: https://\S+: the server answered 429: failed$")

    def test_an_action_that_has_ended_is_asked_for_again(self):
        for announce in ("expires_in", "expires_at", "not at all"):
            with self.subTest(announce):
                self.another()
                self.server.reset()
                self.server.announce = announce
                self.server.lifetime_s = -1

                reply = self.server.reply

                def once(question, reply=reply):
                    said = reply(question)
                    self.server.lifetime_s = 3600
                    return said

                self.server.reply = once
                self.get_with(self.commit)
                self.server.reply = reply
                self.assert_got()
                self.assertEqual(len(self.server.questions), 2)

    def test_an_action_that_is_always_refused(self):
        for announce in ("expires_in", "expires_at", "not at all"):
            with self.subTest(announce):
                self.another()
                self.server.reset()
                self.server.lifetime_s = -1
                self.server.announce = announce
                result = self.ask(self.commit)
                self.assertEqual(result.status, 1)
                self.assertRegex(result.message,
                                 r"^in: a\.bin: https://\S+: the server answered 403: Request has expired$")
                self.assertEqual(len(self.server.questions), 2)

    def test_a_clock_that_is_wrong_does_no_harm(self):
        self.server.announce = "expires_at"
        self.server.clock_s = -86400
        self.get_with(self.commit)
        self.assert_got()

    def test_eight_at_once(self):
        contents = {"%d.bin" % number: os.urandom(1000) for number in range(20)}
        commit = self.commit_large(contents)
        self.server.gate = threading.Barrier(8, action=lambda: setattr(self.server, "gate", None))
        self.get_with(commit)
        self.assertEqual(self.server.most_at_once, 8)

    def start(self):
        request = {"source": self.world.source(**self.given({})), "version": {"ref": self.commit}}
        process = subprocess.Popen([os.path.join(BIN, "in"), self.path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": self.world.directory})
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        return process

    def test_killed_and_run_again(self):
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number.name):
                self.another()
                self.server.reset()
                pieces, over = [], threading.Event()

                def hold(pieces=pieces, over=over):
                    pieces.append(1)
                    if len(pieces) > 15:
                        over.wait()

                self.server.on_piece = hold
                process = self.start()
                part = os.path.join(self.path, ".git/lfs/incomplete", self.oid(CONTENT) + ".part")
                while process.poll() is None and not (os.path.exists(part) and os.path.getsize(part)):
                    time.sleep(0.01)
                process.send_signal(number)
                self.assertNotEqual(process.wait(60), 0)
                over.set()
                there = os.path.getsize(part)
                self.assertGreater(there, 0)
                self.assertFalse(os.path.exists(os.path.join(self.path, "a.bin")))
                self.server.reset()
                self.get_with(self.commit)
                self.assert_got()
                self.assertEqual(self.server.begins, [there])

    def test_what_an_earlier_run_has_got_is_looked_at(self):
        self.get_with(self.commit)
        self.server.reset()
        self.get_with(self.commit)
        self.assertEqual(self.server.requests, [])
        oid = self.oid(CONTENT)
        path = os.path.join(self.path, ".git/lfs/objects", oid[:2], oid[2:4], oid)
        with open(path, "r+b") as file:
            file.write(b"x" + bytes([CONTENT[1] ^ 1]))
        self.get_with(self.commit)
        self.assert_got()
        self.assertEqual(self.server.transfers(), [200])

    def test_a_link_in_the_store_is_not_followed(self):
        self.get_with(self.commit)
        outside = self.world.path("outside")
        os.makedirs(outside, exist_ok=True)
        for name in ("objects", "incomplete"):
            place = os.path.join(self.path, ".git/lfs", name)
            self.world.run("rm", "-r", place)
            os.symlink(outside, place)
            result = self.ask(self.commit)
            self.assertEqual(result.status, 1, result.stderr)
            self.assertEqual(os.listdir(outside), [])
            os.unlink(place)

    def test_a_server_that_leads_out_of_tls(self):
        reply = self.server.reply

        def plain(question):
            said = reply(question)
            for one in said["objects"]:
                one["actions"]["download"]["href"] = "http://127.0.0.1:1/x"
            return said

        self.server.reply = plain
        result = self.ask(self.commit)
        self.server.reply = reply
        self.assertEqual(result.message, "in: a.bin: the LFS server leads from https to http, which is not followed")

    def test_headers_that_cannot_be_sent(self):
        reply = self.server.reply

        def broken(question):
            said = reply(question)
            for one in said["objects"]:
                one["actions"]["download"]["header"] = {"X": "a\r\nHost: evil"}
            return said

        self.server.reply = broken
        result = self.ask(self.commit)
        self.server.reply = reply
        self.assertEqual(result.message, "in: %s: a.bin: the LFS server wants a header to be sent that cannot be"
                         % self.server.url)


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

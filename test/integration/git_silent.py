#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that fall silent at each step of an exchange: a stop ends each verb at once, and it can be run again."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest

import tap
from cutter import Cutter
from git_in_world import Got
from git_world import BIN, TIMEOUT_S

STOP_S = 20  # who waits on takes a minute
SIZE = 200000
# where, of all that the server answers: before a word, while keys are exchanged, at the refs, within a pack; who
# has what it wants may leave before the last of it
POINTS = {"check": (0, 0.3, 0.6, 0.75), "in": (0, 0.01, 0.02, 0.5, 0.9), "out": (0, 0.3, 0.6)}


class Silent(Got):
    """The same over HTTP and over SSH."""

    def setUp(self):
        super().setUp()
        self.first = self.world.commit("first")
        self.tip = self.world.commit("large", "large", os.urandom(SIZE))
        self.world.publish()
        self.port = (self.world.server or self.world.door).port

    def request(self, verb, port=None):
        """Of the verb, with the server or what stands before it."""
        source = self.world.source()
        if port:
            source["uri"] = re.sub(r":%d/" % self.port, ":%d/" % port, source["uri"])
            source["known_hosts"] = (source.get("known_hosts") or "").replace(":%d " % self.port, ":%d " % port)
        return {"check": {"source": source, "version": {"ref": self.first}},
                "in": {"source": source, "version": {"ref": self.tip}},
                "out": {"source": source, "params": {"repository": "."}}}[verb]

    def begin(self, verb):
        """The folder that the verb is given."""
        self.another()
        self.world.publish()
        if verb == "out":
            self.world.git("clone", "-q", self.world.work, self.path)
            self.world.git("commit", "-q", "--allow-empty", "-m", self.path, cwd=self.path)
        return self.path

    def start(self, verb, request, folder):
        process = subprocess.Popen([os.path.join(BIN, verb), folder], cwd="/", stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={"HOME": self.world.directory, "TMPDIR": self.world.path("tmp"), "NO_COLOR": "1"})
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def stop(self, process, verb):
        """It ends at once, and says why."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        self.assertLess(time.monotonic() - began, STOP_S)
        self.assertEqual((process.returncode, stdout), (1, b""), stderr)
        self.assertRegex(stderr.decode(), r"(\A|\n)%s: [^\n]*stopped by a signal\n\Z" % verb)

    def again(self, verb, folder):
        """The server answers now, and nothing that was left is in the way."""
        result = self.world.program(verb, self.request(verb), folder)
        self.assertEqual(result.status, 0, result.stderr)

    def answered(self, verb):
        """How many bytes the server answers."""
        cutter = Cutter(self.port, 1 << 30)
        self.addCleanup(cutter.close)
        result = self.world.program(verb, self.request(verb, cutter.port), self.begin(verb))
        self.assertEqual((result.status, cutter.connections), (0, 1), result.stderr)
        return cutter.passed

    def test_a_stop_while_the_server_is_silent(self):
        for verb, points in POINTS.items():
            whole = self.answered(verb)
            for point in points:
                with self.subTest(verb=verb, point=point):
                    cutter = Cutter(self.port, int(whole * point), silent=True)
                    self.addCleanup(cutter.close)
                    folder = self.begin(verb)
                    process = self.start(verb, self.request(verb, cutter.port), folder)
                    self.assertTrue(cutter.silence.wait(TIMEOUT_S))
                    self.stop(process, verb)
                    self.again(verb, folder)

    def test_a_stop_while_a_hook_thinks_about_a_push(self):
        """All was sent, and no report came."""
        here, done = self.world.path("here"), self.world.path("done")
        self.world.hook("pre-receive", "touch %s; until test -e %s; do sleep 0.05; done; exit 1\n" % (here, done))
        os.chmod(self.world.directory, 0o777)  # another user's hook writes there
        folder = self.begin("out")
        process = self.start("out", self.request("out"), folder)
        while not os.path.exists(here) and process.poll() is None:
            time.sleep(0.02)
        self.stop(process, "out")
        with open(done, "w", encoding="ascii"):
            os.remove(os.path.join(self.world.bare, "hooks/pre-receive"))
        self.again("out", folder)
        os.remove(here)
        os.remove(done)


class OverHttp(Silent, unittest.TestCase):
    kind = "v2"

    def test_a_stop_while_an_lfs_server_is_silent(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.world.write(".lfsconfig", "[lfs]\n\turl = http://127.0.0.1:%d/lfs\n" % silent.getsockname()[1])
            self.world.write(".gitattributes", "*.bin filter=lfs\n")
            pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 1\n" % 1
            self.tip = self.world.commit("pointer", "a.bin", pointer)
            self.world.publish()
            process = self.start("in", self.request("in"), self.begin("in"))
            connection, _ = silent.accept()
            with connection:
                self.assertTrue(connection.recv(1).startswith(b"P"))
                self.stop(process, "in")


class OverSsh(Silent, unittest.TestCase):
    kind = "ssh"


if __name__ == "__main__":
    tap.main()

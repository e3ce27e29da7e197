#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image whose watches are cut at every byte, the ends of events among them: it comes out right."""

import json
import os
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
sys.path.insert(0, os.path.join(HERE, "../sandbox"))

# pylint: disable=wrong-import-position
from putserver import ENDED, RUNNING, VERSION, PutServer, Script, bookmark, build, image, pod  # noqa: E402

EVENTS = {
    "images": [("MODIFIED", image(21, 2, 2, 1, "ResolverNotReady"), False), ("BOOKMARK", bookmark(22), False),
               ("MODIFIED", image(23, 2, 2, 2, "BuildRunning"), False)],
    "builds": [("BOOKMARK", bookmark(31), False), ("MODIFIED", build(32, False), False),
               ("MODIFIED", build(33, True), True)],
    "pods": [("ADDED", pod(41, None, None), False), ("MODIFIED", pod(42, RUNNING, None), False),
             ("BOOKMARK", bookmark(43), False), ("MODIFIED", pod(44, ENDED, RUNNING), False),
             ("MODIFIED", pod(45, ENDED, ENDED), True)],
}
LOGS = {"detect": ["one", "two"], "build": ["three", "", "four"]}
SHOWN = "===> DETECT\none\ntwo\n===> BUILD\nthree\n\nfour\n"
AT_ONCE = 4


def write_log(phase, send):
    send("".join("2026-11-23T14:31:53.%09dZ %s\n" % entry for entry in enumerate(LOGS[phase])).encode())


class Cuts(unittest.TestCase):
    def put(self, number):
        """A put for the script of that number; what is wrong with it."""
        done = subprocess.run([os.path.join(BIN, "out"), "/"], input=json.dumps(self.server.request(number)).encode(),
                              capture_output=True, check=False, timeout=60, env={"NO_COLOR": "1"})
        said = done.stderr.decode()
        if done.returncode != 0 or json.loads(done.stdout)["version"] != VERSION or SHOWN not in said or (
                said.count("===>") != 2 or "warning" in said):
            return "%s: status %d, %s\n%s" % (self.scripts[number].cut, done.returncode, done.stdout.decode(), said)
        return None

    def run_all(self, cuts):
        self.scripts = [Script(EVENTS, write_log, cut) for cut in cuts]
        with PutServer(self.scripts) as self.server, ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [words for words in pool.map(self.put, range(len(self.scripts))) if words]
            self.server.shutdown()
        self.assertEqual(wrong[:3], [], "%d of %d" % (len(wrong), len(self.scripts)))
        for script in self.scripts:
            self.assertIn(script.cut[0], script.watched | {None})

    def at_every_byte(self, plural):
        length = Script(EVENTS, write_log).length(plural)
        self.assertGreater(length, 500)
        self.run_all([(plural, at, bool(at % 2)) for at in range(length + 1)])
        self.run_all([(plural, at, not at % 2) for at in range(0, length + 1, 7)])

    def test_uncut(self):
        self.run_all([(None, 0, False)])

    def test_the_watch_of_the_image(self):
        self.at_every_byte("images")

    def test_the_watch_of_the_build(self):
        self.at_every_byte("builds")

    def test_the_watch_of_the_pod(self):
        self.at_every_byte("pods")


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The story of make demo comes true, fails when something in it does not, and cleans up after itself."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "..", "sandbox", "demo")
PROGRAMS = os.environ.get("BIN") or os.path.join(HERE, "..", "..", "build")
STORY_S = 60
LIMIT_S = 500   # whatever else the machine does
REAL = "CLUSTER_SERVER" in os.environ  # a real API server takes seconds to start

EVENTS = [("first deployment", "1", "CONFIG", "yes"),
          ("new welcome message", "2", "COMMIT", "yes"),
          ("stack patched (CVE)", "3", "STACK", "yes"),
          ("commit that fails to build", "4", "COMMIT", "no"),
          ("commits that change nothing", "5", "COMMIT", "no"),
          ("rollback to the first", "6", "COMMIT", "yes"),
          ("rollback taken back", "7", "COMMIT", "yes"),
          ("put: cluster_builder", "8", "STACK", "yes"),
          ("put: trigger", "9", "TRIGGER", "no")]


class Story(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="story-")
        self.addCleanup(shutil.rmtree, self.directory, True)

    def start(self, **environment):
        """Start the demo with a temporary folder of its own."""
        environment = {**os.environ, "BIN": PROGRAMS, "TMPDIR": self.directory, **environment}
        environment.pop("MAKEFLAGS", None)
        os.chmod(self.directory, 0o711)
        return subprocess.Popen([DEMO], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def table(self, text):
        """The rows of the table: event, build, reason, digest, deployed, seconds."""
        lines = text.splitlines()
        rule = next(number for number, line in enumerate(lines) if line.startswith("-----"))
        columns = [match.span() for match in re.finditer("-+", lines[rule])]
        columns[-1] = (columns[-1][0], None)
        rows = lines[rule + 1:lines.index("", rule)]
        return [[row[begin:end].strip() for begin, end in columns] for row in rows]

    def test_it_comes_true(self):
        begun = time.monotonic()
        demo = self.start()
        said, _ = demo.communicate(timeout=LIMIT_S)
        took = time.monotonic() - begun
        self.assertEqual(demo.returncode, 0, said)
        rows = self.table(said)
        self.assertEqual([(row[0], row[1], row[2], row[4]) for row in rows], EVENTS)
        digests = {row[1]: row[3] for row in rows}
        self.assertEqual(len({digests[build] for build in "1236"}), 4)
        self.assertEqual({digests[build] for build in "357"}, {digests["3"]})
        self.assertEqual(digests["8"], digests["9"])
        self.assertNotIn(digests["8"], {digests[build] for build in "1234567"})
        for row in rows:
            self.assertEqual(row[4] == "yes", row[5] != "-", row)
        self.assertNotIn("NOT SO", said)
        self.assertEqual(os.listdir(self.directory), [])
        if not REAL:
            self.assertLess(took, STORY_S)

    def test_a_commit_goes_on_from_where_it_is_kept(self):
        """The commands that KEEP=1 prints work where the machine has a CA file and a proxy of its own."""
        elsewhere = {"GIT_SSL_CAINFO": "/etc/ssl/certs/ca-certificates.crt", "https_proxy": "http://127.0.0.1:1"}
        demo = self.start(KEEP="1")
        self.addCleanup(demo.terminate)
        heard = []
        for line in demo.stdout:
            heard.append(line.rstrip("\n"))
            if "git push" in line and "env -u" in line:
                break
        said = "\n".join(heard)
        commands = heard[heard.index(next(line for line in heard if line.startswith("  cd '"))):]
        done = subprocess.run(["/bin/sh", "-ec", "\n".join(commands)], capture_output=True, text=True,
                              timeout=30, env={**os.environ, **elsewhere}, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        page = re.search(r"^  page +(\S+)", said, re.M)[1]
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for line in demo.stdout:
            if "job continuous-deployment #7 succeeded" in line:
                break
        with direct.open(page, timeout=10) as answer:
            self.assertIn("Hello from here", answer.read().decode())
        demo.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        demo.send_signal(signal.SIGTERM)  # as `timeout` does, and people who press Ctrl-C twice
        demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 0)
        self.assertEqual(os.listdir(self.directory), [])

    def test_it_fails_where_the_programs_do_nothing(self):
        programs = os.path.join(self.directory, "programs")
        os.mkdir(programs)
        for name in ("check", "in"):
            shutil.copy(os.path.join(PROGRAMS, name), programs)
        shutil.copy(os.path.join(PROGRAMS, "check"), os.path.join(programs, "out"))
        demo = self.start(BIN=programs)
        said, _ = demo.communicate(timeout=LIMIT_S)
        self.assertEqual(demo.returncode, 1, said)
        self.assertIn("NOT SO: job update-build-service-image #1 is green", said)
        self.assertIn("this did not happen", said)

    def test_it_ends_on_a_signal_and_leaves_nothing(self):
        demo = self.start()
        heard = []
        for line in demo.stdout:
            heard.append(line)
            if "  put: app-image" in line:
                break
        demo.send_signal(signal.SIGTERM)
        rest, _ = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 130, "".join(heard) + rest)
        self.assertEqual(os.listdir(self.directory), [])
        listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True,
                                 check=True).stdout
        self.assertNotIn(self.directory, listing)


if __name__ == "__main__":
    tap.main()

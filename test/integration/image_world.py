# SPDX-License-Identifier: Apache-2.0
"""What the tests of the image kind share: a cluster, the programs, and what they said."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
sys.path.insert(0, os.path.join(HERE, "../sandbox"))

# pylint: disable=wrong-import-position
from cluster.test_support import (  # noqa: E402,F401
    IMAGES, TAG, V, BuildsCase, ClusterCase, Repository, image)

TIMEOUT_S = 120
AT_ONCE_S = 15  # a wait that was not meant lasts twice as long at least, most of them minutes
KILLED_S = 10  # after which Concourse kills what it has stopped
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Result:
    """What a program answered and said."""

    def __init__(self, done, seconds):
        self.status = done.returncode
        self.stdout = done.stdout.decode()
        self.raw = done.stderr.decode()
        self.stderr = COLOURS.sub("", self.raw)
        self.seconds = seconds

    @property
    def answer(self):
        return json.loads(self.stdout)

    @property
    def error(self):
        """The last line, which is why it failed."""
        return self.stderr.splitlines()[-1]

    def headings(self):
        return re.findall(r"(?m)^===> (\w+)$", self.stderr)


class Programs:
    """Mixed into a test of a cluster: run the programs as the user ci, and see what they asked for. Each test has
    an Image of its own, so that all of a program can have one cluster."""

    share = True

    def source(self, **options):
        return {"image": self.name, "namespace": "demo", "kubeconfig": self.cluster.kubeconfig("ci"),
                **options}

    @staticmethod
    def environment():
        return {"PATH": os.environ["PATH"], "NO_PROXY": "*"}

    def run_program(self, verb, request, *arguments):
        began = time.monotonic()
        done = subprocess.run([os.path.join(BIN, verb), *arguments], input=json.dumps(request).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT_S, check=False,
                              env=self.environment())
        return Result(done, time.monotonic() - began)

    def check(self, version=None, **options):
        request = {"source": self.source(**options)}
        if version is not None:
            request["version"] = version
        return self.run_program("check", request)

    def versions(self, version=None, **options):
        """The answer of a check that must succeed."""
        result = self.check(version, **options)
        self.assertEqual(result.status, 0, result.stderr)
        return result.answer

    def artifacts(self, revision):
        """A step's folder with a revision in src/.git/ref."""
        folder = tempfile.mkdtemp(dir=self.folder)
        os.makedirs(os.path.join(folder, "src/.git"))
        with open(os.path.join(folder, "src/.git/ref"), "w", encoding="utf-8") as file:
            file.write(revision + "\n")
        return folder

    def put_request(self, params, options):
        return {"source": self.source(**options), "params": {"commitish": "src/.git/ref", **params}}

    def put(self, revision, params=None, **options):
        return self.run_program("out", self.put_request(params or {}, options), self.artifacts(revision))

    def start_program(self, verb, request, *arguments):
        """One that runs; see finish()."""
        process = subprocess.Popen([os.path.join(BIN, verb), *arguments], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        process.began = time.monotonic()
        process.heard = b""
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        process.stdin = None
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def start_put(self, revision, params=None, **options):
        return self.start_program("out", self.put_request(params or {}, options), self.artifacts(revision))

    @staticmethod
    def hear(process, words):
        """Until the program has said that."""
        while words.encode() not in process.heard:
            said = b""
            if select.select([process.stderr], [], [], TIMEOUT_S)[0]:
                said = os.read(process.stderr.fileno(), 65536)
            assert said, process.heard.decode()
            process.heard += said

    @staticmethod
    def finish(process, stop=False):
        if stop:
            process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        done = subprocess.CompletedProcess(process.args, process.returncode, stdout, process.heard + stderr)
        return Result(done, time.monotonic() - process.began)

    def asked(self, since):
        """ "verb resource" of the requests of ci after number `since`."""
        return [entry["verb"] + " " + "/".join(p for p in entry["path"].split("/")[6:] if p)
                for entry in self.cluster.requests("ci", since=since)]

    def wait_until_asked(self, what, since, times=1):
        """Until ci has asked for that so often, as in asked()."""
        end = time.monotonic() + TIMEOUT_S
        while self.asked(since).count(what) < times:
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def now(self):
        """The number of the latest request."""
        entries = self.cluster.requests("ci")
        return entries[-1]["number"] if entries else 0

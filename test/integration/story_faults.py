#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The sandbox's story with faults: whatever breaks on the way, the commit arrives, and arrives once."""

import io
import os
import sys
import threading
import time
import unittest

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))
PROGRAMS = os.environ.get("BIN") or os.path.join(HERE, "..", "..", "build")

from atc import Console
from story.events import DEPLOY, FIRST, PHASES, UPDATE, Story
from story.stage import Stage

WAIT_S = 120


class Faults(unittest.TestCase):
    def setUp(self):
        """A stage on which the first commit is deployed and everything is at rest."""
        self.told = io.StringIO()
        self.stage = Stage(PROGRAMS, Console(self.told, colour=False))
        self.addCleanup(self.stage.close)
        self.player, self.cluster = self.stage.player, self.stage.cluster
        Story(self.stage).first_deployment()

    def push(self, welcome):
        """The developer changes the welcome message."""
        developer = self.stage.developer
        path = os.path.join(developer.folder, "src", "messages.properties")
        with open(path, "w", encoding="utf-8") as file:
            file.write("welcome=%s\n" % welcome)
        developer.git("commit", "--quiet", "--all", "--message", welcome)
        developer.push()

    def next(self, job, status="succeeded"):
        """The next build of the job, which ended so."""
        build = self.stage.next_build(job)
        self.assertEqual(build.status, status, self.told.getvalue()[-6000:])
        return build

    def assert_deployed(self, welcome):
        """The page shows it, and nothing else has run or is about to."""
        self.assertTrue(self.stage.no_more_builds(), self.told.getvalue()[-6000:])
        self.assertIn("<h1>%s</h1>" % welcome, self.stage.page())

    def assert_struck(self):
        """Every fault that was switched on has met a request."""
        for rule in self.cluster.client.call("GET", "/sandbox/faults"):
            self.assertGreater(rule["struck"], 0, rule)

    def running_put(self):
        """The build whose put has begun to follow a Build of the cluster."""
        def following():
            builds = self.player.builds.of(UPDATE)
            return builds[-1] if not builds[-1].done.is_set() and \
                builds[-1].text("put: app-image") else None

        build = self.player.wait_until(following, WAIT_S)
        self.assertTrue(build, "no put has begun")
        return build

    def test_watches_and_logs_that_are_cut(self):
        self.cluster.faults(
            {"user": "ci", "resource": "pods", "subresource": "log", "cut_bytes": 30, "times": 4},
            {"user": "ci", "verb": "watch", "gone": 1, "times": 2},
            {"user": "ci", "verb": "watch", "cut_events": 1, "half": True, "times": 2})
        over = threading.Event()

        def cut():
            while not over.wait(0.4):
                self.cluster.hangup()

        cutter = threading.Thread(target=cut)
        cutter.start()
        try:
            self.push("cut")
            put = self.next(UPDATE).text("put: app-image")
        finally:
            over.set()
            cutter.join()
        self.next(DEPLOY)
        self.assertEqual(put.count("writing index.html: cut"), 1, put)
        for phase in PHASES:
            self.assertIn(phase.upper(), put.upper())
        self.assert_deployed("cut")
        self.assert_struck()

    def test_an_api_server_that_is_busy(self):
        self.cluster.faults(
            {"user": "ci", "status": 429, "retry_after": 1, "times": 2},
            {"user": "ci", "status": 503, "times": 2}, {"user": "ci", "drop": True, "times": 2})
        self.push("busy")
        self.next(UPDATE)
        self.next(DEPLOY)
        self.assert_deployed("busy")
        self.assert_struck()

    def test_a_controller_that_restarts(self):
        self.push("restarted")
        self.running_put()
        self.cluster.stop_controller()
        time.sleep(1)
        self.cluster.start_controller()
        self.next(UPDATE)
        self.next(DEPLOY)
        self.assert_deployed("restarted")

    def test_a_put_that_is_aborted(self):
        self.push("aborted")
        build = self.running_put()
        build.stop.set()
        begun = time.monotonic()
        self.next(UPDATE, "aborted")
        self.assertLess(time.monotonic() - begun, 8)    # after ten seconds it would be killed
        # The cluster builds on, and check finds what it made.
        self.next(DEPLOY)
        self.assert_deployed("aborted")
        again = self.player.trigger(UPDATE)
        self.assertTrue(again.done.wait(WAIT_S))
        self.next(UPDATE)
        self.assert_deployed("aborted")

    def test_a_git_server_that_is_away(self):
        self.stage.git_server.stop()
        self.assertTrue(self.player.wait_until(lambda: self.player.failing, WAIT_S))
        self.assertRegex(self.player.failing["source-code"], "127.0.0.1")
        self.stage.git_server.start_again()
        self.push("back")
        self.next(UPDATE)
        self.next(DEPLOY)
        self.assert_deployed("back")

    def test_a_second_commit_while_the_first_one_is_built(self):
        self.push("second")
        self.running_put()
        self.push("third")
        first, second = self.next(UPDATE), self.next(UPDATE)
        self.assertEqual(second.inputs["source-code"].fields["ref"], self.stage.developer.head())
        self.assertNotEqual(first.inputs["source-code"], second.inputs["source-code"])
        self.next(DEPLOY)
        if "<h1>third</h1>" not in self.stage.page():
            self.next(DEPLOY)
        self.assert_deployed("third")

    def test_a_put_without_a_change_builds_nothing(self):
        before = self.stage.newest_build()["metadata"]["name"]
        again = self.player.trigger(UPDATE)
        self.assertTrue(again.done.wait(WAIT_S))
        self.next(UPDATE)
        self.assertEqual(self.stage.newest_build()["metadata"]["name"], before)
        self.assert_deployed(FIRST)


if __name__ == "__main__":
    tap.main()

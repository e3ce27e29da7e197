#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image in a cluster that is in trouble: every put comes out right, or says why it cannot."""

import re

import tap
from image_put import PHASES, Case
from image_world import AT_ONCE_S


class Trouble(Case):
    def test_writers_race_and_the_patch_is_tried_again(self):
        self.start()
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "method": "PATCH", "status": 409, "times": 2},
                            {"user": "ci", "method": "PATCH", "status": 500, "times": 2})
        self.made(self.put(commit), 2)

    def test_writers_that_never_stop_racing_are_an_end(self):
        self.start()
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "method": "PATCH", "status": 409, "times": 0,
                             "message": "the object has been modified"})
        self.failed(self.put(commit), r"the object has been modified \(409\)$")

    def test_a_webhook_s_words_are_shown(self):
        self.start()
        words = 'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: no'
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "method": "PATCH", "status": 400, "message": words})
        self.failed(self.put(commit), re.escape(words))

    def test_a_webhook_that_is_away_says_so_in_the_end(self):
        self.start()
        commit = self.commit("Welcome")
        words = 'failed calling webhook "defaults.webhook.kpack.io": connect: connection refused'
        self.cluster.faults({"user": "ci", "method": "PATCH", "status": 500, "times": 0, "message": words})
        since = self.now()
        self.failed(self.put(commit), re.escape(words) + r" \(500\)$")
        self.assertEqual(self.asked(since).count("patch images/" + self.name), 1 + 5)
        self.assertEqual(self.image()["spec"]["source"]["git"]["revision"], self.repository.first)

    def test_the_pod_is_made_again(self):
        self.start()
        process, open_gate = self.start_held(self.commit("Welcome"))
        self.admin.delete("v1", "pods", "demo", self.name + "-build-2-build-pod")
        self.hear(process, "was made again: its phases begin anew")
        open_gate()
        result = self.finish(process)
        self.made(result, 2)
        self.assertEqual(result.headings()[-7:], PHASES)

    def test_a_change_that_is_there_does_not_wait_for_its_pod_that_is_gone(self):
        self.start()
        self.admin.delete("v1", "pods", "demo", self.name + "-build-1-build-pod")
        result = self.put(self.repository.first)
        self.made(result, 1)
        self.assertLess(result.seconds, AT_ONCE_S)

    def test_four_puts_at_once_are_all_right(self):
        self.start()
        commits = [self.commit("Welcome %d" % number) for number in range(4)]
        results = [self.finish(process) for process in [self.start_put(commit) for commit in commits]]
        for result in results:
            if result.status != 0:
                self.assertRegex(result.error, "^out: revision '.*' was superseded by '.*' before it was built$")
        self.assertIn(0, [result.status for result in results])

    def test_the_build_is_deleted(self):
        self.start()
        process, _ = self.start_held(self.commit("Welcome"))
        self.admin.delete("kpack.io/v1alpha2", "builds", "demo", self.name + "-build-2")
        self.failed(self.finish(process), "^out: build '%s-build-2': was deleted meanwhile$" % self.name)

    def test_the_image_is_deleted(self):
        self.start()
        self.cluster.stop_controller()
        self.addCleanup(self.cluster.start_controller)
        since = self.now()
        process = self.start_put(self.commit("Welcome"))
        self.wait_until_asked("watch images", since)
        self.admin.delete("kpack.io/v1alpha2", "images", "demo", self.name)
        self.failed(self.finish(process), "^out: image '%s': was deleted meanwhile$" % self.name)

    def test_the_controller_restarts(self):
        self.start()
        process, open_gate = self.start_held(self.commit("Welcome"))
        self.cluster.stop_controller()
        open_gate()
        self.hear(process, "===> COMPLETION")   # of which the Build does not know
        self.cluster.start_controller()
        result = self.finish(process)
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)

    def test_a_controller_that_is_away_is_waited_for(self):
        self.start()
        self.cluster.stop_controller()
        since = self.now()
        process = self.start_put(self.commit("Welcome"))
        self.wait_until_asked("watch images", since)
        self.cluster.start_controller()
        self.made(self.finish(process), 2)

    def test_a_server_that_is_away_for_longer_than_a_request_is_tried(self):
        """It says not to come again for longer than is waited for, so that the test need not wait either."""
        away = {"user": "ci", "status": 503, "retry_after": 100, "message": "etcd is away"}
        for what, faults in (
                ("whether the build is ours", [{"verb": "list", "resource": "builds", "times": 2}]),
                ("the build that is followed", [{"verb": "get", "resource": "builds", "times": 3}]),
                ("what may not be watched", [{"verb": "watch", "status": 403, "times": 0},
                                             {"verb": "get", "resource": "images", "skip": 1, "times": 3},
                                             {"verb": "get", "resource": "builds", "skip": 1, "times": 3},
                                             {"verb": "list", "resource": "pods", "times": 3}])):
            with self.subTest(what):
                self.name += "-too"
                self.start(step="0.2", lose_build_status="1")
                commit = self.commit("Welcome " + self.name)
                self.cluster.faults(*[{**away, **fault} for fault in faults])
                result = self.put(commit)
                self.made(result, 2)
                self.assertEqual(result.headings(), PHASES)
                self.assertNotIn(0, [fault["struck"] for fault in self.admin.call("GET", "/sandbox/faults")])

    def test_no_right_to_see_pods_is_no_failure(self):
        self.start()
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "resource": "pods", "status": 403, "times": 0, "message": "pods is forbidden"})
        result = self.put(commit)
        self.made(result, 2)
        self.assertEqual(result.headings(), [])
        self.assertEqual(result.stderr.count("warning: the phases are not shown: "), 1)

    def test_pods_that_cannot_be_read_are_no_failure(self):
        self.start()
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "resource": "pods", "status": 503, "retry_after": 100, "times": 0})
        result = self.put(commit)
        self.made(result, 2)
        self.assertEqual(result.stderr.count("warning: the phases are not shown: pods of the build: "), 1)

    def test_no_right_to_see_pods_and_a_failed_build(self):
        self.start()
        commit = self.commit("Welcome", **{"build.sh": "#!/bin/sh\nexit 1\n"})
        self.cluster.faults({"user": "ci", "resource": "pods", "status": 403, "times": 0, "message": "pods is forbidden"})
        self.failed(self.put(commit), "failed in phase 'build' with exit code 51")


del Case  # of image_put: only what is here


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check of an Image with source.watch: it waits for news, and answers at once when there is some."""

import json
import time

import tap
from image_world import V, ClusterCase, Programs
from cluster.seed import Seed


class Watch(Programs, ClusterCase):
    count = 0

    def setUp(self):
        Watch.count += 1
        self.name = "app%d" % Watch.count
        self.addCleanup(self.cluster.faults)

    def seed(self, count, **options):
        self.options = options
        self.seeded = Seed(count, image=self.name, **options)
        self.cluster.seed(count, image=self.name, **options)

    def grow(self, **options):
        """One more build, as kpack notes it."""
        seeded = Seed(self.seeded.count + 1, image=self.name, **{**self.options, **options})
        build = seeded.build(seeded.count)
        build["metadata"]["ownerReferences"][0]["uid"] = self.cluster.get("images", self.name)["metadata"]["uid"]
        self.cluster.client.call("POST", "/sandbox/load", [build])
        self.seeded = seeded
        self.admin.patch(V, "images", "demo", self.name, {"status": seeded.image_object()["status"]},
                         subresource="status")

    def version(self, number):
        return {"build": str(number), "image": self.seeded.latest_image(number)}

    def start(self, version=None, watch="60s", **options):
        """A check that waits."""
        request = {"source": self.source(watch=watch, **options), "version": version}
        since = self.now()
        process = self.start_program("check", request)
        self.wait_until_asked("watch images", since)
        return process

    @staticmethod
    def finish(process, stop=False):
        """What it answers, which is not because the time of a whole wait is over."""
        process.began = time.monotonic()
        result = Programs.finish(process, stop)
        assert result.seconds < 30, result.seconds
        return result

    def test_a_build_that_comes_is_answered_at_once(self):
        self.seed(2)
        process = self.start(self.version(2))
        self.grow()
        result = self.finish(process)
        self.assertEqual((result.status, result.answer), (0, [self.version(2), self.version(3)]), result.stderr)

    def test_a_first_build_is_answered_at_once(self):
        self.seed(0)
        process = self.start()
        self.grow()
        self.assertEqual(self.finish(process).answer, [self.version(1)])

    def test_news_that_is_there_is_not_waited_for(self):
        self.seed(3)
        result = self.check(self.version(2), watch=60)
        self.assertEqual(result.answer, [self.version(2), self.version(3)])
        self.assertLess(result.seconds, 30)

    def test_the_time_is_over(self):
        self.seed(2)
        since = self.now()
        result = self.check(self.version(2), watch="1500ms")
        self.assertEqual((result.status, result.answer, result.stderr), (0, [self.version(2)], ""))
        self.assertGreaterEqual(result.seconds, 1.5)
        self.assertLess(result.seconds, 30)
        self.assertEqual(self.asked(since), ["get images/" + self.name, "watch images"])

    def test_builds_that_are_not_worth_it_do_not_end_the_wait(self):
        self.seed(2)
        process = self.start(self.version(2))
        self.grow(states={3: "running"})
        self.grow(states={3: "failed", 4: "failed"})
        self.grow(states={3: "failed", 4: "failed"}, digests={5: 2})
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        self.options = {"states": {3: "failed", 4: "failed"}, "digests": {5: 2}}
        self.grow()
        result = self.finish(process)
        self.assertEqual(result.answer, [self.version(2), self.version(6)], result.stderr)

    def test_sigterm_is_a_clean_answer(self):
        self.seed(2)
        process = self.start(self.version(2))
        result = self.finish(process, stop=True)
        self.assertEqual((result.status, result.answer, result.stderr), (0, [self.version(2)], ""))

    def test_sigterm_before_the_first_build(self):
        self.seed(0)
        process = self.start()
        result = self.finish(process, stop=True)
        self.assertEqual((result.status, result.answer), (0, []), result.stderr)

    def test_sigterm_while_it_looks_at_what_has_come(self):
        """Which the next check does."""
        self.seed(2)
        self.cluster.faults({"resource": "builds", "verb": "list", "user": "ci", "delay": 60})
        process = self.start(self.version(2))
        since = self.now()
        self.grow()
        self.wait_until_asked("list builds", since)
        result = self.finish(process, stop=True)
        self.assertEqual((result.status, result.answer, result.stderr), (0, [self.version(2)], ""))
        self.assertEqual(self.versions(self.version(2)), [self.version(2), self.version(3)])

    def test_sigterm_where_it_may_not_watch(self):
        self.seed(2)
        self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "status": 403, "times": 0},
                            {"resource": "images", "verb": "get", "user": "ci", "delay": 60, "skip": 1})
        since = self.now()
        process = self.start(self.version(2))
        self.wait_until_asked("get images/" + self.name, since, times=2)
        result = self.finish(process, stop=True)
        self.assertEqual((result.status, result.answer, result.stderr), (0, [self.version(2)], ""))

    def test_a_watch_that_is_cut_goes_on(self):
        self.seed(2)
        process = self.start(self.version(2))
        self.cluster.hangup("images")
        self.grow()
        self.assertEqual(self.finish(process).answer, [self.version(2), self.version(3)])

    def test_a_state_too_old_to_watch_from_is_read_again(self):
        self.seed(2)
        self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "status": 410})
        process = self.start(self.version(2))
        self.grow()
        self.assertEqual(self.finish(process).answer, [self.version(2), self.version(3)])

    def test_a_server_that_always_ends_its_watches_is_not_asked_without_a_pause(self):
        faults = {"too old by status": {"status": 410}, "too old inside": {"gone": 0}}
        self.seed(2)
        for name, fault in faults.items():
            self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "times": 0, **fault})
            since = self.now()
            process = self.start(self.version(2), watch="3s")
            self.assertEqual(self.finish(process).answer, [self.version(2)], name)
            self.assertIn(self.asked(since).count("watch images"), range(2, 12), name)

    def test_a_server_that_sends_nothing_but_errors_is_told_of(self):
        self.seed(2)
        error = {"type": "ERROR", "object": {"kind": "Status", "code": 500, "message": "etcd is away"}}
        self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "times": 0, "cut_events": 0,
                             "garbage": json.dumps(error) + "\n"})
        since = self.now()
        process = self.start(self.version(2), watch="8s")
        result = self.finish(process)
        self.assertEqual(result.answer, [self.version(2)])
        self.assertEqual(result.stderr, "warning: watch of images: etcd is away (500); trying again\n")
        self.assertIn(self.asked(since).count("watch images"), range(4, 9))

    def test_a_watch_that_fails_now_and_then_is_not_told_of(self):
        self.seed(2)
        self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "times": 3, "cut_events": 0})
        result = self.finish(self.start(self.version(2), watch="3s"))
        self.assertEqual((result.answer, result.stderr), ([self.version(2)], ""))

    def test_without_the_right_to_watch_it_reads(self):
        self.seed(2)
        self.cluster.faults({"resource": "images", "verb": "watch", "user": "ci", "status": 403, "times": 9})
        process = self.start(self.version(2))
        self.grow()
        self.assertEqual(self.finish(process).answer, [self.version(2), self.version(3)])

    def test_an_image_that_is_deleted_meanwhile(self):
        self.seed(2)
        process = self.start(self.version(2))
        self.admin.delete(V, "images", "demo", self.name)
        result = self.finish(process)
        self.assertEqual((result.status, result.stdout, result.stderr),
                         (1, "", "check: image '%s' in namespace 'demo' was deleted\n" % self.name))


if __name__ == "__main__":
    tap.main()

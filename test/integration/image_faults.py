#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image over connections that break: the log is whole, nothing comes twice, the version is right."""

import re
import threading

import tap
from image_put import PHASES, Case


#: said at any time, so between the lines of a log as well
WATCH_BROKE = re.compile(r"(?m)^warning: watch of \w+: .*; trying again\n")


class Cuts(Case):
    def whole(self, result, number=2, phases=None):
        self.made(result, number)
        self.assertEqual(result.headings(), phases or PHASES)
        said = WATCH_BROKE.sub("", result.stderr)
        for phase in phases or PHASES:
            shown = re.findall(r"(?m)^===> %s\n((?:(?!===>|image |warning: ).*\n)*)" % phase, said)
            self.assertEqual(shown, [self.log(number, phase.lower())], phase)

    def put_with(self, *faults):
        """A put of a new commit under these faults."""
        commit = self.commit("Welcome to " + self.name)
        self.cluster.faults(*[{"user": "ci", "times": 0, **fault} for fault in faults])
        result = self.put(commit)
        self.cluster.faults()
        return result

    def test_every_watch_breaks_after_each_event(self):
        self.start(lines="5", step="0.1")
        self.whole(self.put_with({"verb": "watch", "cut_events": 1}))

    def test_every_watch_breaks_in_the_middle_of_its_second_event(self):
        self.start(lines="5", step="0.1")
        self.whole(self.put_with({"verb": "watch", "cut_events": 1, "half": True}))

    def test_a_watch_breaks_once_at_each_of_its_events(self):
        self.start()
        number = 1
        for plural in ("images", "builds", "pods"):
            for events in (0, 1, 3):
                number += 1
                commit = self.commit("Welcome %d" % number)
                self.cluster.faults({"user": "ci", "verb": "watch", "resource": plural, "cut_events": events,
                                     "half": True})
                self.whole(self.put(commit), number)

    def test_a_watch_breaks_in_the_middle_of_bytes(self):
        self.start()
        for number, count in enumerate((1, 100, 3000), 2):
            commit = self.commit("Welcome %d" % number)
            self.cluster.faults({"user": "ci", "verb": "watch", "cut_bytes": count, "times": 6})
            self.whole(self.put(commit), number)

    def test_watches_that_end_in_good_order(self):
        self.start()
        self.whole(self.put_with({"verb": "watch", "end": 1}))

    def test_garbage_in_a_watch(self):
        self.start()
        self.whole(self.put_with({"verb": "watch", "cut_events": 1, "garbage": "<html>\n", "times": 9}))

    def test_a_watch_that_is_too_old_is_told_so_inside(self):
        self.start()
        self.whole(self.put_with({"verb": "watch", "gone": 1}))

    def test_a_watch_that_is_too_old_is_told_so_by_its_status(self):
        self.start()
        self.whole(self.put_with({"verb": "watch", "status": 410, "times": 3}))

    def test_no_right_to_watch_is_done_by_reading(self):
        self.start()
        result = self.put_with({"verb": "watch", "status": 403, "message": "no watch for you"})
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)

    def test_a_server_that_is_busy_at_first(self):
        self.start()
        self.whole(self.put_with({"verb": "watch", "status": 429, "times": 3}, {"verb": "watch", "drop": True, "times": 2}))

    def test_a_watch_that_breaks_again_and_again_is_said_among_the_lines(self):
        self.start(lines="5")
        process, open_gate = self.start_held(self.commit("Welcome"), "restore")
        self.cluster.faults({"user": "ci", "verb": "watch", "resource": "builds", "drop": True, "times": 5})
        self.cluster.hangup("builds")
        self.hear(process, "; trying again")
        open_gate()
        result = self.finish(process)
        self.whole(result)
        self.assertEqual(len(WATCH_BROKE.findall(result.stderr)), 1, result.stderr)

    def test_history_is_compacted_and_streams_hang_up(self):
        self.start(step="0.2", lines="20")
        process = self.start_put(self.commit("Welcome"))
        end = threading.Event()

        def disturb():
            while not end.wait(0.15):
                self.cluster.compact()
                self.cluster.hangup()
        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            result = self.finish(process)
        finally:
            end.set()
            thread.join()
        self.whole(result)

    def test_logs_break_after_some_lines(self):
        self.start(lines="12", step="0.2")
        self.whole(self.put_with(*[{"subresource": "log", "query": "container=" + phase.lower(), "cut_events": count,
                                    "half": True, "times": 1} for phase in PHASES for count in (0, 2, 5, 9)]))

    def test_logs_break_in_the_middle_of_bytes(self):
        self.start(lines="12", step="0.2")
        self.whole(self.put_with(*[{"subresource": "log", "query": "container=" + phase.lower(), "cut_bytes": count,
                                    "times": 1} for phase in PHASES for count in (1, 31, 333)]))

    def test_logs_that_always_break_do_not_stop_the_put(self):
        self.start(lines="12", step="0.1")
        result = self.put_with({"subresource": "log", "query": "container=build", "cut_events": 3})
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(result.stderr.count("warning: the log of phase 'build' is not complete"), 1)

    def test_a_proxy_ends_a_silent_log_in_good_order(self):
        self.start(lines="12")
        for number, phase in enumerate(("analyze", "build"), 2):
            self.cluster.faults({"user": "ci", "subresource": "log", "end": 4,
                                 "query": "container=%s&follow=true&timestamps=true$" % phase})
            process, open_gate = self.start_held(self.commit("Welcome %d" % number), phase)
            self.hear(process, phase + ": line 12 of 12\n")
            open_gate()
            self.whole(self.finish(process), number)

    def test_a_log_that_hangs_is_asked_for_again(self):
        self.start(lines="12")
        self.whole(self.put_with({"subresource": "log", "query": "container=build", "delay": 12, "times": 1}))

    def test_a_node_that_does_not_answer_for_a_moment(self):
        self.start(step="0.3")
        self.whole(self.put_with({"subresource": "log", "status": 500, "message": "dial tcp: refused", "times": 2}))

    def test_a_container_that_is_said_to_wait_though_it_runs(self):
        self.start(step="0.3", lines="5")
        self.whole(self.put_with({"subresource": "log", "status": 400, "times": 5, "message":
                                  'container "build" in pod "p" is waiting to start: PodInitializing'}))

    def test_a_server_that_is_busy_says_when_to_come_again(self):
        self.start()
        for fault in ({"verb": "watch", "resource": "builds"}, {"subresource": "log"}):
            since = self.now()
            self.cluster.faults({"user": "ci", "status": 429, "retry_after": 2, **fault})
            process, open_gate = self.start_held(self.commit("Welcome %d" % since))
            open_gate()
            self.assertEqual(self.finish(process).status, 0)
            asked = [entry for entry in self.cluster.requests("ci", since=since) if entry["verb"] == fault.get("verb", "get")
                     and ("/" + fault.get("resource", "log")) in entry["path"]]
            self.assertEqual(asked[0]["status"], 429, fault)
            self.assertGreaterEqual(asked[1]["time"] - asked[0]["time"], 1.95, [(e["path"], e["status"], e["time"]) for e in asked])

    def test_logs_that_are_not_for_us_do_not_stop_the_put(self):
        self.start()
        result = self.put_with({"subresource": "log", "status": 403, "message": "pods/log is forbidden"})
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(result.stderr.count("warning: the logs are not shown: "), 1)

    def test_logs_that_are_lost_do_not_stop_the_put(self):
        self.start()
        result = self.put_with({"subresource": "log", "query": "container=build", "status": 404})
        self.made(result, 2)
        self.assertIn("warning: the log of phase 'build' is not complete", result.stderr)


del Case  # of image_put: only what is here


if __name__ == "__main__":
    tap.main()

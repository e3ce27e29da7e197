#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image by a script: what a controller does only now and then, and in an order of the test's."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
sys.path.insert(0, os.path.join(HERE, "../sandbox"))

# pylint: disable=wrong-import-position
from putserver import ENDED, RUNNING, VERSION, PutServer, Script, build, image, pod  # noqa: E402

BUILDING = ("MODIFIED", image(29, 2, 2, 2, "BuildRunning"), False)
BUILT = ("MODIFIED", build(33, True), False)
WAITING = {"waiting": {"reason": "ContainerCreating"}}


def write_log(_, send):
    send(b"2026-11-23T14:31:53.5Z written\n")


class Case(unittest.TestCase):
    def put(self, params=None, **script):
        """Plays the script; the put's status, its answer and what it said."""
        events = {"images": [BUILDING], "builds": [], "pods": [], **script.pop("events", {})}
        script = {"write_log": write_log, **script}
        self.script = Script(events, **script)
        with PutServer([self.script]) as server:
            request = server.request(0)
            request["params"].update(params or {})
            began = time.monotonic()
            self.process = subprocess.Popen([os.path.join(BIN, "out"), "/"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"NO_COLOR": "1"})
            try:
                stdout, stderr = self.process.communicate(json.dumps(request).encode(), timeout=180)
            finally:
                self.process.kill()
            self.seconds = time.monotonic() - began
            server.shutdown()
        self.said = stderr.decode()
        return self.process.returncode, json.loads(stdout or "null"), self.said.splitlines()[-1]

    def made(self, result):
        self.assertEqual(result[0], 0, self.said)
        self.assertEqual(result[1]["version"], VERSION)

    def gives_up(self, error, events, said="", timeouts=(2, 10, 60), **script):
        """A put that ends so, having said that, with the first of some times that lets it see what happens."""
        for timeout in timeouts:
            result = self.put({"timeout": timeout}, events=events, **script)
            if result[2] == "out: " + error and said in self.said:
                break
        self.failed(result, error)
        self.assertIn(said, self.said)

    def failed(self, result, error):
        self.assertEqual(result, (1, None, "out: " + error), self.said)


class States(Case):
    """What the Image may say on the way to the build."""

    def test_a_field_that_is_dropped_without_a_word(self):
        self.failed(self.put(patched=image(20, 1, 1, 1, "UpToDate")),
                    "image 'app': the API server did not take spec.source.git.revision")

    def test_a_builder_that_is_not_ready_for_a_moment(self):
        unready = image(21, 2, 2, 1, "BuilderNotReady", "False", "builder 'default' is not ready")
        self.made(self.put(events={"images": [("MODIFIED", unready, False), BUILDING], "builds": [BUILT]}))

    def test_a_builder_that_stays_so(self):
        unready = image(21, 2, 2, 1, "BuilderNotReady", "False", "builder 'default' is not ready")
        self.gives_up("timeout: no build of revision '%040x' has begun, the image says: builder 'default' is not ready" % 2,
                      {"images": [("MODIFIED", unready, False)]})
        self.assertIn("waiting: BuilderNotReady: builder 'default' is not ready\n", self.said)

    def test_one_that_is_ready_and_has_no_image(self):
        ready = image(21, 2, 2, 1, "UpToDate", "True", "nothing to do")
        del ready["status"]["latestImage"]
        self.failed(self.put(events={"images": [("MODIFIED", ready, False)]}),
                    "image 'app' is ready and has no image: nothing to do")

    def test_a_change_that_is_never_looked_at(self):
        result = self.put({"stall_timeout": 1}, events={"images": []})
        self.assertRegex(result[2], "^out: stall_timeout: no build of revision")
        self.assertLess(self.seconds, 20)

    def test_one_that_is_deleted(self):
        gone = ("DELETED", image(21, 2, 2, 1, "UpToDate"), False)
        self.failed(self.put(events={"images": [gone]}), "image 'app': was deleted meanwhile")


class WithoutPod(Case):
    """A build of which no pod is ever seen does not hang."""

    def test_one_that_fails_before_its_pod_is_made(self):
        failed = build(33, True, "False", "Error: secret 'x' is missing")
        self.failed(self.put(events={"builds": [("MODIFIED", failed, False)]}),
                    "build 'app-build-2' failed: Error: secret 'x' is missing")
        self.assertLess(self.seconds, 20)

    def test_one_whose_pod_is_gone_already(self):
        self.made(self.put(events={"builds": [BUILT]}))
        self.assertLess(self.seconds, 20)

    def test_one_that_is_pruned_as_soon_as_it_is_over(self):
        self.made(self.put(events={"builds": [BUILT, ("DELETED", build(34, True), False)]}))
        self.assertLess(self.seconds, 20)

    def test_one_that_fails_without_a_word(self):
        self.failed(self.put(events={"builds": [("MODIFIED", build(33, True, "False"), False)]}),
                    "build 'app-build-2' failed")

    def test_what_the_build_says_itself_is_shown(self):
        waits = build(32, False, message="Container prepare waiting")
        self.gives_up("timeout: build 'app-build-2' is not over yet", {"builds": [("MODIFIED", waits, False)]},
                      "waiting: Container prepare waiting\n")


class Pods(Case):
    def test_sidecars_are_passed_over_and_do_not_hold_the_put(self):
        sided = pod(41, ENDED, ENDED)
        sided["spec"]["initContainers"] = [{"name": "pre-start"}]
        sided["spec"]["containers"].insert(1, {"name": "istio-proxy"})
        sided["status"]["phase"] = "Running"
        sided["status"]["containerStatuses"].append({"name": "istio-proxy", "state": RUNNING})
        self.made(self.put(events={"pods": [("ADDED", sided, False)], "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertIn("===> DETECT\nwritten\n===> BUILD\nwritten\n", self.said)
        self.assertNotIn("ISTIO", self.said)

    def test_steps_that_all_run_at_once_are_shown_one_after_the_other(self):
        self.made(self.put(events={"pods": [("ADDED", pod(41, RUNNING, RUNNING), False), ("MODIFIED", pod(42, ENDED, ENDED), True)],
                                   "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertIn("===> DETECT\nwritten\n===> BUILD\nwritten\nimage ", self.said)

    def test_the_order_is_that_of_the_pod(self):
        """Which old builders have otherwise."""
        names = ["prepare", "detect", "analyze", "restore", "build", "export", "completion"]
        old = pod(41, ENDED)
        old["spec"] = {"initContainers": [{"name": name} for name in names[:-1]], "containers": [{"name": names[-1]}]}
        old["status"] = {"phase": "Succeeded", "containerStatuses": [{"name": names[-1], "state": ENDED}],
                         "initContainerStatuses": [{"name": name, "state": ENDED} for name in sorted(names[:-1])]}
        self.made(self.put(events={"pods": [("ADDED", old, False)], "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertIn("".join("===> %s\nwritten\n" % name.upper() for name in names), self.said)

    def test_one_that_a_sidecar_lets_fail_though_the_build_is_well(self):
        late = pod(41, ENDED, ENDED)
        late["status"].update(phase="Failed", reason="DeadlineExceeded", message="Pod was active on the node too long")
        self.made(self.put(events={"pods": [("ADDED", late, False)], "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertNotIn("DeadlineExceeded", self.said)

    def test_events_that_are_not_for_us_do_not_stop_the_put(self):
        self.gives_up("timeout: build 'app-build-2' is not over yet", {"pods": [("ADDED", pod(41, WAITING, WAITING), False)]},
                      timeouts=(12, 60), listed={"events": 403})
        self.assertNotIn("events", self.said)

    def test_events_say_why_nothing_starts(self):
        def event(name, kind, reason, message, **times):
            return {"metadata": {"name": name, "creationTimestamp": "2026-11-23T14:31:50Z"}, "type": kind, "reason": reason,
                    "message": message, **{"lastTimestamp": None, "eventTime": None, **times}}

        # a kubelet's, and a scheduler's
        events = [event("a", "Warning", "FailedScheduling", "no node", eventTime="2026-11-23T14:31:51.123456Z"),
                  event("b", "Warning", "FailedMount", "no such secret", lastTimestamp="2026-11-23T14:31:53Z"),
                  event("c", "Warning", "FailedScheduling", "no node yet", eventTime="2026-11-23T14:31:51.5Z",
                        series={"count": 9, "lastObservedTime": "2026-11-23T14:31:54.500000Z"}),
                  event("d", "Normal", "Scheduled", "somewhere", eventTime="2026-11-23T14:31:55.5Z")]
        self.gives_up("timeout: build 'app-build-2' is not over yet, its pod waited: FailedScheduling: no node yet",
                      {"pods": [("ADDED", pod(41, WAITING, WAITING), False)]}, timeouts=(20, 60), listed={"events": events})
        self.assertEqual(self.said.count("warning: pod 'app-pod' waits: FailedScheduling: no node yet\n"), 1)

    def test_a_pod_of_the_same_name_is_another_one(self):
        again = pod(42, ENDED, ENDED)
        again["metadata"]["uid"] = "another"
        self.made(self.put(events={"pods": [("ADDED", pod(41, ENDED, None), False), ("MODIFIED", again, True)],
                                   "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertIn("warning: pod 'app-pod' was made again: its phases begin anew\n===> DETECT\nwritten\n"
                      "===> BUILD\nwritten\n", self.said)

    def test_a_log_that_something_ended_just_before_its_container_did(self):
        lines = ["2026-11-23T14:31:53.5Z one\n", "2026-11-23T14:31:54.5Z two\n"]
        asked = []

        def go_on():
            self.script.told["pods"].wait()
            self.process.send_signal(signal.SIGCONT)

        def write(phase, send):
            """At first one line, and its end in good order; the put sees that together with the pod's own end."""
            asked.append(phase)
            if len(asked) == 1:
                send(lines[0].encode())
                self.process.send_signal(signal.SIGSTOP)
                threading.Thread(target=go_on).start()
            else:
                send("".join(lines).encode())

        self.made(self.put(events={"pods": [("ADDED", pod(41, RUNNING), False), ("MODIFIED", pod(42, ENDED), True)],
                                   "builds": [("MODIFIED", build(33, True), True)]}, write_log=write))
        self.assertEqual(asked, ["detect", "detect"])
        self.assertIn("===> DETECT\none\ntwo\nimage ", self.said)

    def test_one_that_is_deleted_in_the_middle(self):
        self.made(self.put(events={"pods": [("ADDED", pod(41, ENDED, RUNNING), False),
                                            ("DELETED", pod(42, ENDED, RUNNING), True)],
                                   "builds": [("MODIFIED", build(33, True), True)]}))
        self.assertLess(self.seconds, 20)


if __name__ == "__main__":
    tap.main()

# SPDX-License-Identifier: Apache-2.0
"""Builds in trouble: pods that vanish or never start, restarts, and the logs of it all."""

import time

from .test_support import BuildsCase, ready

HOLD = "sandbox.invalid/hold"


class Trouble(BuildsCase):
    # -- trouble ------------------------------------------------------------------------------

    def test_a_pod_deleted_under_its_build_comes_again_by_the_same_name(self):
        annotations, open_gate = self.gate("build")
        self.create(annotations=annotations)
        self.is_in(1, "build")
        before = self.pod(1)
        self.admin.delete("v1", "pods", "demo", before["metadata"]["name"])
        open_gate()
        self.built(1)
        self.assertNotEqual(self.pod(1)["metadata"]["uid"], before["metadata"]["uid"])

    def test_a_controller_that_restarts_goes_on(self):
        annotations, open_gate = self.gate("build")
        self.create(annotations=annotations)
        self.is_in(1, "build")
        self.cluster.stop_controller()
        self.addCleanup(lambda: "controller" in self.cluster.processes
                        or self.cluster.start_controller())
        open_gate()
        self.cluster.wait("pods", self.name + "-build-1-build-pod",
                          lambda p: p["status"]["phase"] == "Succeeded", api_version="v1")
        self.assertEqual(self.build(1)["status"]["conditions"][0]["status"], "Unknown")
        self.cluster.start_controller()
        self.assertEqual(ready(self.built(1)), (1, "UpToDate", self.name + "-build-1"))

    def test_an_image_that_cannot_be_pulled_keeps_the_pod_waiting(self):
        self.create(annotations={HOLD: "ImagePullBackOff"})
        build = self.cluster.wait("builds", self.name + "-build-1", lambda b: b.get(
            "status", {}).get("conditions", [{}])[0].get("reason") == "ImagePullBackOff")
        self.assertIn("Back-off pulling image", build["status"]["conditions"][0]["message"])
        said = self.refused(400, self.log, 1, "prepare")
        self.assertEqual(said["message"], 'container "prepare" in pod "%s-build-1-build-pod" is '
                         "waiting to start: trying and failing to pull image" % self.name)

    def test_a_pod_that_fits_nowhere_says_why_in_an_event(self):
        self.create(annotations={HOLD: "Unschedulable"})
        pod = self.name + "-build-1-build-pod"
        found = self.cluster.wait("pods", pod, lambda p: p["status"].get("conditions"),
                                  api_version="v1")
        self.assertEqual(found["status"]["conditions"][0]["reason"], "Unschedulable")
        self.assertEqual(self.log(1, "prepare"), "")

        def events():
            return self.ci.list("v1", "events", "demo", fieldSelector="involvedObject.name=" + pod)["items"]
        self.cluster.wait("pods", pod, lambda _: events(), api_version="v1")
        self.assertEqual([(e["reason"], e["message"]) for e in events()], [
            ("FailedScheduling", "0/1 nodes are available: 1 Insufficient memory.")])

    def test_a_build_that_takes_too_long_ends(self):
        self.repository.commit({"build.sh": "#!/bin/sh\nexec sleep 60\n"})
        self.create(build={"buildTimeout": 1})
        self.built(1)
        said = self.build(1)["status"]["conditions"][0]
        self.assertEqual((said["status"], said["message"]),
                         ("False", "Pod was active on the node longer than the specified deadline"))

    # -- logs ---------------------------------------------------------------------------------

    def test_a_log_is_followed_as_it_is_written(self):
        annotations, open_gate = self.gate("prepare")
        self.create(annotations={"sandbox.invalid/lines": "4", **annotations})
        self.is_in(1, "prepare")
        connection = self.ci.connect(timeout=60)
        connection.request("GET", "/api/v1/namespaces/demo/pods/%s-build-1-build-pod/log?container="
                           "prepare&follow=true" % self.name, headers=self.ci.headers)
        answer = connection.getresponse()
        lines = []
        while lines[-1:] != ["prepare: line 4 of 4\n"]:
            lines.append(answer.readline().decode())
        self.assertEqual(lines[-4:], ["prepare: line %d of 4\n" % n for n in (1, 2, 3, 4)])
        for container, words in (
                ("zzz", "container zzz is not valid for pod %s-build-1-build-pod"),
                ("export", 'container "export" in pod "%s-build-1-build-pod" is waiting to start: '
                           "PodInitializing")):
            said = self.refused(400, self.log, 1, container)
            self.assertEqual(said["message"], words % self.name)
        said = self.refused(404, self.log, 2, "prepare")
        self.assertEqual(said["message"], 'pods "%s-build-2-build-pod" not found' % self.name)
        open_gate()
        self.assertEqual(answer.readline(), b"")
        connection.close()

    def test_options_of_a_log(self):
        self.create(annotations={"sandbox.invalid/lines": "3", "sandbox.invalid/no-newline": "1"})
        self.built(1)
        whole = self.log(1, "restore")
        self.assertTrue(whole.endswith("\nrestore: a last line without an end"))
        self.assertEqual(self.log(1, "restore", tailLines=2).splitlines(),
                         ["restore: line 3 of 3", "restore: a last line without an end"])
        stamped = self.log(1, "restore", timestamps="true").splitlines()
        for line in stamped:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")
        self.assertEqual([line.split(" ", 1)[1] for line in stamped], whole.splitlines())
        since = stamped[-2].split(" ")[0]
        second = since.partition(".")[0]    # kubelets are asked for whole seconds
        self.assertEqual(self.log(1, "restore", sinceTime=since).splitlines(),
                         [line.split(" ", 1)[1] for line in stamped if line >= second])
        self.assertEqual(self.log(1, "restore", limitBytes=5), whole[:5])

    def test_faults_strike_logs_by_the_line(self):
        self.create(annotations={"sandbox.invalid/lines": "5"})
        self.built(1)
        whole = self.log(1, "restore")
        self.cluster.faults({"resource": "pods", "subresource": "log", "end": 2})
        self.assertEqual(self.log(1, "restore").splitlines(), whole.splitlines()[:2])
        self.cluster.faults({"resource": "pods", "subresource": "log", "slow": 0.2, "end": 3})
        began = time.monotonic()
        self.log(1, "restore")
        self.assertGreater(time.monotonic() - began, 0.4)
        target = "/api/v1/namespaces/demo/pods/%s-build-1-build-pod/log?container=restore" % (
            self.name)
        for fault, size in (({"cut_bytes": 30}, 30),
                            ({"cut_events": 1}, len(whole.splitlines(keepends=True)[0]))):
            self.cluster.faults({"subresource": "log", **fault})
            self.assertEqual(self.until_cut(target).decode(), whole[:size])
        self.cluster.faults({"resource": "pods", "subresource": "log", "status": 404})
        self.refused(404, self.log, 1, "restore")

    def test_without_its_kubelet_a_pod_has_no_log(self):
        self.create()
        self.built(1)
        before = self.log(1, "build")
        self.cluster.stop_node()
        try:
            said = self.refused(500, self.log, 1, "build")
            self.assertIn("connect: connection refused", said["message"])
        finally:
            self.cluster.start_node()
        self.assertEqual(self.log(1, "build"), before)

# SPDX-License-Identifier: Apache-2.0
"""The controllers: what they do to Images and Builds, and in which order."""

import json
import time

from .test_support import SHA, V, BuildsCase, Recorder, ready


class Builds(BuildsCase):
    # -- the order of events ------------------------------------------------------------------

    def test_an_image_tells_its_story_as_kpack_does(self):
        n = self.name + "-build-%d"
        self.addCleanup(self.stack, "1.0")
        self.addCleanup(self.admin.patch, V, "clusterstores", None, "default", {"spec": {
            "sources": [{"image": "registry.sandbox.invalid/buildpacks/script:1.0.0"}]}})
        self.create()
        self.built(1)
        recorder = Recorder(self.admin, "images", self.name, ready)
        self.stack("1.1")
        self.built(2)
        self.admin.patch(V, "clusterstores", None, "default", {"spec": {"sources": [
            {"image": "registry.sandbox.invalid/buildpacks/script:1.1.0"}]}})
        self.built(3)
        self.admin.patch(V, "builds", "demo", n % 3, {"metadata": {"annotations": {
            "image.kpack.io/additionalBuildNeeded": "now"}}})
        self.built(4)
        second = self.repository.commit({"welcome": "Welcome\n"})
        self.built(5)
        self.edit({"build": {"env": [{"name": "A", "value": "1"}]}}, fail="build")
        self.built(6)
        self.edit({"build": {"env": [{"name": "A", "value": "2"}]}}, fail=None)
        self.built(7)
        self.edit({"source": {"git": {"revision": self.repository.first}}})
        self.built(8)
        self.edit({"source": {"git": {"revision": second}}}, fail="build")
        self.built(9)
        self.edit({"source": {"git": {"revision": self.repository.first}}}, fail=None)
        self.built(10)
        self.assertEqual(self.until_seen(recorder, (6, "UpToDate", n % 10)), [
            (1, "UpToDate", n % 1),
            (1, "BuildRunning", n % 2), (1, "UpToDate", n % 2),
            (1, "BuildRunning", n % 3), (1, "UpToDate", n % 3),
            (1, "BuildRunning", n % 4), (1, "UpToDate", n % 4),
            (1, "BuildRunning", n % 5), (1, "UpToDate", n % 5),
            (2, "BuildRunning", n % 6), (2, "BuildFailed", n % 6),
            (3, "BuildRunning", n % 7), (3, "UpToDate", n % 7),
            (4, "ResolverNotReady", n % 7), (4, "BuildRunning", n % 8), (4, "UpToDate", n % 8),
            (5, "ResolverNotReady", n % 8), (5, "BuildRunning", n % 9), (5, "BuildFailed", n % 9),
            (6, "ResolverNotReady", n % 9), (6, "BuildRunning", n % 10), (6, "UpToDate", n % 10)])
        self.assertEqual([b["metadata"]["annotations"]["image.kpack.io/reason"]
                          for b in map(self.build, range(1, 11))],
                         ["CONFIG", "STACK", "BUILDPACK", "TRIGGER", "COMMIT", "CONFIG", "CONFIG",
                          "COMMIT", "COMMIT", "COMMIT"])

    def test_a_build_tells_its_steps_as_kpack_does(self):
        steps = ["prepare", "analyze", "detect", "restore", "build", "export", "completion"]

        def shown(obj):
            status = obj.get("status") or {}
            said = (status.get("conditions") or [{}])[0]
            return (said.get("status"), said.get("reason"), said.get("message"),
                    status.get("stepsCompleted"), "latestImage" in status)
        self.create()
        self.built(1)
        waiting = [("Unknown", "PodInitializing", "Container %s waiting" % steps[i + 1],
                    steps[:i] or None, False) for i in range(5)]
        expected = [
            ("Unknown", None, None, None, False),
            ("Unknown", "PodInitializing", "Container prepare waiting", None, False), *waiting,
            ("Unknown", None, None, steps[:5], False), ("Unknown", None, None, steps[:6], False),
            ("True", "Completed", None, steps, True)]
        # what is over in a moment is passed over on a busy machine: then all of it again, more slowly
        for number, step in enumerate(("0.3", "2", "5"), 2):
            self.edit({"build": {"env": [{"name": "STEP", "value": step}]}}, step=step)
            recorder = Recorder(self.admin, "builds", "%s-build-%d" % (self.name, number), shown)
            self.built(number)
            # a watch may begin before kpack's first status
            seen = [said for said in self.until_seen(recorder, expected[-1]) if said[0]]
            if seen == expected:
                break
        self.assertEqual(seen, expected)
        status = self.build(number)["status"]
        states = [list(s)[0] for s in status["stepStates"]]
        self.assertEqual(states, ["terminated"] * 7)
        messages = [s["terminated"]["message"] for s in status["stepStates"]]
        self.assertEqual(messages[0], "Container prepare terminated successfully")
        self.assertRegex(messages[6], "^H4sI[A-Za-z0-9+/=]+$")
        self.assertEqual(status["stack"]["id"], "io.buildpacks.stacks.jammy")
        self.assertEqual(status["buildMetadata"][0]["id"], "sandbox/script")

    def test_a_lost_status_leaves_the_old_build_until_the_new_one_ends(self):
        self.create()
        self.built(1)
        recorder = Recorder(self.admin, "images", self.name, ready)
        self.patch(self.name, {"metadata": {"annotations": {
            "sandbox.invalid/lose-build-status": "1"}}})
        self.edit({"build": {"env": [{"name": "A", "value": "1"}]}})
        self.built(2)
        n = self.name + "-build-%d"
        self.assertEqual(self.until_seen(recorder, (2, "UpToDate", n % 2)), [
            (1, "UpToDate", n % 1), (2, "BuildRunning", n % 1), (2, "UpToDate", n % 2)])

    # -- what is built ------------------------------------------------------------------------

    def test_the_digest_follows_the_files_and_the_run_image_alone(self):
        self.addCleanup(self.stack, "1.0")
        self.create()
        self.built(1)
        self.repository.commit({"README": "This is no part of the page.\n"})
        self.built(2)
        self.assertEqual(self.digest(2), self.digest(1))
        self.repository.commit({"welcome": "Welcome\n"})
        self.built(3)
        self.assertNotEqual(self.digest(3), self.digest(1))
        self.stack("1.2")
        after = self.built(4)
        self.assertNotEqual(self.digest(4), self.digest(3))
        self.assertEqual(after["status"]["latestImage"],
                         self.build(4)["status"]["latestImage"])
        self.stack("1.0")
        self.built(5)
        self.assertEqual(self.digest(5), self.digest(3))
        self.edit({"source": {"git": {"revision": self.repository.first}}})
        self.built(6)
        self.assertEqual(self.digest(6), self.digest(1))

    def test_a_new_run_image_rebases_without_a_build(self):
        self.addCleanup(self.stack, "1.0")
        self.create()
        self.built(1)
        self.stack("1.1")
        self.built(2)
        pod = self.pod(2)["spec"]
        self.assertEqual([c["name"] for c in pod["initContainers"] + pod["containers"]],
                         ["rebase", "completion"])
        changes = json.loads(self.build(2)["metadata"]["annotations"][
            "image.kpack.io/buildChanges"])
        self.assertEqual([c["reason"] for c in changes], ["STACK"])
        self.assertEqual(self.build(2)["status"]["stack"]["runImage"].partition("@")[2],
                         changes[0]["new"])
        self.assertEqual(self.build(2)["spec"]["lastBuild"]["image"],
                         self.build(1)["status"]["latestImage"])
        self.assertTrue(self.log(2, "rebase").startswith("Build reason(s): STACK\nSTACK:\n\t- "))

    def test_reasons_come_together_in_kpacks_order(self):
        self.create(revision=self.repository.first)
        self.built(1)
        second = self.repository.commit({"welcome": "Welcome\n"})
        self.edit({"build": {"env": [{"name": "A", "value": "1"}]},
                   "source": {"git": {"revision": second}}})
        self.built(2)
        build = self.build(2)
        self.assertEqual(build["metadata"]["annotations"]["image.kpack.io/reason"],
                         "COMMIT,CONFIG")
        changes = json.loads(build["metadata"]["annotations"]["image.kpack.io/buildChanges"])
        self.assertEqual(changes[0], {"reason": "COMMIT", "old": self.repository.first,
                                      "new": second})
        self.assertEqual(changes[1]["new"]["env"], [{"name": "A", "value": "1"}])
        self.assertEqual(build["spec"]["source"]["git"]["revision"], second)
        self.assertIn('Cloning "%s" @ "%s"' % (self.repository.folder, second),
                      self.log(2, "prepare"))

    def test_a_failing_script_says_so_in_kpacks_words(self):
        self.repository.commit({"build.sh": "#!/bin/sh\necho first\necho nothing works >&2\n"
                                            "exit 3\n"})
        self.create()
        failed = self.built(1)
        pod = self.name + "-build-1-build-pod"
        words = ("Error:  ERROR: failed to build: exit status 3 ERROR: failed to build: exit "
                 "status 3: For more info use `kubectl logs -n demo %s -c build`" % pod)
        self.assertEqual(self.build(1)["status"]["conditions"][0]["message"], words)
        said = failed["status"]["conditions"][0]
        self.assertEqual((said["status"], said["reason"], said["message"]),
                         ("False", "BuildFailed", "Error: Build '%s-build-1' in namespace 'demo' "
                          "failed: %s" % (self.name, words)))
        self.assertEqual(self.log(1, "build"), "first\nnothing works\n"
                         "ERROR: failed to build: exit status 3\n")
        self.assertNotIn("latestImage", failed["status"])
        # a failed build is not tried again for another run image
        self.addCleanup(self.stack, "1.0")
        self.stack("1.1")
        time.sleep(0.5)
        self.assertIsNone(self.build(2))

    def test_a_source_without_a_script_fails_in_detect(self):
        self.repository.commit({"build.sh": None})
        self.create()
        self.built(1)
        states = self.build(1)["status"]["stepStates"]
        self.assertEqual(states[2]["terminated"]["exitCode"], 20)
        self.assertEqual(self.build(1)["status"]["stepsCompleted"], ["prepare", "analyze"])

    def test_a_revision_that_is_no_ref_is_taken_as_a_commit(self):
        self.create(revision="refs/heads/main")
        self.built(1)
        resolver = self.cluster.get("sourceresolvers", self.name + "-source")
        self.assertEqual(resolver["status"]["source"]["git"]["type"], "Commit")
        self.edit({"source": {"git": {"revision": SHA}}})
        self.built(2)
        self.assertEqual(self.build(2)["status"]["stepStates"][0]["terminated"]["exitCode"], 1)

    # -- kpack's rules ------------------------------------------------------------------------

    def test_edits_while_a_build_runs_become_one_build_after_it(self):
        annotations, open_gate = self.gate("build")
        self.create(annotations=annotations)
        self.is_in(1, "build")
        for value in "123":
            self.edit({"build": {"env": [{"name": "A", "value": value}]}})
        during = self.cluster.wait("images", self.name, lambda o: ready(o)[0] == 4)
        self.assertEqual(ready(during), (4, "BuildRunning", self.name + "-build-1"))
        self.assertEqual(during["status"]["latestBuildImageGeneration"], 1)
        open_gate()
        after = self.built(2)
        self.assertEqual(after["status"]["latestBuildImageGeneration"], 4)
        self.assertEqual(self.build(2)["spec"]["env"], [{"name": "A", "value": "3"}])

    def test_a_missing_builder_is_the_only_condition_and_back_needs_no_build(self):
        self.create()
        self.built(1)
        self.edit({"builder": {"name": "nope"}})
        found = self.cluster.wait("images", self.name, lambda o: ready(o)[0] == 2)
        self.assertEqual([(c["type"], c["reason"], c["message"]) for c in
                          found["status"]["conditions"]],
                         [("Ready", "BuilderNotFound",
                           "Error: Unable to find builder 'nope' in namespace ''.")])
        self.edit({"builder": {"name": "default"}})
        back = self.built(1)
        self.assertEqual((back["metadata"]["generation"],
                          back["status"]["latestBuildImageGeneration"]), (3, 1))

    def test_a_builder_that_is_not_ready(self):
        self.cluster.apply([{"apiVersion": V, "kind": "ClusterBuilder",
                             "metadata": {"name": "odd"}, "spec": {
                                 "tag": "registry.sandbox.invalid/odd",
                                 "stack": {"kind": "ClusterStack", "name": "nope"},
                                 "store": {"kind": "ClusterStore", "name": "default"},
                                 "order": []}}])
        self.create(builder={"kind": "ClusterBuilder", "name": "odd"})
        found = self.cluster.wait("images", self.name,
                                  lambda o: ready(o)[1] == "BuilderNotReady")
        self.assertEqual([(c["type"], c["status"]) for c in found["status"]["conditions"]],
                         [("Ready", "False"), ("BuilderReady", "False"),
                          ("BuilderUpToDate", "False")])

    def test_old_builds_go_beyond_the_limits(self):
        self.create(successBuildHistoryLimit=2)
        self.built(1)
        for number in (2, 3, 4):
            self.repository.commit({"welcome": "Welcome %d\n" % number})
            self.built(number)
        self.cluster.wait("images", self.name, lambda _: self.build(2) is None)
        kept = [b["metadata"]["labels"]["image.kpack.io/buildNumber"]
                for b in self.cluster.get("builds")]
        self.assertEqual(sorted(kept), ["3", "4"])
        self.cluster.wait("images", self.name, lambda _: self.pod(2) is None)
        self.assertIsNotNone(self.pod(3))

    def test_what_an_image_owns_goes_with_it(self):
        self.create()
        self.built(1)
        self.admin.delete(V, "images", "demo", self.name)
        end = time.monotonic() + 60
        while any((self.build(1), self.pod(1), self.cluster.get(
                "sourceresolvers", self.name + "-source"))):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image: triggers, how long to wait, the operator's own, and broken streams on the way there."""

import time

import tap
from image_params import PLAIN, ParamsCase
from image_put import PHASES
from image_world import TAG

TRIGGER = "image.kpack.io/additionalBuildNeeded"


class Trigger(ParamsCase):
    def trigger_unseen(self):
        """A put that has triggered a build after build 1, and no controller to see it."""
        self.cluster.stop_controller()
        self.addCleanup(lambda: "controller" in self.cluster.processes or self.cluster.start_controller())
        process = self.start_put("unused", {**PLAIN, "trigger": True})
        self.cluster.wait("builds", self.name + "-build-1", lambda b: TRIGGER in b["metadata"]["annotations"])
        return process

    def test_a_build_with_nothing_changed(self):
        self.start()
        since = self.now()
        result = self.change({"trigger": True})
        self.made(result, 1)        # the same source makes the same image
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(self.build(2)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER")
        self.assertEqual([plural for plural, _ in self.patches(since)], ["builds"])
        self.assertNotIn(TRIGGER, self.image()["metadata"].get("annotations") or {})
        time.sleep(0.5)
        self.assertIsNone(self.build(3))

    def test_a_running_build_is_waited_for(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        second = self.start_put("unused", {**PLAIN, "trigger": True})
        self.hear(second, "is in progress")
        open_gate()
        self.assertEqual(self.finish(first).status, 0)
        result = self.finish(second)
        self.made(result, 2)
        self.assertEqual(self.build(3)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER")
        self.assertIn("build 3 made the same image as build 2", result.stderr)

    def test_a_commit_that_needs_no_build_is_built(self):
        self.start()
        result = self.put(self.repository.first, {"trigger": True})
        self.made(result, 1)
        self.assertIsNotNone(self.build(2))

    def test_a_commit_that_is_built_is_not_built_twice(self):
        self.start()
        self.made(self.put(self.commit("Welcome"), {"trigger": True}), 2)
        time.sleep(0.5)
        self.assertIsNone(self.build(3))

    def test_a_build_that_came_first_is_triggered_in_turn(self):
        self.start(step="0.6")
        process = self.trigger_unseen()
        # another change is built before the annotation is seen: play the controller that is late
        self.admin.patch("kpack.io/v1alpha2", "builds", "demo", self.name + "-build-1",
                         {"metadata": {"annotations": {TRIGGER: None}}})
        self.patch(self.name, {"spec": {"source": {"git": {"revision": self.commit("Welcome")}}}})
        self.cluster.start_controller()
        result = self.finish(process)
        self.made(result, 2)
        self.assertIn("build '%s-build-2' was made of another change before the trigger was seen" % self.name,
                      result.stderr)
        self.assertEqual(self.build(3)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER")

    def test_a_trigger_and_another_change_are_one_build(self):
        self.start(step="0.2")
        process = self.trigger_unseen()
        self.patch(self.name, {"spec": {"source": {"git": {"revision": self.commit("Welcome")}}}})
        self.cluster.start_controller()
        self.made(self.finish(process), 2)
        self.assertEqual(self.build(2)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER,COMMIT")
        time.sleep(0.5)
        self.assertIsNone(self.build(3))

    def test_an_image_without_builds(self):
        self.create(revision="main", builder={"kind": "ClusterBuilder", "name": "gone"})
        self.failed(self.change({"trigger": True}), "^out: image '%s' has no build yet" % self.name)

    def broken(self):
        self.start()
        commit = self.commit("Welcome", **{"build.sh": "#!/bin/sh\n[ \"$FIXED\" ] && echo ok > \"$1/index.html\"\n"})
        self.put(commit)
        self.built(2)   # and the Image says so
        return commit

    def test_what_failed_is_built_again_on_demand(self):
        commit = self.broken()
        self.failed(self.put(commit), "params.retry_failed")
        self.failed(self.put(commit, {"retry_failed": True}), "build '%s-build-3' failed" % self.name)
        self.assertEqual(self.build(3)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER")

    def test_a_builder_for_a_failed_image(self):
        self.broken()
        self.edit({"builder": {"name": "gone"}})
        self.failed(self.change({"cluster_builder": "default", "retry_failed": True}),
                    "build '%s-build-3' failed" % self.name)

    def test_retry_of_what_is_good_builds_nothing(self):
        self.start()
        self.made(self.change({"retry_failed": True}), 1)
        self.assertIsNone(self.build(2))


class Waits(ParamsCase):
    def test_no_wait_answers_with_what_is_there(self):
        self.start()
        open_gate = self.hold()
        commit = self.commit("Welcome")
        result = self.put(commit, {"wait": False})
        self.assertEqual(result.answer["version"]["build"], "1", result.stderr)
        self.assertEqual(result.headings(), [])
        open_gate()
        self.built(2)
        self.assertEqual(self.build(2)["spec"]["source"]["git"]["revision"], commit)

    def test_no_wait_for_an_image_without_version_changes_nothing(self):
        self.create(revision="main", builder={"kind": "ClusterBuilder", "name": "gone"})
        since = self.now()
        self.failed(self.put("other", {"wait": False}), "^out: image '%s' was never built" % self.name)
        self.assertEqual(self.patches(since), [])

    def test_a_build_that_stalls(self):
        self.start()
        self.annotate(hold="Unschedulable")
        began = time.monotonic()
        self.failed(self.put(self.commit("Welcome"), {"stall_timeout": 5}),
                    "^out: stall_timeout: build '%s-build-2' is not over yet" % self.name)
        self.assertGreater(time.monotonic() - began, 5)

    def test_a_slow_build_does_not_stall(self):
        self.start(step="0.9")
        self.made(self.put(self.commit("Welcome"), {"stall_timeout": 5}), 2)  # which is less than all phases take


class Operator(ParamsCase):
    def operate(self, params):
        return self.change(params, kubeconfig=self.cluster.kubeconfig("operator"))

    def restore(self, plural, name):
        spec = self.admin.get("kpack.io/v1alpha2", plural, None, name)["spec"]
        self.addCleanup(lambda: self.admin.patch("kpack.io/v1alpha2", plural, None, name, {"spec": spec}))

    def cluster_object(self, plural, name):
        return self.admin.get("kpack.io/v1alpha2", plural, None, name)

    def test_a_stack_is_patched_and_the_image_follows_by_itself(self):
        self.start()
        self.restore("clusterstacks", "base")
        result = self.operate({"cluster_stack": {"name": "base", "run_image": "registry.sandbox.invalid/stacks/run:7"}})
        self.assertEqual(result.answer["version"]["build"], "1", result.stderr)
        stack = self.cluster_object("clusterstacks", "base")
        self.assertEqual(stack["spec"]["runImage"]["image"], "registry.sandbox.invalid/stacks/run:7")
        self.assertEqual(stack["spec"]["buildImage"]["image"], "registry.sandbox.invalid/stacks/build:1.0")
        self.assertEqual(stack["status"]["observedGeneration"], stack["metadata"]["generation"])
        self.built(2)
        self.assertEqual(self.versions()[-1]["build"], "2")

    def test_a_store_gets_what_it_lacks(self):
        self.start()
        self.restore("clusterstores", "default")
        images = ["registry.sandbox.invalid/buildpacks/script:1.0.0", "registry.sandbox.invalid/buildpacks/other:2.0.0"]
        result = self.operate({"cluster_store_add": {"name": "default", "images": images}})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.cluster_object("clusterstores", "default")["spec"]["sources"],
                         [{"image": image} for image in images])

    def test_a_builder_that_cannot_be_made_says_why(self):
        self.start()
        self.restore("clusterbuilders", "default")
        for timeout in (1, 5, 30):  # the controller may not have looked at it
            result = self.operate({"cluster_builder_patch": {"name": "default", "stack": "gone"}, "timeout": timeout})
            if result.error.endswith("found"):
                break
        self.failed(result, "^out: cluster builder 'default': timeout: it is not ready yet: clusterstacks \"gone\" not found$")

    def test_the_order_of_a_builder(self):
        self.start()
        self.restore("clusterbuilders", "default")
        result = self.operate({"cluster_builder_patch": {"name": "default", "buildpacks": ["sandbox/script@1.0.0"]}})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.cluster_object("clusterbuilders", "default")["spec"]["order"],
                         [{"group": [{"id": "sandbox/script", "version": "1.0.0"}]}])

    def test_all_that_a_stack_is_made_of(self):
        self.start()
        self.restore("clusterstacks", "base")
        result = self.operate({"cluster_stack": {
            "name": "base", "id": "other.stack", "build_image": "registry.sandbox.invalid/stacks/build:9",
            "run_image": "registry.sandbox.invalid/stacks/run:9"}})
        self.assertEqual(result.status, 0, result.stderr)
        spec = self.cluster_object("clusterstacks", "base")["spec"]
        self.assertEqual((spec["id"], spec["buildImage"]["image"], spec["runImage"]["image"]), (
            "other.stack", "registry.sandbox.invalid/stacks/build:9", "registry.sandbox.invalid/stacks/run:9"))

    def test_the_place_of_a_builder_and_what_it_is_made_of(self):
        """Without waiting, as none of it is there."""
        self.start()
        self.restore("clusterbuilders", "default")
        result = self.operate({"wait": False, "cluster_builder_patch": {
            "name": "default", "tag": "registry.sandbox.invalid/other", "stack": "gone", "store": "away"}})
        self.assertEqual((result.status, result.answer["version"]["build"]), (0, "1"), result.stderr)
        spec = self.cluster_object("clusterbuilders", "default")["spec"]
        self.assertEqual((spec["tag"], spec["stack"]["name"], spec["store"]["name"]),
                         ("registry.sandbox.invalid/other", "gone", "away"))
        self.assertEqual((spec["stack"]["kind"], spec["store"]["kind"]), ("ClusterStack", "ClusterStore"))

    def test_one_put_of_all_goes_from_the_ground_up(self):
        self.start()
        for plural, name in (("clusterstores", "default"), ("clusterstacks", "base"), ("clusterbuilders", "default")):
            self.restore(plural, name)
        since = self.cluster.requests("operator")
        result = self.operate({
            "env": {"A": "1"}, "cluster_builder_patch": {"name": "default", "buildpacks": "sandbox/script@1.0.0"},
            "cluster_stack": {"name": "base", "run_image": "registry.sandbox.invalid/stacks/run:10"},
            "cluster_store_add": {"name": "default", "images": "registry.sandbox.invalid/buildpacks/third:3.0.0"}})
        self.assertEqual(result.status, 0, result.stderr)
        asked = self.cluster.requests("operator", since=since[-1]["number"] if since else 0)
        patched = [entry["path"].split("/")[-2] for entry in asked if entry["method"] == "PATCH"]
        self.assertEqual(list(dict.fromkeys(patched)),   # that of a list may lose a race
                         ["clusterstores", "clusterstacks", "clusterbuilders", "images"])

    def test_who_is_no_operator_is_told_so(self):
        self.start()
        self.failed(self.change({"cluster_stack": {"name": "base", "run_image": "x"}}),
                    "^out: cluster stack 'base': .*cannot get resource")

    def test_one_that_is_not_there(self):
        self.start()
        self.failed(self.operate({"cluster_stack": {"name": "nope", "run_image": "x"}}),
                    "^out: cluster stack 'nope': .*\"nope\" not found")


class Faults(ParamsCase):
    """Whoever loses an answer, a race or a stream comes to the same end."""

    def strike(self, *faults):
        self.cluster.faults(*({"user": faults_of, **fault} for fault in faults for faults_of in ("ci", "operator")))

    def test_a_trigger_over_broken_streams(self):
        self.start()
        self.strike({"verb": "watch", "cut_events": 1, "half": True, "times": 0})
        result = self.change({"trigger": True})
        self.made(result, 1)
        self.assertEqual(result.headings(), PHASES)
        self.assertIsNone(self.build(3))

    def test_a_triggered_build_that_cannot_be_read_for_a_moment(self):
        self.start()
        self.strike({"verb": "get", "resource": "builds", "status": 503, "retry_after": 100})
        result = self.change({"trigger": True})
        self.made(result, 1)
        self.assertEqual(result.headings(), PHASES)

    def test_writes_that_are_dropped_once(self):
        self.start()
        self.strike({"verb": "patch", "drop": True})
        self.made(self.change({"cluster_builder": "default", "cache_size": "2Gi", "trigger": True}), 1)
        self.assertIsNotNone(self.build(2))
        self.assertIsNone(self.build(3))

    def test_a_creation_whose_answer_is_lost(self):
        since = self.now()
        self.strike({"verb": "create", "resource": "images", "cut_bytes": 0})
        result = self.put(self.repository.first, {"create": True, "tag": TAG, "git_url": self.repository.folder})
        self.built(1)
        self.made(result, 1)
        self.assertIsNone(self.build(2))
        self.assertEqual([asked for asked in self.asked(since) if asked.startswith("create")], ["create images"] * 2)

    def test_a_stack_without_the_right_to_watch(self):
        self.start()
        stack = self.admin.get("kpack.io/v1alpha2", "clusterstacks", None, "base")
        self.addCleanup(self.stack, stack["spec"]["runImage"]["image"].rpartition(":")[2])
        self.strike({"verb": "watch", "resource": "clusterstacks", "status": 403, "times": 0})
        result = self.change({"cluster_stack": {"name": "base", "run_image": "registry.sandbox.invalid/stacks/run:8"}},
                             kubeconfig=self.cluster.kubeconfig("operator"))
        self.assertEqual(result.status, 0, result.stderr)

    def test_lists_that_always_lose_the_race_are_given_up(self):
        self.start()
        self.strike({"verb": "patch", "resource": "images", "status": 409, "times": 0})
        self.failed(self.change({"env": {"A": "1"}}), "^out: image '%s': " % self.name)


if __name__ == "__main__":
    tap.main()

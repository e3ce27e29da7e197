#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An Image of kpack up to 0.3, which serves v1alpha1 alone: found out by one more request, and done in its words."""

import json
import os
import tempfile

import tap
from image_put import PHASES, Case
from image_world import TAG

PLAIN = {"commitish": None}
TOO_OLD = "the build service there is too old for it: it serves kpack.io/v1alpha1 only$"


class Older(Case):
    def setUp(self):
        super().setUp()
        self.cluster.settings(older=True)
        self.addCleanup(self.cluster.settings, older=False)

    def change(self, params):
        return self.put("unused", {**PLAIN, **params})

    def patches(self, since):
        return [(entry["path"], json.loads(entry["body"]))
                for entry in self.cluster.requests("ci", since=since) if entry["method"] in ("PATCH", "POST")]

    def path(self, plural="images"):
        return "/apis/kpack.io/v1alpha1/namespaces/demo/" + plural

    def paths(self, since):
        return [entry["path"].split("/")[3] for entry in self.cluster.requests("ci", since=since)
                if entry["path"].startswith("/apis/kpack.io/")]

    def test_check_asks_once_more_and_answers_the_same(self):
        self.start()
        version = {"build": "1", "image": self.build(1)["status"]["latestImage"]}
        since = self.now()
        self.assertEqual(self.versions(), [version])
        self.assertEqual(self.paths(since), ["v1alpha2", "v1alpha1", "v1alpha1"])
        since = self.now()
        result = self.check(version)
        self.assertEqual((result.answer, result.stderr), ([version], ""))
        self.assertEqual(self.paths(since), ["v1alpha2", "v1alpha1"])

    def test_a_newer_cluster_is_asked_nothing_more(self):
        self.cluster.settings(older=False)
        self.start()
        since = self.now()
        self.versions()
        self.assertEqual(self.paths(since), ["v1alpha2", "v1alpha2"])

    def test_a_check_that_waits(self):
        self.start()
        version = {"build": "1", "image": self.build(1)["status"]["latestImage"]}
        since = self.now()
        result = self.check(version, watch="3s")
        self.assertEqual((result.answer, result.stderr), ([version], ""))
        self.assertEqual(self.paths(since), ["v1alpha2", "v1alpha1", "v1alpha1"])

    def test_in_writes_the_same_files(self):
        self.start()
        version = {"build": "1", "image": self.build(1)["status"]["latestImage"]}
        written = []
        for older in (False, True):
            self.cluster.settings(older=older)
            into = tempfile.mkdtemp(dir=self.folder)
            result = self.run_program("in", {"source": self.source(), "version": version, "params": {"logs": True}}, into)
            self.assertEqual(result.status, 0, result.stderr)
            files = {}
            for parent, _, names in os.walk(into):
                for name in names:
                    with open(os.path.join(parent, name), "rb") as file:
                        files[os.path.relpath(os.path.join(parent, name), into)] = file.read()
            written.append(files)
        self.assertGreater(len(written[0]), 15)
        self.assertEqual(written[0], written[1])

    def test_a_commit_is_built(self):
        self.start()
        commit = self.commit("Welcome")
        since = self.now()
        result = self.put(commit)
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(self.patches(since), [
            (self.path() + "/" + self.name, {"spec": {"source": {"git": {"revision": commit}}}})])

    def test_a_commit_waits_for_the_build_that_runs(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        second = self.start_put(self.commit("Two"))
        self.hear(second, "waiting: the build service has not begun with it")
        open_gate()
        self.made(self.finish(second), 3)
        self.assertEqual(self.finish(first).status, 0)

    def test_a_build_that_failed_is_said(self):
        self.start()
        commit = self.commit("Welcome", **{"build.sh": "#!/bin/sh\nexit 1\n"})
        self.failed(self.put(commit), "failed in phase 'build' with exit code 51")
        self.failed(self.put(commit), "^out: no build is made of revision '%s', because build '%s-build-2' of the same"
                    % (commit, self.name))

    def test_its_names_are_used(self):
        self.start()
        since = self.now()
        self.assertEqual(self.change({"service_account": "builder", "cache_size": "3Gi", "env": {"A": "1"}}).status, 0)
        (path, patch), = self.patches(since)
        self.assertEqual(path, self.path() + "/" + self.name)
        patch.pop("metadata")
        self.assertEqual(patch, {"spec": {"serviceAccount": "builder", "cacheSize": "3Gi",
                                          "build": {"env": [{"name": "A", "value": "1"}]}}})
        spec = self.image()["spec"]
        self.assertEqual((spec["serviceAccountName"], spec["cache"]), ("builder", {"volume": {"size": "3Gi"}}))

    def test_what_it_cannot_hold_is_refused_by_name(self):
        self.start()
        for param, value in (("service_bindings", "db"), ("delete_service_bindings", "db"), ("additional_tags", TAG + ":x"),
                             ("delete_additional_tags", TAG + ":x"), ("default_process", "web"), ("build_timeout", 60)):
            since = self.now()
            self.failed(self.change({"env": {"A": "1"}, param: value}), "^out: params.%s: %s" % (param, TOO_OLD))
            self.assertEqual(self.patches(since), [])

    def test_a_missing_image_is_created(self):
        since = self.now()
        result = self.put(self.repository.first, {"create": True, "tag": TAG, "git_url": self.repository.folder})
        self.built(1)
        self.made(result, 1)
        (path, made), = self.patches(since)
        self.assertEqual((path, made["apiVersion"]), (self.path(), "kpack.io/v1alpha1"))
        self.assertEqual(made["spec"]["serviceAccount"], "default")

    def test_a_missing_image_that_it_cannot_hold_is_not_created(self):
        self.failed(self.put(self.repository.first, {"create": True, "tag": TAG, "git_url": self.repository.folder,
                                                     "additional_tags": TAG + ":x"}),
                    "^out: params.additional_tags: " + TOO_OLD)
        self.assertIsNone(self.image())

    def test_a_trigger_annotates_the_latest_build(self):
        self.start()
        since = self.now()
        self.made(self.change({"trigger": True}), 1)
        self.assertEqual([path for path, _ in self.patches(since)], [self.path("builds") + "/%s-build-1" % self.name])
        self.assertEqual(self.build(2)["metadata"]["annotations"]["image.kpack.io/reason"], "TRIGGER")

    def test_an_operator_s_stack_is_patched(self):
        self.start()
        self.addCleanup(self.stack, "1.0")
        result = self.put("unused", {**PLAIN, "cluster_stack": {"name": "base",
                                                                "run_image": "registry.sandbox.invalid/stacks/run:8"}},
                          kubeconfig=self.cluster.kubeconfig("operator"))
        self.assertEqual(result.status, 0, result.stderr)
        paths = [entry["path"] for entry in self.cluster.requests("operator") if entry["method"] == "PATCH"]
        self.assertEqual(paths[-1:], ["/apis/kpack.io/v1alpha1/clusterstacks/base"])


class Webhook(Case):
    """v1alpha1 of a newer kpack whose conversion webhook is away: refused for as long as that is so."""

    def test_a_refusal_for_ever_is_an_end(self):
        self.start()
        refused = {"user": "ci", "path": "v1alpha1", "times": 0}
        gone = {"user": "ci", "path": "v1alpha2", "times": 0, "status": 404, "message": "404 page not found"}
        version = {"build": "1", "image": self.build(1)["status"]["latestImage"]}
        for verb, fault, words in (
                ("check", {"status": 429, "retry_after": 1, "message": "storage is (re)initializing"},
                 r"storage is \(re\)initializing \(429\)$"),
                ("in", {"status": 429, "retry_after": 1, "message": "storage is (re)initializing"},
                 r"storage is \(re\)initializing \(429\)$"),
                ("check", {"status": 500, "message": "conversion webhook for kpack.io/v1alpha2, Kind=Image failed"},
                 r"conversion webhook for kpack.io/v1alpha2, Kind=Image failed \(500\)$")):
            self.cluster.faults(gone, {**refused, **fault})
            since = self.now()
            result = self.run_program(verb, {"source": self.source(), "version": version},
                                      *([tempfile.mkdtemp(dir=self.folder)] if verb == "in" else []))
            self.cluster.faults()
            self.failed(result, words)
            self.assertEqual(len(self.asked(since)), 1 + 6)     # the first, and five times again


del Case

if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image: a commit becomes a version, with the build's log as it happens, or a clear failure."""

import json
import os
import re
import time

import tap
from image_world import AT_ONCE_S, KILLED_S, BuildsCase, Programs

PHASES = ["PREPARE", "ANALYZE", "DETECT", "RESTORE", "BUILD", "EXPORT", "COMPLETION"]


class Case(Programs, BuildsCase):
    def image(self):
        return self.cluster.get("images", self.name)

    def start(self, step=None, **annotations):
        """An Image whose first build, of the first commit, is over. A phase of the next ones takes `step` seconds."""
        self.create(revision=self.repository.first, annotations={
            "sandbox.invalid/" + name.replace("_", "-"): value for name, value in annotations.items()})
        self.built(1)
        if step:
            self.annotate(step=step)

    def annotate(self, **annotations):
        self.edit({}, **{name.replace("_", "-"): value for name, value in annotations.items()})

    def hold(self, phase="build"):
        """Builds from now on stay in that phase until the test calls what this gives."""
        annotations, open_gate = self.gate(phase)
        self.patch(self.name, {"metadata": {"annotations": annotations}})
        return open_gate

    def start_held(self, revision, phase="build"):
        """A put whose build has come to that phase and stays there until the test calls what comes with it."""
        open_gate = self.hold(phase)
        process = self.start_put(revision)
        self.hear(process, "===> " + phase.upper())
        return process, open_gate

    def gives_up(self, words, put):
        """put(timeout) fails so, with the first of some times that lets it see what it waits for."""
        for timeout in (2, 10, 60):
            result = put(timeout)
            if re.search(words, result.error):
                break
        self.failed(result, words)
        return result

    def commit(self, text, **files):
        return self.repository.commit({"welcome": text + "\n", **files})

    def made(self, result, number):
        """The put succeeded with that build's version, which is check's newest."""
        self.assertEqual(result.status, 0, result.stderr)
        build = self.build(number)
        version = {"build": str(number), "image": build["status"]["latestImage"]}
        self.assertEqual(result.answer["version"], version)
        self.assertEqual(self.versions()[-1], version)

    def failed(self, result, words):
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.error, words)


class Put(Case):
    def test_a_commit_is_built_phase_by_phase(self):
        self.start()
        commit = self.commit("Welcome")
        result = self.put(commit)
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)
        self.assertIn("\x1b[36m===> DETECT\x1b[0m\n", result.raw)
        lines = result.stderr.splitlines()
        self.assertIn("- revision " + self.repository.first, lines)
        self.assertIn("+ revision " + commit, lines)
        self.assertEqual(lines[lines.index("writing Welcome") - 1], "===> BUILD")
        self.assertEqual(lines[lines.index("Build successful") - 1], "===> COMPLETION")
        self.assertEqual(lines[-1], "image " + self.build(2)["status"]["latestImage"])

    def test_metadata_says_what_was_built_and_why(self):
        self.start()
        commit = self.commit("Welcome")
        rows = {row["name"]: row["value"] for row in self.put(commit).answer["metadata"]}
        self.assertEqual((rows["commit"], rows["reason"], rows["build_number"]), (commit, "COMMIT", "2"))

    def test_only_the_revision_is_patched(self):
        self.start()
        since = self.now()
        self.put(self.commit("Welcome"))
        patch = [entry for entry in self.cluster.requests("ci", since=since) if entry["method"] == "PATCH"]
        self.assertEqual(len(patch), 1)
        self.assertEqual(patch[0]["content_type"], "application/merge-patch+json")
        self.assertEqual(json.loads(patch[0]["body"]),
                         {"spec": {"source": {"git": {"revision": self.repository.git("rev-parse", "HEAD")}}}})
        self.assertIn("fieldManager=build-service-resource", patch[0]["query"])

    def test_every_line_of_a_log_is_shown_once(self):
        self.start(lines="300", step="0.2")
        result = self.put(self.commit("Welcome"))
        self.made(result, 2)
        for phase in PHASES:
            shown = re.findall(r"(?m)^===> %s\n((?:(?!===>).*\n)*)" % phase, result.stderr)
            self.assertEqual(len(shown), 1)
            log = self.log(2, phase.lower())
            rest = shown[0] if phase != "COMPLETION" else shown[0].rpartition("image ")[0]
            self.assertEqual(rest, log, phase)
            self.assertGreater(log.count("\n"), 299 if phase != "COMPLETION" else 0)

    def test_lines_with_their_time_where_that_is_asked_for(self):
        self.start(lines="20")
        result = self.put(self.commit("Welcome"), {"timestamps": True})
        self.made(result, 2)
        shown, = re.findall(r"(?m)^===> BUILD\n((?:(?!===>).*\n)*)", result.stderr)
        self.assertEqual(shown, self.log(2, "build", timestamps="true"))
        for line in shown.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z ")

    def test_a_last_line_without_its_end_is_shown(self):
        self.start(no_newline="1")
        result = self.put(self.commit("Welcome"))
        self.made(result, 2)
        self.assertIn("\nwriting Welcome\n", result.stderr)
        self.assertIn("\nBuild successful\n", result.stderr)

    def test_the_same_digest_is_the_version_before(self):
        self.start()
        result = self.put(self.commit("Hello", README="more\n"))
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(self.digest(1), self.digest(2))
        self.made(result, 1)
        self.assertIn("build 2 made the same image as build 1", result.stderr)

    def test_the_commit_that_is_there_is_its_version_at_once(self):
        self.start()
        result = self.put(self.repository.first)
        self.made(result, 1)
        self.assertEqual(result.headings(), [])
        self.assertLess(result.seconds, AT_ONCE_S)

    def test_a_commit_by_another_name_needs_no_build(self):
        self.create(revision="main")
        self.built(1)
        result = self.put(self.repository.first)
        self.made(result, 1)
        self.assertIn("no build is needed: build 1 made this image already", result.stderr)

    def test_a_put_joins_the_build_of_its_commit(self):
        self.start()
        commit = self.commit("Welcome")
        first, open_gate = self.start_held(commit)
        second = self.start_put(commit)
        self.hear(second, "===> BUILD")
        open_gate()
        self.made(self.finish(first), 2)
        result = self.finish(second)
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)

    def test_a_build_that_the_image_does_not_name_yet_is_followed(self):
        self.start(lose_build_status="1", step="0.2")
        result = self.put(self.commit("Welcome"))
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)

    def test_a_change_waits_for_the_build_that_runs(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        second = self.start_put(self.commit("Two"))
        self.hear(second, "waiting: build '%s-build-2' of another change is in progress" % self.name)
        open_gate()
        self.made(self.finish(second), 3)
        self.assertEqual(self.finish(first).status, 0)

    def test_a_change_that_somebody_replaces_says_so(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        commits = [self.commit("Two"), self.commit("Three")]
        second = self.start_put(commits[0])
        self.hear(second, "is in progress")
        third = self.start_put(commits[1])
        self.hear(third, "is in progress")
        open_gate()
        self.assertEqual(self.finish(first).status, 0)
        self.failed(self.finish(second), "^out: revision '%s' was superseded by '%s' before it was built$"
                    % tuple(commits))
        self.assertEqual(self.finish(third).status, 0)

    def test_another_edit_meanwhile_is_no_matter(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        second = self.start_put(self.commit("Two"))
        self.hear(second, "is in progress")
        self.edit({"successBuildHistoryLimit": 7})
        self.hear(second, "the image was changed by somebody else")
        open_gate()
        self.assertEqual(self.finish(first).status, 0)
        self.made(self.finish(second), 3)

    def test_builds_are_found_whatever_their_names(self):
        """Those of an Image with a long name are cut and hashed."""
        self.name += "-" + "x" * (62 - len(self.name))
        self.start()
        commit = self.commit("Welcome")
        result = self.put(commit)
        self.assertEqual((result.status, result.headings()), (0, PHASES), result.stderr)
        rows = {row["name"]: row["value"] for row in result.answer["metadata"]}
        self.assertEqual((rows["build_number"], rows["commit"]), ("2", commit))
        self.assertNotIn(self.name, rows["build_name"])
        self.assertEqual(self.versions(), [result.answer["version"]])
        folder = self.artifacts(commit)
        got = self.run_program("in", {"source": self.source(), "version": result.answer["version"],
                                      "params": {"logs": True}}, folder)
        self.assertEqual((got.status, got.answer["metadata"]), (0, result.answer["metadata"]), got.stderr)
        with open(os.path.join(folder, "logs/build.log"), encoding="utf-8") as file:
            self.assertIn("writing Welcome\n", file.read())

    def test_a_rebase_has_its_own_phases(self):
        self.start()
        open_gate = self.hold("rebase")
        self.addCleanup(self.stack, "1.0")
        self.stack("1.1")
        self.cluster.wait("builds", self.name + "-build-2", lambda build: True)
        process = self.start_put(self.repository.first)
        self.hear(process, "===> REBASE")
        open_gate()
        result = self.finish(process)
        self.made(result, 2)
        self.assertEqual(result.headings(), ["REBASE", "COMPLETION"])


class Failures(Case):
    def test_a_build_that_fails_names_phase_and_reason(self):
        self.start()
        result = self.put(self.commit("Welcome", **{"build.sh": "#!/bin/sh\necho oops\nexit 1\n"}))
        self.failed(result, r"^out: build '%s-build-2' failed in phase 'build' with exit code 51 "
                    r"\(a buildpack failed to build\): Error: .*exit status 1" % self.name)
        self.assertEqual(result.headings(), PHASES[:5])
        self.assertIn("\noops\n", result.stderr)
        self.assertEqual(self.versions()[-1]["build"], "1")

    def test_nothing_detected_names_the_phase(self):
        self.start()
        result = self.put(self.commit("Welcome", **{"build.sh": None}))
        self.failed(result, r"failed in phase 'detect' with exit code 20 \(no group of buildpacks fits the source\)")

    def test_a_revision_that_is_none_fails_where_it_is_fetched(self):
        self.start()
        result = self.put("unused", {"commitish": None, "git_revision": "refs/heads/nowhere"})
        self.failed(result, "^out: build '%s-build-2' failed in phase 'prepare' with exit code 1: Error" % self.name)
        self.assertEqual(result.headings(), PHASES[:1])

    def test_the_same_commit_again_fails_at_once(self):
        self.start()
        commit = self.commit("Welcome", **{"build.sh": "#!/bin/sh\nexit 1\n"})
        self.put(commit)
        self.built(2)   # and the Image says so
        result = self.put(commit)
        self.failed(result, "^out: no build is made of revision '%s', because build '%s-build-2' of the same failed "
                    r"\(params.retry_failed builds it again\): Error"
                    % (commit, self.name))
        self.assertLess(result.seconds, AT_ONCE_S)

    def test_an_image_that_is_not_there(self):
        self.failed(self.put("main"), "^out: image '%s' in namespace 'demo' does not exist" % self.name)

    def test_an_image_that_is_not_built_from_git(self):
        self.create(revision="main")
        self.patch(self.name, {"spec": {"source": {"git": None, "blob": {"url": "https://blob.test/a.zip"}}}})
        since = self.now()
        self.failed(self.put("main"), "^out: params.commitish: image '%s' is not built from git" % self.name)
        self.assertNotIn("patch images/" + self.name, self.asked(since))

    def test_no_commitish_at_all(self):
        self.failed(self.put("main", {"commitish": None}), "^out: params: nothing to put: give commitish, another source, a builder, or trigger$")

    def test_a_file_outside_is_not_read(self):
        self.failed(self.put("main", {"commitish": "../../etc/hostname"}), "^out: params.commitish: ")

    def test_no_right_to_patch(self):
        self.start()
        self.failed(self.put("main", kubeconfig=self.cluster.kubeconfig("nobody")), "cannot get resource")

    def test_a_builder_that_is_not_there(self):
        self.start()
        self.edit({"builder": {"name": "nope"}})
        commit = self.commit("Welcome")
        self.gives_up("^out: timeout: no build of revision '.*' has begun, the image says: Error: Unable to find builder 'nope'",
                      lambda timeout: self.put(commit, {"timeout": timeout}))


class Waiting(Case):
    def put_held(self, reason, words):
        """A put that gives up so, of a commit whose pod waits for that reason already."""
        self.start()
        self.annotate(hold=reason)
        commit = self.commit("Welcome")
        self.put(commit, {"wait": False})
        self.cluster.wait("pods", self.name + "-build-2-build-pod", api_version="v1",
                          done=lambda pod: reason in json.dumps(pod.get("status")))
        return self.gives_up(words, lambda timeout: self.put(commit, {"timeout": timeout}))

    def test_an_image_that_cannot_be_pulled_is_said(self):
        result = self.put_held("ImagePullBackOff", "^out: timeout: build '%s-build-2' is not over yet, its pod waited: "
                               "prepare: ImagePullBackOff" % self.name)
        self.assertRegex(result.stderr, "(?m)^warning: pod '%s-build-2-build-pod' waits: prepare: ImagePullBackOff: "
                         "Back-off pulling image" % self.name)
        self.assertEqual(result.stderr.count("ImagePullBackOff"), 2)
        self.assertIn("build '%s-build-2' goes on in the cluster" % self.name, result.stderr)

    def test_a_pod_that_fits_nowhere_is_said(self):
        self.put_held("Unschedulable", "its pod waited: it is not scheduled: 0/1 nodes are available")

    def test_a_pod_that_says_nothing_is_explained_by_its_events(self):
        self.start()
        self.annotate(hold="ContainerCreating")
        process = self.start_put(self.commit("Welcome"))
        self.hear(process, "warning: pod '%s-build-2-build-pod' waits: ContainerCreating: held by an annotation" % self.name)
        self.finish(process, stop=True)

    def test_the_time_is_bounded(self):
        self.start(step="20")
        began = time.monotonic()
        self.failed(self.put(self.commit("Welcome"), {"timeout": 1}),
                    "^out: timeout: (build .* is not over yet$|no build of revision .* has begun)")
        self.assertLess(time.monotonic() - began, 60)   # the build takes longer

    def test_a_stop_leaves_the_build_to_itself(self):
        self.start()
        process, open_gate = self.start_held(self.commit("Welcome"))
        began = time.monotonic()
        result = self.finish(process, stop=True)
        self.assertLess(time.monotonic() - began, KILLED_S)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("build '%s-build-2' goes on in the cluster" % self.name, result.stderr)
        open_gate()
        self.built(2)
        self.assertEqual(self.versions()[-1]["build"], "2")

    def test_a_stop_before_the_patch_is_answered_says_that_it_may_have_arrived(self):
        self.start()
        commit = self.commit("Welcome")
        self.cluster.faults({"user": "ci", "method": "PATCH", "delay": 2 * KILLED_S})
        since = self.now()
        process = self.start_put(commit)
        self.wait_until_asked("patch images/" + self.name, since)
        began = time.monotonic()
        result = self.finish(process, stop=True)
        self.assertLess(time.monotonic() - began, KILLED_S)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("the build of revision '%s' may go on in the cluster: kp build list %s -n demo\n"
                      % (commit, self.name), result.stderr)
        self.made(self.put(commit), 2)

    def test_a_log_line_is_there_while_its_phase_runs(self):
        self.start()
        process, open_gate = self.start_held(self.commit("Welcome"))
        self.hear(process, "\nwriting Welcome\n")
        states = {s["name"]: s["state"] for s in self.pod(2)["status"]["initContainerStatuses"]}
        self.assertIn("running", states["build"])
        open_gate()
        self.made(self.finish(process), 2)


if __name__ == "__main__":
    tap.main()

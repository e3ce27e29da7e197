#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of an Image with params.logs: what the phases of the build wrote, as files."""

import os
import tempfile

import tap
from image_world import BuildsCase, Programs

PHASES = ["analyze", "build", "completion", "detect", "export", "prepare", "restore"]


class Logs(Programs, BuildsCase):
    def start(self, **annotations):
        """An Image with one build that is over."""
        self.create(revision=self.repository.first, annotations={
            "sandbox.invalid/" + name.replace("_", "-"): value for name, value in annotations.items()})
        self.built(1)

    def get(self, number=1, params=None, **options):
        self.into = tempfile.mkdtemp(dir=self.folder)
        version = {"build": str(number), "image": self.build(number)["status"]["latestImage"]}
        result = self.run_program("in", {"source": self.source(**options), "version": version,
                                         "params": {"logs": True} if params is None else params}, self.into)
        self.assertEqual((result.status, result.answer["version"]), (0, version), result.stderr)
        return result

    def logs(self):
        """The log of each phase that has a file."""
        found = {}
        folder = os.path.join(self.into, "logs")
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found[name.removesuffix(".log")] = file.read()
        return found

    def expected(self, phase, number=1):
        text = self.log(number, phase)
        return text.decode() if isinstance(text, bytes) else text

    def test_a_file_for_each_phase(self):
        self.start(lines="50")
        result = self.get()
        logs = self.logs()
        self.assertEqual(sorted(logs), PHASES)
        for phase in PHASES:
            self.assertEqual(logs[phase], self.expected(phase))
        self.assertIn("Build successful\n", logs["completion"])
        self.assertGreater(logs["build"].count("\n"), 50)
        self.assertNotIn("warning", result.stderr)

    def test_a_rebase_has_its_own_phases(self):
        self.start()
        self.stack("2.0")
        self.addCleanup(self.stack, "1.0")
        self.built(2)
        self.get(2)
        self.assertEqual(sorted(self.logs()), ["completion", "rebase"])

    def test_a_last_line_without_its_end_is_kept(self):
        self.start(no_newline="1")
        self.get()
        self.assertEqual(self.logs()["build"], self.expected("build"))
        self.assertFalse(self.logs()["build"].endswith("\n"))

    def test_a_log_that_is_cut_is_whole_in_the_end(self):
        self.start(lines="50")
        self.cluster.faults({"resource": "pods", "subresource": "log", "user": "ci", "cut_bytes": 200, "times": 3})
        self.get()
        logs = self.logs()
        for phase in PHASES:
            self.assertEqual(logs[phase], self.expected(phase))

    def test_a_pod_that_is_gone_is_no_failure(self):
        self.start()
        self.admin.delete("v1", "pods", "demo", self.pod(1)["metadata"]["name"])
        result = self.get()
        self.assertIn("warning: no logs: the pod of the build is gone\n", result.stderr)
        self.assertEqual(self.logs(), {})
        self.assertTrue(os.path.exists(os.path.join(self.into, "image")))

    def test_no_right_to_see_pods_is_no_failure(self):
        self.start()
        self.cluster.faults({"resource": "pods", "verb": "list", "user": "ci", "status": 403})
        result = self.get()
        self.assertRegex(result.stderr, "(?m)^warning: no logs: .*403")
        self.assertEqual(self.logs(), {})

    def test_lines_with_their_time_where_that_is_asked_for(self):
        self.start(lines="20")
        self.get(params={"logs": True, "timestamps": True})
        self.assertEqual(self.logs()["build"], self.log(1, "build", timestamps="true"))
        self.assertRegex(self.logs()["build"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z ")

    def test_without_the_param_no_pod_is_asked_for(self):
        self.start()
        since = self.now()
        self.get(params={})
        self.assertEqual(self.asked(since), ["list builds"])
        self.assertEqual(self.logs(), {})


if __name__ == "__main__":
    tap.main()

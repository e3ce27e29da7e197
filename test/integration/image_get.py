#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of an Image: its files, its metadata, and the one build that it asks for."""

import json
import os
import tempfile

import tap
from image_world import V, ClusterCase, Programs
from cluster.seed import STACK, Seed, commit

OF_VERSION = ["build", "digest", "image", "metadata.json", "repository"]
OF_BUILD = ["build_name", "builder", "buildpacks.json", "changes.json", "git_commit", "git_url", "reason",
            "run_image", "stack", "tag"]


class Get(Programs, ClusterCase):
    name = "app"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seeded = Seed(5, digests={3: 1}, reasons={4: "STACK"})
        cls.cluster.seed(5, digests={3: 1}, reasons={4: "STACK"})

    def get(self, version, folder=None, params=None, **options):
        self.into = folder or tempfile.mkdtemp(dir=self.folder)
        request = {"source": self.source(**options), "version": version, "params": params}
        return self.run_program("in", request, self.into)

    @staticmethod
    def rows(result):
        return {row["name"]: row["value"] for row in result.answer["metadata"]}

    def files(self):
        found = {}
        for name in sorted(os.listdir(self.into)):
            with open(os.path.join(self.into, name), encoding="utf-8") as file:
                found[name] = file.read()
        return found

    def version(self, number):
        return {"build": str(number), "image": self.seeded.latest_image(number)}

    def test_files_hold_exactly_their_value(self):
        result = self.get(self.version(4))
        self.assertEqual(result.status, 0, result.stderr)
        files = self.files()
        image = self.seeded.latest_image(4)
        self.assertEqual(sorted(files), sorted(OF_VERSION + OF_BUILD))
        build = self.seeded.build(4)
        self.assertEqual(json.loads(files.pop("metadata.json")), result.answer["metadata"])
        self.assertEqual(json.loads(files.pop("changes.json")), [{"reason": "STACK", "old": "", "new": ""}])
        self.assertEqual(json.loads(files.pop("buildpacks.json")), build["status"]["buildMetadata"])
        self.assertEqual(files, {"build": "4", "digest": image.partition("@")[2], "image": image, "reason": "STACK",
                                 "repository": self.seeded.tag, "tag": "latest", "build_name": "app-build-4",
                                 "git_commit": commit(4), "git_url": self.seeded.url,
                                 "builder": build["spec"]["builder"]["image"], "stack": STACK,
                                 "run_image": self.seeded.run_image})

    def test_changes_are_kpack_s_and_none_where_they_are_no_json(self):
        changes = [{"reason": "COMMIT", "old": commit(1), "new": commit(2)}]
        self.get(self.version(2))
        self.assertEqual(json.loads(self.files()["changes.json"]), changes)
        self.admin.patch(V, "builds", "demo", "app-build-5",
                         {"metadata": {"annotations": {"image.kpack.io/buildChanges": "[{"}}})
        self.assertEqual(self.get(self.version(5)).status, 0)
        self.assertEqual(self.files()["changes.json"], "[]\n")

    def test_the_commit_s_page_where_the_host_is_known(self):
        self.assertNotIn("commit_url", self.rows(self.get(self.version(4))))
        self.name = "forged"
        self.addCleanup(setattr, self, "name", "app")
        seeded = Seed(1, image="forged", url="https://github.com/a/b.git")
        self.cluster.seed(1, image="forged", url="https://github.com/a/b.git")
        rows = self.rows(self.get({"build": "1", "image": seeded.latest_image(1)}))
        self.assertEqual(rows["commit_url"], "https://github.com/a/b/commit/" + commit(1))
        self.assertEqual(rows["url"], "https://github.com/a/b.git")

    def test_skip_download_asks_nothing(self):
        since = self.now()
        result = self.get(self.version(4), params={"skip_download": True})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.asked(since), [])
        self.assertEqual(sorted(self.files()), OF_VERSION)
        self.assertEqual(result.answer["version"], self.version(4))
        self.assertNotIn("warning", result.stderr)

    def test_what_is_asked_is_shown_where_params_say_so(self):
        asked = "/apis/kpack.io/v1alpha2/namespaces/demo/builds?"
        self.assertNotIn(asked, self.get(self.version(4)).stderr)
        self.assertIn(asked, self.get(self.version(4), params={"debug": True}).stderr)

    def test_the_answer_is_the_version_with_the_build_s_facts(self):
        result = self.get(self.version(4))
        self.assertEqual(result.answer["version"], self.version(4))
        rows = self.rows(result)
        self.assertEqual(rows["build_number"], "4")
        self.assertEqual(rows["build_name"], "app-build-4")
        self.assertEqual(rows["reason"], "STACK")
        self.assertEqual(rows["commit"], commit(4))
        self.assertEqual(rows["url"], self.seeded.url)
        self.assertEqual(rows["stack"], STACK)
        self.assertEqual(rows["run_image"], self.seeded.run_image)
        self.assertEqual(rows["builder"], self.seeded.build(4)["spec"]["builder"]["image"])
        self.assertEqual(rows["buildpacks"], "sandbox/script@1.0.0")
        self.assertTrue(all(name.isidentifier() for name in rows))

    def test_only_the_one_build_is_asked_for(self):
        since = self.now()
        self.get(self.version(2))
        asked = self.cluster.requests("ci", since=since)
        self.assertEqual(self.asked(since), ["list builds"])
        self.assertLess(asked[0]["bytes"], 10000)

    def test_a_build_that_is_gone_leaves_what_the_version_holds(self):
        gone = {"build": "77", "image": self.seeded.latest_image(77)}
        result = self.get(gone)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.answer["version"], gone)
        self.assertIn("warning: the build that made it is not in namespace 'demo' any more", result.stderr)
        files = self.files()
        self.assertEqual(sorted(files), OF_VERSION)
        self.assertEqual(files["image"], gone["image"])
        self.assertEqual(files["build"], "77")

    def test_a_number_that_another_build_has_now_is_not_taken_for_it(self):
        other = {"build": "2", "image": self.seeded.latest_image(99)}
        self.assertEqual(self.get(other).status, 0)
        self.assertNotIn("reason", self.files())

    def test_a_version_without_a_number_is_the_newest_of_its_image(self):
        given = {"image": self.seeded.latest_image(1)}
        result = self.get(given)
        self.assertEqual(result.answer["version"], given)
        self.assertEqual(self.files()["build"], "3")

    def test_it_may_run_again_in_the_same_folder(self):
        self.get(self.version(2))
        before = self.files()
        result = self.get(self.version(2), self.into)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.files(), before)

    def test_an_image_without_a_digest_is_refused(self):
        result = self.get({"build": "1", "image": "registry.test/app:latest"})
        self.assertEqual((result.status, result.stdout, result.stderr),
                         (1, "", "in: version.image: must name an image by digest\n"))

    def test_a_number_that_is_none_is_refused(self):
        result = self.get({"build": "x", "image": self.seeded.latest_image(1)})
        self.assertEqual(result.stderr, "in: version.build: must be the number of a build\n")

    def test_a_folder_that_is_not_there(self):
        result = self.get(self.version(1), os.path.join(self.folder, "none"))
        self.assertEqual(result.status, 1)
        self.assertRegex(result.error, "^in: .*/none: No such file or directory$")

    def test_no_right_to_look_is_a_failure(self):
        result = self.get(self.version(1), kubeconfig=self.cluster.kubeconfig("nobody"))
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn('cannot list resource "builds"', result.error)
        self.assertEqual(self.files(), {})


if __name__ == "__main__":
    tap.main()

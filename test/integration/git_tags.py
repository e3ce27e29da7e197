#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check of the git kind by tags and branches, on every way to reach a repository, against the git program."""

import json
import os
import subprocess
import unittest

import tap
from git_world import Served


class Tags(Served):
    """The same on all of them."""

    def refused(self, message, **source):
        """It must fail with that line."""
        result = self.world.check(**source)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: " + message)

    def tag(self, name, *where, annotated=False):
        """Tag a commit, a minute after all before; the version that it is."""
        self.world.git("tag", "-f", *(["-a", "-m", name] if annotated else []), name, *where)
        return {"ref": name, "commit": self.world.git("rev-parse", name + "^{commit}")}

    def tagged(self, count, annotated=False):
        """Published: so many commits, each with a tag."""
        versions = []
        for number in range(count):
            self.world.commit("commit %d" % number)
            versions.append(self.tag("v1.%d" % number, annotated=annotated))
        self.world.mirror()
        return versions

    def test_the_first_check_finds_the_newest_tag(self):
        for annotated in (False, True):
            with self.subTest(annotated=annotated):
                self.world.fresh()
                versions = self.tagged(3, annotated)
                self.assertEqual(self.answer(tag_filter="v*"), versions[-1:])
                self.assertEqual(self.answer(tag_filter="v*", version_depth=2), versions[-2:])
                self.assertEqual(self.answer(tag_filter="v*", branch=None), versions[-1:])

    def test_no_tag_between_two_checks_is_lost(self):
        versions = self.tagged(5)
        for position, version in enumerate(versions):
            self.assertEqual(self.answer(version, tag_filter="v*"), versions[position:])

    def test_tags_of_one_commit_are_all_versions(self):
        first = self.tagged(1)[0]
        later = [self.tag("v2.%d" % number, annotated=True) for number in range(3)]
        self.world.mirror()
        self.assertEqual(self.answer(first, tag_filter="v*"), [first] + later)

    def test_a_glob_crosses_slashes_and_a_regex_matches_the_whole_name(self):
        self.world.commit("one")
        versions = {name: self.tag(name, annotated=True) for name in
                    ("a/v1", "a/b/v2", "v3", "v3-rc", "xv4")}
        self.world.mirror()
        for pattern in ("a*", "*v?", "a/*", "[ax]*", "v3*", "nope*", "*"):
            with self.subTest(glob=pattern):
                names = self.world.git("tag", "--list", pattern, "--sort=creatordate").split()
                self.assertEqual(self.answer(tag_filter=pattern, version_depth=9),
                                 [versions[name] for name in names])
        for pattern in ("v[0-9]", "v3(-rc)?", "a/.*", "3", ".*v[0-9]"):
            with self.subTest(regex=pattern):
                found = subprocess.run(["grep", "-Ex", pattern], input="\n".join(versions).encode(),
                                       stdout=subprocess.PIPE, check=False).stdout.decode().split()
                self.assertEqual(self.answer(tag_regex=pattern, version_depth=9),
                                 [versions[name] for name in found])

    def test_with_a_branch_only_tags_in_its_history_count(self):
        versions = self.tagged(2)
        self.world.git("checkout", "-q", "-b", "release")
        self.world.commit("release", "release")
        aside = self.tag("v9.0", annotated=True)
        self.world.git("checkout", "-q", "main")
        self.world.mirror()
        self.assertEqual(self.answer(tag_filter="v*", version_depth=9), versions)
        self.assertEqual(self.answer(tag_filter="v*", version_depth=9, branch=None), versions + [aside])
        self.world.git("merge", "-q", "--no-ff", "-m", "merge", "release")
        self.world.mirror()
        self.assertEqual(self.answer(versions[-1], tag_filter="v*"), [versions[-1], aside])

    def test_a_deleted_tag_does_not_stop_the_others(self):
        versions = self.tagged(3)
        self.world.git("tag", "-d", "v1.1")
        self.world.mirror()
        self.assertEqual(self.answer(versions[1], tag_filter="v*"), [versions[2]])
        with self.subTest("and its commit is gone too"):
            gone = {"ref": "v0.0", "commit": "1234567890" * 4}
            self.assertEqual(self.answer(gone, tag_filter="v*"), [versions[2]])

    def test_a_moved_tag_is_a_new_version(self):
        versions = self.tagged(2)
        self.world.commit("later")
        moved = self.tag("v1.1")
        self.world.mirror()
        self.assertEqual(self.answer(versions[1], tag_filter="v*"), [moved])
        self.assertNotEqual(moved, versions[1])

    def test_nested_tags_and_tags_of_what_is_no_commit(self):
        commit = self.world.commit("one")
        self.tag("v1", annotated=True)
        self.world.git("tag", "-a", "-m", "nested", "v2", "v1")
        self.world.git("tag", "v3", "HEAD^{tree}")
        self.world.mirror()
        self.assertEqual(self.answer(tag_filter="v*", version_depth=9),
                         [{"ref": "v1", "commit": commit}, {"ref": "v2", "commit": commit}])

    def test_a_tag_and_a_branch_of_one_name(self):
        versions = self.tagged(1)
        self.world.git("checkout", "-q", "-b", "v1.0")
        tip = self.world.commit("on the branch")
        self.world.mirror()
        self.assertEqual(self.answer(branch="v1.0", tag_filter="v*"), versions)
        self.assertEqual(self.answer(branch="v1.0"), [{"ref": tip}])

    def test_filters_judge_the_tagged_commit(self):
        self.world.commit("wanted")
        wanted = self.tag("v1")
        self.world.commit("not this [ci skip]")
        skipped = self.tag("v2")
        self.world.mirror()
        self.assertEqual(self.answer(tag_filter="v*"), [wanted])
        self.assertEqual(self.answer(tag_filter="v*", disable_ci_skip=True), [skipped])
        self.assertEqual(self.answer(skipped, tag_filter="v*"), [skipped], "it was one when it was given")

    def test_no_tag_matches(self):
        self.tagged(1)
        for behaviour in ("match_tagged", "match_tag_ancestors"):
            self.assertEqual(self.answer(tag_filter="w*", tag_behaviour=behaviour), [])

    def test_initial_version_is_the_first_tag(self):
        versions = self.tagged(4)
        self.assertEqual(self.answer(tag_filter="v*", initial_version="v1.1"), versions[1:])
        self.refused("source.initial_version: 'v7' is none of the tags that count", tag_filter="v*",
                     initial_version="v7")

    def test_ancestors_are_the_commits_up_to_the_newest_tag(self):
        commits = [self.world.commit("commit %d" % number) for number in range(6)]
        self.tag("v1", commits[1], annotated=self.kind != "v0")
        self.tag("v2", commits[3])
        self.world.mirror()
        options = {"tag_filter": "v*", "tag_behaviour": "match_tag_ancestors"}
        self.assertEqual(self.answer(**options), [{"ref": commits[3]}])
        self.assertEqual(self.answer(version_depth=2, **options), [{"ref": c} for c in commits[2:4]])
        self.assertEqual(self.answer({"ref": commits[1]}, **options), [{"ref": c} for c in commits[1:4]])
        self.tag("v3")
        self.world.mirror()
        self.assertEqual(self.answer({"ref": commits[3]}, **options), [{"ref": c} for c in commits[3:]])

    def test_version_type_tags(self):
        names = ("1.9", "1.10", "1.2", "v1.0-rc1", "v1.0", "x.tar.gz")
        self.world.commit("one")
        made = {name: {"tag": name, "ref": self.tag(name, annotated=True)["commit"]} for name in names}
        self.world.mirror()
        every = [made[name] for name in names]
        self.assertEqual(self.answer(version_type="tags"), every)
        self.assertEqual(self.answer(made["1.2"], version_type="tags"), every[2:])
        self.assertEqual(self.answer({"tag": "gone", "ref": "0" * 40}, version_type="tags"), every)
        self.assertEqual(self.answer(version_type="tags", tag_filters=["1.?", "x*"]),
                         [made["1.9"], made["1.2"], made["x.tar.gz"]])
        self.assertEqual(self.answer(version_type="tags", tag_filter="v*", tag_filters=["x*"]), every[3:])
        self.assertEqual(self.answer(version_type="tags", tag_regex="[.]1"), [made["1.10"]])
        self.assertEqual(self.answer(version_type="tags", tag_filter="none"), [])
        by_version = subprocess.run(["sort", "-V"], input="\n".join(names).encode(), check=True,
                                    stdout=subprocess.PIPE, env={"LC_ALL": "C"}).stdout.decode().split()
        self.assertEqual(self.answer(version_type="tags", tag_sort="version"),
                         [made[name] for name in by_version])

    def test_version_type_branches(self):
        self.world.commit("one")
        for name in ("feature/b", "feature/a", "other"):
            self.world.git("branch", name)
        self.world.mirror()
        found = self.answer(version_type="branches")
        self.assertEqual([sorted(version) for version in found], [["branches", "timestamp"]])
        self.assertEqual(found[0]["branches"], "feature/a,feature/b,main,other")
        self.assertRegex(found[0]["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
        self.assertEqual(self.answer(found[0], version_type="branches"), [])
        for options, names in (({"branch_filters": ["feature*", "m*"]}, "feature/a,feature/b,main"),
                               ({"branch_regex": "re/a|her"}, "feature/a,other"),
                               ({"branch_filters": "nope"}, "NONE")):
            versions = self.answer(found[0], version_type="branches", **options)
            self.assertEqual([version["branches"] for version in versions], [names])


    def get(self, version, folder, **source):
        """What in answers with; it must succeed."""
        request = {"source": self.world.source(**source), "version": version}
        result = self.world.program("in", request, self.world.path(folder))
        self.assertEqual(result.status, 0, result.stderr)
        return result.answer

    def read(self, *names):
        """A file of this world."""
        with open(self.world.path(*names), encoding="utf-8") as file:
            return file.read()

    def test_get_a_tagged_commit(self):
        for annotated in (False, True):
            with self.subTest(annotated=annotated):
                self.world.fresh()
                version = self.tagged(3, annotated)[1]
                folder = "get-%s-%s" % (self.kind, annotated)
                answer = self.get(version, folder, tag_filter="v*")
                self.assertEqual(answer["version"], {"ref": "v1.1"})
                self.assertEqual(self.read(folder, ".git", "ref"), "v1.1\n")
                self.assertEqual(self.read(folder, ".git", "commit"), version["commit"] + "\n")
                head = self.world.git("rev-parse", "HEAD", cwd=self.world.path(folder))
                self.assertEqual(head, version["commit"])

    def test_get_a_tag_by_itself(self):
        made = self.tagged(3, annotated=True)[1]
        version = {"tag": made["ref"], "ref": made["commit"]}
        folder = "tag-%s" % self.kind
        answer = self.get(version, folder, version_type="tags")
        self.assertEqual(answer["version"], version)
        self.assertIn({"name": "tag", "value": "v1.1"}, answer["metadata"])
        self.assertEqual(self.read(folder, ".git", "tag"), "v1.1\n")
        self.assertEqual(self.read(folder, ".git", "ref"), version["ref"] + "\n")

    def test_get_the_names_of_branches(self):
        for number, (names, wanted) in enumerate((("a,b/c,main", ["a", "b/c", "main"]), ("NONE", []))):
            folder = "branches-%s-%d" % (self.kind, number)
            os.mkdir(self.world.path(folder))
            version = {"branches": names, "timestamp": "2026-11-23T18:59:51"}
            answer = self.get(version, folder, version_type="branches")
            self.assertEqual(answer["version"], version)
            self.assertEqual(answer["metadata"], [{"name": "branches", "value": "\n".join(wanted) or "EMPTY"}])
            self.assertEqual(json.loads(self.read(folder, "branches.json")), wanted)


class TagsV2(Tags, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""

    def test_options_that_exclude_one_another(self):
        self.refused("source.tag_regex: cannot be set together with 'tag_filter'", tag_filter="a", tag_regex="b")
        self.refused("source.tag_regex: cannot be set together with 'tag_filters'", version_type="tags",
                     tag_filters=["a"], tag_regex="b")
        self.refused("source.branch_regex: cannot be set together with 'branch_filters'",
                     version_type="branches", branch_filters=["a"], branch_regex="b")
        self.refused("source.tag_filters: is for version_type 'tags'", tag_filters=["a"])
        self.refused("source.tag_behaviour: must be 'match_tagged' or 'match_tag_ancestors'", tag_behaviour="x")
        self.refused("source.version_type: must be 'commits', 'tags' or 'branches'", version_type="tag")
        self.refused("source.tag_sort: must be 'creatordate' or 'version'", version_type="tags", tag_sort="x")

    def test_many_tags_cost_two_requests_by_prefix_and_one_fetch(self):
        self.world.commit("one")
        for number in range(200):
            self.tag("old/%d" % number)
        last = self.tag("v1.0")
        self.world.mirror()
        self.world.server.forget_requests()
        self.assertEqual(self.answer(tag_filter="v1.*", branch=None), [last])
        requests = self.world.server.requests()
        self.assertEqual([request.method for request in requests], ["GET", "POST", "POST"])
        self.assertLess(sum(request.bytes_out for request in requests), 5000)


class TagsV0(Tags, unittest.TestCase):
    """A server that does not see Git-Protocol: version 0."""

    kind = "v0"


class TagsLocal(Tags, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


if __name__ == "__main__":
    tap.main()

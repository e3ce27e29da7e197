#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: depth, branches, tags and settings by params, against what the git program leaves."""

import os
import unittest

import tap
from git_in_world import Got


class Refs(Got):
    """The same on all ways to reach a repository."""

    kind = "v2"

    def chain(self, count):
        """So many commits on main; their ids, oldest first."""
        commits = [self.world.commit("number %d" % number) for number in range(count)]
        self.world.publish("refs/heads/*", "refs/tags/*")
        return commits

    def source_uri(self):
        """A URI for which git knows depths."""
        return self.world.uri if self.world.server else "file://" + self.world.bare

    def lines(self, result):
        """What was said of depths."""
        return [line for line in result.stderr.split("\n")
                if line.startswith(("Could not find ref", "Deepening", "Reached"))]

    def test_depth_one_is_one_commit(self):
        commits = self.chain(5)
        result = self.get_with(commits[4], {"depth": 1}, uri=self.source_uri())
        self.assertEqual(self.lines(result), [])
        self.assertEqual(self.git("log", "--format=%H"), commits[4])
        self.assertEqual(self.git("rev-parse", "--is-shallow-repository"), "true")
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck", "--full"), "")

    def test_depth_is_deepened_until_the_version_is_there(self):
        commits = self.chain(12)
        result = self.get_with(commits[6], {"depth": "1"}, uri=self.source_uri())
        self.assertEqual(self.lines(result), [
            "Could not find ref %s~0 in a shallow clone of depth 1" % commits[6],
            "Deepening the shallow clone by an additional 2...",
            "Could not find ref %s~0 in a shallow clone of depth 3" % commits[6],
            "Deepening the shallow clone by an additional 4..."])
        self.assertEqual(self.git("log", "--format=%H", "main").split("\n"), commits[:4:-1])
        self.assertEqual(self.git("rev-parse", "HEAD"), commits[6])
        self.assertEqual(self.git("fsck", "--full"), "")

    def test_depth_counts_behind_the_version(self):
        commits = self.chain(12)
        self.get_with(commits[9], {"depth": 4}, uri=self.source_uri())
        self.assertGreaterEqual(self.git("log", "--format=%H").split("\n"), commits[9:5:-1])
        self.assertGreaterEqual(len(self.git("log", "--format=%H").split("\n")), 4)

    def test_depth_deeper_than_the_history(self):
        commits = self.chain(3)
        result = self.get_with(commits[1], {"depth": 9}, uri=self.source_uri())
        self.assertEqual(self.lines(result), ["Reached max depth of the origin repo while deepening the shallow "
                                              "clone, it's a deep clone now"])
        self.assertEqual(self.git("rev-parse", "--is-shallow-repository"), "false")
        self.assertEqual(self.git("log", "--format=%H"), "\n".join(commits[1::-1]))

    def test_a_depth_that_ends_at_the_root_is_cut_there_as_by_git(self):
        commits = self.chain(3)
        self.get_with(commits[2], {"depth": 3}, uri=self.source_uri())
        self.assertEqual(self.read("shallow"), commits[0] + "\n")

    def test_all_tags_come_before_the_branch_is_deepened(self):
        commits = self.chain(6)
        self.world.git("checkout", "-q", commits[3])
        self.world.commit("tagged beside the branch")
        self.world.git("tag", "beside")
        self.world.publish("refs/tags/*")
        result = self.get_with(commits[3], {"depth": 1, "fetch_tags": True}, uri=self.source_uri())
        self.assertEqual(self.lines(result), [])
        self.assertEqual(self.read("shallow"), commits[5] + "\n")
        self.assertEqual(self.git("fsck", "--full"), "")

    def test_depth_past_the_threshold_is_all(self):
        commits = self.chain(1)
        tree = self.world.git("rev-parse", "HEAD^{tree}")
        for number in range(140):
            commits.append(self.world.git("commit-tree", "-p", commits[-1], "-m", str(number), tree))
        self.world.git("reset", "-q", "--hard", commits[-1])
        self.world.publish()
        result = self.get_with(commits[2], {"depth": 1}, uri=self.source_uri())
        self.assertEqual(self.lines(result)[-2:], [
            "Could not find ref %s~0 in a shallow clone of depth 127" % commits[2],
            "Reached depth threshold 127, falling back to deep clone..."])
        self.assertEqual(self.git("rev-parse", "--is-shallow-repository"), "false")
        self.assertEqual(self.git("fsck", "--full"), "")

    def test_tags_by_fetch_tags(self):
        commits = self.fill()
        history = ["light", "nested", "v1.0"]
        for params, source, wanted in (
                ({}, {}, history), ({"fetch_tags": True}, {}, history + ["unrelated"]),
                ({"fetch_tags": False}, {}, []), ({}, {"fetch_tags": "false"}, []),
                ({"fetch_tags": False}, {"fetch_tags": True}, []),
                ({"fetch_tags": "true", "depth": 1}, {"uri": self.source_uri()}, history + ["unrelated"]),
                ({"depth": 1}, {"uri": self.source_uri()}, [])):
            with self.subTest(params=params, source=source):
                self.another()
                self.get_with(commits[3], params, **source)
                self.assertEqual(self.git("tag", "--list").split("\n"), sorted(wanted) or [""])
                option = self.git("config", "--default", "", "--get", "remote.origin.tagOpt")
                self.assertEqual(option, "" if wanted or "depth" in params else "--no-tags")
                self.assertEqual(self.git("fsck", "--full"), "")

    def test_clean_tags_after_they_were_told(self):
        commits = self.fill()
        self.get_with(commits[1], {"clean_tags": True})
        self.assertEqual(self.git("tag", "--list"), "")
        self.assertEqual(self.read("tags"), "light,nested,v1.0\n")
        self.assertEqual(self.git("describe", "--always", "origin/main"), self.git("rev-parse", "--short", "main"))
        self.assertEqual(self.git("notes", "list").split(" ")[1], commits[1])

    def test_all_branches_are_those_of_a_clone(self):
        commits = self.fill()
        for branch in ("main", "elsewhere"):  # the remote's HEAD is main
            with self.subTest(branch):
                self.another()
                self.get_with(commits[1], {"all_branches": True}, branch=branch)
                other = self.path + "-git"
                self.world.run("git", "-c", "safe.directory=*", "clone", "-q", "--branch", branch, "--upload-pack",
                               "git -c safe.directory=* upload-pack", "file://" + self.world.bare, other)
                self.world.run("git", "-C", other, "checkout", "-q", commits[1])
                for question in (["for-each-ref", "refs/heads", "refs/remotes", "refs/tags"],
                                 ["config", "remote.origin.fetch"], ["status", "--porcelain"]):
                    self.assertEqual(self.git(*question), self.git(*question, path=other))

    def test_all_branches_with_a_depth_are_those_of_a_clone(self):
        commits = self.fill()
        elsewhere = self.world.git("rev-parse", "elsewhere")
        self.get_with(commits[3], {"all_branches": True, "depth": 1}, uri=self.source_uri())
        other = self.world.path("cut%d" % self.world.count)
        self.world.run("git", "-c", "safe.directory=*", "clone", "-q", "--branch", "main", "--depth", "1",
                       "--upload-pack", "git -c safe.directory=* upload-pack", "file://" + self.world.bare, other)
        for question in (["for-each-ref", "refs/heads", "refs/remotes", "refs/tags"],
                         ["config", "remote.origin.fetch"], ["rev-list", "--all", "--not", "--glob=refs/notes"]):
            self.assertEqual(self.git(*question), self.git(*question, path=other))
        self.assertNotIn(elsewhere, self.git("cat-file", "--batch-all-objects", "--batch-check"))

    def test_further_branches(self):
        commits = self.fill()
        tip = self.world.git("rev-parse", "elsewhere")
        for params in ({}, {"depth": 1}):
            with self.subTest(params):
                self.another()
                self.get_with(commits[3], {"fetch": ["elsewhere", "main"], **params}, uri=self.source_uri())
                self.assertEqual(self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"),
                                 "refs/heads/elsewhere %s\nrefs/heads/main %s" % (tip, commits[3]))
                self.assertEqual(self.git("config", "--default", "none", "branch.elsewhere.merge"), "none")
                self.assertNotIn("unrelated", self.git("tag", "--list"))  # git follows no tags of these
                self.assertEqual(self.git("fsck", "--full"), "")

    def test_a_further_branch_that_is_not_there(self):
        commits = self.fill()
        result = self.ask(commits[3], {"fetch": "nowhere"})
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("params.fetch: 'nowhere' does not exist at ", result.message)

    def test_a_commit_of_another_ref_is_searched(self):
        commits = self.fill()
        self.world.git("checkout", "-q", "--detach")
        asked = self.world.commit("asked to be pulled")
        self.world.git("update-ref", "refs/pull/1/head", asked)
        self.world.publish("refs/pull/*")
        result = self.get_with(asked[:9], search_remote_refs=True)
        self.assertIn("found %s at refs/pull/1/head" % asked[:9], result.stderr)
        self.assertEqual(self.git("rev-parse", "HEAD", "HEAD^"), "%s\n%s" % (asked, commits[3]))
        self.another()
        result = self.ask("1" * 40, search_remote_refs=True)
        self.assertIn("couldn't find a ref for %s listed on the remote" % ("1" * 40), result.stderr)
        self.assertEqual((result.status, result.stdout), (1, ""))

    def test_settings_are_written_and_nothing_is_run(self):
        self.world.write(".gitattributes", "* filter=evil\n*.crlf text eol=crlf\n")
        self.world.write("a.crlf", "one\ntwo\n")
        commit = self.world.commit("attributes")
        self.world.publish()
        proof = self.world.path("proof%d" % self.world.count)
        settings = {"filter.evil.smudge": "!touch %s; cat" % proof, "core.fsmonitor": "touch " + proof,
                    "core.hooksPath": self.world.work, "alias.long": "!true long  command with 'variables' $@ \\ \"",
                    "user.name": "A  B", "feature.some": True, "feature.number": 7, "feature.empty": None,
                    "url.https://example.com/.insteadOf": "gh:"}
        hook = os.path.join(self.world.work, "post-checkout")
        with open(hook, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\ntouch %s\n" % proof)
        os.chmod(hook, 0o755)
        self.get_with(commit, git_config=[{"name": name, "value": value} for name, value in settings.items()])
        self.assertFalse(os.path.exists(proof))
        for name, value in settings.items():
            wanted = {True: "true", None: "", 7: "7"}.get(value, value)
            self.assertEqual(self.git("config", "--local", "--get", name), wanted, name)
        with open(os.path.join(self.path, "a.crlf"), "rb") as file:
            self.assertEqual(file.read(), b"one\r\ntwo\r\n")

    def test_a_setting_without_a_section(self):
        result = self.ask("1" * 40, git_config=[{"name": "autocrlf", "value": "true"}])
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("source.git_config[0].name: 'autocrlf' is not a name", result.message)


class RefsV2(Refs, unittest.TestCase):
    """Apache before git http-backend."""

    def test_git_deepens_from_there(self):
        commits = self.chain(9)
        self.get_with(commits[8], {"depth": 2})
        server = self.world.server
        self.git("config", "http.sslCAInfo", server.ca_file)
        self.git("config", "credential.helper",
                 "!f() { echo username=%s; echo password=%s; }; f" % (server.username, server.password))
        self.git("fetch", "-q", "--deepen", "3")
        self.assertEqual(self.git("log", "--format=%H").split("\n"), commits[8:3:-1])
        self.git("fetch", "-q", "--unshallow")
        self.assertEqual(self.git("log", "--format=%H").split("\n"), commits[::-1])


class RefsV0(Refs, unittest.TestCase):
    """Version 0 of the protocol."""

    kind = "v0"


class RefsLocal(Refs, unittest.TestCase):
    """A path on this machine, as file:// where a depth is asked for."""

    kind = "local"

    def test_depth_means_nothing_for_a_plain_path(self):
        commits = self.chain(3)
        result = self.get_with(commits[2], {"depth": 1})
        self.assertIn("depth is ignored for a local path", result.stderr)
        self.assertEqual(self.git("rev-parse", "--is-shallow-repository"), "false")


if __name__ == "__main__":
    tap.main()

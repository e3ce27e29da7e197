#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of the git kind: what the server has afterwards, and what it says when it refuses."""

import os
import unittest

import tap
from git_out_world import Putting


class Out(Putting):
    """The same on all ways to reach a repository."""

    def test_a_commit_arrives_and_is_the_version(self):
        commit = self.world.commit("second", "a/b", "x")
        answer = self.put()
        self.assertEqual(answer["version"], {"ref": commit})
        self.assertEqual(self.tip(), commit)
        self.assertEqual(self.world.admin("fsck", "--full", "--strict"), "")
        rows = {row["name"]: row["value"] for row in answer["metadata"]}
        self.assertEqual((rows["commit"], rows["message"], rows["branch"]), (commit, "second", "main"))
        with self.subTest("check finds the very same"):
            self.assertEqual(self.world.check(self.first).refs, [self.first, commit])

    def test_again_is_no_error(self):
        commit = self.world.commit("second")
        self.put()
        self.assertEqual(self.put()["version"], {"ref": commit})

    def test_a_branch_that_is_new_there(self):
        commit = self.world.commit("second")
        self.put(source={"branch": "release/1.0"})
        self.assertEqual((self.tip("refs/heads/release/1.0"), self.tip()), (commit, self.first))

    def test_a_detached_head(self):
        commit = self.world.commit("second")
        self.world.git("checkout", "-q", "--detach")
        self.put()
        self.assertEqual(self.tip(), commit)

    def test_from_folders_that_git_keeps_in_other_ways(self):
        self.world.write("folder/file", "content\n")
        self.world.write("other/file", "content\n")
        self.world.commit("folders")
        self.world.publish()
        for arguments in (("update-index", "--split-index"), ("update-index", "--no-split-index"),
                          ("sparse-checkout", "set", "--cone", "--sparse-index", "folder"),
                          ("update-index", "--index-version", "4"),
                          ("config", "extensions.worktreeConfig", "true"), ("pack-refs", "--all", "--prune")):
            with self.subTest(arguments=arguments):
                self.world.git(*arguments)
                commit = self.world.commit(" ".join(arguments))
                self.assertEqual(self.put()["version"], {"ref": commit})
                self.assertEqual(self.tip(), commit)

    def test_into_an_empty_repository(self):
        self.world.admin("update-ref", "-d", "refs/heads/main")
        self.put()
        self.assertEqual(self.tip(), self.first)

    def test_a_merge_and_many_files(self):
        self.world.git("checkout", "-q", "-b", "side")
        for number in range(300):
            self.world.write("many/%d" % number, "content %d\n" % number)
        self.world.commit("side", "side")
        self.world.git("checkout", "-q", "main")
        self.world.commit("main", "main")
        self.world.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        self.put()
        self.assertEqual(self.tip(), self.world.git("rev-parse", "main"))
        self.assertEqual(self.world.admin("fsck", "--full", "--strict"), "")
        self.assertEqual(self.world.admin("ls-tree", "-r", "main"), self.world.git("ls-tree", "-r", "main"))

    def test_more_than_fits_into_memory(self):
        content = os.urandom(5000000)
        self.world.commit("large", "large", content)
        self.put()
        self.assertEqual(self.world.admin("rev-parse", "main:large"), self.world.git("rev-parse", "main:large"))
        self.assertEqual(self.world.admin("fsck", "--full"), "")

    def test_local_tags_go_along(self):
        commit = self.world.commit("second")
        self.world.git("tag", "light")
        self.world.git("tag", "-a", "-m", "annotated", "v1.0", self.first)
        answer = self.put()
        self.assertEqual(self.world.admin("for-each-ref", "refs/tags"), self.world.git("for-each-ref", "refs/tags"))
        self.assertEqual(self.world.admin("rev-parse", "light"), commit)
        self.assertIn({"name": "tags", "value": "light"}, answer["metadata"])

    def test_a_tag_that_is_another_one_there(self):
        self.world.git("tag", "v1.0")
        self.world.publish("refs/tags/*")
        self.world.commit("second")
        self.world.git("tag", "-f", "v1.0")
        self.refused("'refs/tags/v1.0' at %s is another tag of that name, which only params.force moves: nothing was pushed"
                     % self.world.uri)

    def behind(self):
        return ("'main' at %s has commits that are not in HEAD (non-fast-forward): get its newest version and put "
                "the change on top of that" % self.world.uri)

    def test_commits_that_are_not_in_head(self):
        self.world.commit("second")
        self.world.publish()
        self.world.git("reset", "-q", "--hard", self.first)
        self.world.commit("another second")
        with self.subTest("which are known here"):
            self.refused(self.behind())
        with self.subTest("which are not known here"):
            self.world.git("reflog", "expire", "--expire=now", "--all")
            self.world.git("gc", "-q", "--prune=now")
            self.refused(self.behind())

    def test_without_a_branch(self):
        self.refused("source.branch: is required for a put without params.branch or params.only_tag", {"branch": None})

    def test_a_name_that_no_branch_can_have(self):
        self.refused("source.branch: 'a..b' is not a name that a branch can have", {"branch": "a..b"})

    def test_folders_that_are_not_to_be_pushed(self):
        os.makedirs(self.world.path("build", "plain"))
        os.symlink(self.world.work, self.world.path("build", "out-by-link"))
        build = self.world.path("build")
        outside = "params.repository: '%s' leads out of the build directory"
        for name, message in (
                ("../" + self.name, outside % ("../" + self.name)),
                ("out-by-link", outside % "out-by-link"),
                ("nope", "params.repository: 'nope' is not a folder in the build directory: name an earlier get or an "
                         "output of a task"),
                ("plain", "%s: is not a git repository" % os.path.realpath(os.path.join(build, "plain")))):
            with self.subTest(name):
                result = self.world.put(name, build)
                self.assertEqual((result.status, result.stdout, result.message), (1, "", "out: " + message))
        self.world.run("rm", "-rf", build)

    def test_a_repository_without_a_commit(self):
        self.world.run("git", "init", "-q", self.world.path("unborn"))
        result = self.world.put("unborn")
        self.assertEqual(result.message, "out: HEAD names no commit yet: commit something before the put")
        self.world.run("rm", "-rf", self.world.path("unborn"))


class OutServed(Out):
    """By a git server."""

    def test_a_hook_refuses_in_its_own_words(self):
        self.world.commit("second")
        self.world.hook("pre-receive", "echo 'no commits on Fridays'; echo 'ask the release team' >&2; exit 1\n")
        result = self.refused("%s: 'refs/heads/main' was rejected: pre-receive hook declined" % self.world.uri)
        self.assertIn("remote: no commits on Fridays\n", result.stderr)
        self.assertIn("remote: ask the release team\n", result.stderr)

    def test_a_hook_that_accepts_is_heard(self):
        self.world.commit("second")
        self.world.hook("post-receive", "echo 'deployment begins'\n")
        result = self.world.put(self.name)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertIn("remote: deployment begins\n", result.stderr)


class OutHTTP(OutServed, unittest.TestCase):
    """Apache before git http-backend."""

    def test_a_repository_that_takes_no_pushes(self):
        self.world.admin("config", "http.receivepack", "false")
        self.world.commit("second")
        self.refused("%s: the server does not allow to push (403): give the user of 'source.username' and "
                     "'source.password' the right to" % self.world.uri)

    def test_two_requests_are_enough(self):
        self.world.commit("second")
        self.world.server.forget_requests()
        self.put()
        requests = self.world.server.requests()
        self.assertEqual([(request.method, request.service) for request in requests],
                         [("GET", "git-receive-pack"), ("POST", "git-receive-pack")])
        self.assertEqual(len({request.connection for request in requests}), 1)


class OutSsh(OutServed, unittest.TestCase):
    """OpenSSH's server, which lets no variable through: protocol version 0, as a push always."""

    kind = "ssh-v0"


class OutDaemon(OutServed, unittest.TestCase):
    """git's own daemon."""

    kind = "daemon"


class OutLocal(Out, unittest.TestCase):
    """A path on this machine."""

    kind = "local"

    def test_a_branch_that_is_checked_out_there(self):
        other = self.world.path("other%d" % self.world.count)
        self.world.run("git", "clone", "-q", self.world.bare, other)
        self.world.commit("second")
        self.refused("%s: 'refs/heads/main' is checked out there: push to a bare repository or to another branch"
                     % other, {"uri": other})


if __name__ == "__main__":
    tap.main()

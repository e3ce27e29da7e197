#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What protocol v2 knows beside its core: sideband-all and ref-in-want, where git's own server offers them."""

import os
import unittest

import tap
from git_check import Check
from git_world import Served, World


class Offered(Check, unittest.TestCase):
    """All that check does, with a server that offers both."""

    offers = True

    def offered(self, **source):
        """The requests of a check without a version, and what it finds."""
        self.world.server.forget_requests()
        found = self.found(**source)
        return [request.method for request in self.world.server.requests()], found

    def test_a_first_check_names_the_branch_in_the_fetch(self):
        tip = self.history(30)[-1]
        self.assertEqual(self.offered(), (["GET", "POST"], [tip]))
        self.assertEqual(self.offered(branch=None), (["GET", "POST"], [tip]))

    def test_the_window_that_came_with_the_tip_is_gone_on_from(self):
        commits = self.history(40)
        methods, found = self.offered(version_depth=25)
        self.assertEqual((methods, found), (["GET", "POST", "POST"], commits[-25:]))
        commits += [self.world.commit("[ci skip] %d" % number) for number in range(15)]
        self.world.publish()
        self.assertEqual(self.offered()[1], [commits[39]])

    def test_paths_are_judged_in_the_window_that_came_with_the_tip(self):
        self.world.commit("one", "lib/one")
        wanted = self.world.commit("two", "app/two")
        self.world.commit("three", "lib/three")
        self.world.publish()
        self.assertEqual(self.offered(paths=["app"])[1], [wanted])

    def test_who_has_a_version_or_no_filter_asks_for_the_ref(self):
        first, tip = self.history(2)
        self.world.server.forget_requests()
        self.assertEqual(self.found(first), [first, tip])
        self.assertEqual(len(self.world.server.requests()), 3)
        self.assertEqual(self.offered(disable_ci_skip=True), (["GET", "POST"], [tip]))
        ref_alone = self.world.server.requests()[1].bytes_out
        self.world.server.forget_requests()
        self.assertEqual(self.found(tip), [tip])
        # a server may put an answer into one TLS record or two; a pack is some hundred bytes
        self.assertAlmostEqual(self.world.server.requests()[1].bytes_out, ref_alone, delta=64)

    def test_what_was_examined_in_vain_is_not_fetched_again(self):
        self.history(3)
        source = {"commit_filter": {"include": ["nothing like it"]}}
        self.assertEqual(self.offered(**source)[1], [])
        with_a_pack = self.world.server.requests()[1].bytes_out
        self.assertEqual(self.offered(**source), (["GET", "POST"], []))
        self.assertLess(self.world.server.requests()[1].bytes_out, with_a_pack)

    def test_a_tag_is_no_branch_and_is_found_all_the_same(self):
        commits = self.history(3)
        self.world.git("tag", "-a", "-m", "v1", "v1", commits[1])
        self.world.publish("refs/tags/v1")
        self.assertEqual(self.found(branch="v1"), [commits[1]])

    def test_a_detached_head(self):
        commits = self.history(3)
        self.world.admin("update-ref", "--no-deref", "HEAD", commits[0])
        self.assertEqual(self.found(branch=None), [commits[0]])


class OverSsh(Served, unittest.TestCase):
    """One process for all requests, which has ended once it gave up."""

    kind = "ssh"
    offers = True

    def test_a_branch_and_a_tag(self):
        first, tip = self.world.commit("first"), self.world.commit("tip")
        self.world.git("tag", "v1", first)
        self.world.publish("refs/heads/main", "refs/tags/v1")
        self.assertEqual(self.world.check().refs, [tip])
        self.assertEqual(self.world.check(branch="v1").refs, [first])
        self.assertEqual(self.world.check(first).refs, [first, tip])

    def test_a_branch_that_is_not_there(self):
        self.world.commit("first")
        self.world.publish()
        result = self.world.check(branch="nope")
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: source.branch: 'nope' does not exist at %s, whose default "
                         "branch is 'main'" % self.world.uri)


class GetAndPut(Served, unittest.TestCase):
    """The same server, for the other two."""

    offers = True

    def test_a_get_of_everything(self):
        commits = [self.world.commit("commit %d" % number) for number in range(5)]
        self.world.git("tag", "-a", "-m", "v1", "v1", commits[1])
        self.world.publish("refs/heads/main", "refs/tags/v1")
        for number, params in enumerate(({}, {"depth": 2}, {"partial": True})):
            with self.subTest(params):
                folder = "got%d" % number
                result = self.world.program("in", {"source": self.world.source(), "params": params,
                                                   "version": {"ref": commits[3]}}, self.world.path(folder))
                self.assertEqual(result.status, 0, result.stderr)
                self.assertIn("remote: ", result.stderr)
                self.assertEqual(self.world.git("rev-parse", "HEAD", cwd=self.world.path(folder)), commits[3])
                self.assertEqual(self.world.git("status", "--porcelain", cwd=self.world.path(folder)), "")

    def test_a_get_of_what_is_not_there(self):
        self.world.commit("one")
        self.world.publish()
        request = {"source": self.world.source(debug=True), "version": {"ref": "12345678" * 5}}
        result = self.world.program("in", request, self.world.path("none"))
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("the server gave up: upload-pack: not our ref " + "12345678" * 5, result.stderr)
        self.assertIn("version.ref: '%s' is not in %s" % ("12345678" * 5, self.world.uri), result.message)

    def test_a_put_that_rebases(self):
        self.world.commit("base")
        self.world.publish()
        other = self.world.commit("theirs", "theirs")
        self.world.publish()
        self.world.git("reset", "-q", "--hard", "HEAD~1")
        self.world.commit("ours", "ours")
        result = self.world.put(os.path.basename(self.world.work), params={"rebase": True})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.world.admin("rev-parse", "main~1"), other)


class Sha256(unittest.TestCase):
    """A repository whose ids are longer: refused by its format's name, whatever is spoken."""

    def refused(self, world, uri, what):
        for verb, arguments, params in (("check", (), {}), ("in", (world.path("got"),), {}),
                                        ("out", (world.directory,), {"repository": os.path.basename(world.work)})):
            request = {"source": world.source(uri=uri), "params": params}
            result = world.program(verb, request, *arguments)
            self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
            self.assertEqual(result.message, "%s: %s" % (verb, what))

    def test_it_is_refused_by_name(self):
        for kind in ("v2", "v0", "ssh", "ssh-v0", "daemon", "local"):
            world = World(kind)
            self.addCleanup(world.close)
            world.commit("one")
            if world.server:
                world.admin("init", "--quiet", "--bare", "--object-format=sha256", "../long.git")
                bare, uri = world.server.path("long.git"), world.server.url("long.git")
            else:
                bare = os.path.join(world.folder, "long.git")
                world.run("git", "init", "-q", "--bare", "--object-format=sha256", bare)
                uri = world.door.url("long.git" if kind == "daemon" else bare) if world.door else bare
            what = "%s: the repository's object format is 'sha256': only 'sha1' repositories can be used" % uri
            if kind == "local":
                what = "source.uri: %s: cannot be opened as a git repository: unknown object format 'sha256'" % uri
            for filled in (True,) if kind.endswith("v0") else (False, True):  # v0 says nothing of an empty one
                with self.subTest(kind=kind, filled=filled):
                    if filled:
                        self.fill(world, bare)
                    self.refused(world, uri, what)

    @staticmethod
    def fill(world, bare):
        """One commit there."""
        safe = ("git", "-c", "safe.directory=*", "-C", bare)
        tree = world.run(*safe, "mktree").decode().strip()
        commit = world.git(*safe[1:], "commit-tree", "-m", "one", tree)
        world.run(*safe, "update-ref", "refs/heads/main", commit)
        world.run("chmod", "-R", "a+rX", bare)


if __name__ == "__main__":
    tap.main()

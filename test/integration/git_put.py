#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""params of put: branch, tags and force, each beside what the git program leaves."""

import unittest

import tap
from git_out_world import Putting


class Put(Putting):
    """The same on all ways to reach a repository."""

    # -- branch --------------------------------------------------------------------------------

    def test_branch_is_in_the_version(self):
        second = self.world.commit("second")
        answer = self.put(branch="release")
        self.assertEqual(answer["version"], {"branch": "release", "ref": second})
        self.assertEqual((self.tip("refs/heads/release"), self.tip()), (second, self.first))

    def test_branch_without_one_in_source(self):
        second = self.world.commit("second")
        self.put(source={"branch": None}, branch="main")
        self.assertEqual(self.tip(), second)

    def test_empty_branch_is_none(self):
        second = self.world.commit("second")
        self.assertEqual(self.put(branch="")["version"], {"ref": second})

    def test_refs_prefix(self):
        second = self.world.commit("second")
        self.put(refs_prefix="refs/for")
        self.assertEqual((self.tip("refs/for/main"), self.tip()), (second, self.first))

    # -- tags ----------------------------------------------------------------------------------

    def test_tag_and_prefix(self):
        second = self.world.commit("second")
        answer = self.put(tag=self.file("version", "1.2.3\n\n"), tag_prefix="v")
        self.assertEqual((self.tip("v1.2.3"), self.tip()), (second, second))
        self.assertIn({"name": "tags", "value": "v1.2.3"}, answer["metadata"])

    def test_empty_tag_file_is_no_tag(self):
        self.world.commit("second")
        self.put(tag=self.file("version", "\n"), tag_prefix="v")
        self.assertEqual(self.tags(), [])

    def test_annotated_tag_is_the_one_that_git_makes(self):
        self.world.commit("second")
        note = self.file("note", "\n\nRelease 1  \n\n\n# a comment\nmore\n\n")
        self.put(tag=self.file("version", "v1"), annotate=note)
        ours = self.world.admin("cat-file", "tag", "v1")
        self.world.git("tag", "-f", "-a", "-F", self.world.path(note), "v1")
        theirs = self.world.git("cat-file", "tag", "v1")
        self.assertEqual(ours.split("\n\n", 1)[1], theirs.split("\n\n", 1)[1])
        self.assertEqual(ours.split("\n")[:3], theirs.split("\n")[:3])
        self.assertRegex(ours.split("\n")[3], r"^tagger git <git@localhost> \d+ [+-]\d{4}$")

    def test_tagger(self):
        """As git: a setting of the repository comes before one of source, and each of the two by itself."""
        for number, (local, settings, tagger) in enumerate((
                ({"name": "T Agger", "email": "t@example.com"}, {}, "T Agger <t@example.com>"),
                ({}, {"user.name": "S Ource", "USER.EMAIL": "s@example.com"}, "S Ource <s@example.com>"),
                ({"name": "T Agger"}, {"user.name": "S Ource", "user.email": "s@example.com"}, "T Agger <s@example.com>"),
                ({"name": "T Agger"}, {}, "T Agger <git@localhost>"),
                ({}, {"user.email": "s@example.com"}, "git <s@example.com>"))):
            with self.subTest(tagger=tagger):
                for key in ("name", "email"):
                    self.world.git("config", "user." + key, local.get(key, "x"))
                    if key not in local:
                        self.world.git("config", "--unset", "user." + key)
                self.put(source={"git_config": [{"name": name, "value": value} for name, value in settings.items()]},
                         tag=self.file("version", "v%d" % number), annotate=self.file("note", "x"))
                self.assertIn("tagger %s " % tagger, self.world.admin("cat-file", "tag", "v%d" % number))

    def test_a_tagger_without_a_name(self):
        self.refused("user.name, user.email: ' <git@localhost>' is not a name and an address",
                     source={"git_config": [{"name": "user.name", "value": ""}]},
                     tag=self.file("version", "v1"), annotate=self.file("note", "x"))

    def test_annotated_tag_again(self):
        params = {"tag": self.file("version", "v1"), "annotate": self.file("note", "x")}
        self.put(**params)
        before = self.tip("refs/tags/v1")
        self.put(**params)
        self.assertEqual(self.tip("refs/tags/v1"), before)

    def test_only_tag(self):
        second = self.world.commit("second")
        answer = self.put(source={"branch": None}, tag=self.file("version", "v1"), only_tag=True)
        self.assertEqual(answer["version"], {"ref": second})
        self.assertEqual((self.tip("v1"), self.tip()), (second, self.first))

    def test_tags_none(self):
        self.world.git("tag", "local")
        self.put(tag=self.file("version", "v1"), tags="none")
        self.assertEqual(self.tags(), ["v1"])
        self.put(tags="all")
        self.assertEqual(self.tags(), ["local", "v1"])

    def test_rejected_tag(self):
        self.world.git("tag", "v1")
        self.world.publish("refs/tags/*")
        second = self.world.commit("second")
        params = {"tag": self.file("version", "v1")}
        self.refused("'refs/tags/v1' at %s is another tag of that name, which only params.force moves: nothing was "
                     "pushed" % self.world.uri, **params)
        self.put(force=True, **params)
        self.assertEqual((self.tip("v1"), self.tip()), (second, second))

    # -- force ---------------------------------------------------------------------------------

    def test_force(self):
        _, ours = self.theirs_and_ours()
        self.put(force=True)
        self.assertEqual(self.tip(), ours)

    def test_force_backwards(self):
        self.world.commit("second")
        self.world.publish()
        self.world.git("reset", "-q", "--hard", self.first)
        self.put(force=True)
        self.assertEqual(self.tip(), self.first)

    def test_force_with_lease(self):
        there, ours = self.theirs_and_ours()
        with self.subTest("nothing says what was there"):
            self.refused("params.force_with_lease: the repository has no 'refs/remotes/origin/main' that says what "
                         "'main' was", force_with_lease=True)
        with self.subTest("moved since"):
            self.world.git("update-ref", "refs/remotes/origin/main", self.first)
            self.refused("'main' at %s was moved since the get (stale info): it is %s and no longer %s"
                         % (self.world.uri, there[:7], self.first[:7]), force_with_lease=True)
        with self.subTest("not moved since"):
            self.world.git("update-ref", "refs/remotes/origin/main", there)
            self.put(force_with_lease="true")
            self.assertEqual(self.tip(), ours)
        with self.subTest("a branch that is new there"):
            self.put(force_with_lease=True, branch="new")
            self.assertEqual(self.tip("refs/heads/new"), ours)

    def test_atomic(self):
        second = self.world.commit("second")
        self.put(atomic=True, tag=self.file("version", "v1"))
        self.assertEqual((self.tip("v1"), self.tip()), (second, second))

    # -- bad input -----------------------------------------------------------------------------

    def test_bad_input(self):
        tag = self.file("version", "v 1")
        missing = "%s: the file 'nope' does not exist in the build directory"
        for message, params in (
                ("params.force, params.force_with_lease: only one of them can be set",
                 {"force": True, "force_with_lease": True}),
                (missing % "params.tag", {"tag": "nope"}),
                (missing % "params.annotate", {"annotate": "nope"}),
                ("params.tag: 'v 1' is not a name that a tag can have", {"tag": tag}),
                ("params.branch: 'a..b' is not a name that a branch can have", {"branch": "a..b"}),
                ("params.refs_prefix: must begin with 'refs/'", {"refs_prefix": "heads"}),
                ("params.refs_prefix: 'refs/for/' is not what a ref's name can begin with", {"refs_prefix": "refs/for/"}),
                ("params.tag: '-d' is not a name that a tag can have", {"tag": self.file("dash", "-d")}),
                ("params.branch: '-d' is not a name that a branch can have", {"branch": "-d"}),
                ("params.tags: must be 'all' or 'none'", {"tags": "some"})):
            with self.subTest(message):
                self.refused(message, **params)


class PutServed(Put):
    """By a git server."""

    def test_push_options(self):
        self.world.admin("config", "receive.advertisePushOptions", "true")
        self.world.hook("pre-receive", 'echo "$GIT_PUSH_OPTION_COUNT: $GIT_PUSH_OPTION_0, $GIT_PUSH_OPTION_1"\n')
        self.world.commit("second")
        result = self.world.put(self.name, params={"push_options": ["ci.skip", "topic=a b"]})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertIn("remote: 2: ci.skip, topic=a b\n", result.stderr)

    def test_push_options_that_the_server_takes_not(self):
        self.world.admin("config", "receive.advertisePushOptions", "false")
        self.world.commit("second")
        self.refused("%s: the server takes no push options: leave out params.push_options, or set "
                     "receive.advertisePushOptions there" % self.world.uri, push_options="ci.skip")

    def test_atomic_and_the_server_rejects_the_tag(self):
        self.world.commit("second")
        self.world.hook("update", 'case $1 in refs/tags/*) exit 1;; esac\n')
        params = {"tag": self.file("version", "v1")}
        result = self.world.put(self.name, params={"atomic": True, **params})
        self.assertEqual((result.status, self.tip(), self.tags()), (1, self.first, []), result.stderr)
        self.assertIn("was rejected: ", result.message)
        with self.subTest("without it the branch moves, and the put still fails, once"):
            result = self.world.put(self.name, params=params)
            self.assertEqual(result.message,
                             "out: %s: 'refs/tags/v1' was rejected: hook declined" % self.world.uri)
            self.assertEqual((self.tip(), self.tags()), (self.world.git("rev-parse", "HEAD"), []))

    def test_atomic_where_the_server_cannot(self):
        self.world.admin("config", "receive.advertiseAtomic", "false")
        self.world.commit("second")
        self.refused("%s: the server cannot move several refs at once: leave out params.atomic" % self.world.uri,
                     atomic=True)


class PutHTTP(PutServed, unittest.TestCase):
    """Apache before git http-backend."""


class PutSsh(PutServed, unittest.TestCase):
    """OpenSSH's server."""

    kind = "ssh"


class PutDaemon(PutServed, unittest.TestCase):
    """git's own daemon."""

    kind = "daemon"


class PutLocal(Put, unittest.TestCase):
    """A path on this machine."""

    kind = "local"

    def test_push_options(self):
        self.world.commit("second")
        self.refused("%s: params.push_options: no hook runs in a repository on this machine" % self.world.uri,
                     push_options=["a"])


if __name__ == "__main__":
    tap.main()

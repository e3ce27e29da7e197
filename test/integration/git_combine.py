#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""merge and rebase of put: the very commits that git pull makes of the same histories."""

import os
import re
import unittest

import tap
from git_out_world import Dated

TEXT = "".join("line %d\n" % number for number in range(40))


class Combine(Dated):
    """Histories that parted; `theirs` is published, HEAD is ours."""

    kind = "local"

    def setUp(self):
        super().setUp()
        self.world.commit("zero", "zero")
        self.world.commit("first", "text", TEXT)
        self.base = self.world.commit("base", "other", TEXT.replace("line", "row"))
        self.world.publish()
        self.name = os.path.basename(self.world.work)

    def theirs(self, *steps):
        """Somebody else's commits, published; then HEAD is at the base again and knows nothing of them."""
        self.world.git("checkout", "-q", "-b", "theirs")
        for step in steps:
            step()
        self.world.admin("fetch", "-q", "-u", self.world.work, "+theirs:main")
        tip = self.world.git("rev-parse", "HEAD")
        self.world.git("checkout", "-q", "main")
        self.world.git("branch", "-q", "-D", "theirs")
        self.world.git("reflog", "expire", "--expire=now", "--all")
        self.world.git("gc", "-q", "--prune=now")
        return tip

    def commit(self, message, path, content=None):
        return lambda: self.world.commit(message, path, content)

    def expect(self, *options, uri=None, **environment):
        """What git pull makes of it in a copy."""
        copy = self.copy()
        self.as_out(copy, "pull", "-q", "--no-edit", *options, uri or self.world.bare, "main", **environment)
        return self.world.run("git", "rev-parse", "HEAD", cwd=copy).decode().strip()

    def put(self, **params):
        head = self.world.git("rev-parse", "HEAD")
        result = self.world.put(self.name, params=params)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.world.admin("fsck", "--full", "--strict", "--no-dangling"), "")
        self.assertEqual((self.world.git("rev-parse", "HEAD"), self.world.git("status", "--porcelain")), (head, ""))
        return result

    def tip(self):
        return self.world.admin("rev-parse", "main")

    def same(self, expected, result):
        self.assertEqual(self.tip(), expected, result.stderr)
        self.assertEqual(result.answer["version"], {"ref": expected})

    def rebased(self, *options, again=True, **params):
        expected = self.expect("--rebase=merges", *options)
        self.same(expected, self.put(rebase=True, **params))
        if not again:
            return
        with self.subTest("again"):
            self.same(expected, self.put(rebase=True, **params))

    def merged(self):
        expected = self.expect("--no-rebase")
        self.same(expected, self.put(merge=True))
        with self.subTest("again"):
            self.same(expected, self.put(merge=True))

    def refused(self, message, **params):
        before = self.tip()
        result = self.world.put(self.name, params=params)
        self.assertEqual((result.status, result.stdout, self.tip()), (1, "", before), result.stderr)
        self.assertEqual(result.message, "out: " + message)

    def both(self, again=True):
        """A history for a rebase as for a merge."""
        head = self.world.admin("rev-parse", "main")
        self.rebased(again=again)
        self.world.admin("update-ref", "refs/heads/main", head)
        self.merged()


class CombineLocal(Combine, unittest.TestCase):
    """A path on this machine: messages and so ids are git's to the byte."""

    # -- histories -----------------------------------------------------------------------------

    def test_two_commits_on_each_side(self):
        self.theirs(self.commit("their a", "a"), self.commit("their b", "b"))
        self.world.commit("our c", "c")
        self.world.commit("our d\n\nwith a body\n", "d/e/f")
        self.both()

    def test_both_sides_of_one_file(self):
        self.theirs(self.commit("their", "text", TEXT.replace("line 3\n", "theirs\n")))
        self.world.commit("our", "text", TEXT.replace("line 30\n", "ours\n"))
        self.both()

    def test_a_rename_there(self):
        self.theirs(lambda: self.world.git("mv", "text", "renamed"), self.commit("rename", "a"))
        self.world.commit("our", "text", TEXT.replace("line 30\n", "ours\n"))
        self.both()

    def test_a_rename_here(self):
        self.theirs(self.commit("their", "text", TEXT.replace("line 3\n", "theirs\n")))
        self.world.git("mv", "text", "renamed")
        self.world.commit("rename", "a")
        self.both()

    def test_nothing_new_there(self):
        self.world.commit("our", "a")
        self.both()

    def test_nothing_new_here(self):
        self.theirs(self.commit("their", "a"))
        self.both()

    def test_detached_head(self):
        self.theirs(self.commit("their", "a"))
        self.world.git("checkout", "-q", "--detach")
        self.world.commit("our", "b")
        self.both()

    def test_a_local_branch_called_master(self):
        self.theirs(self.commit("their", "a"))
        self.world.git("checkout", "-q", "-b", "master")
        self.world.commit("our", "b")
        self.both()

    def test_a_change_that_is_there_already(self):
        change = TEXT.replace("line 3\n", "changed\n")
        self.theirs(self.commit("before", "a"), self.commit("the same", "text", change))
        self.world.commit("the same, called otherwise", "text", change)
        self.world.commit("our", "b")
        self.both()

    def test_a_commit_that_becomes_empty(self):
        self.theirs(self.commit("both at once", "text", TEXT.replace("line 3\n", "x\n").replace("line 30\n", "y\n")))
        self.world.commit("one", "text", TEXT.replace("line 3\n", "x\n"))
        self.world.commit("our", "b")
        self.rebased()

    def binary(self, path, text):
        """A commit of a file that is no text."""
        return self.commit("binary", path, "\0" + text * 100)

    def test_a_binary_file_that_is_there_already(self):
        self.binary("binary", "before")()
        self.world.publish()
        self.theirs(self.commit("before", "a"), self.binary("binary", "after"))
        self.binary("binary", "after")()
        self.world.commit("our", "b")
        self.both()

    def test_a_binary_file_that_both_changed(self):
        for path in ("binary", "zero"):
            with self.subTest(path):
                self.setUp()
                self.binary("zero", "before")()
                self.world.publish()
                self.theirs(self.binary(path, "theirs"))
                self.binary(path, "ours")()
                cure = ": both sides changed '%s': combine them by hand and put the result" % path
                self.refused("the rebase of %s%s" % (self.world.git("rev-parse", "HEAD")[:7], cure), rebase=True)
                self.refused("the merge with 'main'" + cure, merge=True)

    def test_an_empty_commit(self):
        self.theirs(self.commit("their", "a"))
        self.world.git("commit", "-q", "--allow-empty", "-m", "empty")
        self.both(again=False)  # it would come once more, as with git

    def side(self, start):
        self.world.git("checkout", "-q", "-b", "side", start)
        self.world.commit("side", "side")
        self.world.git("checkout", "-q", "main")
        self.world.commit("our", "b")
        self.world.git("merge", "-q", "--no-ff", "-m", "our merge", "side")
        self.world.commit("after", "c")

    def test_a_merge_here(self):
        self.theirs(self.commit("their", "a"))
        self.side("main")
        self.both()

    def test_a_merge_here_of_a_branch_from_before(self):
        self.theirs(self.commit("their", "a"))
        self.side("main~1")
        self.both(again=False)  # the side branch is a second merge base then

    def test_a_committer_of_source(self):
        settings = [{"name": "user.name", "value": "S Ource"}, {"name": "user.email", "value": "s@example.com"}]
        for how, option in (("rebase", "--rebase=merges"), ("merge", "--no-rebase")):
            with self.subTest(how):
                self.setUp()
                self.theirs(self.commit("their", "a"))
                self.world.commit("our", "b")
                expected = self.expect(option, GIT_COMMITTER_NAME="S Ource", GIT_COMMITTER_EMAIL="s@example.com",
                                       GIT_AUTHOR_NAME="S Ource", GIT_AUTHOR_EMAIL="s@example.com")
                self.same(expected, self.world.put(self.name, params={how: True}, git_config=settings))

    # -- what is said --------------------------------------------------------------------------

    def test_returning_unmerged(self):
        self.theirs(self.commit("their", "a"))
        ours = self.world.commit("our", "b")
        expected = self.expect("--no-rebase")
        answer = self.put(merge=True, returning="unmerged").answer
        self.assertEqual((answer["version"], self.tip()), ({"ref": ours}, expected))
        self.assertIn({"name": "commit", "value": expected}, answer["metadata"])

    def test_a_tag_is_on_what_was_pushed(self):
        self.theirs(self.commit("their", "a"))
        self.world.commit("our", "b")
        with open(self.world.path("version"), "w", encoding="ascii") as file:
            file.write("v1\n")
        self.put(rebase=True, tag="version")
        self.assertEqual(self.world.admin("rev-parse", "v1"), self.tip())

    def test_a_branch_that_is_new_there(self):
        ours = self.world.commit("our", "b")
        self.put(rebase=True, branch="new")
        self.assertEqual(self.world.admin("rev-parse", "new"), ours)

    def test_conflicts(self):
        self.theirs(self.commit("their", "text", TEXT.replace("line 3\n", "theirs\n")))
        ours = self.world.commit("our", "text", TEXT.replace("line 3\n", "ours\n"))
        cure = ": both sides changed 'text': combine them by hand and put the result"
        self.refused("the rebase of " + ours[:7] + cure, rebase=True)
        self.refused("the merge with 'main'" + cure, merge=True)

    def test_many_conflicts(self):
        names = ["%s/%02d" % ("folder" * 10, number) for number in range(30)]
        self.theirs(*(self.commit("their", name, "theirs") for name in names))
        for name in names:
            self.world.commit("our", name, "ours")
        self.refused("the merge with 'main': both sides changed %s, ...: combine them by hand and put the result"
                     % ", ".join("'%s'" % name for name in names[:8]), merge=True)

    def test_what_libgit2_cannot_do(self):
        self.theirs(self.commit("their", "x"))
        self.refused("params.rebase_strategy: 'subtree' is not supported: 'ort' and 'recursive' are",
                     rebase=True, rebase_strategy="subtree")
        for name in "abc":
            self.world.git("checkout", "-q", "-b", name, "main")
            self.world.commit(name, name)
        self.world.git("checkout", "-q", "main")
        self.world.git("merge", "-q", "-m", "octopus", "--no-ff", "a", "b", "c")
        self.refused("params.rebase: %s is a merge of more than two, which cannot be made anew: rebase it before the "
                     "put" % self.world.git("rev-parse", "HEAD")[:7], rebase=True)


class CombineServed(Combine):
    """By a git server: the address in the message of a merge is another one."""

    def test_a_merge(self):
        there = self.theirs(self.commit("their", "a"))
        ours = self.world.commit("our", "b")
        self.put(merge=True)
        self.assertEqual(self.world.admin("log", "-1", "--format=%P %s", "main"), "%s %s Merge branch 'main' of %s"
                         % (ours, there, re.sub("//.*@", "//", self.world.uri[:-len(".git")])))

    def test_a_rebase(self):
        self.theirs(self.commit("their", "a"))
        self.world.commit("our", "b")
        self.put(rebase=True)
        self.assertEqual(self.world.admin("log", "--format=%s %an %cn", "-2", "main"),
                         "our A U Thor git\ntheir A U Thor C O Mitter")

    def test_somebody_is_faster_once(self):
        """A hook moves the branch while the push is under way."""
        for how, ours, theirs in (("rebase", "main", "main^"), ("merge", "main^1", "main^2")):
            with self.subTest(how):
                self.setUp()
                self.theirs(self.commit("their", "a"))
                other = self.world.admin("commit-tree", "-p", "main", "-m", "faster", "main^{tree}")
                self.world.hook("pre-receive",
                                "test -e once || { : > once; git update-ref refs/heads/main %s; }\n" % other)
                self.world.commit("our", "b")
                result = self.put(**{how: True})
                self.assertEqual(self.world.admin("show", "-s", "--format=%s", ours, theirs), "our\nfaster")
                self.assertIn("somebody else was faster: beginning again\n", result.stderr)

    def test_somebody_is_always_faster(self):
        for how in ("rebase", "merge"):
            with self.subTest(how):
                self.setUp()
                self.theirs(self.commit("their", "a"))
                self.world.hook("pre-receive",
                                "git update-ref refs/heads/main $(git commit-tree -p main -m faster main^{tree})\n")
                self.world.admin("config", "user.name", "a")
                self.world.admin("config", "user.email", "b")
                self.world.commit("our", "b")
                result = self.world.put(self.name, params={how: True})
                self.assertEqual((result.status, result.stdout), (1, ""))
                self.assertRegex(result.message, "^out: given up after 6 attempts: ")
                self.assertEqual(result.stderr.count("somebody else was faster: beginning again\n"), 5)
                self.assertEqual(self.world.admin("log", "-6", "--format=%s", "main"), "\n".join(["faster"] * 6))

    def test_a_tag_that_is_rejected_is_an_error_at_once(self):
        for params in ({"rebase": True}, {"merge": True}):
            with self.subTest(str(params)):
                self.setUp()
                self.theirs(self.commit("their", "a"))
                before = self.tip()
                self.world.commit("our", "b")
                self.world.git("tag", "v1", self.base)
                self.world.publish("refs/tags/*")
                self.world.git("tag", "-f", "v1")
                self.refused("'refs/tags/v1' at %s is another tag of that name, which only params.force moves: nothing "
                             "was pushed" % self.world.uri, **params)
                self.world.git("tag", "-d", "v1")
                self.world.hook("update", "case $1 in refs/tags/*) exit 1;; esac\n")
                self.world.git("tag", "v2")
                result = self.world.put(self.name, params=params)
                self.assertEqual((result.status, result.stdout), (1, ""))
                self.assertEqual(result.message, "out: %s: 'refs/tags/v2' was rejected: hook declined" % self.world.uri)
                self.assertNotIn("beginning again", result.stderr)
                self.assertNotEqual(self.tip(), before)


class CombineHTTP(CombineServed, unittest.TestCase):
    """Apache before git http-backend."""

    kind = "v2"


class CombineSsh(CombineServed, unittest.TestCase):
    """OpenSSH's server, where fetch and push are a process each."""

    kind = "ssh"

    def test_the_message_of_a_merge_is_that_of_git(self):
        self.theirs(self.commit("their", "a"))
        self.world.commit("our", "b")
        key = os.path.join(self.world.directory, "sshd", "key")
        expected = self.expect("--no-rebase", uri=self.world.uri, GIT_SSH_COMMAND="ssh -i %s -o StrictHostKeyChecking=no "
                               "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR" % key)
        self.same(expected, self.put(merge=True))


class CombineDaemon(CombineServed, unittest.TestCase):
    """git's own daemon."""

    kind = "daemon"

    def test_the_message_of_a_merge_is_that_of_git(self):
        self.theirs(self.commit("their", "a"))
        self.world.commit("our", "b")
        self.same(self.expect("--no-rebase", uri=self.world.uri), self.put(merge=True))


if __name__ == "__main__":
    tap.main()

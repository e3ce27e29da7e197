#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check with paths and ignore_paths, against `git rev-list --first-parent -- <pathspecs>`."""

import os
import random
import unittest

import seeds
import tap
from git_world import World
from gitserver.sshd import GitDaemon



class History:
    """A repository with a subtree merge, a folder that was renamed, side branches, files that become folders."""

    def __init__(self, world, dice, length):
        self.world, self.dice, self.length = world, dice, length
        self.names = ["src/a.c", "src/b.h", "src/deep/er/x.c", "docs/read me", "docs/man/1.txt", "Makefile",
                      "po/de.po", "po/fr.po", "lib/sub/git.perl", "lib/sub/t/1.sh", "a*b/[x]", "SRC/A.C"]

    def change(self, folder="."):
        """Change a few files, and commit."""
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            path = os.path.join(folder, self.dice.choice(self.names))
            if self.dice.random() < 0.1 and os.path.isfile(os.path.join(self.world.work, path)):
                os.unlink(os.path.join(self.world.work, path))
            else:
                self.world.write(path, "%d" % self.dice.randrange(1 << 30))
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "--allow-empty", "-m", "change")

    def subtree(self):
        """Another history becomes a folder: its trees are roots there and folders here."""
        git = self.world.git
        git("checkout", "-q", "--orphan", "other")
        git("rm", "-q", "-r", "-f", ".")
        for name in ("main.c", "t/1.sh", "src/a.c"):
            self.world.write(name, "of the other " + name)
        git("add", "-A")
        git("commit", "-q", "-m", "other root")
        self.world.write("main.c", "changed")
        git("commit", "-q", "-a", "-m", "other tip")
        git("checkout", "-q", "main")
        git("merge", "-q", "-s", "ours", "--no-commit", "--allow-unrelated-histories", "other")
        git("read-tree", "--prefix=vendor/other/", "-u", "other")
        git("commit", "-q", "-m", "merge the other as a folder")

    def swap(self):
        """A file becomes a folder and the other way round."""
        path = os.path.join(self.world.work, "swap")
        if os.path.isfile(path):
            os.unlink(path)
            self.world.write("swap/inner.c", "in a folder")
        else:
            self.world.git("rm", "-q", "-r", "--ignore-unmatch", "swap")
            self.world.write("swap", "a file")
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "-m", "swap")

    def side(self, number):
        """A branch that is merged."""
        git = self.world.git
        git("checkout", "-q", "-b", "side%d" % number, "HEAD~%d" % self.dice.choice((0, 1, 2)))
        for _ in range(self.dice.choice((1, 2, 3))):
            self.change("side")
        git("checkout", "-q", "main")
        strategy = ("-X", "ours") if self.dice.random() < 0.7 else ("-s", "ours")
        try:
            git("merge", "-q", "--no-ff", *strategy, "-m", "merge", "side%d" % number)
        except AssertionError:  # a conflict that even this cannot solve
            git("merge", "--abort")
            git("merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", "side%d" % number)

    def make(self):
        """All of it."""
        for _ in range(4):
            self.change()
        for number in range(self.length):
            if number == self.length // 3:
                self.subtree()
            elif number == self.length // 2:
                self.world.git("mv", "src", "source")
                self.world.git("commit", "-q", "-m", "rename a folder")
            elif number == self.length * 2 // 3:  # the other's root becomes ours for once
                self.world.git("read-tree", "-u", "--reset", "other")
                self.world.git("commit", "-q", "-m", "only the other")
                self.world.git("revert", "--no-edit", "HEAD")
            elif self.dice.random() < 0.15:
                self.side(number)
            elif self.dice.random() < 0.1:
                self.swap()
            else:
                self.change()
        self.world.publish()

    def spec(self):
        """A pathspec, of any form."""
        dice = self.dice
        text = dice.choice(self.names + ["src", "source", "docs/", "docs/man", "vendor/other", "vendor/other/t",
                                         "vendor", "side", "swap", "swap/inner.c", "*.c", "*.sh", "*/[ab].?",
                                         "s*/a.c", "p?/", "po/*", "no/such/path", "[a-m]*/x.c", "lib/sub/*.perl",
                                         "**/x.c", "src/**", "*/*.h", "./src/../po", "."])
        words = [word for word in ("icase", dice.choice(("glob", "literal", "top"))) if dice.random() < 0.2]
        return ":(%s)%s" % (",".join(words), text) if words else text

    def question(self):
        """paths and ignore_paths."""
        dice = self.dice
        paths = [self.spec() for _ in range(dice.choice((0, 1, 1, 1, 2, 3)))] or ["."]
        ignored = [self.spec() for _ in range(dice.choice((0, 0, 1, 2)))]
        return paths, [path for path in ignored if not path.startswith(":")]


class Fuzz:
    """On every way to reach a repository."""

    kind = "v2"
    length = 40
    more = {}

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.kind)
        cls.seed = seeds.seed_of(cls)
        cls.history = History(cls.world, random.Random(cls.seed), cls.length)
        cls.history.make()
        cls.tip = cls.world.git("rev-parse", "HEAD")
        cls.chain = cls.world.git("rev-list", "--first-parent", cls.tip).split()
        cls.all = cls.world.git("rev-list", cls.tip).split()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def rev_list(self, paths, ignored, *revisions):
        """What git says, newest first."""
        if paths == ["."] and not ignored:
            specs = []
        else:
            specs = paths + [":!" + path for path in ignored]
        return self.world.git("rev-list", "--first-parent", self.tip, *revisions, "--", *specs).split()

    def expected(self, paths, ignored, version):
        """By the table of docs/git.md."""
        if not version:
            return self.rev_list(paths, ignored)[:1]
        if version == self.tip:
            return [version]
        if version in self.chain:
            return [version] + self.rev_list(paths, ignored, "^" + version)[::-1]
        parents = self.world.git("rev-list", "--parents", "-1", version).split()[1:]
        since = self.rev_list(["."], [], "^" + (parents + [version])[0])
        # with a range that excludes its first parent, git sometimes leaves the oldest merge out
        wanted = set(self.rev_list(paths, ignored))
        return [commit for commit in since[::-1] if commit in wanted]

    def test_as_git_itself(self):
        dice = random.Random(self.seed)
        for _ in seeds.rounds(25):
            paths, ignored = self.history.question()
            version = dice.choice((None, None, dice.choice(self.chain), dice.choice(self.all)))
            result = self.world.check(version, paths=paths, ignore_paths=ignored, disable_ci_skip=True,
                                      **self.more)
            self.assertEqual(result.status, 0, (self.seed, paths, ignored, version, result.stderr))
            self.assertEqual(result.refs, self.expected(paths, ignored, version),
                             (self.seed, paths, ignored, version))


class FuzzOverHttp(Fuzz, unittest.TestCase):
    """A server that filters."""

    def cost(self, **source):
        """The bytes of a first check, and of how many requests."""
        self.world.server.forget_requests()
        result = self.world.check(disable_ci_skip=True, **source)
        self.assertEqual(result.status, 0, result.stderr)
        found = self.world.server.requests()
        return len(found), sum(request.bytes_out for request in found)

    def test_a_match_near_the_tip_is_cheap(self):
        changed = self.world.git("diff", "--name-only", "HEAD~1", "HEAD").split("\n")[0].strip('"')
        requests, size = self.cost(paths=[":(literal)" + changed.split("/")[0]])
        self.assertLessEqual(requests, 4)
        self.assertLessEqual(size, 60000)

    def test_a_path_that_never_was_asks_for_no_lower_tree(self):
        requests, size = self.cost(paths=["no/such/path"])
        self.assertLessEqual(requests, 12)
        self.assertLessEqual(size, 100000)


class FuzzOverDaemon(Fuzz, unittest.TestCase):
    """One process of the server for a whole check, which keeps the cut of a walk for all that follow."""
    kind = "local"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.run("git", "-C", cls.world.bare, "config", "uploadpack.allowFilter", "true")
        cls.daemon = GitDaemon(os.path.dirname(cls.world.bare), cls.world.path("daemon.log"))
        cls.more = {"uri": cls.daemon.url(os.path.basename(cls.world.bare))}

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()
        super().tearDownClass()


class FuzzWithoutFilters(Fuzz, unittest.TestCase):
    """A server that does not."""
    kind = "plain"


class FuzzOfVersion0(Fuzz, unittest.TestCase):
    """A server that gives only what it advertises."""
    kind = "v0"


class FuzzOfAPath(Fuzz, unittest.TestCase):
    """A repository on this machine."""
    kind = "local"


if __name__ == "__main__":
    tap.main()

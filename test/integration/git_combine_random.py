#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""merge and rebase of put on random histories: the very commits that git pull makes, and no push where it cannot.

SECONDS and SEED are those of seeds.py. The option no-renames is not tried: git's rebase (2.39) renames in spite of it.
"""

import os
import random
import shutil
import subprocess
import unittest

import seeds
import tap
from git_world import Served, clean_environment

DATE = "1800000000 +0100"
LINES = 30
WAYS = ((("--no-rebase",), {"merge": True}), (("--rebase=merges",), {"rebase": True}),
        (("--rebase=merges", "-Xtheirs"), {"rebase": True, "rebase_strategy_option": "theirs"}),
        (("--rebase=merges", "-Xours"), {"rebase": True, "rebase_strategy_option": ["ours"]}))


class Side:
    """Random changes of the files of a clone."""

    def __init__(self, world, dice):
        self.world, self.dice = world, dice
        self.number = 0

    def files(self):
        return self.world.git("ls-files").split("\n")

    def read(self, path):
        with open(os.path.join(self.world.work, path), encoding="utf-8") as file:
            return file.read().split("\n")

    def edit(self):
        path = self.dice.choice(self.files())
        lines = self.read(path)
        for _ in range(self.dice.choice((1, 1, 2))):
            # a few places only, so that both sides sometimes take the same one
            place = self.dice.randrange(0, max(len(lines), 1), 5)
            lines[place:place + self.dice.choice((0, 1))] = ["edited %d" % self.dice.randrange(4)]
        self.world.write(path, "\n".join(lines))

    def add(self):
        self.world.write("%s/new%d" % (self.dice.choice("abc"), self.dice.randrange(6)),
                         "".join("new %d %d\n" % (self.dice.randrange(2), line) for line in range(LINES)))

    def move(self):
        path = self.dice.choice(self.files())
        to = "%s/moved%d" % (self.dice.choice("abc"), self.dice.randrange(6))
        if not os.path.exists(os.path.join(self.world.work, to)):
            os.makedirs(os.path.dirname(os.path.join(self.world.work, to)), exist_ok=True)
            self.world.git("mv", path, to)
            lines = self.read(to)
            for _ in range(self.dice.choice((0, 0, 1, 1, 10, 15, 20))):  # more or less than half of it
                lines[self.dice.randrange(len(lines))] = "edited after a move %d" % self.dice.randrange(4)
            self.world.write(to, "\n".join(lines))

    def remove(self):
        files = self.files()
        if len(files) > 3:
            self.world.git("rm", "-q", "-f", self.dice.choice(files))

    def mode(self):
        path = os.path.join(self.world.work, self.dice.choice(self.files()))
        os.chmod(path, os.stat(path).st_mode ^ 0o111)

    def commit(self):
        for _ in range(self.dice.choice((1, 1, 2))):
            self.dice.choices((self.edit, self.add, self.move, self.remove, self.mode), (10, 3, 3, 1, 1))[0]()
        self.number += 1
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "--allow-empty", "-m", "change %d\n\nof a side" % self.number)

    def merge(self):
        """A side branch, merged; nothing where it cannot be."""
        git = self.world.git
        start = self.dice.choice(("HEAD", "HEAD", "HEAD~1"))
        here = git("rev-parse", "--abbrev-ref", "HEAD")
        git("checkout", "-q", "-b", "side", start)
        self.commit()
        git("checkout", "-q", here)
        if self.dice.random() < 0.7:
            self.commit()
        try:
            git("merge", "-q", "--no-ff", "-m", "merge of a side", "side")
        except AssertionError:
            git("merge", "--abort")
        git("branch", "-q", "-D", "side")

    def take(self, other):
        """The newest commit of the other side, as a commit of its own."""
        try:
            self.world.git("cherry-pick", "--allow-empty", other)
        except AssertionError:
            self.world.git("reset", "-q", "--hard")

    def go_on(self, steps, other=None):
        for _ in range(steps):
            chance = self.dice.random()
            if chance < 0.2:
                self.merge()
            elif chance < 0.35 and other:
                self.take(other)
            else:
                self.commit()


class Random(Served, unittest.TestCase):
    kind = "local"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.environment = {"GIT_COMMITTER_DATE": DATE}

    def histories(self, dice):
        """A base, theirs at the remote, and HEAD with ours."""
        world = self.world
        world.fresh()
        for name in ("a/one", "a/two", "b/three", "four", "c/five"):
            world.write(name, "".join("%s %d\n" % (name, line) for line in range(LINES)))
        world.commit("first", "six", "six\n" * 3)
        world.commit("base", "seven", "seven\n" * 3)
        side = Side(world, dice)
        side.go_on(dice.choice((0, 1)))
        world.git("checkout", "-q", "-b", "theirs")
        side.go_on(dice.choice((1, 1, 2, 3)))
        theirs = world.git("rev-parse", "HEAD")
        world.git("checkout", "-q", "main")
        side.go_on(dice.choice((1, 1, 2, 3)), theirs)
        if dice.random() < 0.3:  # a second merge base
            try:
                world.git("merge", "-q", "--no-ff", "-m", "theirs of before", "theirs~1")
            except AssertionError:
                world.git("merge", "--abort")
        world.admin("fetch", "-q", "-u", world.work, "+theirs:main")
        return theirs

    def pull(self, *options):
        """The commit that git makes in a copy, or None where it stops at a conflict."""
        copy = self.world.work + "-copy"
        shutil.rmtree(copy, True)
        shutil.copytree(self.world.work, copy, symlinks=True)
        env = clean_environment(GIT_COMMITTER_DATE=DATE, GIT_AUTHOR_DATE=DATE)
        done = subprocess.run(["git", "-c", "user.name=git", "-c", "user.email=git@localhost",
                               "pull", "-q", "--no-edit", *options, self.world.bare, "main"],
                              cwd=copy, env=env, check=False, capture_output=True)
        if done.returncode != 0:
            self.assertIn(b"CONFLICT", done.stdout + done.stderr)
            return None
        return self.world.run("git", "rev-parse", "HEAD", cwd=copy).decode().strip()

    def compare(self, theirs, options, params):
        """True where there was something to push."""
        expected = self.pull(*options)
        result = self.world.put(os.path.basename(self.world.work), params=params)
        tip = self.world.admin("rev-parse", "main")
        self.world.admin("update-ref", "refs/heads/main", theirs)
        if expected is None:
            self.assertEqual((result.status, result.stdout, tip), (1, "", theirs), result.stderr)
            self.assertIn("both sides changed", result.message)
            return False
        self.assertEqual(result.status, 0, result.stderr)
        if tip != expected:
            copy = self.world.work + "-copy"
            self.world.run("git", "fetch", "-q", self.world.bare, tip, cwd=copy)
            self.fail(self.world.run("git", "diff", "--stat", expected, tip, cwd=copy).decode() +
                      self.world.run("git", "log", "--graph", "--oneline", expected, tip, cwd=copy).decode())
        return True

    def test_commits_are_those_of_git(self):
        seed, counts = seeds.seed_of(type(self)), {True: 0, False: 0}
        for number in seeds.rounds(8):
            theirs = self.histories(random.Random(seed + number))
            for options, params in WAYS:
                with self.subTest(SEED=seed + number, **params):
                    counts[self.compare(theirs, options, params)] += 1
        print("# %d combined, %d conflicts" % (counts[True], counts[False]), flush=True)
        self.assertGreater(min(counts.values()), 0)


if __name__ == "__main__":
    tap.main()

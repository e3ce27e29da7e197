#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are no plain texts, in a merge and a rebase of put: git combines or refuses the same."""

import os
import unittest

import tap
from git_combine import Combine

LINES = "".join("line %d\n" % number for number in range(20))


class Files(Combine, unittest.TestCase):
    def parted(self, base, theirs, ours):
        """Each is a step, which is committed."""
        self.setUp()
        base()
        self.world.publish()
        self.theirs(theirs)
        ours()

    def as_git(self, *favour):
        """Whether it is combined; by both. A favour is one of a rebase."""
        before, combined = self.tip(), []
        ways = (("--rebase=merges", {"rebase": True}), ("--no-rebase", {"merge": True}))
        if favour:
            ways = ((ways[0][0], {"rebase": True, "rebase_strategy_option": favour[0]}),)
        for option, params in ways:
            try:
                expected = self.expect(option, *("-X" + name for name in favour))
            except AssertionError:
                expected = None
            result = self.world.put(self.name, params=params)
            if expected:
                self.same(expected, result)
            else:
                self.assertEqual((result.status, self.tip()), (1, before), result.stderr)
                self.assertIn("both sides changed '", result.message)
            self.world.admin("update-ref", "refs/heads/main", before)
            combined.append(expected is not None)
        self.assertEqual(len(set(combined)), 1)
        return combined[0]

    def link(self, commit):
        """A submodule's commit, as the tree records it."""
        def step():
            os.makedirs(os.path.join(self.world.work, "lib"), exist_ok=True)
            self.world.git("update-index", "--add", "--cacheinfo", "160000,%s,lib" % commit)
            self.world.git("commit", "-q", "-m", "lib at %.7s" % commit)
        return step

    def test_submodules(self):
        first, second, third = (character * 40 for character in "123")
        for number, (theirs, ours, combined) in enumerate((
                (self.commit("their", "a"), self.link(second), True),
                (self.link(second), self.commit("our", "b"), True),
                (self.link(second), self.link(second), True),
                (self.link(second), self.link(third), False))):
            with self.subTest(number=number):
                self.parted(self.link(first), theirs, ours)
                self.assertEqual(self.as_git(), combined)

    def executable(self, content):
        """A commit that adds an executable file."""
        def step():
            self.world.write("new", content)
            os.chmod(os.path.join(self.world.work, "new"), 0o755)
            self.world.commit("executable")
        return step

    def test_modes_of_what_both_added(self):
        plain, executable, other = self.commit("new", "new", "x\n"), self.executable("x\n"), self.commit("other", "new", "y\n")
        for number, (theirs, ours, favour, combined) in enumerate((
                (executable, executable, (), True), (plain, executable, (), False), (executable, plain, (), False),
                (plain, executable, ("ours",), False), (executable, plain, ("theirs",), False),
                (executable, other, ("theirs",), False), (other, executable, ("ours",), False),
                (plain, other, ("theirs",), True))):
            with self.subTest(number=number):
                self.parted(self.commit("base", "base"), theirs, ours)
                self.assertEqual(self.as_git(*favour), combined)

    def test_mode_of_a_renamed_file_that_meets_another(self):
        def executable():
            os.chmod(os.path.join(self.world.work, "one"), 0o755)
            self.world.commit("executable")
            self.world.git("mv", "two", "new")
            self.world.commit("two is new")

        def renamed():
            self.world.git("mv", "one", "new")
            self.world.commit("one is new")

        def base():
            self.world.write("one", LINES)
            self.world.commit("two", "two", LINES.replace("line", "row"))
        for favour in ("ours", "theirs"):
            with self.subTest(favour):
                self.parted(base, executable, renamed)
                self.assertFalse(self.as_git(favour))

    def test_attributes(self):
        for attribute, combined in (("merge=union", True), ("-merge", False), ("merge=binary", False), ("merge", False),
                                    ("merge=unknown", False), ("!merge", False), ("merge=text", False)):
            with self.subTest(attribute):
                def base(attribute=attribute):
                    self.world.commit("attributes", ".gitattributes", "changes %s\n" % attribute)
                    self.world.commit("changes", "changes", LINES)
                self.parted(base, self.commit("their", "changes", LINES + "theirs\n"), self.commit("our", "changes", LINES + "ours\n"))
                self.assertEqual(self.as_git(), combined)

    def test_attributes_where_lines_do_not_meet(self):
        for attribute, combined in (("-merge", False), ("merge", True), ("merge=unknown", True)):
            with self.subTest(attribute):
                def base(attribute=attribute):
                    self.world.commit("attributes", ".gitattributes", "changes %s\n" % attribute)
                    self.world.commit("changes", "changes", LINES)
                self.parted(base, self.commit("their", "changes", LINES + "theirs\n"),
                            self.commit("our", "changes", "ours\n" + LINES))
                self.assertEqual(self.as_git(), combined)

    def test_no_driver_is_run(self):
        self.parted(lambda: self.world.commit("attributes", ".gitattributes", "changes merge=mine\n"),
                    self.commit("their", "changes", LINES + "theirs\n"), self.commit("our", "changes", LINES + "ours\n"))
        ran = self.world.path("ran")
        self.world.git("config", "merge.mine.driver", "touch %s" % ran)
        self.refused("the merge with 'main': both sides changed 'changes': combine them by hand and put the result", merge=True)
        self.world.run("test", "!", "-e", ran)


if __name__ == "__main__":
    tap.main()

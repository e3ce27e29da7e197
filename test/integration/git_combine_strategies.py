#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Strategies of a rebase of put and their options: the very commits that git makes with the same ones."""

import unittest

import tap
from git_combine import TEXT, Combine

ALGORITHMS = ("patience", "histogram", "diff-algorithm=patience", "diff-algorithm=histogram", "diff-algorithm=minimal",
              "diff-algorithm=myers")
STRATEGIES = (  # options of git, params, and what theirs made of line 3
    (("-Xtheirs",), {"rebase_strategy_option": "theirs"}, "theirs\n"),
    (("-Xours", "-Xno-renames"), {"rebase_strategy_option": ["ours", "no-renames"]}, "theirs\n"),
    (("--strategy=ort", "-Xtheirs"), {"rebase_strategy": "ort", "rebase_strategy_option": "theirs  find-renames"}, "theirs\n"),
    (("--strategy=recursive", "-Xours"), {"rebase_strategy": "recursive", "rebase_strategy_option": "ours"}, "theirs\n"),
    (("-Xignore-space-change",), {"rebase_strategy_option": "ignore-space-change"}, "line   3\n"),
    (("-Xignore-all-space",), {"rebase_strategy_option": "ignore-all-space"}, "l ine3\n"),
    (("-Xignore-space-at-eol",), {"rebase_strategy_option": "ignore-space-at-eol"}, "line 3  \n"))


class Strategies(Combine, unittest.TestCase):
    def test_strategy_options(self):
        for options, params, line in STRATEGIES:
            with self.subTest(str(params)):
                self.setUp()
                self.theirs(self.commit("their", "text", TEXT.replace("line 3\n", line)))
                self.world.commit("our", "text", TEXT.replace("line 3\n", "line 3, of ours\n") + "more\n")
                without = self.world.put(self.name, params={"rebase": True})
                self.assertEqual(without.status, 1, without.stderr)
                self.rebased(*options, **params)

    def test_algorithms(self):
        for name in ALGORITHMS:
            with self.subTest(name):
                self.setUp()
                self.theirs(self.commit("their", "text", TEXT.replace("line 3\n", "theirs\n")))
                self.world.commit("our", "text", TEXT.replace("line 30\n", "ours\n"))
                self.rebased("-X" + name, again=False, rebase_strategy_option=name)

    def test_lines_that_come_again_and_again(self):
        """By histogram, git's default, they are a conflict here; others see two changes. This git (2.39) compares by histogram
        whatever it is told, so that nothing else can be compared with it."""
        for name in ("", "histogram", "diff-algorithm=histogram"):
            with self.subTest(name):
                self.setUp()
                self.world.commit("all", "seven", "one\nseven\nseven\nseven\n")
                self.world.publish()
                self.theirs(self.commit("their", "seven", "one\none\nseven\nseven\n"))
                self.world.commit("our", "seven", "two\none\nseven\nseven\nseven\none\n")
                options = ["theirs", *([name] if name else [])]
                self.rebased(*("-X" + option for option in options), again=False, rebase_strategy_option=options)


if __name__ == "__main__":
    tap.main()

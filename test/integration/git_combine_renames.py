#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Renames in a merge and a rebase of put: git finds the same ones, and combines or refuses the same.

A row is what the base has, what theirs is and what ours is: of each, the files that it has otherwise than the one before; None is one
that is not there any more.
"""

import os
import unittest

import tap
from git_combine import Combine


def text(name, *changes, count=20):
    """Lines; a change is a number, or a pair of the first one and the one behind the last."""
    lines = ["%s %d\n" % (name, number) for number in range(count)]
    for change in changes:
        begin, end = change if isinstance(change, tuple) else (change, change + 1)
        lines[begin:end] = ["changed %s %d\n" % (name, number) for number in range(begin, end)]
    return "".join(lines)


LINK = "link: "  # in front of what a symbolic link names
BASE = {"a/one": text("one"), "a/two": text("two"), "b/three": text("three")}
COMBINED = {  # by git without options
    "edited there, renamed here": (BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/one": text("one", 15)}),
    "a short file": ({"s": "six\nsix\nsix\n"}, {"s": "edited\nsix\nsix\nsix\n"}, {"s": None, "t": "six\nsix\nsix\nedited 3\n"}),
    "just half of it": (BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/new": text("one", (15, 20))}),
    "the same rename on both sides": (BASE, {"a/one": None, "c/one": text("one", 1)}, {"a/one": None, "c/one": text("one", 15)}),
    "the most similar of several": (
        BASE, {"a/one": text("one", 1)},
        {"a/one": None, "b/x": text("one", (10, 17)), "b/y": text("one", (14, 17)), "b/z": text("one", (12, 17))}),
    "the best for each of two": (
        {"a": text("a"), "b": text("a", (0, 4))}, {"a": text("a", 10), "b": text("a", (0, 4), 11)},
        {"a": None, "b": None, "c": text("a", (0, 3), 18), "d": text("a", 18)}),
    "the name, where the content is as good": (
        BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/other": text("one", 18), "b/one": text("one", 17)}),
    "the name before a better content": (
        BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/other": text("one", 18), "b/one": text("one", (15, 19))}),
    "the name with less than three quarters": (
        BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/other": text("one", 18), "b/one": text("one", (11, 19))}),
    "the name of several": (
        BASE, {"a/one": text("one", 1)},
        {"a/one": None, "b/one": text("one", (16, 19)), "c/one": text("one", (14, 19)), "other": text("one", 18)}),
    "content that two had": (
        {"a/one": text("x"), "a/two": text("x")}, {"a/one": text("x", 1), "a/two": text("x", 2)},
        {"a/one": None, "a/two": None, "b/two": text("x"), "b/zero": text("x")}),
    "a removed file that theirs left alone takes none": (
        {"a": text("a"), "b": text("a", 2)}, {"a": text("a", 10)}, {"a": None, "b": None, "c": text("a", 2, 18)}),
    "another mode": (BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/one": ("755", text("one", 15))}),
    "a binary file": ({"bin": "\0" + text("b")}, {"bin": "\0" + text("b", 1)}, {"bin": None, "box": "\0" + text("b")}),
    "a link": ({"link": LINK + "zero"}, {"zero": "else"}, {"link": None, "other": LINK + "zero"}),
    "renamed there to what here is a link": (
        {"foo": text("f")}, {"foo": None, "bar": text("f")}, {"foo": LINK + "bar", "bar": text("f")}),
    "into a folder of the old name": (BASE, {"a/one": text("one", 1)}, {"a/one": None, "a/one/deep": text("one", 15)}),
    "a chain of renames": (
        {"a": text("a"), "b": text("b")}, {"a": text("a", 1), "b": text("b", 1)}, {"a": None, "b": None, "c": text("a"), "d": text("b")}),
    "a new file that the other side has too": (
        BASE, {"a/one": text("one", 1), "b/one": text("one", 1)}, {"a/one": None, "b/one": text("one")}),
}
FAVOURED = {  # by git with -Xours and -Xtheirs alone
    "lines of DOS": (
        {"dos": text("d").replace("\n", "\r\n")}, {"dos": text("d", 1).replace("\n", "\r\n")},
        {"dos": None, "unix": text("d")}),
    "a new file of that name there": (BASE, {"b/one": text("new")}, {"a/one": None, "b/one": text("one", 15)}),
    "another file renamed to that name": (
        BASE, {"a/two": None, "c": text("two", 1)}, {"a/one": None, "c": text("one", 1)}),
}
REFUSED = {
    "a link in its place": (BASE, {"a/one": LINK + "two"}, {"a/one": None, "b/one": text("one")}),
    "two new names": (BASE, {"a/one": None, "b/one": text("one")}, {"a/one": None, "c/one": text("one")}),
    "renamed and removed": (BASE, {"a/one": None}, {"a/one": None, "c/one": text("one")}),
    "renamed and removed, with another of the new name": (
        BASE, {"a/one": None, "c": text("new")}, {"a/one": None, "c": text("one")}),
    "just less than half of it": (BASE, {"a/one": text("one", 1)}, {"a/one": None, "b/new": text("one", (14, 20))}),
    "an empty file": ({"e": "", "f": text("f")}, {"e": text("e")}, {"e": None, "g": ""}),
    "a folder in the way": (BASE, {"a/one": text("one", 1), "c/deep": "deep"}, {"a/one": None, "c": text("one", 15)}),
    "a file in the way": (BASE, {"a/one": text("one", 1), "c": "file"}, {"a/one": None, "c/deep": text("one", 15)}),
}


FOLDERS = {  # of git's default, merge.directoryRenames=conflict; whether it combines them
    "a file for a renamed folder": (BASE, {"a/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one"), "c/two": text("two")}, False),
    "one of its files is similar, the other gone": (
        BASE, {"a/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one", 1)}, False),
    "two folders became of it": (
        BASE, {"a/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one"), "d/two": text("two")}, False),
    "its files are in the root": (BASE, {"a/new": "new"}, {"a/one": None, "a/two": None, "one": text("one"), "two": text("two")}, False),
    "a file that was moved there": (
        BASE, {"b/three": None, "a/three": text("three")}, {"a/one": None, "a/two": None, "c/one": text("one"), "c/two": text("two")}, False),
    "below a renamed folder": (BASE, {"a/deep/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one"), "c/two": text("two")}, True),
    "below one of which a folder is gone": (
        {"a/x/one": text("one"), "a/y": text("y")}, {"a/x/new": "new"}, {"a/x/one": None, "a/y": None, "c/y": text("y")}, True),
    "above a renamed folder": (
        {"a/x/one": text("one"), "a/y": text("y")}, {"a/new": "new"}, {"a/x/one": None, "a/y": None, "c/x/one": text("one")}, False),
    "above one of another name": (
        {"a/x/one": text("one"), "a/y": text("y")}, {"a/new": "new"}, {"a/x/one": None, "a/y": None, "c/z/one": text("one")}, True),
    "for a removed folder": (BASE, {"a/new": "new"}, {"a/one": None, "a/two": None}, True),
    "for one of which a file is left": (BASE, {"a/new": "new"}, {"a/one": None, "c/one": text("one")}, True),
    "for its new name": (BASE, {"c/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one"), "c/two": text("two")}, True),
    "beside it": (BASE, {"aa/new": "new"}, {"a/one": None, "a/two": None, "c/one": text("one"), "c/two": text("two")}, True),
}


class Renames(Combine, unittest.TestCase):
    def write(self, files):
        """They are committed."""
        for path, content in files.items():
            mode, content = content if isinstance(content, tuple) else ("644", content)
            whole = os.path.join(self.world.work, path)
            if os.path.lexists(whole):
                os.unlink(whole)
            if content is None:
                continue
            if content.startswith(LINK):
                os.symlink(content[len(LINK):], whole)
                continue
            self.world.write(path, content)
            os.chmod(whole, int(mode, 8))
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "-m", "files")

    def histories(self, base, theirs, ours):
        """All of it is here too, so that nothing need be fetched."""
        self.world.fresh()
        self.name = os.path.basename(self.world.work)
        self.write({"zero": "zero\n", **base})
        start = self.world.git("rev-parse", "HEAD")
        self.write(theirs)
        self.world.publish()
        self.world.git("reset", "-q", "--hard", start)
        self.write(ours)

    def rows(self, rows, check):
        """Check each as it is, and with the sides changed."""
        for name, (base, one, other) in rows.items():
            for theirs, ours in ((one, other), (other, one)):
                with self.subTest(row=name, renamed="ours" if ours is other else "theirs"):
                    self.histories(base, theirs, ours)
                    check()

    def combined(self, *options, **params):
        before = self.tip()
        expected = self.expect(*options)
        self.same(expected, self.put(**params))
        self.world.admin("update-ref", "refs/heads/main", before)

    def conflict(self, *options, **params):
        before = self.tip()
        self.assertRaises(AssertionError, self.expect, *options)
        result = self.world.put(self.name, params=params)
        self.assertEqual((result.status, result.stdout, self.tip()), (1, "", before), result.stderr)
        self.assertIn(": both sides changed '", result.message)

    def test_combined(self):
        def check():
            self.combined("--rebase=merges", rebase=True)
            self.combined("--no-rebase", merge=True)
        self.rows(COMBINED, check)

    def test_combined_by_a_strategy_option(self):
        def check():
            self.conflict("--no-rebase", merge=True)
            for side in ("ours", "theirs"):
                self.combined("--rebase=merges", "-X" + side, rebase=True, rebase_strategy_option=side)
        self.rows(FAVOURED, check)

    def test_two_merge_bases(self):
        """Of which git makes one first; and where they do not fit, it goes on with the conflict in it."""
        for name, (first, second) in {
                "they fit": ({"one": "1\n"}, {"two": "2\n"}), "one renames": ({"t": None, "u": text("t")}, {"t": text("t", 3)}),
                "they do not fit": ({"t": text("t", 3)}, {"t": text("t", (3, 5))})}.items():
            with self.subTest(name):
                self.setUp()
                self.write({"s": "six\nsix\nsix\n", "t": text("t")})
                start = self.world.git("rev-parse", "HEAD")
                tips = []
                for files in (first, second):
                    self.world.git("checkout", "-q", "--detach", start)
                    self.write(files)
                    tips.append(self.world.git("rev-parse", "HEAD"))
                for branch, (one, other) in (("theirs", tips), ("main", tips[::-1])):
                    self.world.git("checkout", "-q", "-B", branch, one)
                    self.world.git("merge", "-q", "--no-ff", "-X", "ours", "-m", "crossed", other)
                    self.write({"s": "edited\nsix\nsix\nsix\n"} if branch == "theirs" else {"s": None, "z": "six\nsix\nsix\nedited 3\n"})
                self.world.admin("fetch", "-q", "-u", self.world.work, "+theirs:main")
                if name == "they do not fit":
                    self.conflict("--no-rebase", merge=True)
                else:
                    self.combined("--no-rebase", merge=True)

    def test_folders(self):
        for name, (base, one, other, fits) in FOLDERS.items():
            def check(fits=fits):
                (self.combined if fits else self.conflict)("--rebase=merges", rebase=True)
                (self.combined if fits else self.conflict)("--no-rebase", merge=True)
            self.rows({name: (base, one, other)}, check)

    def test_refused(self):
        def check():
            self.conflict("--rebase=merges", "-Xours", rebase=True, rebase_strategy_option="ours")
            self.conflict("--no-rebase", merge=True)
        self.rows(REFUSED, check)


if __name__ == "__main__":
    tap.main()

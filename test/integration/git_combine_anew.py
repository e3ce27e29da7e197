#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Commits that a rebase of put makes anew: their authors and messages are those of git's rebase, byte by byte."""

import subprocess
import unittest

import tap
from git_combine import Combine
from git_world import clean_environment

AUTHOR = b"A U Thor <author@example.com> 1700000000 +0100"
MESSAGES = (b"", b"no newline at the end", b"\n\n  \nblank lines in front\n", b"  \t\nanother\n", b"  \n\n", b"lines\r\nof\r\nDOS\r\n",
            b"#1 is no comment\n\n# nor is this\n", b"blank lines at the end  \n\n\n\n", b"\xc3\xa9 and a byte of Latin-1: \xe9\n",
            b"no UTF-8: \xed\xa0\x80 \xc0\xaf \xf5 \xe2\x82\n")
AUTHORS = (b"Who Jr. <w@example.com> 1700000000 +0100", b'"Who" <w@example.com> 1700000000 +0100', b"O' <w@example.com> 1700000000 +0100",
           b" <w@example.com> 1700000000 +0100", b"Who <> 1700000000 +0100", b"Who  Else <a b.> 1700000000 +0000",
           b"Who <w@example.com> 1700000000 -0000", b"Who <w@example.com> 0 +0530", b"Who <w@example.com> 1700000000 -1234",
           b"Who <w@example.com> 4000000000 +0000", b"Who <w@example.com> 1700000000 +051800", b"\xe9 <w@example.com> 1700000000 +0000")
HEADERS = ((b"encoding UTF-8\n", b"\xc3\xa9\n"), (b"encoding utf8\n", b"\xc3\xa9\n"), (b"encoding ISO-8859-1\n", b"\xc3\xa9\n"),
           (b"encoding latin1\n", b"\x80 \xe9\n"), (b"gpgsig -----BEGIN\n signature\n -----END\n", b"signed\n"), (b"HG:extra x\n", b"x\n"))


class Anew(Combine, unittest.TestCase):
    """One commit of ours, written as it is given."""

    def write(self, author=AUTHOR, message=b"ours\n", headers=b"", parents=("HEAD",)):
        """On top of those, of which the last has its files; HEAD becomes it."""
        self.world.git("reset", "-q", "--hard", parents[-1])
        self.world.write("ours", "ours\n")
        self.world.git("add", "-A")
        lines = ["tree " + self.world.git("write-tree")] + ["parent " + self.world.git("rev-parse", name) for name in parents]
        text = b"%s\nauthor %s\ncommitter C <c@example.com> 1700000000 +0000\n%s\n%s" % (
            "\n".join(lines).encode(), author, headers, message)
        commit = subprocess.run(["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input=text, check=True,
                                cwd=self.world.work, env=clean_environment(), capture_output=True).stdout.decode().strip()
        self.world.git("reset", "-q", "--hard", commit)
        return commit

    def each(self, items, write):
        """A history of its own for each, in which ours is what `write` makes of it."""
        for number, item in enumerate(items):
            with self.subTest(item=repr(item)):
                if number:
                    self.setUp()
                self.theirs(self.commit("their", "a"))
                write(item)
                expected = self.expect("--rebase=merges")
                self.same(expected, self.world.put(self.name, params={"rebase": True}))

    def merge(self, message):
        first = self.world.git("rev-parse", "HEAD")
        self.write(message=message, parents=(first, self.world.commit("side", "side")))

    def test_messages(self):
        self.each(MESSAGES, lambda message: self.write(message=message))

    def test_messages_of_merges(self):
        self.each(MESSAGES[2:], self.merge)

    def test_authors(self):
        self.each(AUTHORS, lambda author: self.write(author=author))

    def test_headers(self):
        self.each(HEADERS, lambda row: self.write(headers=row[0], message=row[1]))

    def test_a_history_of_its_own(self):
        """Merged into ours: its first commit has no parent."""
        self.theirs(self.commit("their", "a"))
        self.world.git("checkout", "-q", "--orphan", "other")
        self.world.git("rm", "-q", "-r", "-f", ".")
        self.world.commit("first of another", "x")
        self.world.commit("second of another", "y")
        self.world.git("checkout", "-q", "main")
        self.world.commit("our", "b")
        self.world.git("merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "both", "other")
        self.world.commit("after", "c")
        self.same(self.expect("--rebase=merges"), self.put(rebase=True))

    def test_an_encoding_that_is_not_known(self):
        self.theirs(self.commit("their", "a"))
        commit = self.write(headers=b"encoding EUC-JP\n")
        self.refused("params.rebase: the message of %s is in EUC-JP, which cannot be made anew: rebase it before the put"
                     % commit[:7], rebase=True)


if __name__ == "__main__":
    tap.main()

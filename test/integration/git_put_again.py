#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""put from what `in` left of a repository: cut by depth, without contents, or sparse; also with a merge or a rebase."""

import os
import unittest

import tap
from git_out_world import Putting

TEXT = "".join("line %d\n" % number for number in range(40))
WAYS = {"whole": ({}, {}), "depth 1": ({"depth": 1}, {}), "depth 2": ({"depth": 2}, {}),
        "partial": ({"partial": True}, {}), "sparse": ({}, {"sparse_paths": ["/text"]}),
        "all of it": ({"depth": 1, "partial": True}, {"sparse_paths": ["/text"]})}


class PutAgain(Putting):
    """A history whose older files come back later; what is put is a commit on top of the last one but one."""

    def setUp(self):
        super().setUp()
        self.world.commit("old", "old", "of long ago\n")
        self.world.git("rm", "-q", "old")
        self.world.commit("text", "text", TEXT)
        for name in ("a/b/c", "a/d", "e/f"):
            self.world.write(name, "%s\n" % name * 50)
        self.world.commit("more", "more", "more\n")
        self.base = self.world.commit("base", "a/g", "g\n")
        self.world.publish()

    def got(self, way, name):
        """A folder that `in` filled, with a commit of ours on top."""
        params, source = WAYS[way]
        folder = "%s-%d-%s" % (name, self.world.count, way.replace(" ", "-"))
        request = {"source": self.world.source(**source), "version": {"ref": self.base}, "params": params}
        result = self.world.program("in", request, self.world.path(folder))
        self.assertEqual(result.status, 0, result.stderr)
        path = self.world.path(folder)
        with open(os.path.join(path, "text"), "w", encoding="ascii") as file:
            file.write(TEXT.replace("line 30\n", "ours\n"))
        self.world.git("commit", "-q", "-a", "-m", "ours", cwd=path)
        return folder, path

    def theirs(self):
        """A commit that others pushed meanwhile: it brings back what is behind the cut, and changes the same file."""
        self.world.write("old", "of long ago\n")
        self.world.write("a/d", "theirs\n" * 50)
        self.world.git("mv", "e/f", "e/moved")
        tip = self.world.commit("theirs", "text", TEXT.replace("line 3\n", "theirs\n"))
        self.world.publish()
        return tip

    def check_server(self, result, count):
        """It has all that the version names, and so many commits."""
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.answer["version"], {"ref": self.tip()})
        self.assertEqual(self.world.admin("fsck", "--full", "--strict", "--no-dangling"), "")
        self.assertEqual(self.world.admin("rev-list", "--count", "main"), str(count))

    def test_a_commit_on_top(self):
        for way in WAYS:
            with self.subTest(way):
                self.world.publish()
                folder, path = self.got(way, "plain")
                result = self.world.put(folder)
                self.check_server(result, 6)
                self.assertEqual(self.tip(), self.world.git("rev-parse", "HEAD", cwd=path))
                self.assertEqual(self.world.git("status", "--porcelain", cwd=path), "")

    def test_what_others_pushed_meanwhile(self):
        combined = "".join("%s\n" % {3: "theirs", 30: "ours"}.get(number, "line %d" % number) for number in range(40))
        for way in WAYS:
            for how, count in (("merge", 8), ("rebase", 7)):
                with self.subTest(way, how=how):
                    self.world.git("reset", "-q", "--hard", self.base)
                    self.world.publish()
                    folder, path = self.got(way, how)
                    there = self.theirs()
                    result = self.world.put(folder, params={how: True})
                    self.check_server(result, count)
                    self.assertEqual(self.world.admin("show", "main:text") + "\n", combined)
                    self.assertEqual(self.world.admin("diff", "--name-only", there, "main"), "text")
                    self.assertEqual(self.world.git("status", "--porcelain", cwd=path), "")

    def test_a_file_that_others_renamed_meanwhile(self):
        """Whose contents are compared, wherever they are."""
        for way in WAYS:
            for how, count in (("merge", 8), ("rebase", 7)):
                with self.subTest(way, how=how):
                    self.world.git("reset", "-q", "--hard", self.base)
                    self.world.publish()
                    folder, _ = self.got(way, how + "-renamed")
                    for name in ("text", "a/g"):
                        self.world.git("mv", name, name + "-moved")
                    self.world.write("a/g-moved", "g, and another one\n" * 3)
                    self.world.commit("renamed", "text-moved", TEXT.replace("line 3\n", "theirs\n"))
                    self.world.publish()
                    self.check_server(self.world.put(folder, params={how: True}), count)
                    self.assertEqual(self.world.admin("show", "main:text-moved") + "\n",
                                     TEXT.replace("line 3\n", "theirs\n").replace("line 30\n", "ours\n"))
                    self.assertEqual(self.world.admin("ls-tree", "--name-only", "main", "text"), "")

    def test_a_note_and_a_tag(self):
        for way in WAYS:
            with self.subTest(way):
                self.world.publish()
                self.world.git("notes", "add", "-f", "-m", "known", self.base)
                self.world.publish("refs/notes/*")
                folder, _ = self.got(way, "note")
                result = self.world.put(folder, params={
                    "notes": self.file("note", "a note\n"), "tag": self.file("tag", "v-" + way.replace(" ", "-"))})
                self.check_server(result, 6)
                self.assertEqual(self.world.admin("notes", "show", "main"), "a note")
                self.assertEqual(self.world.admin("notes", "show", self.base), "known")


class PutAgainHTTP(PutAgain, unittest.TestCase):
    """Apache before git http-backend, which filters."""


class PutAgainSsh(PutAgain, unittest.TestCase):
    """OpenSSH's server with protocol version 0: contents that were left out cannot be asked for by their ids."""

    kind = "ssh-v0"


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""params.notes of put: the notes that the server has afterwards are those that git notes add and git push make."""

import hashlib
import os
import shutil
import subprocess
import unittest

import tap
from git_out_world import Dated, Putting
from git_world import clean_environment

COMMITS = "refs/notes/commits"


class Notes(Dated, Putting):
    """The same on all ways to reach a repository."""

    def setUp(self):
        super().setUp()
        self.second = self.world.commit("second")
        self.note = self.file("notes/text", "\n\nReviewed-by: a  \n\n\n# no comment\nb\n\n")

    def expect(self, commit="HEAD", *options):
        """The commit of the notes that git makes, on top of what the server has."""
        copy = self.copy()
        if self.world.admin("for-each-ref", COMMITS):
            self.world.run("git", "-c", "safe.directory=*", "fetch", "-q", "--upload-pack",
                           "git -c safe.directory=* upload-pack", "file://" + self.world.bare,
                           "+refs/notes/*:refs/notes/*", cwd=copy)
        self.as_out(copy, "notes", "add", *options, "-F", self.world.path(self.note), commit)
        return self.world.run("git", "rev-parse", COMMITS, cwd=copy).decode().strip()

    def shown(self, commit):
        return self.world.admin("notes", "show", commit)

    def test_the_first_note(self):
        expected = self.expect()
        answer = self.put(notes=self.note)
        self.assertEqual((self.tip(), self.tip(COMMITS)), (self.second, expected))
        self.assertEqual(answer["version"], {"ref": self.second})
        self.assertEqual(self.shown(self.second), "Reviewed-by: a\n\n# no comment\nb")
        with self.subTest("again"):
            self.put(notes=self.note)
            self.assertEqual(self.tip(COMMITS), expected)
        with self.subTest("the repository is as it was"):
            self.assertEqual(self.world.git("for-each-ref", "refs/notes"), "")

    def test_notes_from_before(self):
        self.world.git("notes", "add", "-m", "of the first", self.first)
        self.world.publish(COMMITS)
        expected = self.expect()
        self.put(notes=self.note)
        self.assertEqual(self.tip(COMMITS), expected)
        self.assertEqual(self.shown(self.first), "of the first")

    def test_somebody_added_notes_since_the_get(self):
        self.world.git("notes", "add", "-m", "known", self.first)
        self.world.publish(COMMITS)
        with self.subTest("of which the repository knows none"):
            self.world.git("update-ref", "-d", COMMITS)
            self.world.git("gc", "-q", "--prune=now")
            expected = self.expect()
            self.put(notes=self.note)
            self.assertEqual(self.tip(COMMITS), expected)
        with self.subTest("of which it knows older ones"):
            self.world.admin("fetch", "-q", self.world.work, "main")
            self.world.git("notes", "add", "-m", "old", self.first)
            third = self.world.commit("third")
            self.world.run("git", "-c", "safe.directory=*", "fetch", "-q", "--upload-pack",
                           "git -c safe.directory=* upload-pack", "file://" + self.world.bare,
                           "+refs/notes/*:refs/notes/*", cwd=self.world.work)
            self.world.admin("-c", "user.name=a", "-c", "user.email=b", "notes", "append", "-m", "newer", self.first)
            expected = self.expect(third)
            self.put(notes=self.note)
            self.assertEqual(self.tip(COMMITS), expected)
            self.assertEqual(self.shown(self.first), "known\n\nnewer")

    def test_notes_that_are_only_here(self):
        self.world.git("notes", "add", "-m", "of the first", self.first)
        self.world.git("notes", "--ref", "review/a", "add", "-m", "another kind", self.first)
        expected = self.expect()
        self.put(notes=self.note)
        self.assertEqual(self.tip(COMMITS), expected)
        self.assertEqual(self.tip("refs/notes/review/a"), self.world.git("rev-parse", "refs/notes/review/a"))

    def test_other_notes_that_are_older_here(self):
        self.world.git("notes", "--ref", "review", "add", "-m", "old", self.first)
        self.world.publish("refs/notes/*")
        self.world.admin("-c", "user.name=a", "-c", "user.email=b", "notes", "--ref", "review", "append", "-m", "new",
                         self.first)
        newer = self.tip("refs/notes/review")
        self.put(notes=self.note)
        self.assertEqual(self.tip("refs/notes/review"), newer)

    def test_another_note_is_there(self):
        self.world.publish("refs/heads/main")
        self.world.git("notes", "add", "-m", "another", self.second)
        self.world.publish(COMMITS)
        third = self.world.commit("third")
        self.world.git("notes", "add", "-m", "another", third)
        self.refused("params.notes: %s has another note already, which only params.force replaces: nothing was pushed"
                     % third[:7], notes=self.note)
        with self.subTest("force"):
            self.world.publish(COMMITS)
            expected = self.expect("HEAD", "-f")
            self.put(notes=self.note, force=True)
            self.assertEqual((self.tip(COMMITS), self.tip()), (expected, third))

    def test_notes_that_parted(self):
        self.world.git("notes", "add", "-m", "there", self.first)
        self.world.publish(COMMITS)
        self.world.git("update-ref", "-d", COMMITS)
        self.world.git("notes", "add", "-m", "here", self.first)
        self.refused("'%s' in the repository and at %s have parted: fetch and merge them before the put"
                     % (COMMITS, self.world.uri), notes=self.note)
        self.put(notes=self.note, force=True)
        self.assertEqual((self.shown(self.first), self.tip()), ("here", self.second))

    def test_the_note_is_on_what_was_merged(self):
        self.world.git("checkout", "-q", "-b", "theirs", self.first)
        self.world.commit("theirs", "other")
        self.world.admin("fetch", "-q", "-u", self.world.work, "+theirs:main")
        self.world.git("checkout", "-q", "main")
        theirs = self.tip()
        for params in ({"merge": True}, {"rebase": True}):
            answer = self.put(notes=self.note, **params)
            self.assertEqual(answer["version"], {"ref": self.tip()})
            self.assertNotEqual(self.tip(), self.second)
            self.assertEqual(self.shown(self.tip()), "Reviewed-by: a\n\n# no comment\nb")
            self.world.admin("update-ref", "refs/heads/main", theirs)

    def test_only_tag_and_an_empty_file_give_none(self):
        self.put(only_tag=True, notes=self.note)
        self.put(notes=self.file("notes/empty", " \n\n"))
        self.assertEqual(self.world.admin("for-each-ref", "refs/notes"), "")

    def test_which_file(self):
        """In the build folder; else beside the repository, which the git resource means."""
        deep = self.world.path("deep/er/work")
        shutil.copytree(self.world.work, deep, symlinks=True)
        self.file("deep/er/beside", "beside\n")
        for name, text in (("beside", "beside"), ("deep/er/beside", "beside"), ("notes/text", "Reviewed-by: a")):
            result = self.world.put("deep/er/work", params={"notes": name, "force": True})
            self.assertEqual(result.status, 0, result.stderr)
            self.assertTrue(self.shown(self.second).startswith(text), name)
        with self.subTest("in both"):
            self.file("beside", "in the build folder\n")
            self.world.put("deep/er/work", params={"notes": "beside", "force": True})
            self.assertEqual(self.shown(self.second), "in the build folder")
        shutil.rmtree(self.world.path("deep"))
        os.remove(self.world.path("beside"))

    def test_bad_input(self):
        os.symlink("/etc/hostname", self.world.path("link%d" % self.world.count))
        link = "link%d" % self.world.count
        for message, name in (
                ("the file 'nope' does not exist in the build directory", "nope"),
                ("'%s' leads out of the build directory" % link, link),
                ("'../../../../etc/hostname' leads out of the build directory", "../../../../etc/hostname"),
                ("the file 'notes/binary' is not a text", self.file("notes/binary", b"a\0b"))):
            for field in ("notes", "annotate"):
                with self.subTest(message, field=field):
                    self.refused("params.%s: %s" % (field, message), **{field: name})


class NotesHTTP(Notes, unittest.TestCase):
    """Apache before git http-backend."""

    def test_a_hook_that_refuses_notes(self):
        self.world.hook("update", "case $1 in refs/notes/*) echo 'no notes' >&2; exit 1;; esac\n")
        result = self.world.put(self.name, params={"notes": self.note})
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "out: %s: '%s' was rejected: hook declined" % (self.world.uri, COMMITS))
        self.assertEqual(self.tip(), self.second)
        with self.subTest("a second run adds it"):
            os.remove(os.path.join(self.world.bare, "hooks", "update"))
            expected = self.expect()
            self.put(notes=self.note)
            self.assertEqual(self.tip(COMMITS), expected)

    def faster(self, times):
        """A hook that adds notes as often while ours are on their way."""
        self.world.hook("update", "[ \"$1\" = %s ] && [ $(wc -l < count) -lt %d ] || exit 0\n"
                            "echo >> count\n"
                            "git -c user.name=a -c user.email=b notes append -m more %s >&2\n"
                  % (COMMITS, times, self.first))
        with open(os.path.join(self.world.bare, "count"), "w", encoding="ascii"):
            pass
        self.world.admin("config", "a.b", "c")  # gives all files to the server's user

    def test_somebody_is_faster_with_a_note(self):
        self.faster(2)
        result = self.world.put(self.name, params={"notes": self.note})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.stderr.count("somebody else was faster with a note: beginning again\n"), 2)
        self.assertEqual(self.shown(self.second), "Reviewed-by: a\n\n# no comment\nb")
        self.assertEqual(self.shown(self.first), "more\n\nmore")

    def test_somebody_is_always_faster_with_a_note(self):
        self.faster(1000)
        result = self.world.put(self.name, params={"notes": self.note})
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertRegex(result.message, "^out: the note: given up after 6 attempts: ")


class NotesLocal(Notes, unittest.TestCase):
    """A path on this machine."""

    kind = "local"

    def plant(self, *entries):
        """Notes of a tree with these entries."""
        tree = subprocess.run(["git", "mktree", "--missing"], input="".join("%s\n" % one for one in entries).encode(),
                              cwd=self.world.work, env=clean_environment(), check=True, capture_output=True).stdout
        commit = self.world.git("commit-tree", "-m", "planted", tree.decode().strip())
        self.world.git("update-ref", COMMITS, commit)

    def test_trees_are_those_of_git(self):
        """However many notes there are: none has a folder, some have, all have."""
        for count in (15, 90, 400):
            with self.subTest(count):
                self.setUp()
                blob = self.world.git("hash-object", "-w", ".git/HEAD")
                self.plant(*["100644 blob %s\t%s" % (blob, hashlib.sha1(b"%d" % number).hexdigest())
                             for number in range(count)])
                self.world.git("notes", "add", "-f", "-m", "as git's notes fan out", self.first)
                self.world.publish(COMMITS)
                for number in range(2):
                    self.world.commit("more %d" % number)
                    expected = self.expect()
                    self.put(notes=self.note)
                    self.assertEqual(len(self.world.admin("notes", "list").split("\n")), count + 2 + number)
                    self.assertEqual(self.tip(COMMITS), expected, "note %d" % number)

    def test_what_is_no_note_stays(self):
        blob = self.world.git("hash-object", "-w", ".git/HEAD")
        self.plant("100644 blob %s\tREADME" % blob, "040000 tree %s\tfolder" % self.world.git("write-tree"),
                   "120000 blob %s\tabcd" % blob, "100644 blob %s\t%s" % (blob, self.first))
        self.world.publish(COMMITS)
        expected = self.expect()
        self.put(notes=self.note)
        self.assertEqual(self.tip(COMMITS), expected)


if __name__ == "__main__":
    tap.main()

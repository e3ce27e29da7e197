#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind with git_crypt_key: the clone is what git-crypt itself leaves after it has unlocked one."""

import base64
import os
import shutil
import stat
import unittest

import tap
from git_in_world import Got, tree, umask

ATTRIBUTES = "*.key filter=git-crypt diff=git-crypt\nteam/** filter=git-crypt-team diff=git-crypt-team\n" \
             ".gitattributes !filter !diff\n"
FILES = {"a.key": b"a secret\n", "deep/er/b.key": os.urandom(300000), "empty.key": b"", "crlf.key": b"one\r\ntwo\r\n",
         "nul.key": b"a\0b", "team/c": b"the team's secret\n", "plain": b"no secret\n"}


class Crypt(Got):
    """A repository with two keys of git-crypt, made by the program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not shutil.which("git-crypt"):
            raise unittest.SkipTest("git-crypt is not installed: ci/setup")

    def setUp(self):
        super().setUp()
        self.program("init")
        self.program("init", "--key-name", "team")
        self.keys = {"default": self.world.path("default%d" % self.world.count),
                     "team": self.world.path("team%d" % self.world.count)}
        self.program("export-key", self.keys["default"])
        self.program("export-key", "--key-name", "team", self.keys["team"])
        for name, content in FILES.items():
            self.world.write(name, content)
        self.commit = self.world.commit("secrets", ".gitattributes", ATTRIBUTES)
        self.world.publish()

    def program(self, *arguments, path=None):
        self.world.run("git-crypt", *arguments, cwd=path or self.world.work)

    def key(self, name):
        with open(self.keys[name], "rb") as file:
            return base64.encodebytes(file.read()).decode()

    def unlock(self, key):
        """What git-crypt leaves in a clone that git made."""
        shutil.rmtree(self.world.path("clone%d" % self.world.count), True)
        other = self.clone(self.commit)
        self.program("unlock", self.keys[key], path=other)
        return other

    def settings(self, path):
        """The configuration of filters and diffs, and the key files with their modes."""
        lines = self.git("config", "--local", "--list", path=path).split("\n")
        folder = os.path.join(path, ".git", "git-crypt")
        found = {}
        for parent, folders, files in os.walk(folder):
            for name in folders + files:
                one = os.path.join(parent, name)
                mode = stat.filemode(os.lstat(one).st_mode)
                with open(os.devnull if name in folders else one, "rb") as file:
                    found[os.path.relpath(one, folder)] = (mode, file.read())
        return [line for line in lines if line.startswith(("filter.", "diff."))], found

    def test_all_is_what_git_crypt_leaves(self):
        for key in self.keys:
            with self.subTest(key):
                self.another()
                self.get_with(self.commit, git_crypt_key=self.key(key))
                other = self.unlock(key)
                self.assertEqual(tree(self.path), tree(other))
                self.assertEqual(self.settings(self.path), self.settings(other))
                self.assertEqual(self.git("status", "--porcelain"), "")
                self.assertEqual(self.git("fsck", "--full"), "")

    def test_modes_are_those_of_git_crypt(self):
        """What the umask leaves, but the keys, which are for their owner alone."""
        self.world.write("run.key", "#!/bin/sh\n")
        os.chmod(os.path.join(self.world.work, "run.key"), 0o755)
        self.commit = self.world.commit("a program")
        self.world.publish()
        with umask(0o002):
            self.get_with(self.commit, git_crypt_key=self.key("default"))
            other = self.unlock("default")
        self.assertEqual(tree(self.path), tree(other))
        self.assertEqual(self.settings(self.path), self.settings(other))
        self.assertEqual([tree(self.path)[name][0] for name in ("a.key", "run.key")], ["0o664", "0o775"])

    def test_contents_are_those_from_before(self):
        self.get_with(self.commit, git_crypt_key=self.key("default"))
        for name, content in FILES.items():
            with open(os.path.join(self.path, name), "rb") as file:
                self.assertEqual(file.read() == content, name != "team/c", name)

    def test_a_later_task_goes_on_from_there(self):
        self.get_with(self.commit, git_crypt_key=self.key("default"))
        for name in FILES:
            os.utime(os.path.join(self.path, name))  # so that git compares the contents
        self.assertEqual(self.git("status", "--porcelain"), "")
        with open(os.path.join(self.path, "new.key"), "wb") as file:
            file.write(b"a new secret\n")
        self.git("add", "new.key")
        self.assertEqual(self.world.run("git", "-C", self.path, "cat-file", "blob", ":new.key")[:10], b"\0GITCRYPT\0")
        self.git("checkout", "-q", "--", "a.key")
        self.assertEqual(tree(self.path)["a.key"][1], FILES["a.key"])

    def plant(self, name, content):
        """A file that was committed in plain, before its attributes were set."""
        self.world.write(name, content)
        for attributes in ("", ATTRIBUTES):
            self.world.write(".gitattributes", attributes)
            self.world.git("add", ".gitattributes", *[] if attributes else [name])
            self.world.git("commit", "-q", "-m", "attributes")
        self.commit = self.world.git("rev-parse", "HEAD")
        self.world.publish()

    def test_a_file_from_before_it_was_to_be_encrypted(self):
        self.plant("before.key", "in plain, and longer than what git-crypt begins a file with\n")
        result = self.get_with(self.commit, git_crypt_key=self.key("default"))
        self.assertIn("'before.key' is not encrypted, though its attributes say so", result.stderr)
        self.assertEqual(result.stderr.count("is not encrypted"), 1)
        other = self.unlock("default")
        self.assertEqual(tree(self.path), tree(other))
        for path in (self.path, other):  # it would be encrypted now
            os.utime(os.path.join(path, "before.key"))
            self.assertEqual(self.git("status", "--porcelain", path=path), " M before.key")

    def test_a_short_one_is_kept(self):
        """git-crypt leaves an empty file of what is shorter than its header and not encrypted."""
        self.plant("short.key", "in plain\n")
        self.get_with(self.commit, git_crypt_key=self.key("default"))
        self.assertEqual(tree(self.path)["short.key"][1], b"in plain\n")

    def test_without_a_key_files_are_as_they_are_stored(self):
        for key in (None, ""):
            self.another()
            self.get_with(self.commit, git_crypt_key=key)
            self.assertEqual(tree(self.path)["a.key"][1][:10], b"\0GITCRYPT\0")
            self.assertEqual(self.settings(self.path), ([], {}))

    def test_sparse_and_partial(self):
        for params, source, expected in (
                ({}, {"sparse_paths": ["*.key"]}, {name for name in FILES if name.endswith(".key")}),
                ({"partial": True}, {}, set(FILES) | {".gitattributes"}),
                ({"depth": 1}, {}, set(FILES) | {".gitattributes"})):
            with self.subTest(str(params or source)):
                self.another()
                self.get_with(self.commit, params, git_crypt_key=self.key("default"), **source)
                found = tree(self.path)
                self.assertEqual(set(found), expected)
                self.assertEqual({name: found[name][1] for name in FILES if name.endswith(".key")},
                                 {name: FILES[name] for name in FILES if name.endswith(".key")})
                self.assertEqual(self.git("status", "--porcelain"), "")

    def test_another_key_is_refused_by_name_and_no_second_run_stumbles(self):
        self.program("init", "--key-name", "other")
        other = self.world.path("other%d" % self.world.count)
        self.program("export-key", "--key-name", "other", other)
        with open(other, "rb") as file:
            wrong = file.read()
        # the same but for the name: as if the repository had had another default key
        wrong = base64.b64encode(wrong[:16] + bytes(4) + wrong[16 + 8 + len("other") + 4:]).decode()
        result = self.ask(self.commit, git_crypt_key=wrong)
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.message, "^in: '(a|crlf|deep/er/b|empty|nul).key' cannot be decrypted: another key than "
                                         "source.git_crypt_key has encrypted it, or it was changed since$")
        for form in (wrong, wrong[20:60]):
            self.assertNotIn(form, result.stderr)
        self.get_with(self.commit, git_crypt_key=self.key("default"))
        self.assertEqual(self.git("status", "--porcelain"), "")

    def test_the_key_lies_in_one_place(self):
        with open(self.keys["default"], "rb") as file:
            raw = file.read()
        result = self.get_with(self.commit, {"debug": True}, git_crypt_key=self.key("default"))
        found = []
        for parent, _, names in os.walk(self.path):
            for name in names:
                with open(os.path.join(parent, name), "rb") as file:
                    content = file.read()
                if any(form in content for form in (raw[40:60], raw[-40:-20], base64.b64encode(raw)[60:90])):
                    found.append(os.path.relpath(os.path.join(parent, name), self.path))
        self.assertEqual(found, [".git/git-crypt/keys/default"])
        self.assertNotIn(base64.b64encode(raw)[60:90].decode(), result.stdout + result.stderr)

    def test_no_command_of_git_config_is_run(self):
        mark = self.world.path("mark")
        self.get_with(self.commit, git_crypt_key=self.key("default"),
                      git_config=[{"name": "filter.git-crypt.smudge", "value": "touch " + mark}])
        self.assertFalse(os.path.exists(mark))
        self.assertEqual(self.git("config", "filter.git-crypt.smudge"), '"git-crypt" smudge')


class CryptV2(Crypt, unittest.TestCase):
    """Apache before git http-backend, which filters."""

    kind = "v2"


class CryptLocal(Crypt, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


if __name__ == "__main__":
    tap.main()

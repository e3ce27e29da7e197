#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: which files are written and how, and what is downloaded for them, as the git program does it."""

import json
import os
import subprocess
import time
import unittest

import tap
from git_in_world import Got, modes, tree, umask
from git_world import BIN


class Files(Got):
    """The same on all ways to reach a repository."""

    def plant(self):
        """Files in folders, some of them large enough to be missed; the commit."""
        for name in ("README", "docs/a.md", "docs/deep/b.md", "docs/deep/c.png", "src/a.c", "src/docs/d.md",
                     "src/x y.c", "build/out"):
            self.world.write(name, "%s\n" % name)
        self.world.write(".gitattributes", "*.c text eol=crlf\n")
        self.world.write("src/.gitattributes", "x* -text\n")
        commit = self.world.commit("files")
        self.world.publish()
        return commit

    def clone_sparsely(self, commit, patterns):
        """What git leaves with these patterns."""
        other = self.world.path("sparse%d-%s" % (self.world.count, self.folder))
        self.world.run("git", "-c", "safe.directory=*", "clone", "-q", "--no-checkout", "--upload-pack",
                       "git -c safe.directory=* upload-pack", "file://" + self.world.bare, other)
        self.world.run("git", "-C", other, "config", "core.sparseCheckout", "true")
        self.world.run("git", "-C", other, "config", "core.sparseCheckoutCone", "false")
        with open(os.path.join(other, ".git/info/sparse-checkout"), "w", encoding="utf-8") as file:
            file.write("".join(pattern + "\n" for pattern in patterns))
        self.world.run("git", "-C", other, "checkout", "-q", commit)
        return other

    def test_sparse_paths_are_those_of_git(self):
        commit = self.plant()
        for patterns in (["docs"], ["docs/"], ["/docs/"], ["docs/*"], ["*.md", "!deep"], ["/*", "!/docs"],
                         ["src/*.c"], ["/README"], ["docs/deep/b.md"], ["**/docs"], ["# no", "", "src/x y.c"]):
            with self.subTest(patterns):
                self.another()
                self.get_with(commit, sparse_paths=patterns)
                other = self.clone_sparsely(commit, patterns)
                self.assertEqual(tree(self.path), tree(other))
                for question in (["ls-files", "-t"], ["status", "--porcelain"]):
                    self.assertEqual(self.git(*question), self.git(*question, path=other), question)
                self.assertEqual(self.git("fsck"), "")

    def compare_settings(self, commit):
        """With each of some settings, all files are as git writes them."""
        for settings in ({}, {"core.autocrlf": "true"}, {"core.autocrlf": "input"}, {"core.eol": "crlf"}):
            with self.subTest(settings):
                self.another()
                self.get_with(commit, git_config=[{"name": k, "value": v} for k, v in settings.items()])
                other = self.world.path("attributes%d-%s" % (self.world.count, self.folder))
                flags = ["--config=%s=%s" % one for one in settings.items()]
                self.world.run("git", "-c", "safe.directory=*", "clone", "-q", *flags, "--upload-pack",
                               "git -c safe.directory=* upload-pack", "file://" + self.world.bare, other)
                self.assertEqual(tree(self.path), tree(other))
                self.assertEqual(self.git("status", "--porcelain"), "")

    def test_modes_are_those_of_git(self):
        """Whatever the umask leaves, in .git too."""
        commit = self.fill()[-1]
        for mask in (0o022, 0o002, 0o077, 0o000):
            with self.subTest(oct(mask)), umask(mask):
                self.another()
                self.get_with(commit)
                ours, others = modes(self.path), modes(self.clone(commit))
                self.world.run("rm", "-r", self.world.path("clone%d" % self.world.count))
                both = ours.keys() & others.keys()
                self.assertTrue({"bin", "bin/run", "link", "README", "a/b/c/d", ".git", ".git/config", ".git/index",
                                 ".git/refs/heads/main", ".git/objects/pack"} <= both)
                self.assertEqual({name: ours[name] for name in both}, {name: others[name] for name in both})
                self.assertEqual(ours[".git/ref"], ours["README"])
                self.assertEqual(self.git("status", "--porcelain"), "")

    def test_attributes_and_settings_are_those_of_git(self):
        text = "$Id$\none\ntwo\n"
        for name, attributes in (("a.ident", "*.ident ident"), ("a.crlf", "*.crlf text eol=crlf"),
                                 ("a.lf", "*.lf text eol=lf"), ("a.bin", "*.bin -text"), ("a.auto", "*.auto text=auto"),
                                 ("a.export", "*.export export-ignore export-subst"), ("deep/!first", "deep/* ident")):
            self.world.write(name, text)
            path = os.path.join(self.world.work, ".gitattributes")
            with open(path, "a", encoding="ascii") as file:
                file.write(attributes + "\n")
        self.world.write("plain", text)
        self.world.write("mixed.auto", "one\r\ntwo\n")
        self.world.write("nul", b"a\n\0b\n")
        commit = self.world.commit("attributes")
        self.world.publish()
        self.compare_settings(commit)

    def test_settings_and_folders_are_those_of_git_without_attributes_at_the_top(self):
        for name in ("plain", "deep/a.crlf"):
            self.world.write(name, "one\ntwo\n")
        commit = self.world.commit("no attributes")
        self.world.publish()
        self.compare_settings(commit)
        self.world.write("deep/.gitattributes", "*.crlf text eol=crlf\n")
        commit = self.world.commit("attributes in a folder")
        self.world.publish()
        self.compare_settings(commit)


class FilesV2(Files, unittest.TestCase):
    """Apache before git http-backend, which filters."""

    kind = "v2"

    def test_a_run_that_was_killed_can_be_run_again(self):
        for number in range(400):
            self.world.write("many/%d" % number, os.urandom(2000))
        commit = self.world.commit("many")
        self.world.publish()
        request = json.dumps({"source": self.world.source(), "version": {"ref": commit},
                              "params": {"partial": True}}).encode()
        killed = 0
        for delay_s in (0.02, 0.05, 0.1, 0.2):
            with subprocess.Popen([os.path.join(BIN, "in"), self.path], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                process.stdin.write(request)
                process.stdin.close()
                time.sleep(delay_s)
                process.kill()
            killed += process.returncode != 0
        self.assertGreater(killed, 0)
        self.get_with(commit, {"partial": True})
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck"), "")

    def missing(self):
        """How many objects were left out."""
        listed = self.git("rev-list", "--objects", "--all", "--missing=print")
        return len([line for line in listed.split("\n") if line.startswith("?")])

    def test_what_a_sparse_clone_lacks_is_not_downloaded(self):
        self.world.write(".gitignore", "/got\n")
        commit = self.plant()
        self.get_with(commit, sparse_paths="/README")
        # all contents differ; README, both files of attributes and what is ignored are needed
        self.assertEqual(self.missing(), len(self.git("ls-files").split("\n")) - 4)
        self.assertEqual(self.git("config", "remote.origin.partialclonefilter"), "blob:none")
        self.world.run("git", "-C", self.path, "-c", "remote.origin.url=https://127.0.0.1:1/", "status")

    def test_a_partial_clone_is_whole_where_the_server_refuses_to_filter(self):
        commit = self.plant()
        self.world.admin("config", "uploadpackfilter.blob:none.allow", "false")
        for params, source in (({"partial": True}, {}), ({}, {"sparse_paths": "/README"})):
            with self.subTest(params=params, source=source):
                self.another()
                self.get_with(commit, params, **source)
                self.assertEqual(self.missing(), 0)
                self.assertEqual(self.git("config", "--default", "none", "remote.origin.promisor"), "none")
                self.assertEqual(self.git("fsck", "--full"), "")

    def test_a_partial_clone_is_one_of_git(self):
        self.world.commit("old", "README", "an old content\n")
        commit = self.plant()
        self.get_with(commit, {"partial": True})
        self.assertEqual(self.missing(), 1)
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck"), "")
        server = self.world.server
        self.git("config", "http.sslCAInfo", server.ca_file)
        self.git("config", "credential.helper",
                 "!f() { echo username=%s; echo password=%s; }; f" % (server.username, server.password))
        self.assertEqual(self.git("show", "HEAD^:README"), "an old content")
        self.assertEqual(self.missing(), 0)


class FilesPlain(Files, unittest.TestCase):
    """A server that filters nothing."""

    kind = "plain"

    def test_a_partial_clone_is_whole(self):
        commit = self.plant()
        self.get_with(commit, {"partial": True})
        self.assertEqual(self.git("config", "--default", "none", "remote.origin.promisor"), "none")
        self.assertEqual(self.git("fsck", "--full"), "")


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind with submodules of a hostile repository: nothing is written outside, nothing is run."""

import os
import unittest

import tap
from git_submodule_world import Nest, Repository


class Hostile(Nest, unittest.TestCase):
    """Whoever writes a commit writes names, paths, urls and trees."""

    kind = "local"

    def setUp(self):
        super().setUp()
        self.outside = self.world.path("outside%d" % self.world.count)
        os.mkdir(self.outside)

    def refused(self, *said):
        """`in` fails with a message that holds these words, and leaves nothing outside."""
        self.another()
        message = self.get_nest(status=1).message
        for one in said:
            self.assertIn(one, message)
        self.assertEqual(os.listdir(self.outside), [])

    def tree_of(self, modules, *entries):
        """Let the tip be a commit with this .gitmodules and these raw entries of its tree."""
        world = self.app.use()
        world.write(".gitmodules", modules)
        blob = world.git("hash-object", "-w", ".gitmodules")
        tree = self.mktree("".join(sorted(["100644 blob %s\t.gitmodules\n" % blob, *entries],
                                          key=lambda line: line.split("\t")[1])))
        self.tip = world.git("commit-tree", "-m", "hostile", tree)
        world.git("update-ref", "refs/heads/main", self.tip)
        world.publish("refs/heads/main")

    def module(self, path, name=None):
        """Its part of .gitmodules."""
        return '[submodule "%s"]\n\tpath = %s\n\turl = %s\n' % (name or path, path, self.beside(self.lib))

    def link(self, mode, path, oid):
        return "%s %s %s\t%s\n" % (mode, {"1": "blob", "0": "tree"}[mode[0]], oid, path)

    def to_outside(self):
        """A symbolic link's content."""
        self.app.use().write("target", self.outside)
        return self.world.git("hash-object", "-w", "target")

    def commit(self, path):
        return self.link("160000", path, self.lib_commits[0])

    def test_names_that_lead_out(self):
        for name in ("..", "../hooks", "a/../../hooks", "x\\\\..\\\\..", "/etc", "a/..", "./x", "a//x", ".git"):
            with self.subTest(name):
                self.tree_of(self.module("lib", name), self.commit("lib"))
                self.refused("submodule 'lib': ", "its name ")

    def test_a_name_in_another_submodules_git_folder(self):
        for names in (("a", "a/objects"), ("a/hooks", "a")):
            with self.subTest(names):
                self.tree_of(self.module("one", names[0]) + self.module("two", names[1]), self.commit("one"),
                             self.commit("two"))
                self.refused("submodule 'two': ")

    def test_paths_that_are_dot_git(self):
        for path in (".git", ".GIT", "git~1", ".g\u200cit", ".."):
            with self.subTest(path):
                self.tree_of(self.module(path, "x"), self.commit(path))
                self.refused()
                self.assertFalse(os.path.exists(os.path.join(self.path, ".git/.git")))

    def test_a_path_that_the_tree_cannot_have(self):
        for path in ("../outside%d" % self.world.count, self.outside, ".", "a/../lib"):
            with self.subTest(path):
                self.tree_of(self.module(path, "x"), self.commit("lib"))
                self.another()
                self.assertIn("warning: skipping missing submodule: " + path, self.get_nest().stderr)
                self.assertEqual(os.listdir(self.outside), [])

    def test_a_link_in_its_place_or_above_it(self):
        target = self.to_outside()
        inner = self.mktree(self.commit("lib"))
        for path, entries in (("x", ["120000 blob %s\tx\n" % target, self.commit("x")]),
                              ("x/lib", ["120000 blob %s\tx\n" % target, "040000 tree %s\tx\n" % inner])):
            with self.subTest(path):
                self.tree_of(self.module(path), *entries)
                self.another()
                self.app.use()
                self.ask(self.tip)
                self.assertEqual(os.listdir(self.outside), [])

    def test_a_link_in_a_submodule_above_another(self):
        self.lib.use()
        os.symlink(self.outside, os.path.join(self.world.work, "link"))
        linked = self.lib.commit("a link")
        inner = self.app.use() and self.mktree(self.commit("link"))
        self.tree_of(self.module("x") + self.module("x/link", "y"), self.link("160000", "x", linked),
                     "040000 tree %s\tx\n" % inner)
        self.another()
        self.ask(self.tip)
        self.assertEqual(os.listdir(self.outside), [])

    def test_urls_that_run_something_or_lead_above(self):
        mark = os.path.join(self.outside, "mark")
        for url, said in (("ext::sh -c touch% " + mark, "names a program"), ("-u touch " + mark, "begins with '-'"),
                          ("../" * 40 + "x", "leads above the root"), ("ftp://host/x", "has an unknown scheme"),
                          ("ssh://-oProxyCommand=x/y", "may not begin with '-'")):
            with self.subTest(url):
                self.tree_of('[submodule "x"]\n\tpath = lib\n\turl = "%s"\n' % url, self.commit("lib"))
                self.refused("submodule 'lib': its url in .gitmodules", said)

    def test_an_update_that_is_a_command(self):
        self.tree_of(self.module("lib") + "\tupdate = !touch %s/mark\n" % self.outside, self.commit("lib"))
        self.refused("submodule 'lib': ", "update")

    def test_no_url(self):
        self.tree_of('[submodule "x"]\n\tpath = lib\n', self.commit("lib"))
        self.refused("submodule 'lib': has no url in .gitmodules")

    def test_one_that_is_not_chosen_does_no_harm(self):
        self.tree_of(self.module("lib") + self.module("other", "../x"), self.commit("lib"), self.commit("other"))
        self.get_nest({"submodules": ["lib"]})
        self.assertEqual(self.modules(), [".git/modules/lib"])

    def test_gitmodules_that_is_malformed(self):
        self.tree_of("[submodule \"x\"]\n\tpath = lib\n<<<<<<<\n", self.commit("lib"))
        self.refused(".gitmodules")
        self.another()
        self.get_nest({"submodules": "none"})
        self.assertEqual(self.modules(), [])

    def test_a_malformed_gitmodules_without_a_submodule(self):
        """The git resource's steps do not fail at it, where none is wanted."""
        self.tree_of("<<<<<<<\n")
        copy = self.world.path("steps%d" % self.world.count)
        self.world.run("git", "clone", "-q", self.world.bare, copy)
        for step in (("checkout", "-f", "-q", self.tip), ("clean", "--force", "--force", "-d"), ("submodule", "sync")):
            self.world.run("git", *step, cwd=copy)
        self.another()
        self.get_nest({"submodules": "none"})

    def test_gitmodules_that_includes_another_file(self):
        malformed = os.path.join(self.world.directory, "malformed%d" % self.world.count)
        with open(malformed, "w", encoding="ascii") as file:
            file.write("<<<<<<<\n")
        self.tree_of("[include]\n\tpath = %s\n%s" % (malformed, self.module("lib")), self.commit("lib"))
        for params in {}, {"submodules": "none"}:
            self.another()
            self.assertNotIn(malformed, self.get_nest(params).stderr)
        self.assertEqual(os.listdir(os.path.join(self.path, "lib")), [])

    def test_one_that_holds_itself(self):
        lib = Repository(self.world)
        first = lib.commit("first")
        lib.add("self", first, self.beside(lib))
        self.app, self.tip = lib, lib.use().git("rev-parse", "HEAD")
        self.another()
        message = self.get_nest({"submodule_remote": True}, status=1).message
        self.assertEqual(message, "in: submodule '%s': is nested deeper than 16: where one holds itself, set "
                                  "params.submodule_recursive to false" % "/".join(["self"] * 16))
        self.another()
        self.get_nest({"submodule_remote": True, "submodule_recursive": False})


class HostileServer(Nest, unittest.TestCase):
    """The repository is at a server."""

    def test_a_url_of_this_machine(self):
        here = self.world.path("here.git")
        self.world.run("git", "clone", "-q", "--bare", self.lib.place[1], here)
        for url in (here, "file://" + here):
            self.tip = self.app.add("here", self.lib_commits[0], url)
            self.another()
            message = self.get_nest({"submodules": ["here"]}, status=1).message
            self.assertEqual(message, "in: submodule 'here': its url in .gitmodules, '%s', is on this machine, where "
                                      "the repository itself is not" % url)


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

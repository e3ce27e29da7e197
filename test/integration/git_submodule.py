#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind with submodules: what lies there afterwards is what git submodule update leaves."""

import json
import os
import signal
import subprocess
import time
import unittest

import tap
from git_in_world import modes, umask
from git_submodule_world import Nest, tree
from git_world import BIN

LIB, DEEP = "libs/lib", "libs/lib/deep/est"


class Submodules(Nest):
    """The same on all ways to reach a repository."""

    def shallow_uri(self, repository):
        """Of a plain path git takes the whole history."""
        return repository.uri if self.world.server else "file://" + repository.uri

    def test_files_refs_and_configuration_are_those_of_git(self):
        self.get_nest()
        other = self.clone_nest()
        self.assertEqual(tree(self.path), tree(other))
        self.assertEqual(self.modules(), [".git/modules/my lib", ".git/modules/my lib/modules/deep/est"])
        self.assertEqual(self.modules(), self.modules(other))
        for module in self.modules():
            for question in (["config", "--local", "--list"], ["for-each-ref"], ["rev-parse", "HEAD"],
                             ["ls-files", "--stage"], ["rev-parse", "--is-shallow-repository"],
                             ["log", "--all", "--format=%H %D"]):
                with self.subTest(module=module, question=question):
                    self.assertEqual(self.own_git(*question, path=os.path.join(self.path, module)),
                                     self.own_git(*question, path=os.path.join(other, module)))
        for question in (["config", "--get-regexp", "^submodule"], ["submodule", "status", "--recursive"]):
            self.assertEqual(self.own_git(*question), self.own_git(*question, path=other))
        self.assertEqual(self.at(LIB, "rev-parse", "--abbrev-ref", "HEAD"), "HEAD")

    def test_git_finds_it_clean_and_goes_on_from_there(self):
        self.get_nest()
        self.assert_clean()
        newer = self.lib.commit("newer still")
        self.own_git("submodule", "foreach", "--recursive", "-q", "git fetch -q")
        self.assertEqual(self.at(LIB, "rev-parse", "origin/main"), newer)
        self.own_git("submodule", "sync", "--recursive", "-q")
        self.own_git("submodule", "update", "--remote", "-q")
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), newer)

    def test_a_commit_that_is_on_no_branch(self):
        self.lib.use().git("checkout", "-q", "--detach")
        lone = self.lib.commit("on no branch")
        self.lib.world.admin("fetch", "-q", self.lib.world.work, lone)
        self.lib.world.admin("config", "uploadpack.allowAnySHA1InWant", "true")
        self.tip = self.app.record(LIB, lone)
        self.get_nest()
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), lone)
        self.assert_clean()

    def test_a_commit_that_is_nowhere(self):
        self.tip = self.app.record(LIB, "1234567890" * 4)
        result = self.get_nest(status=1)
        self.assertEqual(result.message, "in: submodule 'libs/lib': the commit %s is not in %s: push it there, or let "
                                         "another be recorded" % ("1234567890" * 4, self.lib.uri))

    def test_a_repository_that_is_nowhere(self):
        self.tip = self.app.add("gone", self.lib_commits[0], "../gone.git")
        message = self.get_nest({"submodules": ["gone"]}, status=1).message
        self.assertTrue(message.startswith("in: submodule 'gone': "), message)
        self.assertIn(os.path.join(os.path.dirname(self.lib.uri), "gone.git"), message)

    def test_the_newest_commit_of_a_branch(self):
        self.lib.use().git("checkout", "-q", "side")
        side = self.lib.commit("on the side")
        self.app.use().git("config", "-f", ".gitmodules", "submodule.my lib.branch", "side")
        self.tip = self.app.commit("a branch")
        params = {"submodule_remote": True, "submodule_recursive": False}
        for depth in (0, 1):
            with self.subTest(depth):
                self.another()
                self.get_nest({**params, "depth": depth}, uri=self.shallow_uri(self.app))
                self.assertEqual(self.at(LIB, "rev-parse", "HEAD", "origin/side"), "%s\n%s" % (side, side))
                self.assertEqual(self.at(LIB, "status", "--porcelain"), "")

    def test_a_depth_is_that_of_the_recorded_commits(self):
        self.get_nest({"depth": 2}, uri=self.shallow_uri(self.app))
        for path, commits in ((LIB, self.lib_commits[4:6]), (DEEP, self.deep_commits[1:3])):
            self.assertEqual(self.at(path, "log", "--format=%H").split(), commits[::-1])
            self.assertEqual(self.at(path, "rev-parse", "--is-shallow-repository"), "true")
            self.assertEqual(self.at(path, "config", "remote.origin.fetch"),
                             "+refs/heads/main:refs/remotes/origin/main")
        self.assert_clean()
        self.own_git("submodule", "foreach", "--recursive", "-q", "git fetch -q --unshallow")
        self.assertEqual(self.at(DEEP, "log", "--format=%H").split(), self.deep_commits[2::-1])


class Options(Nest):
    """What does not depend on the way to a repository."""

    def test_none(self):
        self.get_nest({"submodules": "none"})
        self.assertEqual(self.modules(), [])
        self.assertEqual(os.listdir(os.path.join(self.path, LIB)), [])
        self.assertEqual(self.own_git("status", "--porcelain"), "")

    def test_all_by_word_and_by_an_empty_list(self):
        for chosen in ("all", []):
            with self.subTest(chosen):
                self.another()
                self.get_nest({"submodules": chosen})
                self.assertEqual(len(self.modules()), 2)

    def test_those_that_are_named(self):
        self.app.add("lib", self.lib_commits[0], self.beside(self.lib))
        self.tip = self.app.add("mylib", self.lib_commits[0], self.beside(self.lib))
        for chosen, found in ((["lib"], ["lib", "my lib"]), (["libs/lib"], ["my lib"]), (["mylib/", "nope"], ["mylib"])):
            with self.subTest(chosen):
                self.another()
                result = self.get_nest({"submodules": chosen, "submodule_recursive": False})
                self.assertEqual(self.modules(), [".git/modules/" + name for name in found])
                self.assertEqual("params.submodules: 'nope' is not a submodule" in result.stderr, "nope" in chosen)

    def test_not_recursive(self):
        for no in (False, "false"):
            with self.subTest(no):
                self.another()
                self.get_nest({"submodule_recursive": no})
                self.assertEqual(self.modules(), [".git/modules/my lib"])
                self.assertEqual(os.listdir(os.path.join(self.path, DEEP)), [])

    def test_a_path_that_the_tree_does_not_have(self):
        self.app.use().git("rm", "-q", "--cached", LIB)
        os.rmdir(os.path.join(self.world.work, LIB))
        self.tip = self.app.commit("removed")
        result = self.get_nest()
        self.assertIn("warning: skipping missing submodule: libs/lib", result.stderr)
        self.assertEqual(self.modules(), [])

    def test_a_remote_whose_head_names_no_branch(self):
        self.lib.use().admin("symbolic-ref", "HEAD", "refs/heads/nope")
        self.get_nest()
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), self.lib_commits[5])
        self.assert_clean()

    def test_modes_are_those_of_git(self):
        with umask(0o002):
            self.get_nest()
            other = self.clone_nest()
        ours, others = modes(self.path), modes(other)
        both = ours.keys() & others.keys()
        self.assertTrue({LIB, LIB + "/.git", DEEP + "/file", "bin/run", ".git/modules/my lib/config"} <= both)
        self.assertEqual({name: ours[name] for name in both}, {name: others[name] for name in both})

    def test_update_none_is_registered_and_left_alone(self):
        self.tip = self.app.add("other", self.lib_commits[0], self.beside(self.lib), update="none")
        result = self.get_nest()
        self.assertIn("Skipping submodule 'other'\n", result.stderr)
        self.assertEqual(os.listdir(os.path.join(self.path, "other")), [])
        self.assertEqual(self.own_git("config", "--get-regexp", "^submodule"),
                         self.own_git("config", "--get-regexp", "^submodule", path=self.clone_nest()))

    def test_the_newest_commit_of_the_default_branch(self):
        self.get_nest({"submodule_remote": True, "submodule_recursive": False})
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), self.lib_commits[6])
        self.assertEqual(self.own_git("submodule", "status")[:1], "+")

    def test_the_branch_of_the_repository_above(self):
        self.app.use().git("config", "-f", ".gitmodules", "submodule.my lib.branch", ".")
        self.tip = self.app.commit("the same branch")
        self.get_nest({"submodule_remote": True, "submodule_recursive": False})
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), self.lib_commits[6])

    def test_a_branch_that_is_not_there(self):
        self.app.use().git("config", "-f", ".gitmodules", "submodule.my lib.branch", "nope")
        self.tip = self.app.commit("no branch")
        for depth, said in ((0, "refs/heads/nope"), (1, "its branch in .gitmodules: 'nope' does not exist at ")):
            with self.subTest(depth):
                self.another()
                message = self.get_nest({"submodule_remote": True, "depth": depth}, status=1,
                                        uri=self.shallow_uri(self.app)).message
                self.assertTrue(message.startswith("in: submodule 'libs/lib': "), message)
                self.assertIn(said, message)

    def test_a_submodule_that_is_to_be_shallow(self):
        self.app.use().git("config", "-f", ".gitmodules", "submodule.my lib.shallow", "true")
        self.tip = self.app.commit("shallow")
        self.get_nest(uri=self.shallow_uri(self.app))
        self.assertEqual(self.at(LIB, "log", "--format=%H"), self.lib_commits[5])
        self.assertEqual(len(self.at(DEEP, "log", "--format=%H").split()), 3)
        self.assert_clean()

    def test_files_outside_of_a_sparse_tree(self):
        self.app.add("other/lib", self.lib_commits[0], self.beside(self.lib))
        self.tip = self.app.commit("more", "bin/more")
        self.get_nest({}, sparse_paths=["libs/"])
        self.assertEqual(sorted(os.listdir(self.path)), [".git", "libs"])
        self.assertEqual(self.at(LIB, "rev-parse", "HEAD"), self.lib_commits[5])
        self.assertEqual(len(self.modules()), 2)
        self.assertEqual(self.own_git("status", "--porcelain"), "")

    def test_line_ends_by_git_config(self):
        self.lib.use().git("config", "core.autocrlf", "false")
        commit = self.lib.commit("lines", "lines", "one\ntwo\n")
        self.tip = self.app.record(LIB, commit)
        self.get_nest(git_config=[{"name": "core.autocrlf", "value": "true"}, {"name": "branch.main.x", "value": "y"}])
        with open(os.path.join(self.path, LIB, "lines"), "rb") as file:
            self.assertEqual(file.read(), b"one\r\ntwo\r\n")
        self.assert_clean()
        self.assertEqual(self.at(LIB, "config", "--default", "unset", "--get", "branch.main.x"), "unset")

    def test_an_interrupted_run_is_begun_anew(self):
        for number in range(300):
            self.lib.use().write("many/%d" % number, os.urandom(2000))
        self.tip = self.app.record(LIB, self.lib.commit("many"))
        request = json.dumps({"source": self.app.use().source(), "version": {"ref": self.tip}}).encode()
        ended = set()
        for delay_s in (0.03, 0.06, 0.09, 0.12, 0.15, 0.2, 0.3):
            with subprocess.Popen([os.path.join(BIN, "in"), self.path], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                process.stdin.write(request)
                process.stdin.close()
                time.sleep(delay_s)
                process.send_signal(signal.SIGKILL)
                process.stdout.read()
            ended.add(process.returncode)
        self.assertIn(-signal.SIGKILL, ended)
        self.get_nest()
        self.assertEqual(len(self.modules()), 2)
        self.assert_clean()


class InV2(Submodules, unittest.TestCase):
    """Apache before git http-backend."""

    def test_contents_are_left_out(self):
        self.get_nest({"partial": True})
        for path in (LIB, DEEP):
            self.assertEqual(self.at(path, "config", "remote.origin.partialclonefilter"), "blob:none")
        self.assertIn("?", self.at(LIB, "rev-list", "--objects", "--all", "--missing=print"))
        self.assert_clean()

    def test_users_of_the_uri_go_on_to_relative_urls_and_are_stored_nowhere(self):
        server = self.world.server
        uri = self.app.uri.replace("://", "://%s:%s@" % (server.username, server.password))
        result = self.get_nest(uri=uri, username=None, password=None)
        self.assertEqual(len(self.modules()), 2)
        found = subprocess.run(["grep", "-rl", server.password, self.path], capture_output=True, check=False)
        self.assertEqual(found.stdout, b"")
        self.assertNotIn(server.password, result.stderr + result.stdout)
        self.assertEqual(self.own_git("config", "submodule.my lib.url"), self.lib.uri)

    def test_with_a_depth_one_fetch_brings_the_recorded_commit(self):
        self.app.use()
        self.world.server.forget_requests()
        self.get_nest({"depth": 1, "submodule_recursive": False})
        # of each: what it can, its refs, its objects
        self.assertEqual([request.method for request in self.world.server.requests()], ["GET", "POST", "POST"] * 2)


class InV0(Submodules, unittest.TestCase):
    """Version 0 of the protocol, which gives by id what is allowed alone."""

    kind = "v0"

    def test_a_depth_is_that_of_the_recorded_commits(self):
        self.get_nest({"depth": 2}, uri=self.shallow_uri(self.app))
        for path, commits in ((LIB, self.lib_commits[4:6]), (DEEP, self.deep_commits[1:3])):
            self.assertEqual(self.at(path, "log", "--format=%H", "-2").split(), commits[::-1])
        self.assert_clean()


class InLocal(Submodules, Options, unittest.TestCase):
    """A path."""

    kind = "local"


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

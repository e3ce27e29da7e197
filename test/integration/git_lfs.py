#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Git LFS in `in` and `out` of the git kind, beside what the git-lfs program pushes and pulls."""

import os
import unittest

import tap
from git_in_world import tree, umask
from lfs_world import Large

FILES = {"a.bin": os.urandom(300000), "deep/er/b.bin": b"small\n", "crlf.bin": b"one\r\ntwo\r\n", "same.bin": b"small\n",
         "empty.bin": b"", "nul.bin": b"a\0b" * 50000}


class Get(Large, unittest.TestCase):
    """What git-lfs has pushed is got."""

    def setUp(self):
        super().setUp()
        self.commit = self.commit_large(FILES)

    def test_all_is_what_git_lfs_leaves(self):
        self.get_with(self.commit)
        other = self.pull(self.commit)
        self.assertEqual(tree(self.path), tree(other))
        self.assertEqual({name: content for name, (_, content) in tree(self.path).items() if name in FILES}, FILES)
        self.assertEqual(self.objects(self.path), self.objects(other))
        self.assertEqual(self.settings(self.path), self.settings(other))
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck", "--full"), "")

    def test_modes_are_those_of_git_lfs(self):
        self.world.write("run.bin", "#!/bin/sh\n")
        os.chmod(os.path.join(self.world.work, "run.bin"), 0o755)
        commit = self.commit_large({})
        with umask(0o002):
            self.get_with(commit)
            other = self.pull(commit)
        self.assertEqual(tree(self.path), tree(other))
        self.assertEqual([tree(self.path)[name][0] for name in ("a.bin", "run.bin")], ["0o664", "0o775"])

    def test_nothing_is_left_on_its_way(self):
        self.get_with(self.commit)
        self.assertEqual(os.listdir(os.path.join(self.path, ".git/lfs/incomplete")), [])
        self.assertEqual(sorted(os.listdir(os.path.join(self.path, ".git/lfs"))), ["incomplete", "objects"])

    def test_a_later_task_goes_on_from_there(self):
        self.get_with(self.commit)
        for name in FILES:
            os.utime(os.path.join(self.path, name))  # so that git compares the contents
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.lfs("fsck"), "Git LFS fsck OK")
        with open(os.path.join(self.path, "new.bin"), "wb") as file:
            file.write(b"new\n")
        self.git("add", "new.bin")
        self.assertIn("oid sha256:", self.git("cat-file", "blob", ":new.bin"))

    def test_disable_git_lfs_leaves_the_pointers(self):
        for value in (True, "true"):
            self.another()
            self.get_with(self.commit, {"disable_git_lfs": value})
            self.assertEqual(tree(self.path)["deep/er/b.bin"][1], self.pointer(FILES["deep/er/b.bin"]))
            self.assertFalse(os.path.exists(os.path.join(self.path, ".git/lfs")))
        self.assertEqual(self.server.requests, [])

    def test_without_the_attribute_nothing_is_asked(self):
        commit = self.commit_raw(".gitattributes", b"*.bin -text\n")
        self.get_with(commit)
        self.assertEqual(self.server.requests, [])
        self.assertEqual(tree(self.path)["a.bin"][1], self.pointer(FILES["a.bin"]))
        self.assertFalse(os.path.exists(os.path.join(self.path, ".git/lfs")))

    def test_one_batch_names_each_object_once(self):
        self.get_with(self.commit, {"debug": True})
        question, = self.server.questions
        self.assertEqual(question["operation"], "download")
        self.assertEqual((question["transfers"], question["hash_algo"]), (["basic"], "sha256"))
        self.assertEqual(question["ref"], {"name": "refs/heads/main"})
        self.assertEqual({one["oid"]: one["size"] for one in question["objects"]},
                         {self.oid(content): len(content) for content in FILES.values() if content})
        self.assertEqual(len(self.server.transfers()), 4)

    def test_only_what_is_written_is_downloaded(self):
        for params, source in (({}, {"sparse_paths": ["deep/"]}), ({"partial": True}, {"sparse_paths": ["deep/"]})):
            with self.subTest(str(params)):
                self.another()
                self.server.reset()
                self.get_with(self.commit, params, **source)
                self.assertEqual(set(tree(self.path)), {"deep/er/b.bin"})
                self.assertEqual(tree(self.path)["deep/er/b.bin"][1], b"small\n")
                self.assertEqual(len(self.server.transfers()), 1)
                self.assertEqual(self.git("status", "--porcelain"), "")

    def test_include_and_exclude(self):
        for key, value, expected in (("lfs.fetchinclude", "deep, /nul.bin", {"deep/er/b.bin", "same.bin", "nul.bin"}),
                                     ("lfs.fetchexclude", "*.bin", set()),
                                     ("lfs.fetchexclude", "deep/**,a.bin", {"crlf.bin", "same.bin", "nul.bin",
                                                                           "deep/er/b.bin"})):
            with self.subTest(key + "=" + value):
                self.another()
                self.get_with(self.commit, git_config=[{"name": key, "value": value}])
                found = {name for name, (_, content) in tree(self.path).items()
                         if name in FILES and content and content == FILES[name]}
                self.assertEqual(found, expected)

    def test_many_objects_in_batches(self):
        contents = {"many/%d.bin" % number: os.urandom(2000 + number) for number in range(230)}
        commit = self.commit_large(contents)
        self.get_with(commit)
        self.assertEqual([len(question["objects"]) for question in self.server.questions], [100, 100, 34])
        self.assertLessEqual(self.server.most_at_once, 8)
        found = tree(self.path)
        for name, content in contents.items():
            self.assertEqual(found[name][1], content)

    def test_an_older_version_name_and_a_pointer_without_its_last_newline(self):
        content = b"of old\n"
        self.server.add(content)
        text = self.pointer(content).replace(b"git-lfs.github.com", b"hawser.github.com").rstrip(b"\n")
        commit = self.commit_raw("old.bin", text)
        self.get_with(commit)
        self.assertEqual(tree(self.path)["old.bin"][1], content)

    def test_what_is_no_pointer_is_the_content(self):
        for text in (b"plain\n", self.pointer(b"x") + b"more\n", self.pointer(b"x").replace(b"sha256", b"sha1"),
                     b"version https://git-lfs.github.com/spec/v1\n" + 1100 * b"x"):
            commit = self.commit_raw("raw.bin", text)
            self.another()
            self.get_with(commit)
            self.assertEqual(tree(self.path)["raw.bin"][1], text)

    def test_extensions_are_refused_by_name(self):
        lines = self.pointer(b"x").split(b"\n")
        commit = self.commit_raw("ext.bin", b"\n".join(lines[:1] + [b"ext-0-foo sha256:" + 64 * b"0"] + lines[1:]))
        result = self.refused("ext.bin: its Git LFS pointer has extensions, which are programs: these are not run",
                              commit)
        self.assertEqual(result.stdout, "")

    def test_a_missing_object_is_named(self):
        commit = self.commit_raw("lost.bin", self.pointer(b"lost"))
        self.refused("lost.bin: its Git LFS object %s is not on the server (404): Object does not exist"
                     % self.oid(b"lost"), commit)

    def test_a_size_that_does_not_match(self):
        oid = self.oid(FILES["a.bin"])
        self.server.sizes[oid] = 7
        self.refused("%s: a.bin: the LFS server has the object %s with 7 bytes, and its pointer says 300000"
                     % (self.server.url, oid), self.commit)
        self.server.reset()
        wrong = self.pointer(FILES["a.bin"]).replace(b"300000", b"300001")
        commit = self.commit_raw("a.bin", wrong)
        self.refused("a.bin: the server sends 300000 bytes for the Git LFS object %s, which has 300001" % oid, commit)

    def test_no_command_of_git_config_is_run(self):
        mark = self.world.path("mark")
        self.get_with(self.commit, git_config=[{"name": "filter.lfs.smudge", "value": "touch " + mark},
                                               {"name": "filter.lfs.process", "value": "touch " + mark}])
        self.assertFalse(os.path.exists(mark))
        self.assertEqual(self.git("config", "filter.lfs.process"), "touch " + mark)
        self.assertEqual(tree(self.path)["a.bin"][1], FILES["a.bin"])

    # -- who asks, and where -------------------------------------------------------------------

    def test_wrong_credentials(self):
        self.server.credentials = ("git-user", "other")
        self.refused("%s: the server answered 401: Credentials needed: check 'source.username' and 'source.password'"
                     % self.server.url, self.commit)

    def test_credentials_go_to_the_host_of_the_uri_alone(self):
        self.refused("%s: the server answered 401: Credentials needed: set 'source.username' and 'source.password'"
                     % self.server.url, self.commit, credential_hosts=None)

    def test_no_lfs_there(self):
        self.refused("%s/nothing: the server answered 404: Not found: if Git LFS is elsewhere, name it by lfs.url in "
                     ".lfsconfig or 'source.git_config'" % self.server.base, self.commit,
                     git_config=[{"name": "lfs.url", "value": self.server.base + "/nothing"}])

    def test_git_config_goes_before_lfsconfig(self):
        commit = self.world.commit("elsewhere", ".lfsconfig", "[lfs]\n\turl = https://127.0.0.1:1/no\n")
        self.world.publish()
        self.get_with(commit, git_config=[{"name": "lfs.url", "value": self.server.url}])
        self.another()
        commit = self.world.commit("of the remote", ".lfsconfig",
                                   '[remote "origin"]\n\tlfsurl = %s\n' % self.server.url)
        self.world.publish()
        self.get_with(commit)
        self.assertEqual(tree(self.path)["a.bin"][1], FILES["a.bin"])

    def test_a_broken_lfsconfig(self):
        commit = self.world.commit("broken", ".lfsconfig", "[lfs\n")
        self.world.publish()
        result = self.ask(commit)
        self.assertEqual(result.status, 1)
        self.assertRegex(result.message, r"^in: \.lfsconfig: .*")

    def test_an_answer_that_is_none(self):
        for body, message in ((b"<html>", "answers, but not as an LFS server does: check its URL, by lfs.url in "
                                          ".lfsconfig or 'source.git_config'"),
                              (b'{"transfer":"tus","objects":[]}', "the LFS server does not offer the transfer 'basic' "
                                                                   "with SHA-256"),
                              (b'{"objects":[]}', None)):
            self.server.faults["batch"] = self.fault(1, status=200, wrong=body)
            result = self.ask(self.commit)
            self.assertEqual(result.status, 1)
            if message:
                self.assertEqual(result.message, "in: %s: %s" % (self.server.url, message))
            else:
                self.assertRegex(result.message, r"^in: \S+: the LFS server says nothing of the object [0-9a-f]{64}, "
                                                 "for which it was asked$")

    def test_secrets_are_not_shown(self):
        result = self.get_with(self.commit, {"debug": True})
        for token in list(self.server.tokens) + [self.world.server.password]:
            self.assertNotIn(token, result.stdout + result.stderr)
        for parent, _, names in os.walk(os.path.join(self.path, ".git")):
            for name in names:
                with open(os.path.join(parent, name), "rb") as file:
                    content = file.read()
                for token in list(self.server.tokens) + [self.world.server.password]:
                    self.assertNotIn(token.encode(), content, name)


class Put(Large, unittest.TestCase):
    """What out has pushed, git-lfs pulls."""

    def setUp(self):
        super().setUp()
        self.first = self.commit_large({"a.bin": FILES["a.bin"]})
        self.get_with(self.first)
        self.server.reset()

    def put(self, params=None, **source):
        result = self.world.put(self.folder, params=params, **self.given(source))
        self.assertEqual(result.status, 0, result.stderr)
        return result

    def commit_in_task(self, files, message="task"):
        """As a task with git-lfs commits in what was got."""
        for name, content in files.items():
            with open(os.path.join(self.path, name), "wb") as file:
                file.write(content)
        self.world.git("add", "-A", cwd=self.path)
        self.world.git("commit", "-q", "--no-verify", "-m", message, cwd=self.path)
        return self.git("rev-parse", "HEAD")

    def drop(self, content):
        """The object from the store of what was got."""
        oid = self.oid(content)
        os.remove(os.path.join(self.path, ".git/lfs/objects", oid[:2], oid[2:4], oid))

    def refused_put(self, message, params=None):
        before = self.world.admin("for-each-ref")
        result = self.world.put(self.folder, params=params, **self.given({}))
        self.assertEqual((result.status, result.stdout, result.message), (1, "", "out: " + message))
        self.assertEqual(self.world.admin("for-each-ref"), before)

    def test_git_lfs_pulls_what_out_pushed(self):
        files = {"new.bin": os.urandom(200000), "b.bin": b"b\n", "empty.bin": b""}
        commit = self.commit_in_task(files)
        self.put()
        other = self.pull(commit)
        self.assertEqual({name: content for name, (_, content) in tree(other).items() if name in files}, files)
        question, = self.server.questions[:1]
        self.assertEqual((question["operation"], question["ref"]), ("upload", {"name": "refs/heads/main"}))
        self.assertEqual({one["oid"] for one in question["objects"]}, {self.oid(files[name]) for name in ("new.bin", "b.bin")})
        self.assertEqual(self.server.transfers("PUT"), [200, 200])
        self.assertEqual(sorted(self.server.verified), sorted(self.oid(files[name]) for name in ("new.bin", "b.bin")))

    def test_objects_of_all_commits_that_go(self):
        self.commit_in_task({"one.bin": b"one\n"})
        self.commit_in_task({"one.bin": b"two\n"})
        self.put()
        self.assertEqual(self.server.size(self.oid(b"one\n")), 4)
        self.assertEqual(self.server.size(self.oid(b"two\n")), 4)

    def test_what_is_there_is_not_sent_again(self):
        self.commit_in_task({"again.bin": FILES["a.bin"], "b.bin": b"b\n"})
        self.server.add(b"b\n")
        self.drop(b"b\n")
        self.put()
        self.assertEqual(self.server.transfers("PUT"), [])

    def test_without_new_objects_nothing_is_asked(self):
        self.commit_in_task({"text": b"plain\n"})
        self.put()
        self.assertEqual(self.server.requests, [])

    def test_a_pointer_without_the_attribute_is_a_text(self):
        self.commit_in_task({"fixture": self.pointer(b"nowhere")})
        self.put()
        self.assertEqual(self.server.requests, [])

    def test_an_object_that_is_nowhere(self):
        self.commit_in_task({"lost.bin": b"lost\n", "b.bin": b"b\n"})
        self.drop(b"lost\n")
        self.refused_put("lost.bin: its Git LFS object %s is neither in .git/lfs/objects nor on the server: nothing was "
                         "pushed" % self.oid(b"lost\n"))

    def test_a_damaged_object(self):
        self.commit_in_task({"bad.bin": b"good\n"})
        oid = self.oid(b"good\n")
        path = os.path.join(self.path, ".git/lfs/objects", oid[:2], oid[2:4], oid)
        os.chmod(path, 0o644)
        with open(path, "wb") as file:
            file.write(b"evil\n")
        self.refused_put("bad.bin: %s: the object %s in .git/lfs/objects is damaged: it has another SHA-256"
                         % (self.server.base, oid))
        self.assertIsNone(self.server.size(oid))

    def combined(self, how):
        """The object of a commit that is put on what somebody else has pushed meanwhile."""
        theirs = self.world.commit("theirs", "theirs", "x")
        self.world.publish()
        self.commit_in_task({"mine.bin": b"mine\n"})
        result = self.put({how: True})
        self.assertEqual(self.server.size(self.oid(b"mine\n")), 5)
        self.assertEqual(self.world.admin("rev-parse", "main"), result.answer["version"]["ref"])
        self.world.admin("merge-base", "--is-ancestor", theirs, "main")

    def test_after_a_merge(self):
        self.combined("merge")

    def test_after_a_rebase(self):
        self.combined("rebase")

    def test_failures_that_pass(self):
        for fault in (self.fault(2, status=503), self.fault(1, status=429, headers={"Retry_After": "1"}),
                      self.fault(1, cut=50000)):
            content = os.urandom(150000)
            self.commit_in_task({"again.bin": content})
            self.server.faults["PUT"] = fault
            self.put()
            self.assertEqual(self.server.read(self.oid(content)), content)

    def test_a_refusal_that_does_not_pass(self):
        self.commit_in_task({"no.bin": b"no\n"})
        self.server.faults["PUT"] = self.fault(9, status=422)
        result = self.world.put(self.folder, **self.given({}))
        self.assertEqual(result.status, 1)
        self.assertRegex(result.message, r"^out: no\.bin: https://\S+: the server answered 422: failed$")


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

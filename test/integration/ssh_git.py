#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check, in and out over lasting connections: SSH with protocol v2 and v0, and git's own daemon."""

import os
import unittest

import tap
from ssh_programs import Case, Repository, git, make_key, read, run

from gitserver import GitDaemon, SshServer


class Lasting:
    """What each way of reaching the repository must do; a mixin."""

    version = 2

    def setUp(self):
        super().setUp()
        self.repository = Repository(os.path.join(self.folder, "app.git"))
        self.commits = [self.repository.commit(text) for text in ("one", "two", "three")]
        self.given = {"branch": "main"}
        self.serve()

    def check(self, ref=None, **more):
        return run("check", dict(self.given, **more), **({"version": {"ref": ref}} if ref else {}))

    def get(self, ref):
        """in's outcome and the folder that it filled."""
        folder = os.path.join(self.folder, "get-" + ref)
        os.mkdir(folder)
        return run("in", self.given, folder, version={"ref": ref}), folder

    def put(self, text):
        """Commit on top of the newest version and push it by out; the commit's id and the outcome."""
        outcome, folder = self.get(self.commits[-1])
        self.assertEqual(outcome.status, 0, outcome.log)
        with open(os.path.join(folder, "file"), "w", encoding="utf-8") as file:
            file.write(text)
        git("commit", "--quiet", "--all", "--message", text, cwd=folder)
        put = run("out", self.given, self.folder, params={"repository": os.path.basename(folder)})
        return git("rev-parse", "HEAD", cwd=folder), put

    def test_the_protocol_is_what_the_server_can(self):
        outcome = self.check(debug=True)
        self.assert_answers(outcome, [self.commits[2]])
        self.assertIn("speaks protocol version %d\n" % self.version, outcome.log)

    def test_check(self):
        for given, expected in ((None, self.commits[2:]), (self.commits[2], self.commits[2:]),
                                (self.commits[0], self.commits)):
            before = self.server.connections
            self.assert_answers(self.check(given), expected)
            self.assertEqual(self.server.connections - before, 1)

    def test_check_after_a_forced_push(self):
        gone = self.repository.tip()
        git("reset", "--quiet", "--hard", self.commits[0], cwd=self.repository.work)
        tip = self.repository.commit("other", force=True)
        self.assert_answers(self.check(gone), [tip])
        self.assert_answers(self.check("1" * 40), [tip])

    def test_many_commits(self):
        for number in range(40):
            git("commit", "--quiet", "--allow-empty", "--message", "n%d" % number, cwd=self.repository.work)
        git("push", "--quiet", self.repository.path, "main", cwd=self.repository.work)
        expected = git("rev-list", "--reverse", self.commits[1] + "..main", cwd=self.repository.path).split()
        self.assert_answers(self.check(self.commits[1]), [self.commits[1]] + expected)

    def test_in(self):
        for ref in (self.commits[2], self.commits[0]):
            outcome, folder = self.get(ref)
            self.assertEqual(outcome.status, 0, outcome.log)
            self.assertEqual(git("rev-parse", "HEAD", cwd=folder), ref)
            self.assertEqual(git("status", "--porcelain", cwd=folder), "")
            self.assertEqual(git("rev-list", "HEAD", cwd=folder), git("rev-list", ref, cwd=self.repository.path))
            git("fsck", "--strict", cwd=folder)

    def test_in_of_more_than_a_window(self):
        """4 MiB that cannot be compressed: more than the connection buffers."""
        path = os.path.join(self.repository.work, "large")
        with open(path, "wb") as file:
            file.write(os.urandom(4 << 20))
        git("add", "large", cwd=self.repository.work)
        tip = self.repository.commit("large")
        outcome, folder = self.get(tip)
        self.assertEqual(outcome.status, 0, outcome.log)
        with open(path, "rb") as made, open(os.path.join(folder, "large"), "rb") as got:
            self.assertTrue(made.read() == got.read())

    def test_out(self):
        commit, outcome = self.put("from out")
        self.assertEqual(outcome.status, 0, outcome.log)
        self.assertEqual(outcome.answer["version"], {"ref": commit})
        self.assertEqual(self.repository.tip(), commit)
        git("fsck", "--strict", cwd=self.repository.path)
        self.assert_answers(self.check(self.commits[2]), [self.commits[2], commit])

    def test_out_of_more_than_a_window(self):
        outcome, folder = self.get(self.commits[-1])
        with open(os.path.join(folder, "large"), "wb") as file:
            file.write(os.urandom(4 << 20))
        git("add", "large", cwd=folder)
        git("commit", "--quiet", "--message", "large", cwd=folder)
        outcome = run("out", self.given, self.folder, params={"repository": os.path.basename(folder)})
        self.assertEqual(outcome.status, 0, outcome.log)
        self.assertEqual(self.repository.tip(), git("rev-parse", "HEAD", cwd=folder))

    def test_a_hook_rejects(self):
        hook = os.path.join(self.repository.path, "hooks", "pre-receive")
        with open(hook, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho 'the office is closed' >&2\nexit 1\n")
        os.chmod(hook, 0o755)
        _, outcome = self.put("rejected")
        self.assert_refused(outcome, "out: .*'refs/heads/main' was rejected: pre-receive hook declined")
        self.assertIn("remote: the office is closed\n", outcome.log)
        self.assertEqual(self.repository.tip(), self.commits[2])

    def test_an_empty_repository(self):
        path = os.path.join(self.folder, "empty.git")
        Repository(path)
        self.assert_answers(run("check", dict(self.given, uri=self.url(path), branch=None)), [])
        self.assert_refused(run("check", dict(self.given, uri=self.url(path))),
                            "check: source.branch: 'main' does not exist at .*")

    def test_a_missing_branch(self):
        self.assert_refused(self.check(branch="nope"),
                            "check: source.branch: 'nope' does not exist at .*, whose default branch is 'main'")


class OverSsh(Lasting, Case):
    options = ("AcceptEnv GIT_PROTOCOL",)

    def serve(self):
        self.server = SshServer(os.path.join(self.folder, "sshd"), ("ed25519",), self.options)
        self.addCleanup(self.server.stop)
        key = make_key(os.path.join(self.folder, "key"), "-t", "ed25519")
        self.server.authorize(read(key + ".pub"))
        self.given.update(uri=self.url(self.repository.path), private_key=read(key),
                          known_hosts=self.server.known_hosts("ed25519"))

    def url(self, path):
        return self.server.url(path.replace(" ", "%20"))

    def test_a_missing_repository(self):
        uri = self.url(os.path.join(self.folder, "nope.git"))
        outcome = self.check(uri=uri)
        self.assert_refused(outcome, "check: %s: the server says: fatal: .* does not appear to be a git "
                                     "repository" % uri)
        self.assertEqual(outcome.log.count("remote: fatal:"), 1)
        self.assertEqual(self.server.connections, 1)


class Version2(OverSsh):
    def test_scp_form(self):
        uri = "[%s@127.0.0.1:%d]:%s" % (self.server.user, self.server.port, self.repository.path)
        self.assert_answers(self.check(uri=uri), [self.commits[2]])

    def test_a_path_that_a_shell_would_take_apart(self):
        path = os.path.join(self.folder, "it's $(here) & there.git")
        tip = Repository(path).commit("one")
        self.assert_answers(self.check(uri=self.url(path)), [tip])

    def test_it_is_kept_as_the_remote_without_a_password(self):
        self.given["uri"] = self.given["uri"].replace("@", ":geheim@")
        outcome, folder = self.get(self.commits[2])
        self.assertEqual(outcome.status, 0, outcome.log)
        self.assertEqual(git("config", "remote.origin.url", cwd=folder), self.url(self.repository.path))
        self.assertNotIn("geheim", outcome.log + outcome.stdout)


class Version0(OverSsh):
    """As sshd is set up by default: it does not accept GIT_PROTOCOL."""

    version = 0
    options = ()


class Version1(OverSsh):
    """Whoever runs the server insists on the version that hardly anybody speaks."""

    version = 1
    options = ("SetEnv GIT_PROTOCOL=version=1",)


class Daemon(Lasting, Case):
    def serve(self):
        self.server = GitDaemon(self.folder, os.path.join(self.folder, "daemon.log"), "--enable=receive-pack",
                                "--informative-errors")
        self.addCleanup(self.server.stop)
        self.given["uri"] = self.url(self.repository.path)

    def url(self, path):
        return self.server.url(os.path.basename(path))

    def test_a_missing_repository(self):
        self.assert_refused(self.check(uri=self.url("nope.git")),
                            "check: git://127.0.0.1:[0-9]*/nope.git: the server says: no such repository: /nope.git")


del OverSsh  # it is there to be inherited from


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The git server of the tests is one: pushes, clones, protocol versions, filters, refusals, its log."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sandbox"))

from gitserver import GitServer


class Server(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="gitserver-")
        self.addCleanup(shutil.rmtree, self.directory, True)

    def serve(self, **options):
        """A server with one repository that holds two commits; self.work is a clone."""
        folder = os.path.join(self.directory, "server")
        os.mkdir(folder)
        self.server = GitServer(folder, **options)
        self.addCleanup(self.server.stop)
        self.ca_file = self.server.ca_file
        self.url = self.server.create("app.git")
        self.with_password = self.url.replace("://", "://%s:%s@" % (
            self.server.username, self.server.password))
        self.work = os.path.join(self.directory, "work")
        os.mkdir(self.work)
        self.git("init", "--quiet", "--initial-branch=main")
        for text in ("one", "two"):
            with open(os.path.join(self.work, "file"), "w", encoding="ascii") as file:
                file.write(text)
            self.git("add", "file")
            self.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet",
                     "--message", text)
        self.git("push", "--quiet", self.with_password, "main")
        self.server.forget_requests()

    def git(self, *arguments, fails=False):
        """Run git in the clone; its output, or what it complained of."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        env.update(GIT_SSL_CAINFO=self.ca_file, GIT_TERMINAL_PROMPT="0",
                   GIT_CONFIG_GLOBAL=os.devnull)
        done = subprocess.run(["git", "-C", self.work, *arguments], env=env, check=False,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode != 0, fails, done.stderr)
        return done.stderr if fails else done.stdout

    def test_a_push_arrives_and_protocol_v2_is_spoken(self):
        self.serve()
        listed = self.git("ls-remote", self.with_password, "refs/heads/main").split()
        self.assertEqual(listed, [self.git("rev-parse", "HEAD").strip(), "refs/heads/main"])
        asked = self.server.requests()
        self.assertEqual([(request.method, request.status, request.service, request.git_protocol)
                          for request in asked],
                         [("GET", 401, "git-upload-pack", "version=2"),
                          ("GET", 200, "git-upload-pack", "version=2"),
                          ("POST", 200, "git-upload-pack", "version=2")])
        self.assertEqual(len({request.connection for request in asked}), 1)
        self.assertEqual([request.user for request in asked], ["", "git-user", "git-user"])

    def test_v0_only_drops_the_header(self):
        self.serve(v0_only=True)
        self.assertIn("refs/heads/main", self.git("ls-remote", self.with_password))
        self.assertEqual([(request.method, request.git_protocol)
                          for request in self.server.requests()],
                         [("GET", ""), ("GET", "")])

    def test_filters_only_where_allowed(self):
        for allowed in (True, False):
            with self.subTest(allowed=allowed):
                shutil.rmtree(self.directory)
                os.mkdir(self.directory)
                self.serve(allow_filter=allowed)
                clone = os.path.join(self.directory, "clone")
                self.git("clone", "--quiet", "--bare", "--filter=tree:0", self.with_password, clone)
                packed = self.git("-C", clone, "cat-file", "--batch-check", "--batch-all-objects")
                kinds = {line.split()[1] for line in packed.splitlines()}
                self.assertEqual(kinds, {"commit"} if allowed else {"commit", "tree", "blob"})
                self.server.stop()

    def test_refusals(self):
        self.serve()
        wrong = self.url.replace("://", "://git-user:wrong@")
        self.assertIn("Authentication failed", self.git("ls-remote", wrong, fails=True))
        self.assertIn("could not read Username", self.git("ls-remote", self.url, fails=True))
        other = self.with_password.replace("app.git", "other.git")
        self.assertIn("not found", self.git("ls-remote", other, fails=True))
        self.assertEqual([request.status for request in self.server.requests()],
                         [401, 401, 401, 401, 404])
        self.ca_file = "/etc/ssl/certs/ca-certificates.crt"
        self.assertIn("certificate", self.git("ls-remote", self.with_password, fails=True))

    def test_its_administrator_may_change_a_repository(self):
        self.serve()
        self.server.git("app.git", "update-ref", "refs/heads/other", "main")
        self.assertIn("refs/heads/other", self.git("ls-remote", self.with_password))
        self.server.git("app.git", "config", "receive.denyDeletes", "true")
        said = self.git("push", self.with_password, ":other", fails=True)
        self.assertIn("deletion prohibited", said)

    def test_anonymous(self):
        self.serve(anonymous=True)
        self.assertIn("refs/heads/main", self.git("ls-remote", self.url))

    def test_stop_leaves_nothing(self):
        self.serve()
        group = self.server.pid
        self.server.stop()
        left = subprocess.run(["ps", "-o", "pid=", "--ppid", str(group)], capture_output=True,
                              text=True, check=False).stdout
        self.assertEqual(left, "")
        self.assertIn("onnect", self.git("ls-remote", self.with_password, fails=True))


if __name__ == "__main__":
    tap.main()

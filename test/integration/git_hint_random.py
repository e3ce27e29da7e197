#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The hint that a check leaves in TMPDIR, over histories that grow and are rewritten: every answer is git's."""

import os
import subprocess
import sys
import unittest

import seeds
import tap
from git_random import Seeded
from git_world import TIMEOUT_S

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sandbox"))
from gitserver import GitDaemon, SshServer  # noqa: E402
from gitserver.sshd import make_key, read  # noqa: E402



class Growing(Seeded):
    """A random history that grows and is rewritten: many checks of a few questions, each against git."""

    more = {}

    def setUp(self):
        super().setUp()
        self.names = ["a/1", "a/2", "b/1", "b/c/1", "d"]
        for _ in range(3):
            self.step()

    def step(self):
        """Commits, a merge, or a branch that was set back."""
        git, dice = self.world.git, self.rng
        for _ in range(dice.choice((1, 1, 2, 5))):
            self.world.commit("change", dice.choice(self.names), str(dice.randrange(1 << 30)))
        if dice.random() < 0.3 and self.knows("HEAD~2"):
            git("checkout", "-q", "-B", "side", "HEAD~%d" % dice.choice((1, 2)))
            self.world.commit("side", dice.choice(self.names), str(dice.randrange(1 << 30)))
            first, second = dice.choice((("main", "side"), ("side", "main")))
            git("checkout", "-q", first)
            git("merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", second)
            git("branch", "-f", "main", "HEAD") if first == "side" else None
            git("checkout", "-q", "main")
        if dice.random() < 0.15 and self.knows("HEAD~3"):
            git("reset", "-q", "--hard", "HEAD~%d" % dice.choice((1, 2, 3)))
        self.world.publish()

    def knows(self, revision):
        """Is there such a commit?"""
        return subprocess.run(["git", "-C", self.world.work, "rev-parse", "-q", "--verify", revision],
                              check=False, capture_output=True, timeout=TIMEOUT_S).returncode == 0

    def expected(self, paths, version):
        """By the table of docs/git.md."""
        chain = self.world.git("rev-list", "--first-parent", "HEAD").split()
        wanted = set(self.world.git("rev-list", "--first-parent", "HEAD", "--", *paths).split())
        if version == chain[0]:
            return [version]
        if not version:
            return [one for one in chain if one in wanted][:1]
        if version in chain:
            after = chain[:chain.index(version)]
            return [version] + [one for one in after if one in wanted][::-1]
        parents = self.world.git("rev-list", "--parents", "-1", version).split()[1:]
        merged = version in self.world.git("rev-list", "HEAD").split()
        start = parents[:1] if merged else [version]
        after = self.world.git("rev-list", "--first-parent", "HEAD", *("^" + one for one in start)).split()
        found = [one for one in after if one in wanted][::-1]
        return found if merged or found else [one for one in chain if one in wanted][:1]

    def test_every_answer_is_gits(self):
        questions = [["a"], ["b/c"], ["*1", ":!a"], ["no/such"], ["d", "b"]]
        versions = dict.fromkeys(range(len(questions)))
        for count in seeds.rounds(16):
            number = self.rng.randrange(len(questions))
            result = self.world.check(versions[number], paths=questions[number], **self.source())
            where = "SEED=%d, check %d, %s since %s" % (self.seed, count, questions[number], versions[number])
            self.assertEqual(result.status, 0, "%s: %s" % (where, result.stderr))
            self.assertEqual(result.refs, self.expected(questions[number], versions[number]), where)
            if result.refs and self.rng.random() < 0.8:
                versions[number] = result.refs[-1]
            if self.rng.random() < 0.4:
                self.step()

    def source(self):
        """More of the source."""
        return self.more


class GrowingOverHttp(Growing, unittest.TestCase):
    """Apache before git http-backend."""


class GrowingOfVersion0(Growing, unittest.TestCase):
    """A server that gives only what it advertises: only versions of the chain can be compared."""
    kind = "v0"

    def expected(self, paths, version):
        chain = self.world.git("rev-list", "--first-parent", "HEAD").split()
        if version and version not in chain:
            return self.world.check(version, paths=paths, **dict(self.source(), uri=self.world.uri)).refs
        return super().expected(paths, version)


class GrowingOverDaemon(Growing, unittest.TestCase):
    """git daemon, with filters."""
    kind = "local"

    def setUp(self):
        super().setUp()
        self.world.admin("config", "uploadpack.allowFilter", "true")
        self.daemon = GitDaemon(self.world.folder, self.world.path("daemon.log"))
        self.addCleanup(self.daemon.stop)

    def source(self):
        return {"uri": self.daemon.url(self.world.name)}


class GrowingOverSsh(Growing, unittest.TestCase):
    """OpenSSH's server, with filters."""
    kind = "local"

    def setUp(self):
        super().setUp()
        self.world.admin("config", "uploadpack.allowFilter", "true")
        self.ssh = SshServer(self.world.path("ssh"), ("ed25519",))
        self.addCleanup(self.ssh.stop)
        key = make_key(self.world.path("key"), "-t", "ed25519")
        self.ssh.authorize(read(key + ".pub"))
        self.key = read(key)

    def source(self):
        return {"uri": self.ssh.url(self.world.bare), "private_key": self.key,
                "known_hosts": self.ssh.known_hosts("ed25519")}


if __name__ == "__main__":
    tap.main()

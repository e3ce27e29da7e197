#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random histories and random options: check of the git kind against a plain reference by the git program.

SEED and SECONDS are those of seeds.py.
"""

import unittest

import seeds
import tap
from git_random import Reference, Seeded, history, options
from gitserver import GitDaemon


class Random(Seeded):
    """The same on all ways to reach a repository."""

    def load(self, stream):
        """Make it the world's history; the tip of main."""
        self.world.fresh()
        self.world.load(stream)
        self.world.publish()
        return self.world.git("rev-parse", "refs/heads/main")

    def compare(self, tip, version, source, given=None):
        """One check against the reference."""
        reference = Reference(self.world, tip, source)
        result = self.world.check(given or version, **source)
        where = "SEED=%d, version %s, %r" % (self.seed, given or version, source)
        self.assertEqual(result.status, 0, "%s: %s" % (where, result.stderr))
        self.assertEqual(result.refs, reference.versions(version), where)

    def test_random_histories_and_options(self):
        for _ in seeds.rounds(8):
            tip = self.load(history(self.rng, self.rng.choice((1, 3, 12, 40, 120))))
            every = self.world.git("rev-list", "--all").split()
            chain = self.world.git("rev-list", "--first-parent", tip).split()
            for _ in range(4):
                version = self.rng.choice([None, "1234567890" * 4, tip] + [self.rng.choice(every) for _ in range(6)])
                source = options(self.rng)
                if self.rng.random() < 0.2:
                    source["initial_version"] = self.rng.choice(chain)
                self.compare(tip, version, source)

    def test_the_newest_match_is_far_back(self):
        tip = self.load(history(self.rng, 1500, self.rng.choice((0, 0.05, 0.4))))
        chain = self.world.git("rev-list", "--first-parent", tip).split()
        self.compare(tip, None, {"commit_filter": {"include": ["docs"]}, "disable_ci_skip": True, "version_depth": 60})
        self.compare(tip, None, {"commit_filter": {"include": ["nothing like it"]}})
        self.compare(tip, None, {"version_depth": 100000})
        version = chain[self.rng.randrange(len(chain))]
        with self.subTest("some digits of an id"):
            self.compare(tip, version, {}, version[:12])


class RandomV2(Random, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""

    def test_a_first_check_reads_little_of_a_long_history(self):
        self.load(history(self.rng, 3000))
        self.world.server.forget_requests()
        self.assertEqual(self.world.check().status, 0)
        requests = self.world.server.requests()
        self.assertEqual([request.method for request in requests][:2], ["GET", "POST"])
        self.assertLessEqual(len(requests), 4)
        self.assertLess(sum(request.bytes_out for request in requests), 100000)


class RandomV0(Random, unittest.TestCase):
    """A server that does not see Git-Protocol: version 0."""

    kind = "v0"

    def compare(self, tip, version, source, given=None):
        # such a server gives no commit by its id: what a version off the chain is, it does not say
        chain = self.world.git("rev-list", "--first-parent", tip).split()
        if version is None or version in chain:
            super().compare(tip, version, source, given)


class RandomLocal(Random, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


class RandomDaemon(Random, unittest.TestCase):
    """git daemon: one process for all requests of a connection, which keeps the cut of a window."""

    kind = "local"

    def setUp(self):
        super().setUp()
        self.daemon = GitDaemon(self.world.folder, self.world.path("daemon.log"))
        self.addCleanup(self.daemon.stop)

    def compare(self, tip, version, source, given=None):
        super().compare(tip, version, dict(source, uri=self.daemon.url(self.world.name)), given)


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random histories and random options: check of the git kind against a plain reference by the git program.

SEED=N repeats a run, SECONDS=N makes it longer.
"""

import os
import random
import subprocess
import time
import unittest

import tap
from git_world import World, clean_environment
from gitserver import GitDaemon

SECONDS = float(os.environ.get("SECONDS", "8"))
MESSAGES = ("feat: one", "fix: two", "Fix three\n\nSigned-off-by: bot", "docs [ci skip]", "[skip\tci] feat",
            "chore\n\nlater [skip ci]", "costs $HOME `id` \"quoted\"", "feat: a\n\nfix: b", "", "caf\u00e9", "x  y",
            "[no build] feat")
AUTHORS = ("A U Thor <author@example.com>", "bot <bot@example.com>", "B. Ee <b@example.org>")
PATTERNS = ("^feat", "fix", "bot$", "f.*x", r"\(feat\|docs\)", "$HOME", r"e\{2\}", "", "[[:upper:]]", r"\bfix\b",
            "caf", "x  y", "`id`", "nothing like it", "a\\|o", "*", "^$")
AUTHOR_PATTERNS = ("^bot", "example.com>$", "Thor", "b@", "nobody")


def history(rng, length, merges=0.3):
    """A stream for git fast-import, with branches 'main' and 'other'; a root now and then."""
    lines = []
    heads = {"main": None, "other": None, "third": None}
    date = 1500000000
    for mark in range(1, length + 1):
        date += rng.choice((0, 1, 3600, 86400))
        branch = rng.choice(("main", "main", "other", "third"))
        parents = [heads[branch]] if heads[branch] else []
        if not parents and heads["main"] and rng.random() < 0.8:
            parents = [heads["main"]]
        other = heads[rng.choice(list(heads))]
        if parents and other and other not in parents and rng.random() < merges:
            parents.append(other)
        message = rng.choice(MESSAGES).encode()
        lines += [b"commit refs/heads/" + branch.encode(), b"mark :%d" % mark,
                  b"author %s %d +0100" % (rng.choice(AUTHORS).encode(), date),
                  b"committer C <c@example.com> %d +0100" % date, b"data %d" % len(message), message]
        lines += [b"from :%d" % parents[0]] if parents else []
        lines += [b"merge :%d" % parent for parent in parents[1:]]
        lines += [b""]
        heads[branch] = mark
        if rng.random() < 0.1:  # a branch that was forced elsewhere
            heads[branch] = rng.randrange(1, mark + 1)
            lines += [b"reset refs/heads/" + branch.encode(), b"from :%d" % heads[branch], b""]
    if not heads["main"]:
        lines += [b"reset refs/heads/main", b"from :%d" % length, b""]
    return b"\n".join(lines) + b"\n"


class Reference:
    """What the git program says, without any thought of cost."""

    def __init__(self, world, tip, source):
        self.world = world
        self.tip = tip
        self.source = source
        self.chain = self.revisions()
        self.wanted = self.judge()

    def revisions(self, *arguments):
        """Of the first-parent chain, newest first."""
        return self.world.git("rev-list", "--first-parent", *arguments, self.tip).split()

    def judge(self):
        """The wanted ones."""
        options = self.source.get("commit_filter", {})
        found = set(self.chain)
        if options.get("include"):
            every = ["--all-match"] if options.get("include_all_match") else []
            found &= set(self.revisions(*every, *("--grep=" + one for one in options["include"])))
        if options.get("exclude"):
            every = ["--all-match"] if options.get("exclude_all_match") else []
            found -= set(self.revisions(*every, *("--grep=" + one for one in options["exclude"])))
        if options.get("authors"):
            found &= set(self.revisions(*("--author=" + one for one in options["authors"])))
        if options.get("exclude_authors"):
            found -= set(self.revisions(*("--author=" + one for one in options["exclude_authors"])))
        marks = list(self.source.get("skip_patterns", []))
        if not self.source.get("disable_ci_skip"):
            marks += [r"\[ci\sskip\]", r"\[skip\sci\]"]
        if marks:
            found -= set(self.revisions(*("--grep=" + one for one in marks)))
        return found

    def newest(self, count):
        """The newest wanted ones, oldest first."""
        return [one for one in self.chain if one in self.wanted][:count][::-1]

    def knows(self, *arguments):
        """Does that git command succeed?"""
        return subprocess.run(["git", "-C", self.world.work, *arguments], check=False, capture_output=True,
                              env=clean_environment(), timeout=60).returncode == 0

    def versions(self, version):
        """The answer of check."""
        depth = self.source.get("version_depth", 1)
        if version == self.tip:
            return [self.tip]
        if not version or not self.knows("cat-file", "-e", version):
            return self.newest(depth)
        if version in self.chain:
            after = self.chain[:self.chain.index(version)]
            return [version] + [one for one in after if one in self.wanted][::-1]
        merged = self.knows("merge-base", "--is-ancestor", version, self.tip)
        rooted = not self.knows("rev-parse", "-q", "--verify", version + "^1")
        after = self.revisions("^%s%s" % (version, "^1" if merged and not rooted else ""))
        found = [one for one in after if one in self.wanted][::-1]
        if merged:
            return found
        if len(after) == len(self.chain):
            return self.newest(depth)
        return found or self.newest(1)


def options(rng):
    """Some of the options that choose commits."""
    source = {}
    lists = {"include": PATTERNS, "exclude": PATTERNS, "authors": AUTHOR_PATTERNS,
             "exclude_authors": AUTHOR_PATTERNS}
    chosen = {name: rng.sample(pool, rng.choice((1, 1, 2))) for name, pool in lists.items() if rng.random() < 0.25}
    chosen.update({name: True for name in ("include_all_match", "exclude_all_match") if rng.random() < 0.3})
    if chosen and rng.random() < 0.8:
        source["commit_filter"] = chosen
    if rng.random() < 0.4:
        source["disable_ci_skip"] = True
    if rng.random() < 0.2:
        source["skip_patterns"] = [r"\[no build\]"]
    if rng.random() < 0.4:
        source["version_depth"] = rng.choice((2, 3, 7, 100))
    return source


class Random:
    """The same on all ways to reach a repository."""

    kind = "v2"

    def setUp(self):
        self.seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
        self.rng = random.Random(self.seed)
        print("# %s: SEED=%d" % (type(self).__name__, self.seed), flush=True)
        self.world = World(self.kind)

    def tearDown(self):
        self.world.close()

    def load(self, stream):
        """Make it the world's history; the tip of main."""
        self.world.fresh()
        subprocess.run(["git", "-C", self.world.work, "fast-import", "--quiet", "--force"], input=stream,
                       check=True, env=clean_environment(), timeout=60)
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
        end = time.monotonic() + SECONDS
        count = 0
        while count < 5 or time.monotonic() < end:
            tip = self.load(history(self.rng, self.rng.choice((1, 3, 12, 40, 120))))
            every = self.world.git("rev-list", "--all").split()
            for _ in range(4):
                version = self.rng.choice([None, "1234567890" * 4, tip] + [self.rng.choice(every) for _ in range(6)])
                self.compare(tip, version, options(self.rng))
                count += 1
        print("# %s: %d checks" % (type(self).__name__, count), flush=True)

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
        requests = self.world.requests(3)
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

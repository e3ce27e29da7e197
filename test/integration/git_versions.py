#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of given versions in docs/git.md: each row is tried, on every way to reach a repository.

A row is found here by its first cell, so that one which is added there needs its trial here. Whatever was rewritten,
the answer names a version to go on from: a check since that one answers with it, and never with nothing.
"""

import os
import re
import unittest

import tap
from git_world import Served

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/git.md")
UNKNOWN = "1234567890" * 4


def rows(heading):
    """The first cells of the table of given versions under that heading."""
    found, inside, header = [], False, ""
    with open(PAGE, encoding="utf-8") as file:
        for line in file:
            title = re.match(r"#+ (.*)", line)
            if title:
                inside = title.group(1) == heading
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else [""]
            if not line.startswith("|"):
                header = ""
            elif not header:
                header = cells[0]
            elif inside and header == "given version" and not set(cells[0]) <= set("-: "):
                found.append(cells[0])
    return found


class Table(Served):
    """Trials by the row that they are of: {row: method}."""

    heading = ""
    trials = {}

    def test_every_row(self):
        self.assertEqual(sorted(rows(self.heading)), sorted(self.trials))
        for row, trial in self.trials.items():
            with self.subTest(row):
                self.world.fresh()
                trial(self)


class Commits(Table):
    """Commits are versions: by themselves, and with filters that want only some of them."""

    heading = "`check`: new commits"

    def setUp(self):
        super().setUp()
        self.wanted_by = {"all": {}, "messages": {"commit_filter": {"include": ["^yes"]}}, "paths": {"paths": ["yes"]}}

    def commit(self, wanted):
        """A commit that filters want, or not."""
        word = "yes" if wanted else "no"
        self.world.clock += 60
        return self.world.commit(word, word, str(self.world.clock))

    def chain(self, *wanted):
        """Commits on top of HEAD; of their ids all, and those that are wanted."""
        made = [(self.commit(one), one) for one in wanted]
        return [commit for commit, _ in made], [commit for commit, one in made if one]

    def found(self, version, every, wanted, **source):
        """`every` without filters, `wanted` with them; and from there it goes on."""
        self.world.mirror()
        for name, filters in self.wanted_by.items():
            with self.subTest(filters=name):
                expected = [{"ref": one} for one in (wanted if filters else every)]
                answer = self.answer(version and {"ref": version}, **filters, **source)
                self.assertEqual(answer, expected)
                if answer:
                    self.assertEqual(self.answer(answer[-1], **filters, **source)[:1], answer[-1:])

    def none(self):
        every, wanted = self.chain(True, False, True, False)
        self.found(None, every[-1:], wanted[-1:])
        self.found(None, every[-2:], wanted[-2:], version_depth=2)
        self.found(None, every, wanted, version_depth=99)
        self.found("", every[-1:], wanted[-1:])

    def initial(self):
        every, wanted = self.chain(False, False, True, False, True)
        self.world.git("tag", "begin", every[1])
        for name in (every[1], every[1][:9], "begin"):
            self.found(None, every[1:], every[1:2] + wanted, initial_version=name)
        self.found(every[3], every[3:], every[3:4] + wanted[-1:], initial_version="begin")

    def tip(self):
        every, _ = self.chain(True, False)
        self.found(every[-1], every[-1:], every[-1:])

    def on_the_branch(self):
        every, _ = self.chain(True, False, True, False, True)
        self.found(every[1], every[1:], [every[1], every[2], every[4]])
        self.found(every[2], every[2:], [every[2], every[4]])
        with self.subTest("given again, after the newest"):
            self.found(every[4], every[4:], every[4:])
            self.found(every[1], every[1:], [every[1], every[2], every[4]])

    def digits(self):
        every, _ = self.chain(True, False, True, True)
        for length in (4, 7, 39):
            self.found(every[1][:length], every[1:], every[1:])
            self.found(every[3][:length], every[3:], every[3:])
            self.found(every[1][:length].upper(), every[1:], every[1:])
        self.found(every[1][:3], every[-1:], every[-1:])

    def first(self):
        every, _ = self.chain(False, True, False)
        self.found(every[0], every, every[:2])

    def merged(self):
        self.chain(False)
        self.world.git("checkout", "-q", "-b", "side")
        side, _ = self.chain(True, True)
        self.world.git("checkout", "-q", "main")
        on_main, _ = self.chain(False, True)
        self.world.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "no merge", "side")
        merge = self.world.git("rev-parse", "HEAD")
        after, _ = self.chain(True)
        for version in side:
            self.found(version, on_main + [merge] + after, [on_main[1]] + after)

    def forced_away(self):
        base, _ = self.chain(True, False)
        gone, _ = self.chain(True)
        self.world.git("branch", "kept", gone[0])
        self.world.git("reset", "-q", "--hard", base[-1])
        new, _ = self.chain(True, False)
        self.found(gone[0], new, new[:1])
        with self.subTest("and nothing after it is wanted"):
            self.world.git("reset", "-q", "--hard", base[-1])
            new, _ = self.chain(False)
            self.found(gone[0], new, base[:1])

    def set_back(self):
        every, _ = self.chain(True, True, False, True, False)
        self.world.git("branch", "kept", every[4])
        for back, wanted in ((3, 3), (2, 1), (0, 0)):
            self.world.git("reset", "-q", "--hard", every[back])
            self.found(every[4], [every[back]], [every[wanted]])

    def gone(self):
        every, wanted = self.chain(True, True, False)
        for version in (UNKNOWN, "v1.0", "main", "no id at all", "zzzz", "$(id)"):
            self.found(version, every[-1:], wanted[-1:])
            self.found(version, every[-2:], wanted[-2:], version_depth=2)

    def amended_first(self):
        old, _ = self.chain(True)
        self.world.git("branch", "kept", old[0])
        self.world.git("checkout", "-q", "--orphan", "other")
        self.world.git("branch", "-q", "-D", "main")
        self.world.git("branch", "-q", "-m", "main")
        new, wanted = self.chain(True, True, False)
        self.found(old[0], new[-1:], wanted[-1:])
        self.found(old[0], new[-2:], wanted[-2:], version_depth=2)

    trials = {
        "none": none,
        "none, with `initial_version`": initial,
        "the tip": tip,
        "on the branch, or an older one given on purpose": on_the_branch,
        "some digits of an id, at least four": digits,
        "the first commit of the branch": first,
        "came in by a merge": merged,
        "forced away, but still on the server": forced_away,
        "the branch was set back": set_back,
        "not on the server any more, or no id": gone,
        "the first commit, amended": amended_first,
    }


class Tags(Table):
    """Tagged commits are versions."""

    heading = "Tags"

    def tag(self, name, *where, annotated=True):
        """A tag of a new commit, or of that one; the version that it is."""
        if not where:
            self.world.commit(name)
        self.world.git("tag", "-f", *(["-a", "-m", name] if annotated else []), name, *where)
        return {"ref": name, "commit": self.world.git("rev-parse", name + "^{commit}")}

    def found(self, version, expected, **source):
        """That answer, with and without a branch, and it goes on from there."""
        self.world.mirror()
        for branch in ("main", None, ""):
            with self.subTest(branch=branch):
                more = {"tag_filter": "*", "branch": branch, **source}
                self.assertEqual(self.answer(version, **more), expected)
                self.assertEqual(self.answer(expected[-1], **more), expected[-1:])

    def none(self):
        versions = [self.tag(name) for name in ("v1", "v2", "v3")]
        self.found(None, versions[-1:])
        self.found(None, versions[-2:], version_depth=2)

    def stands(self):
        versions = [self.tag(name) for name in ("v3", "v1", "v2", "v4")]
        for position, version in enumerate(versions):
            self.found(version, versions[position:])
            self.found({"ref": version["ref"]}, versions[position:])

    def deleted(self):
        versions = [self.tag(name) for name in ("v1", "v2", "v3", "v4")]
        self.world.git("tag", "-d", "v2")
        self.found(versions[1], versions[2:])
        with self.subTest("and nothing is known of its commit"):
            self.found({"ref": "v2", "commit": UNKNOWN}, versions[-1:])
            self.found({"ref": "v2"}, versions[-1:])

    def moved(self):
        versions = [self.tag(name) for name in ("v1", "v2")]
        later = self.tag("v3")
        moved = self.tag("v2")
        self.assertNotEqual(moved, versions[1])
        self.found(versions[1], [later, moved])

    def first(self):
        versions = [self.tag(name) for name in ("v1", "v2")]
        self.assertEqual(self.world.git("rev-list", "--count", "v1"), "1")
        self.found(versions[0], versions)

    def part(self):
        versions = [self.tag(name) for name in ("v11.0", "1.0", "v1.0", "11.0")]
        self.found(versions[1], versions[1:])
        self.found(versions[3], versions[3:])

    trials = {
        "none": none,
        "a tag that stands": stands,
        "a tag that was deleted": deleted,
        "a tag that was moved": moved,
        "a tag of the first commit": first,
        "a tag whose name is part of another's": part,
    }


class CommitsV2(Commits, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""


class CommitsV0(Commits, unittest.TestCase):
    """A server that does not see Git-Protocol: version 0."""

    kind = "v0"


class CommitsDaemon(Commits, unittest.TestCase):
    """git daemon: one process for all requests of a connection."""

    kind = "daemon"


class CommitsLocal(Commits, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


class TagsV2(Tags, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""


class TagsLocal(Tags, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


if __name__ == "__main__":
    tap.main()

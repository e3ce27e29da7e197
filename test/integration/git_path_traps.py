#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check with paths: each trap of asking a server for single trees, by a history that leads into it.

The answer is always compared with `git rev-list --first-parent -- <paths>`.
"""

import random
import re
import unittest

import tap
from git_world import Served

LARGEST_BODY = 1000000  # of a request: nginx refuses more, unless it is told otherwise


class Stream:
    """Commits for git fast-import, each a minute after the last unless it says when."""

    def __init__(self):
        self.lines, self.count, self.date = [], 0, 1500000000

    def commit(self, files, *, branch="main", parent=None, merge=None, date=None, clear=False):
        """Change files ({path: text, or None to delete it}) on a branch; the mark of the commit."""
        self.count += 1
        self.date += 60
        self.lines += ["commit refs/heads/" + branch, "mark :%d" % self.count,
                       "committer C <c@example.com> %d +0000" % (self.date if date is None else date), "data 1", "x"]
        self.lines += ["from " + parent] if parent else []
        self.lines += ["merge " + merge] if merge else []
        self.lines += ["deleteall"] if clear else []
        for path, text in files.items():
            self.lines += ["D " + path] if text is None else ["M 100644 inline " + path, "data %d" % len(text), text]
        return ":%d" % self.count

    def load(self, world):
        """Make it the world's history; the chain of main, oldest first."""
        world.load(("\n".join(self.lines) + "\n").encode())
        world.publish()
        return world.git("rev-list", "--first-parent", "--reverse", "main").split()


class Traps(Served):
    """The same on all of them."""

    def git_says(self, paths, *revisions, bare=False):
        """What git lists of main, oldest first."""
        listing = ("rev-list", "--first-parent", "--reverse", "main", *revisions, "--", *paths)
        return (self.world.admin(*listing) if bare else self.world.git(*listing)).split()

    def check(self, *paths, version=None, depth=1000, **source):
        """What check says; it must succeed."""
        result = self.world.check(version, paths=list(paths), version_depth=depth, disable_ci_skip=True, **source)
        self.assertEqual(result.status, 0, result.stderr)
        return result

    def as_git(self, *paths, **options):
        """All versions are those that git lists."""
        expected = self.git_says(paths)
        self.assertEqual(self.check(*paths, **options).refs, expected, paths)
        return expected

    def batches(self, *paths, **options):
        """How many trees were asked for in each request; the answer must be that of git."""
        result = self.check(*paths, debug=True, **options)
        self.assertEqual(result.refs, self.git_says(paths), paths)
        return [int(count) for count in re.findall(r"(\d+) trees were asked for", result.stderr)]

    def test_the_same_tree_at_two_places(self):
        stream = Stream()
        for text in "121324":
            stream.commit({"a/f": text, "b/f": text, "c/a/f": text})
            stream.commit({"a/f": text + "x"})
        stream.load(self.world)
        for paths in (["a"], ["b/f"], ["c/a/f"], ["b", "c"], ["*/a/f"], ["a/f", ":!c"]):
            self.as_git(*paths)

    def test_back_to_what_it_was(self):
        stream = Stream()
        for text in "1232":
            stream.commit({"deep/er/f": text})
            stream.commit({"other": text})
        chain = stream.load(self.world)
        self.assertEqual(self.world.git("rev-parse", chain[2] + ":deep"),
                         self.world.git("rev-parse", chain[-1] + ":deep"))
        found = self.check("deep/er/f", version=chain[2]).refs
        self.assertEqual(found, [chain[2], chain[4], chain[6]])

    def test_a_file_that_becomes_a_folder_and_back(self):
        stream = Stream()
        for _ in range(3):
            stream.commit({"x": "a file"})
            stream.commit({"x/y/z": "in a folder"})
            stream.commit({"other": "%d" % stream.count})
        stream.load(self.world)
        for paths in (["x"], ["x/"], ["x/y"], ["x/y/z"], ["x/*"], [":(glob)x/*"], ["x", ":!x/y"], ["x/other"]):
            self.as_git(*paths)

    def test_dates_that_mean_nothing(self):
        dice, stream = random.Random(5), Stream()
        for number in range(160):
            files = {"often/%d" % (number % 7): "%d" % number}
            if number in (3, 70):
                files["rare/f"] = "%d" % number
            stream.commit(files, date=dice.choice((0, 1, 4000000000, 1500000000, stream.date)))
            if number % 9 == 8:
                side = stream.commit({"side": "%d" % number}, branch="side", date=dice.choice((0, 4000000000)),
                                     parent=":%d" % dice.randrange(1, stream.count))
                stream.commit({"merged": "%d" % number}, merge=side)
        stream.load(self.world)
        for paths in (["rare"], ["side"], ["no/such"]):
            self.as_git(*paths)
            self.assertEqual(self.check(*paths, depth=1).refs, self.git_says(paths)[-1:])

    def test_a_merge_off_the_chain_as_version(self):
        stream = Stream()
        stream.commit({"f": "1"})
        base = stream.commit({"other": "1"})
        stream.commit({"side": "1"}, branch="side", parent=base)
        stream.commit({"f": "2"})
        between = stream.commit({"other": "2"})
        side = stream.commit({"side": "2"}, branch="side", merge=between)
        stream.commit({"f": "3"})
        stream.commit({"side": "2"}, merge=side)
        stream.commit({"other": "3"})
        stream.load(self.world)
        version = self.world.git("rev-parse", "side")
        self.assertEqual(self.check("f", version=version).refs, self.git_says(["f"], "^%s^1" % version))

    def test_a_server_whose_own_history_is_cut(self):
        stream = Stream()
        for number in range(9):
            stream.commit({"f" if number % 2 else "other": "%d" % number})
        stream.load(self.world)
        self.world.run("rm", "-rf", self.world.bare)
        self.world.run("git", "clone", "-q", "--bare", "--depth", "4", "file://" + self.world.work, self.world.bare)
        self.world.admin("config", "uploadpack.allowFilter", "true")
        for path in ("f", "other"):  # the oldest that it has counts as a first one, as for git
            self.assertEqual(self.check(path).refs, self.git_says([path], bare=True))

    def test_a_tag_of_a_tag_as_the_branch(self):
        stream = Stream()
        for number in range(4):
            stream.commit({"f": "%d" % number})
        chain = stream.load(self.world)
        self.world.git("tag", "-a", "-m", "inner", "inner", chain[2])
        self.world.git("tag", "-a", "-m", "outer", "outer", "inner")
        self.world.publish("refs/tags/*")
        self.assertEqual(self.check("f", branch="outer").refs, chain[:3])
        self.assertEqual(self.check("f", version=chain[1], branch="outer").refs, chain[1:3])

    def test_a_server_that_offers_filters_and_refuses_them(self):
        stream = Stream()
        for number in range(12):
            stream.commit({"a/f" if number % 3 else "other": "%d" % number})
        chain = stream.load(self.world)
        self.world.admin("config", "uploadpackfilter.tree.allow", "false")
        for paths in (["a"], ["a/f"], ["*r"], ["no/such"]):
            self.as_git(*paths)
        self.assertEqual(self.check("a", version=chain[3]).refs, [chain[3], *self.git_says(["a"], "^" + chain[3])])
        self.assertEqual(self.world.check(chain[3]).refs, chain[3:])

    def test_a_version_that_is_not_there_any_more(self):
        """The server ends the connection, or the request, when it is asked for it."""
        stream = Stream()
        for number in range(6):
            stream.commit({"f" if number < 4 else "other": "%d" % number})
        chain = stream.load(self.world)
        self.assertEqual(self.check("f", version="1234567890" * 4, depth=1).refs, [chain[3]])
        self.assertEqual(self.check("f", version="1234567890" * 4).refs, chain[:4])


class OverHttp(Traps, unittest.TestCase):
    """Apache before git http-backend, which filters."""

    def cost(self, *paths, **options):
        """What the requests of a check were."""
        self.world.server.forget_requests()
        self.check(*paths, **options)
        return self.world.server.requests()

    def test_a_wanted_tree_that_does_not_come(self):
        """It lies in another one of the same request, which is wanted before it."""
        stream = Stream()
        stream.commit({"x": "1"})                         # its root is T
        stream.commit({"t/x": "1", "y": "1"}, clear=True)  # T lies in this root
        stream.commit({"z": "1"}, clear=True)
        chain = stream.load(self.world)
        tree = self.world.git("rev-parse", chain[0] + "^{tree}")
        self.assertEqual(self.world.git("rev-parse", chain[1] + ":t"), tree)
        self.assertEqual(self.batches("x"), [3, 1], "the server left one out, which was asked for again")

    def test_what_a_name_decides_is_not_asked_for(self):
        stream = Stream()
        for number in range(5):
            stream.commit({"po/de/a.po": "%d" % number, "src/a/b.c": "%d" % number})
        stream.load(self.world)
        for paths, levels in ((["po/"], 1), (["po"], 1), (["po/*"], 1), ([".", ":!src/"], 1), (["README"], 1),
                              (["po/x"], 2), (["po/de"], 2), (["po/de/a.po"], 3), (["*.perl"], 3),
                              ([":(glob)*.c"], 1), (["*.c", ":!src"], 3)):
            with self.subTest(paths):
                self.assertEqual(len(self.batches(*paths)), levels)

    def test_requests_stay_small(self):
        stream = Stream()
        for number in range(4000):
            stream.commit({folder + "/f": "%s%d" % (folder, number) for folder in "abc"})
        stream.load(self.world)
        asked = self.batches("*/no/such")
        self.assertGreater(sum(asked), 4 * 4000, "all trees differ")
        self.assertLessEqual(max(asked), 5000)
        requests = self.cost("*/nothing/such")
        self.assertLess(max(request.bytes_in for request in requests), LARGEST_BODY)

    def test_a_server_that_filters_by_tree_0_alone(self):
        stream = Stream()
        for number in range(30):
            stream.commit({"a/b/%d" % number: "x" * 5000 + str(number), "f": "%d" % (number // 5)})
        stream.load(self.world)
        whole = sum(request.bytes_out for request in self.cost("f"))
        for name, value in (("allow", "false"), ("tree.allow", "true"), ("tree.maxDepth", "0")):
            self.world.admin("config", "uploadpackfilter." + name, value)
        for paths in (["f"], ["a/b/3"], ["*.c"]):
            self.as_git(*paths)
        self.assertLess(sum(request.bytes_out for request in self.cost("f")), whole * 1.1)

    def test_a_version_of_another_history_costs_no_history(self):
        stream = Stream()
        for number in range(500):
            stream.commit({"f": "%d" % number})
        stream.commit({"f": "other"}, branch="orphan")
        chain = stream.load(self.world)
        whole = sum(request.bytes_out for request in self.cost("no/such"))
        version = self.world.git("rev-parse", "orphan")
        self.assertEqual(self.check("f", version=version, depth=1).refs, chain[-1:])
        spent = self.cost("f", version=version, depth=1)
        self.assertLess(sum(request.bytes_out for request in spent), whole / 3)


class OverDaemon(Traps, unittest.TestCase):
    """git daemon: one process of the server for all requests of a connection."""

    kind = "daemon"

    def test_a_cut_that_stays_on_the_connection(self):
        """A walk of commits after one that was cut needs another connection; trees do not."""
        stream = Stream()
        for number in range(120):
            stream.commit({"rare" if number == 20 else "often/%d" % (number % 3): "%d" % number})
            if number % 40 == 5:
                side = stream.commit({"side": "%d" % number}, branch="side", parent=":%d" % (stream.count - 3))
                stream.commit({"side": "%d" % number}, merge=side)
        stream.load(self.world)
        result = self.check("rare", depth=1, debug=True)
        self.assertEqual(result.refs, self.git_says(["rare"]))
        self.assertGreater(result.stderr.count("the server speaks protocol version 2"), 1)
        self.as_git("side")


class WithoutFilters(Traps, unittest.TestCase):
    """A server that gives no single trees."""

    kind = "plain"


class OfVersion0(Traps, unittest.TestCase):
    """A server that gives only what it advertises."""

    kind = "v0"

    def test_a_merge_off_the_chain_as_version(self):
        self.skipTest("such a server gives no commit by its id: what a version off the chain is, it does not say")


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random histories with random tags, and random options: check by tags against a plain reference by the git program.

Tags are light, annotated, nested, of trees, moved and deleted; options are those of tags together with those that
choose commits: paths, ignore_paths, messages, authors, version_depth. SEED and SECONDS are those of seeds.py.
"""

import subprocess
import unittest

import seeds
import tap
from git_random import Reference, Seeded, history, options

NAMES = ("v1", "v2", "v1.0", "v11.0", "1.0", "rel/1", "rel/a/2", "V3", "x")
CHOICES = ({"tag_filter": "v*"}, {"tag_filter": "*"}, {"tag_filter": "rel/*"}, {"tag_filter": "*1*"},
           {"tag_filter": "[vV]?"}, {"tag_regex": "v[0-9.]+"}, {"tag_regex": "(rel/.*|1[.]0)"}, {"tag_regex": ".*"},
           {"tag_filter": "none"})


class Tag:
    """A tag as the git program sees it."""

    def __init__(self, line):
        self.name, commit, peeled, date = line.split("\t")
        self.commit = peeled or commit
        self.date = int(date or 0)

    @property
    def version(self):
        return {"ref": self.name, "commit": self.commit}


class Tagged(Reference):
    """The answer to a check with tag_filter or tag_regex."""

    def __init__(self, world, tip, source):
        super().__init__(world, tip, source)
        self.tags = sorted((tag for tag in self.every_tag() if self.counts(tag)), key=lambda tag: (tag.date, tag.name))

    def every_tag(self):
        """Of a commit, by the git program's own selection and dates."""
        form = "%(refname:lstrip=2)\t%(objectname)\t%(*objectname)\t%(creatordate:unix)"
        lines = self.world.git("for-each-ref", "--format=" + form, "refs/tags").split("\n")
        for line in lines if lines != [""] else []:
            tag = Tag(line)
            tag.commit = self.world.git("rev-parse", "refs/tags/%s^{}" % tag.name)
            if self.world.git("cat-file", "-t", tag.commit) == "commit":
                yield tag

    def counts(self, tag):
        """Is it chosen by its name, and in the history of the branch where one is named?"""
        if "tag_regex" in self.source:
            chosen = subprocess.run(["grep", "-Exq", self.source["tag_regex"]], input=tag.name.encode(),
                                    check=False).returncode == 0
        else:
            chosen = tag.name in self.world.git("tag", "--list", self.source["tag_filter"]).split("\n")
        return chosen and (not self.source["branch"] or
                           self.knows("merge-base", "--is-ancestor", tag.commit, self.tip))

    def is_wanted(self, commit):
        """By the filters, judged as the tip of a history of its own."""
        return commit in Reference(self.world, commit, self.source).wanted

    def newest_tags(self):
        wanted = [tag.version for tag in self.tags if self.is_wanted(tag.commit)]
        return wanted[-self.source.get("version_depth", 1):]

    def date_of(self, commit):
        """When it was committed; None where there is no such commit any more."""
        if not self.knows("cat-file", "-e", commit + "^{commit}"):
            return None
        return int(self.world.git("log", "-1", "--format=%ct", commit))

    def tags_since(self, version):
        """By the table of docs/git.md."""
        if not version:
            return self.newest_tags()
        tag = next((one for one in self.tags if one.name == version["ref"]), None)
        stands = tag and tag.commit == version["commit"]
        former = tag.date if stands else self.date_of(version["commit"])
        if tag is None and former is None:
            return self.newest_tags()
        begin = min(date for date in (former, tag and tag.date) if date is not None)
        after = [one for one in self.tags if one.date >= begin and not (
            tag and one.date == tag.date == begin and one.name < tag.name)]
        return [one.version for one in after if self.is_wanted(one.commit) or (stands and one is tag)]

    def ancestors_since(self, version):
        """Of the branch, up to the newest commit that a tag holds."""
        held = [one for one in self.chain
                if any(self.knows("merge-base", "--is-ancestor", one, tag.commit) for tag in self.tags)]
        if not held:
            return []
        return [{"ref": one} for one in Reference(self.world, held[0], self.source).versions(version)]


class Random(Seeded):
    """The same on all ways to reach a repository."""

    def load(self):
        """A history with tags; the tip of main, and all commits."""
        self.world.fresh()
        self.world.load(history(self.rng, self.rng.choice((2, 8, 25))))
        every = self.world.git("rev-list", "--all").split()
        for _ in range(self.rng.choice((0, 2, 5, 9))):
            self.tag(every)
        self.world.mirror()
        return self.world.git("rev-parse", "refs/heads/main"), every

    def tag(self, every):
        """Set, move or delete one."""
        name, where = self.rng.choice(NAMES), self.rng.choice(every)
        kind = self.rng.random()
        existing = self.world.git("tag", "--list").split()
        if kind < 0.1 and existing:
            self.world.git("tag", "-d", self.rng.choice(existing))
            return
        if kind < 0.2 and existing:
            where = self.rng.choice([one for one in existing if one != name] or [where])
        elif kind < 0.25:
            where += "^{tree}"
        annotated = ["-a", "-m", "annotated"] if self.rng.random() < 0.5 else []
        if annotated:  # between the commits, as often as not
            self.world.clock = self.rng.choice((1500000000, 1500200000, 1700000000))
        self.world.git("tag", "-f", *annotated, name, where)

    def compare(self, tip, version, source):
        """One check against the reference."""
        reference = Tagged(self.world, tip, source)
        ancestors = source.get("tag_behaviour") == "match_tag_ancestors"
        given = version
        if ancestors and version:
            given = {"ref": version["commit"]}
        request = {"source": self.world.source(**source)}
        if given:
            request["version"] = given
        result = self.world.program("check", request)
        where = "SEED=%d, version %s, %r" % (self.seed, given, source)
        self.assertEqual(result.status, 0, "%s: %s" % (where, result.stderr))
        expected = reference.ancestors_since(given and given["ref"]) if ancestors else reference.tags_since(version)
        self.assertEqual(result.answer, expected, where)

    def version(self, tip, every):
        """A tag that stands, one that was another commit's, one that is gone, or none."""
        names = self.world.git("tag", "--list").split()
        if not names or self.rng.random() < 0.2:
            return self.rng.choice((None, {"ref": "v0.gone", "commit": self.rng.choice((tip, "1234567890" * 4))}))
        name = self.rng.choice(names)
        commit = self.world.git("rev-parse", "refs/tags/%s^{}" % name)
        if self.world.git("cat-file", "-t", commit) != "commit" or self.rng.random() < 0.2:
            commit = self.rng.choice(every)
        return {"ref": name, "commit": commit}

    def test_random_tags_and_options(self):
        for _ in seeds.rounds(5):
            tip, every = self.load()
            for _ in range(3):
                source = dict(options(self.rng), branch=self.rng.choice(("main", "main", "", None)))
                source.update(self.rng.choice(CHOICES))
                if self.rng.random() < 0.3:
                    source["tag_behaviour"] = self.rng.choice(("match_tagged", "match_tag_ancestors"))
                self.compare(tip, self.version(tip, every), source)


class RandomV2(Random, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""


class RandomWithoutFilters(Random, unittest.TestCase):
    """A server that filters nothing."""

    kind = "plain"


class RandomDaemon(Random, unittest.TestCase):
    """git daemon: one process for all requests of a connection."""

    kind = "daemon"


class RandomLocal(Random, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


if __name__ == "__main__":
    tap.main()

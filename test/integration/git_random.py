# SPDX-License-Identifier: Apache-2.0
"""Random histories, random options, and what the git program says of both."""

import random
import subprocess

import seeds
from git_world import World, clean_environment

MESSAGES = ("feat: one", "fix: two", "Fix three\n\nSigned-off-by: bot", "docs [ci skip]", "[skip\tci] feat",
            "chore\n\nlater [skip ci]", "costs $HOME `id` \"quoted\"", "feat: a\n\nfix: b", "", "caf\u00e9", "x  y",
            "[no build] feat")
AUTHORS = ("A U Thor <author@example.com>", "bot <bot@example.com>", "B. Ee <b@example.org>")
PATTERNS = ("^feat", "fix", "bot$", "f.*x", r"\(feat\|docs\)", "$HOME", r"e\{2\}", "", "[[:upper:]]", r"\bfix\b",
            "caf", "x  y", "`id`", "nothing like it", "a\\|o", "*", "^$")
AUTHOR_PATTERNS = ("^bot", "example.com>$", "Thor", "b@", "nobody")
FILES = ("README", "a", "a/b", "a/b/c.c", "a/d.h", "Docs/x.md", "docs/y.md", "z/a/b", "[x]*")
PATHS = (".", "a", "a/", "a/b", "*.c", "a*", "docs", ":(icase)DOCS", ":(glob)*", ":(glob)**/b", ":(glob)a/*",
         ":(literal)[x]*", "[x]*", ":/README", ":!docs", ":^a", ":(exclude)*.md", ":(exclude,icase)d*", "no/such",
         ":(top,icase)readme", "./a/../z", "?/b")
IGNORED = ("a", "docs/", "*.c", "no/such", ":(icase)DOCS", ":(glob)*", ":(glob)a/**", ":(literal)[x]*", ":!a",
           ":^docs", ":/z", ":(exclude)*.h", ":(top,icase)readme")


def excluded(path):
    """An item of ignore_paths as a pathspec of git's."""
    if path.startswith(":("):
        return ":(exclude," + path[2:]
    return ":!" + path.lstrip(":!^/")


def change(rng):
    """Commands of git fast-import for a file or two; often none."""
    lines = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        path = rng.choice(FILES).encode()
        content = b"%d" % rng.randrange(8)
        lines += [b"D " + path] if rng.random() < 0.15 else [
            b"M 100644 inline " + path, b"data %d" % len(content), content]
    return lines


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
        lines += change(rng) + [b""]
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
        paths, ignored = self.source.get("paths", []), self.source.get("ignore_paths", [])
        if ignored or paths not in ([], ["."]):
            found &= set(self.changing([*paths, *(excluded(one) for one in ignored)]))
        return found

    def changing(self, specs):
        """Of the first-parent chain, those that change such paths."""
        return self.world.git("rev-list", "--first-parent", self.tip, "--", *specs).split()

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
        if not version and self.source.get("initial_version") in self.chain:
            version = self.source["initial_version"]
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
        source["paths"] = rng.sample(PATHS, rng.choice((0, 1, 1, 2, 3)))
    if rng.random() < 0.25:
        source["ignore_paths"] = rng.sample(IGNORED, rng.choice((1, 1, 2)))
    if rng.random() < 0.4:
        source["version_depth"] = rng.choice((2, 3, 7, 100))
    return source


class Seeded:
    """A world and what chance is for each test, by the seed of its class; a mixin."""

    kind = "v2"

    def setUp(self):
        self.seed = seeds.seed_of(type(self))
        self.rng = random.Random(self.seed)
        self.world = World(self.kind)
        self.addCleanup(self.world.close)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind with random repositories and random params: files, index, refs and depth as the git program
leaves them by the steps of the git resource, and what git fetches from there.

SEED and SECONDS are those of seeds.py.
"""

import os
import random
import unittest

import seeds
import tap
from git_in_world import Got, tree
from git_world import clean_environment

SERVED = ["-c", "safe.directory=*"]
UPLOAD_PACK = ["--upload-pack", "git -c safe.directory=* upload-pack"]
FOLDERS = ("", "a/", "a/b/", "a.b/", "docs/", "docs/deep/", "B/", "sp ace/", "\u00fc/")
NAMES = ("one", "two.c", "three.md", "four.png", "Makefile", "x y", "-dash", "\u00e9t\u00e9", "!bang", "#hash")
CONTENTS = (b"", b"one\n", b"one\r\ntwo\r\n", b"mixed\r\nlines\n", b"no newline", b"\0binary\r\n\0", b"$Id$\nident\n",
            b"$Id: something $\r\n", b"long line " * 2000, b"\xef\xbb\xbfwith a mark\n", b"lone\rcarriage\n")
ATTRIBUTES = (b"* text=auto\n", b"*.c text eol=crlf\n*.md ident\n", b"* -text\n", b"docs/** text eol=lf\n*.png binary\n",
              b"one export-ignore\ntwo.c export-subst ident\n", b"[attr]mine text eol=crlf\n*.md mine\n",
              b"*.c working-tree-encoding=UTF-16LE\n" b"*.c -working-tree-encoding\n", b"a/** eol=crlf\n/one text\n")
SPARSE = ("docs", "docs/", "/a/", "!deep", "*.c", "/*", "!/docs", "a/b", "**/deep", "[ao]*", "/docs/*", "\\!bang", "B")
SETTINGS = (("core.autocrlf", "true"), ("core.autocrlf", "input"), ("core.eol", "crlf"), ("core.filemode", "false"),
            ("core.ignorecase", "false"), ("core.symlinks", "true"), ("core.safecrlf", "false"))


class Tree:
    """Random files, as the commands of git fast-import that make them."""

    def __init__(self, dice):
        self.dice = dice

    def change(self):
        """One change; a file may take the place of a folder and the other way round."""
        dice = self.dice
        path = dice.choice(FOLDERS) + dice.choice(NAMES)
        chance = dice.random()
        if chance < 0.1:
            return b"D %s\n" % self.quoted(path)
        if chance < 0.15:
            return b"D %s\n" % self.quoted(dice.choice(FOLDERS[1:]).rstrip("/"))
        if chance < 0.25:
            return self.file(b"120000", path, dice.choice((b"one", b"../a", b"nowhere", b"/etc/hostname", b"a/b/two.c")))
        if chance < 0.3:
            return self.file(b"100644", dice.choice(FOLDERS) + ".gitattributes", dice.choice(ATTRIBUTES))
        if chance < 0.33:
            return self.file(b"100644", dice.choice(FOLDERS) + ".gitignore", b"*.c\n!two.c\nx*\n")
        if chance < 0.37:
            return self.file(b"100644", dice.choice(("a", "docs", "one")) + "/" + dice.choice(NAMES), b"in the way\n")
        if chance < 0.4:
            return self.file(b"100644", dice.choice(("a", "docs", "B")), b"a file of a folder's name\n")
        return self.file(dice.choice((b"100644", b"100644", b"100755")), path, dice.choice(CONTENTS))

    def file(self, mode, path, content):
        return b"M %s inline %s\ndata %d\n%s\n" % (mode, self.quoted(path), len(content), content)

    @staticmethod
    def quoted(path):
        return b'"%s"' % path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def history(dice, length):
    """A stream for git fast-import: branches main, other and x/y with merges, tags of all kinds, a note."""
    stream, heads, files, date = [], {b"main": 0, b"other": 0, b"x/y": 0}, Tree(dice), 1500000000

    def who(role):
        return b"%s A U Thor <author@example.com> %d +0100\n" % (role, date)

    for mark in range(1, length + 1):
        date += dice.choice((0, 60, 86400))
        branch = b"main" if mark == length else dice.choice((b"main", b"main", b"other", b"x/y"))
        parents = [heads[branch] or heads[b"main"]]
        if dice.random() < 0.3:
            parents.append(heads[dice.choice(sorted(heads))])
        parents = list(dict.fromkeys(parent for parent in parents if parent))
        message = b"change %d\n\nof it all\n" % mark
        stream += [b"commit refs/heads/%s\nmark :%d\n" % (branch, mark), who(b"author"), who(b"committer"),
                   b"data %d\n%s" % (len(message), message)]
        stream += [b"%s :%d\n" % (word, parent) for word, parent in zip((b"from", b"merge"), parents)]
        stream += [files.change() for _ in range(dice.choice((1, 2, 8)))] + [b"\n"]
        heads[branch] = mark
        if dice.random() < 0.15:
            stream.append(b"reset refs/tags/light%d\nfrom :%d\n\n" % (mark, dice.randint(1, mark)))
        if dice.random() < 0.15:
            stream += [b"tag v%d\nfrom :%d\n" % (mark, dice.randint(1, mark)), who(b"tagger"), b"data 4\ntold\n"]
    if dice.random() < 0.5:
        stream += [b"commit refs/notes/commits\n", who(b"committer"), b"data 5\nnotes\n",
                   b"N inline :%d\ndata 6\nnoted\n\n" % dice.randint(1, length)]
    return b"".join(stream)


class Random(Got):
    """The same on all ways to reach a repository."""

    kind = "v2"

    def setUp(self):
        super().setUp()
        self.seed = seeds.seed_of(type(self))

    def params(self, dice):
        """Random params of a get."""
        params = {}
        if dice.random() < 0.5:
            params["depth"] = dice.choice((1, 1, 2, 3, 7, 200))
        if dice.random() < 0.4:
            params["fetch_tags"] = dice.random() < 0.5
        if dice.random() < 0.3:
            params["all_branches"] = True
        if dice.random() < 0.3:
            params["fetch"] = dice.sample(self.branches, 1)
        return params

    def source_of(self, dice):
        """Random options of the source that belong to a get."""
        source = {"branch": dice.choice(["main"] * 3 + self.branches)}
        if self.world.kind == "local":
            source["uri"] = "file://" + self.world.bare
        if dice.random() < 0.3:
            source["sparse_paths"] = dice.sample(SPARSE, dice.choice((1, 2, 3)))
        if dice.random() < 0.3:
            source["git_config"] = [{"name": name, "value": value} for name, value in dice.sample(SETTINGS, 2)]
        return source

    # -- the reference -------------------------------------------------------------------------

    def run_git(self, *arguments, check=True):
        return self.world.run("git", *SERVED, "-C", self.other, *arguments, check=check,
                              env=clean_environment(GIT_ADVICE="0"))

    def can(self, *arguments):
        try:
            self.run_git(*arguments)
        except AssertionError:
            return False
        return True

    def clone(self, ref, params, source):
        """The steps of the git resource."""
        self.other = self.path + "-git"
        tags = {True: ["--tags"], False: ["--no-tags"], None: []}[params.get("fetch_tags")]
        depth = params.get("depth", 0)
        options = ["--single-branch"] * (not params.get("all_branches"))
        options += ["--depth", str(depth)] * bool(depth)
        self.world.run("git", *SERVED, "clone", "-q", "--no-checkout", "--branch", source["branch"], *UPLOAD_PACK,
                       *options, *[one for one in tags if one == "--no-tags"], "file://" + self.world.bare, self.other)
        for setting in source.get("git_config", ()):
            self.run_git("config", setting["name"], setting["value"])
        if "sparse_paths" in source:
            self.run_git("config", "core.sparseCheckout", "true")
            with open(os.path.join(self.other, ".git/info/sparse-checkout"), "w", encoding="utf-8") as file:
                file.write("".join(path + "\n" for path in source["sparse_paths"]))
        self.run_git("fetch", "-q", *UPLOAD_PACK, *tags, "origin", "refs/notes/*:refs/notes/*")
        if depth:
            self.deepen(ref, depth, tags)
        self.run_git("checkout", "-f", "-q", ref)
        for branch in params.get("fetch", ()):
            self.run_git("fetch", "-q", *UPLOAD_PACK, "origin", branch)
            if not self.can("show-ref", "-q", "refs/heads/" + branch):
                self.run_git("branch", branch, "FETCH_HEAD")

    def deepen(self, ref, depth, tags):
        """But without a check-out of the commit that far behind, of which git would leave files as they are whose
        content is the same in `ref`, also where other attributes hold for them there."""
        total, behind = depth, depth - 1
        while not self.can("cat-file", "-e", "%s~%d^{commit}" % (ref, behind)):
            if not os.path.exists(os.path.join(self.other, ".git/shallow")):
                return
            depth *= 2
            if total >= 127:
                self.run_git("fetch", "-q", *UPLOAD_PACK, *tags, "--unshallow", "origin")
                return
            self.run_git("fetch", "-q", *UPLOAD_PACK, *tags, "--deepen", str(depth), "origin")
            total += depth

    # -- what lies there -----------------------------------------------------------------------

    def seen(self, path):
        """What is compared, by name."""
        questions = {"refs": ["for-each-ref"], "HEAD": ["rev-parse", "HEAD", "--abbrev-ref", "HEAD"],
                     "index": ["ls-files", "-s", "-t"],
                     "log": ["log", "--format=%H %P", "--all", "--graph"], "fsck": ["fsck", "--no-dangling"],
                     "refspec": ["config", "--get-all", "remote.origin.fetch"],
                     "tagOpt": ["config", "--default", "", "remote.origin.tagOpt"]}
        found = {name: self.git(*question, path=path) for name, question in questions.items()}
        found["files"], found["status"] = tree(path), self.changed(path)
        try:
            with open(os.path.join(path, ".git/shallow"), encoding="ascii") as file:
                found["shallow"] = sorted(file)
        except FileNotFoundError:
            found["shallow"] = []
        return found

    def changed(self, path):
        """What git calls changed, but for files that are stored with lines of DOS: whether they are to be normalized
        it looks up only where they are as young as the index, which is up to the clock."""
        found = [line for line in self.git("status", "-z", path=path).split("\0") if line]
        return [line for line in found if not (line.startswith(" M ") and self.git(
            "--literal-pathspecs", "ls-files", "--eol", "--", line[3:], path=path).startswith(("i/crlf", "i/mixed")))]

    def compare(self, where):
        ours, gits = self.seen(self.path), self.seen(self.other)
        for name, wanted in gits.items():
            self.assertEqual(ours[name], wanted, "%s, %s" % (name, where))

    def go_on(self, depth):
        """What a later step fetches, in both."""
        fetch = ["fetch", "-q", *UPLOAD_PACK] + ["--deepen", "1"] * bool(depth)
        for path in (self.path, self.other):
            self.world.run("git", *SERVED, "-C", path, *fetch)

    def test_random_repositories_and_params(self):
        dice = random.Random(self.seed)
        for number in seeds.rounds(5):
            self.world.fresh()
            self.world.run("git", *SERVED, "-C", self.world.bare, "fast-import", "--quiet",
                           stdin=history(dice, dice.choice((1, 4, 15, 40))))
            self.branches = self.world.admin("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split("\n")
            for _ in range(3):
                source, params = self.source_of(dice), self.params(dice)
                chain = self.world.admin("rev-list", "--first-parent", source["branch"]).split("\n")
                ref = dice.choice((chain[0], dice.choice(chain), dice.choice(chain)))
                if "depth" not in params and dice.random() < 0.2:  # with one, the git resource gets what is behind
                    ref = "HEAD"
                where = "SEED=%d, round %d, %s, %r, %r" % (self.seed, number, ref, source, params)
                self.another()
                result = self.ask(ref, params, **source)
                self.assertEqual(result.status, 0, where + "\n" + result.stderr)
                self.clone(ref, params, source)
                self.compare(where)
                if self.world.kind == "local":
                    self.go_on(params.get("depth"))
                    self.compare("after a fetch, " + where)


class RandomV2(Random, unittest.TestCase):
    """Apache before git http-backend."""


class RandomLocal(Random, unittest.TestCase):
    """A path on this machine."""

    kind = "local"


if __name__ == "__main__":
    tap.main()

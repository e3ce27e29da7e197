#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A hundred thousand refs, each of another commit: nothing may cost their square."""

import json
import os
import resource
import shutil
import subprocess
import unittest

import tap
from git_world import BIN, World, clean_environment

COUNT = 100000
CPU_S = 20  # for what takes one or two; a loop over all in a loop over all takes a minute
TIMEOUT_S = 300


def stream():
    """For git fast-import: a line of commits, whose marks are written to a file."""
    for number in range(1, COUNT + 1):
        yield "commit refs/heads/main\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata 1\nx\n" % (
            number, 1500000000 + number)
    yield "done\n"


class Many(unittest.TestCase):
    """Half of them branches, half of them tags."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.world.fresh()
        marks = cls.world.path("marks")
        subprocess.run(["git", "-C", cls.world.work, "fast-import", "--quiet", "--done", "--export-marks=" + marks],
                       input="".join(stream()).encode(), check=True, env=clean_environment(), timeout=TIMEOUT_S)
        with open(marks, encoding="ascii") as file:
            cls.ids = [line.split()[1] for line in sorted(file, key=lambda line: int(line.split()[0][1:]))]
        cls.branches = ["b%06d" % number for number in range(COUNT // 2)]
        cls.tags = ["t%06d" % number for number in range(COUNT // 2)]
        cls.refs = {"refs/heads/main": cls.ids[-1]}
        cls.refs.update(("refs/heads/" + name, one) for name, one in zip(cls.branches, cls.ids))
        cls.refs.update(("refs/tags/" + name, one) for name, one in zip(cls.tags, cls.ids[COUNT // 2:]))
        cls.world.publish()
        cls.write_refs()
        cls.world.admin("pack-refs")  # and so the server may read what was written

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    @classmethod
    def write_refs(cls):
        """All of them, as git packs them."""
        with open(os.path.join(cls.world.bare, "packed-refs"), "w", encoding="ascii") as file:
            file.write("# pack-refs with: peeled fully-peeled sorted \n")
            file.writelines("%s %s\n" % (cls.refs[name], name) for name in sorted(cls.refs))

    def run_program(self, verb, request, *arguments):
        """One of the programs, whose time is limited."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        done = subprocess.run([os.path.join(BIN, verb), *arguments], input=json.dumps(request).encode(), cwd="/",
                              env={"TMPDIR": self.world.path("tmp")}, preexec_fn=limit, capture_output=True,
                              check=False, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 0, done.stderr.decode()[-500:])
        return json.loads(done.stdout)

    def test_check_of_branches(self):
        request = {"source": self.world.source(version_type="branches")}
        answer = self.run_program("check", request)
        self.assertEqual(answer[0]["branches"], ",".join(sorted(self.branches + ["main"])))
        self.assertEqual(self.run_program("check", dict(request, version=answer[0])), [])

    def test_check_of_tags(self):
        source = self.world.source(version_type="tags", tag_sort="version")
        expected = [{"tag": name, "ref": self.refs["refs/tags/" + name]} for name in self.tags]
        self.assertEqual(self.run_program("check", {"source": source}), expected)
        source = self.world.source(version_type="tags")
        given = {"source": source, "version": expected[-2]}
        self.assertEqual(self.run_program("check", given), expected[-2:])

    def test_check_of_tagged_commits(self):
        source = self.world.source(tag_filter="t*")
        self.assertEqual([version["ref"] for version in self.run_program("check", {"source": source})], self.tags[-1:])

    def test_in_of_all(self):
        folder = self.world.path("all")
        self.addCleanup(shutil.rmtree, folder, True)
        self.run_program("in", {"source": self.world.source(), "version": {"ref": self.ids[-1]},
                                "params": {"all_branches": True, "fetch_tags": True}}, folder)
        found = self.world.git("for-each-ref", "--format=%(objectname) %(refname)", cwd=folder).split("\n")
        expected = {"refs/heads/main": self.ids[-1], "refs/remotes/origin/HEAD": self.ids[-1]}
        expected.update((name.replace("refs/heads/", "refs/remotes/origin/"), one) for name, one in self.refs.items())
        self.assertEqual(sorted(found), sorted("%s %s" % (one, name) for name, one in expected.items()))

    def test_in_of_the_branch_and_its_tags(self):
        folder = self.world.path("one")
        self.addCleanup(shutil.rmtree, folder, True)
        self.run_program("in", {"source": self.world.source(), "version": {"ref": self.ids[-1]}}, folder)
        self.assertEqual(self.world.git("tag", cwd=folder).split(), self.tags)

    def test_out_of_one_commit(self):
        folder = self.world.path("put")
        self.addCleanup(shutil.rmtree, folder, True)
        self.run_program("in", {"source": self.world.source(), "version": {"ref": self.ids[-1]}}, folder)
        self.world.git("commit", "-q", "--allow-empty", "-m", "one more", cwd=folder)
        request = {"source": self.world.source(branch="fresh"), "params": {"repository": "put"}}
        self.addCleanup(self.world.admin, "update-ref", "-d", "refs/heads/fresh")
        answer = self.run_program("out", request, self.world.directory)
        self.assertEqual(answer["version"]["ref"], self.world.git("rev-parse", "HEAD", cwd=folder))
        self.assertEqual(self.world.admin("rev-parse", "fresh", "fresh^").split(), [answer["version"]["ref"], self.ids[-1]])


if __name__ == "__main__":
    tap.main()

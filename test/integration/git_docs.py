#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/git.md, run as they stand against a repository of this machine.

What stands for a secret, ((...)), is left out, and the uri is that of a repository which has what they name.
"""

import os
import re
import sys
import unittest

import tap
from git_out_world import Putting

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from atc.config import load_yaml  # pylint: disable=wrong-import-position

PAGE = os.path.join(HERE, "../../docs/git.md")


def steps():
    """Each map of the examples that has a source or params, and the line where its example begins."""
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    for found in re.finditer(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        example = load_yaml(found.group(1))
        for step in example if isinstance(example, list) else [example]:
            yield text.count("\n", 0, found.start()) + 1, step


def without_secrets(value):
    """The same without what a ((var)) stands for, and without the items that are empty then."""
    if isinstance(value, dict):
        kept = {key: without_secrets(one) for key, one in value.items() if "((" not in str(one) or
                not isinstance(one, str)}
        return {key: one for key, one in kept.items() if one not in ({}, [], None)}
    if isinstance(value, list):
        return [one for one in map(without_secrets, value) if one not in ({}, None) and "((" not in str(one)]
    return value


class Examples(Putting, unittest.TestCase):
    """One repository that they all find what they name in."""

    kind = "local"

    def setUp(self):
        super().setUp()
        for path in ("services/petclinic/a", "libs/a/api/b", "c.proto"):
            self.world.commit("feat: " + path, path)
        self.world.git("tag", "-a", "-m", "one", "v1.0")
        self.world.publish("refs/heads/*", "refs/tags/*")

    def source(self, example):
        """Of the example, for a repository that is here; host's keys and credentials have no use there."""
        kept = without_secrets(example)
        for key in ("submodule_credentials", "github_app_org"):  # refused without their secrets
            kept.pop(key, None)
        return dict(kept, uri=self.world.bare)

    def test_sources(self):
        tried = 0
        for line, step in steps():
            if "source" in step:
                with self.subTest(line=line):
                    result = self.world.program("check", {"source": self.source(step["source"])})
                    self.assertEqual(result.status, 0, result.stderr)
                    self.assertIsInstance(result.answer, list)
                    tried += 1
        self.assertGreater(tried, 8)

    def test_gets(self):
        tried = 0
        for line, step in steps():
            if "get" in step:
                with self.subTest(line=line):
                    request = {"source": self.world.source(), "params": step.get("params", {}),
                               "version": {"ref": "main"}}
                    result = self.world.program("in", request, self.world.path("got-%d" % line))
                    self.assertEqual(result.status, 0, result.stderr)
                    tried += 1
        self.assertGreater(tried, 1)

    def test_puts(self):
        self.file("version/number", "1.1\n")
        self.file("version/notes", "What is new\n")
        tried = 0
        for line, step in steps():
            if "put" in step:
                with self.subTest(line=line):
                    commit = self.world.commit("line %d" % line)
                    os.rename(self.world.work, self.world.path(step["params"]["repository"]))
                    result = self.world.put(step["params"]["repository"], params=step["params"])
                    os.rename(self.world.path(step["params"]["repository"]), self.world.work)
                    self.assertEqual(result.status, 0, result.stderr)
                    self.assertEqual(result.answer["version"]["ref"], commit)
                    tried += 1
        self.assertGreater(tried, 1)
        self.assertIn("v1.1", self.tags())


if __name__ == "__main__":
    tap.main()

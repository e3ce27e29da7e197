# SPDX-License-Identifier: Apache-2.0
"""What the tests of git's `out` share: a world whose clone is put, and what the server has afterwards."""

import os
import shutil

from git_world import Served, clean_environment

DATE = "1800000000 +0100"


class Dated(Served):
    """Whatever is committed has one date, so that git makes the very same commits in a copy of the clone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.environment = {"GIT_COMMITTER_DATE": DATE}

    def copy(self):
        """A copy of the clone, for git to do the same in."""
        copy = self.world.work + "-copy"
        shutil.rmtree(copy, True)
        shutil.copytree(self.world.work, copy, symlinks=True)
        return copy

    def as_out(self, copy, *arguments, **environment):
        """Run git there, as who makes the commits of out."""
        env = clean_environment(GIT_COMMITTER_DATE=DATE, GIT_AUTHOR_DATE=DATE, **environment)
        return self.world.run("git", "-c", "user.name=git", "-c", "user.email=git@localhost", *arguments, cwd=copy,
                              env=env)


class Putting(Served):
    """One commit, which is at the server; the clone is what the put names."""

    def setUp(self):
        super().setUp()
        self.first = self.world.commit("first")
        self.world.publish()
        self.name = os.path.basename(self.world.work)

    def put(self, source=None, **params):
        """out with these params, which must succeed; its answer."""
        result = self.world.put(self.name, params=params, **(source or {}))
        self.assertEqual(result.status, 0, result.stderr)
        return result.answer

    def refused(self, message, source=None, **params):
        """Fails so, and the server has what it had."""
        before = self.world.admin("for-each-ref")
        result = self.world.put(self.name, params=params, **(source or {}))
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertEqual(result.message, "out: " + message)
        self.assertEqual(self.world.admin("for-each-ref"), before)
        return result

    def file(self, name, text):
        """A file of the build folder."""
        path = self.world.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return name

    def tip(self, ref="refs/heads/main"):
        return self.world.admin("rev-parse", ref)

    def tags(self):
        return self.world.admin("for-each-ref", "--format=%(refname:short)", "refs/tags").split()

    def theirs_and_ours(self):
        """A commit at the remote that is not in HEAD, and one in HEAD that is not there."""
        there = self.world.commit("theirs")
        self.world.publish()
        self.world.git("reset", "-q", "--hard", self.first)
        return there, self.world.commit("ours")

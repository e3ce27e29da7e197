# SPDX-License-Identifier: Apache-2.0
"""What the tests of Git LFS share: a git server, an LFS server beside it, and the git-lfs program."""

import hashlib
import os
import shutil
import unittest

from git_in_world import Got
from git_world import clean_environment
from lfs_server import Faults, LfsServer

ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
INSTALLED = {"filter.lfs.clean": "git-lfs clean -- %f", "filter.lfs.smudge": "git-lfs smudge -- %f",
             "filter.lfs.process": "git-lfs filter-process", "filter.lfs.required": "true"}


class Large(Got):
    """A repository whose .lfsconfig names the LFS server."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("git-lfs"):
            raise unittest.SkipTest("git-lfs is not installed: ci/setup")
        super().setUpClass()
        tls = cls.world.path("server")
        git = cls.world.server
        cls.server = LfsServer(cls.world.path("lfs"), os.path.join(tls, "server.crt"), os.path.join(tls, "server.key"),
                               (git.username, git.password))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        shutil.rmtree(self.server.folder)
        os.mkdir(self.server.folder)
        self.server.reset()
        git = self.world.server
        self.server.credentials = (git.username, git.password)
        for name, value in INSTALLED.items():
            self.world.git("config", name, value)
        self.world.write(".lfsconfig", "[lfs]\n\turl = %s\n" % self.server.url)
        self.world.write(".gitattributes", ATTRIBUTES)

    # -- objects -------------------------------------------------------------------------------

    @staticmethod
    def oid(content):
        return hashlib.sha256(content).hexdigest()

    @classmethod
    def pointer(cls, content):
        return b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
            cls.oid(content).encode(), len(content))

    @staticmethod
    def fault(*arguments, **more):
        return Faults(*arguments, **more)

    def objects(self, path):
        """What is in .git/lfs/objects: names, and whether the content is right."""
        found = {}
        for parent, _, names in os.walk(os.path.join(path, ".git/lfs/objects")):
            for name in names:
                with open(os.path.join(parent, name), "rb") as file:
                    content = file.read()
                self.assertEqual(self.oid(content), name)
                found[os.path.relpath(os.path.join(parent, name), path)] = len(content)
        return found

    # -- the git-lfs program -------------------------------------------------------------------

    def environment(self):
        git = self.world.server
        helper = "!f() { echo username=%s; echo password=%s; }; f" % (git.username, git.password)
        return clean_environment(GIT_SSL_CAINFO=git.ca_file, GIT_CONFIG_COUNT="1",
                                 GIT_CONFIG_KEY_0="credential.helper", GIT_CONFIG_VALUE_0=helper)

    def lfs(self, *arguments, path=None):
        """Run git-lfs; what it says."""
        return self.world.run("git", "lfs", *arguments, cwd=path or self.path, env=self.environment()).decode().strip()

    def commit_large(self, files):
        """Commit files, which git-lfs pushes to the LFS server; the commit."""
        for name, content in files.items():
            self.world.write(name, content)
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "-m", "large files")
        commit = self.world.git("rev-parse", "HEAD")
        self.world.publish()
        self.world.git("remote", "add", "there%d" % self.world.clock, self.world.uri)
        self.lfs("push", "there%d" % (self.world.clock - 60), "main", path=self.world.work)
        self.server.reset()
        return commit

    def commit_raw(self, name, text):
        """Commit a text as it is, whatever its attributes say; the commit."""
        self.world.write(".raw", text)
        blob = self.world.git("hash-object", "-w", "--no-filters", ".raw")
        os.remove(os.path.join(self.world.work, ".raw"))
        self.world.git("update-index", "--add", "--cacheinfo", "100644,%s,%s" % (blob, name))
        self.world.git("commit", "-q", "-m", "raw")
        self.world.publish()
        return self.world.git("rev-parse", "HEAD")

    def pull(self, commit):
        """What `git lfs install --local` and `git lfs pull` leave in a clone that git made."""
        other = self.clone(commit)
        self.lfs("install", "--local", path=other)
        self.lfs("pull", path=other)
        return other

    def settings(self, path):
        """The configuration of LFS."""
        lines = self.git("config", "--local", "--list", path=path).split("\n")
        return sorted(line for line in lines if line.startswith(("filter.", "lfs.")) and ".access=" not in line)

    # -- the programs --------------------------------------------------------------------------

    def given(self, source):
        """The LFS server is another server than that of source.uri, and is trusted too."""
        return {"credential_hosts": ["127.0.0.1"], **source}

    def ask(self, version, params=None, **source):
        return super().ask(version, params, **self.given(source))

    def refused(self, message, version, **source):
        """`in` fails so."""
        result = self.ask(version, **source)
        self.assertEqual((result.status, result.stdout, result.message), (1, "", "in: " + message), result.stderr)
        return result

# SPDX-License-Identifier: Apache-2.0
"""What the tests of git's `in` share: a history to get, the folder that it is put into, git to compare with."""

import contextlib
import os
import stat
import subprocess

from git_world import Served, clean_environment


def tree(folder):
    """Every file below, .git apart: its mode and its content or target."""
    found = {}
    for parent, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for name in files + [one for one in folders if os.path.islink(os.path.join(parent, one))]:
            path = os.path.join(parent, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                found[os.path.relpath(path, folder)] = ("link", os.readlink(path))
            else:
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = (oct(mode & 0o777), file.read())
    return found


def modes(folder):
    """The permissions of every file and folder below, those of .git too."""
    return {os.path.relpath(os.path.join(parent, name), folder): stat.filemode(os.lstat(os.path.join(parent, name)).st_mode)
            for parent, folders, files in os.walk(folder) for name in folders + files}


@contextlib.contextmanager
def umask(mask):
    """What runs meanwhile has that umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


class Got(Served):
    """A world, and the folder that `in` fills from it."""

    def setUp(self):
        super().setUp()
        self.folder = "got%d" % self.world.count
        self.path = self.world.path(self.folder)

    def fill(self):
        """A history with all kinds of entries, tags and notes; its commits."""
        world = self.world
        commits = [world.commit("first", "README", "hello\n")]
        world.write("bin/run", "#!/bin/sh\n")
        os.chmod(os.path.join(world.work, "bin/run"), 0o755)
        os.symlink("bin/run", os.path.join(world.work, "link"))
        world.write("with space/ünïcode", "ü\n")
        world.write("lines", "one\r\ntwo\r\n")
        commits.append(world.commit("second: modes\n\nA body,\nof two lines.", "empty", ""))
        world.git("tag", "-a", "-m", "annotated", "v1.0")
        world.git("tag", "light")
        commits.append(world.commit("third", "a/b/c/d", "deep\n"))
        world.git("tag", "-a", "-m", "nested", "nested", "v1.0")
        world.git("notes", "add", "-m", "a note", commits[1])
        world.git("checkout", "-q", "-b", "elsewhere")
        world.commit("on another branch", "other", "x")
        world.git("tag", "-a", "-m", "not of main", "unrelated")
        world.git("checkout", "-q", "main")
        commits.append(world.commit("fourth", "README", "hello again\n"))
        world.publish("refs/heads/*", "refs/tags/*", "refs/notes/*")
        return commits

    def get(self, version, **source):
        result = self.world.get(version, self.folder, **source)
        self.assertEqual(result.status, 0, result.stderr)
        return result

    def ask(self, version, params=None, **source):
        """`in` with params, whatever comes of it; `version` is a map or a ref."""
        request = {"source": self.world.source(**source), "params": params or {},
                   "version": version if isinstance(version, dict) else {"ref": version}}
        return self.world.program("in", request, self.path)

    def get_with(self, version, params=None, **source):
        """The same, which must succeed."""
        result = self.ask(version, params, **source)
        self.assertEqual(result.status, 0, result.stderr)
        return result

    def another(self):
        """A folder of its own for the next `in`."""
        self.number = getattr(self, "number", 0) + 1
        self.folder = "got%d-%d" % (self.world.count, self.number)
        self.path = self.world.path(self.folder)

    def read(self, name):
        """A file that `in` left in .git."""
        with open(os.path.join(self.path, ".git", name), encoding="utf-8", newline="") as file:
            return file.read()

    def git(self, *arguments, path=None):
        """Run git in what `in` left."""
        return self.world.run("git", "-C", path or self.path, *arguments).decode().rstrip("\n")

    def mktree(self, listing):
        """A tree object of any entries, as a hostile server would make it."""
        raw = b""
        for line in listing.splitlines():
            meta, name = line.split("\t")
            mode, _, oid = meta.split(" ")
            raw += mode.lstrip("0").encode() + b" " + name.encode() + b"\0" + bytes.fromhex(oid)
        done = subprocess.run(["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"], input=raw,
                              cwd=self.world.work, env=clean_environment(), capture_output=True, check=True)
        return done.stdout.decode().strip()

    def clone(self, commit):
        """What the git program leaves, by the git resource's own steps."""
        other = self.world.path("clone%d" % self.world.count)
        uri = "file://" + self.world.bare
        self.world.run("git", "-c", "safe.directory=*", "-c", "protocol.version=2", "clone", "-q", "--single-branch",
                       "--branch", "main", "--upload-pack", "git -c safe.directory=* upload-pack", uri, other)
        self.world.run("git", "-C", other, "fetch", "-q", "--upload-pack", "git -c safe.directory=* upload-pack",
                       "origin", "refs/notes/*:refs/notes/*")
        self.world.run("git", "-C", other, "checkout", "-f", "-q", commit)
        return other

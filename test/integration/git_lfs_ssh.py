#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Git LFS where no URL names its server: handed off by SSH, or in the repository's own folder."""

import hashlib
import json
import os

import tap
from git_in_world import tree
from gitserver import SshServer, tls
from lfs_server import LfsServer
from ssh_programs import Case, Repository, git, make_key, read, run

CONTENT = b"large " * 10000
NEW = b"new\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"


def name(content):
    """Its oid."""
    return hashlib.sha256(content).hexdigest()


class Ways(Case):
    """One file that is large in the repository; a get of it, and a put of another."""

    def setUp(self):
        super().setUp()
        self.repository = Repository(os.path.join(self.folder, "app.git"))
        self.repository.commit("*.bin filter=lfs -text\n", ".gitattributes")
        self.tip = self.repository.commit(POINTER % (name(CONTENT), len(CONTENT)), "a.bin")

    def stored(self, content):
        """Where a repository on this machine has it."""
        oid = name(content)
        return os.path.join(self.repository.path, "lfs/objects", oid[:2], oid[2:4], oid)

    def get_and_put(self, source):
        """The content is there after the get; a commit with a new one is pushed."""
        got = os.path.join(self.folder, "got")
        os.mkdir(got)
        result = run("in", source, got, version={"ref": self.tip})
        self.assertEqual(result.status, 0, result.log)
        self.assertEqual(tree(got)["a.bin"][1], CONTENT)
        self.assertEqual(git("status", "--porcelain", cwd=got), "")
        with open(os.path.join(got, "b.bin"), "wb") as file:
            file.write(NEW)
        git("add", "b.bin", cwd=got)
        git("commit", "--quiet", "--no-verify", "-m", "new", cwd=got)
        result = run("out", source, self.folder, params={"repository": "got"})
        self.assertEqual(result.status, 0, result.log)

    def on_this_machine(self, uri):
        os.makedirs(os.path.dirname(self.stored(CONTENT)))
        with open(self.stored(CONTENT), "wb") as file:
            file.write(CONTENT)
        self.get_and_put({"uri": uri, "branch": "main"})
        with open(self.stored(NEW), "rb") as file:
            self.assertEqual(file.read(), NEW)

    def test_a_local_path(self):
        self.on_this_machine(self.repository.path)

    def test_a_file_url(self):
        self.on_this_machine("file://" + self.repository.path)

    def lfs_server(self):
        tls.make_ca(self.folder)
        server = LfsServer(os.path.join(self.folder, "lfs"), *tls.make_server_certificate(self.folder), ("x", "y"))
        self.addCleanup(server.stop)
        server.granted.add("RemoteAuth handed")
        return server

    def ssh_server(self, answer):
        """One whose git-lfs-authenticate writes down what it was asked, and answers so."""
        programs = os.path.join(self.folder, "bin")
        os.mkdir(programs)
        program = os.path.join(programs, "git-lfs-authenticate")
        with open(program, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho \"$@\" >> %s/asked\necho '%s'\n" % (self.folder, json.dumps(answer)))
        os.chmod(program, 0o755)
        server = SshServer(os.path.join(self.folder, "sshd"), ("ed25519",),
                           ("AcceptEnv GIT_PROTOCOL", "SetEnv PATH=%s:/usr/bin:/bin" % programs))
        self.addCleanup(server.stop)
        return server

    def test_the_hand_off_of_ssh(self):
        lfs = self.lfs_server()
        lfs.add(CONTENT)
        server = self.ssh_server({"href": lfs.url, "header": {"Authorization": "RemoteAuth handed"}, "expires_in": 600})
        key = make_key(os.path.join(self.folder, "key"), "-t", "ed25519")
        server.authorize(read(key + ".pub"))
        self.get_and_put({"uri": server.url(self.repository.path), "branch": "main", "private_key": read(key),
                          "known_hosts": server.known_hosts("ed25519"),
                          "ca_certs": read(os.path.join(self.folder, "ca.crt"))})
        self.assertEqual(lfs.size(name(NEW)), len(NEW))
        path = self.repository.path
        self.assertEqual(read(os.path.join(self.folder, "asked")).splitlines(),
                         ["%s download" % path, "%s upload" % path])


if __name__ == "__main__":
    tap.main()

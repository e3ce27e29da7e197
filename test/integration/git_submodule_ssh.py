#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Submodules over SSH: each by the key that source has for its url, with files of Git LFS in one."""

import hashlib
import os

import tap
from ssh_programs import Case, Repository, git, make_key, read, run

from gitserver import SshServer

CONTENT = b"large " * 10000


class Keys(Case):
    """Two servers, of which each accepts one key; the second has the submodule."""

    def setUp(self):
        super().setUp()
        self.keys = [self.key(number) for number in (1, 2)]
        self.servers = [self.server(number) for number in (1, 2)]
        self.module = Repository(os.path.join(self.folder, "module.git"))
        self.module.commit("content\n")
        self.app = Repository(os.path.join(self.folder, "app.git"))
        self.url = self.servers[1].url(self.module.path)

    def key(self, number):
        return make_key(os.path.join(self.folder, "key%d" % number), "-t", "ed25519")

    def server(self, number):
        server = SshServer(os.path.join(self.folder, "sshd%d" % number), ("ed25519",))
        self.addCleanup(server.stop)
        server.authorize(read(self.keys[number - 1] + ".pub"))
        return server

    def add_module(self, url):
        """A commit of the app that holds the submodule's newest; its id."""
        git("update-index", "--add", "--cacheinfo", "160000,%s,module" % self.module.tip(), cwd=self.app.work)
        return self.app.commit('[submodule "module"]\n\tpath = module\n\turl = %s\n' % url, ".gitmodules")

    def get(self, *credentials):
        ref = self.add_module(self.url)
        got = os.path.join(self.folder, "got")
        os.mkdir(got)
        source = {"uri": self.servers[0].url(self.app.path), "branch": "main", "private_key": read(self.keys[0]),
                  "known_hosts": "".join(server.known_hosts("ed25519") for server in self.servers),
                  "submodule_credentials": list(credentials)}
        return got, run("in", source, got, version={"ref": ref})

    def own_key(self, number=2):
        return {"url": self.url, "private_key": read(self.keys[number - 1])}

    def test_the_key_of_its_url(self):
        got, result = self.get(self.own_key())
        self.assertEqual(result.status, 0, result.log)
        self.assertEqual(read(os.path.join(got, "module", "file")), "content\n")
        self.assertEqual(git("status", "--porcelain", cwd=got), "")
        self.assertNotIn("PRIVATE KEY", git("config", "--local", "--list", cwd=got))

    def test_without_it_the_key_of_the_source_is_shown_and_refused(self):
        _, result = self.get()
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("does not accept source.private_key", result.error)

    def test_a_wrong_one_is_named(self):
        _, result = self.get(self.own_key(1))
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("does not accept source.submodule_credentials[0].private_key", result.error)

    def test_files_of_git_lfs_in_it(self):
        oid = hashlib.sha256(CONTENT).hexdigest()
        folder = os.path.join(self.module.path, "lfs/objects", oid[:2], oid[2:4])
        os.makedirs(folder)
        with open(os.path.join(folder, oid), "wb") as file:
            file.write(CONTENT)
        self.module.commit("*.bin filter=lfs -text\n", ".gitattributes")
        self.module.commit("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
                           % (oid, len(CONTENT)), "a.bin")
        ref = self.add_module(self.module.path)
        got = os.path.join(self.folder, "got")
        os.mkdir(got)
        result = run("in", {"uri": self.app.path, "branch": "main"}, got, version={"ref": ref})
        self.assertEqual(result.status, 0, result.log)
        with open(os.path.join(got, "module", "a.bin"), "rb") as file:
            self.assertEqual(file.read(), CONTENT)
        self.assertEqual(git("status", "--porcelain", cwd=os.path.join(got, "module")), "")


if __name__ == "__main__":
    tap.main()

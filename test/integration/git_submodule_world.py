# SPDX-License-Identifier: Apache-2.0
"""What the tests of submodules share: several repositories on one server, one in another."""

import os

from git_in_world import Got, tree
from git_world import clean_environment


class Repository:
    """One of a world's repositories; the world is turned to it by use()."""

    def __init__(self, world):
        world.fresh()
        self.world = world
        self.place = (world.name, world.work, world.bare)
        self.uri = world.uri

    def use(self):
        self.world.name, self.world.work, self.world.bare = self.place
        return self.world

    def commit(self, *arguments):
        """As World.commit, and published at once; the commit's id."""
        commit = self.use().commit(*arguments)
        self.world.publish("refs/heads/*", "refs/tags/*")
        return commit

    def commits(self, count):
        """So many of them; their ids."""
        made = [self.use().commit("commit %d" % number) for number in range(count)]
        self.world.publish()
        return made

    def add(self, path, commit, url, name=None, **more):
        """Record a submodule's commit, and commit that; nobody is asked whether it makes sense."""
        world = self.use()
        lines = ["\t%s = %s\n" % pair for pair in {"path": path, "url": url, **more}.items()]
        with open(os.path.join(world.work, ".gitmodules"), "a", encoding="utf-8") as file:
            file.write('[submodule "%s"]\n%s' % (name or path, "".join(lines)))
        return self.record(path, commit)

    def record(self, path, commit):
        """Let the tree have that commit at the path."""
        world = self.use()
        os.makedirs(os.path.join(world.work, path), exist_ok=True)
        world.git("update-index", "--add", "--cacheinfo", "160000,%s,%s" % (commit, path))
        return self.commit("record " + path, "recorded-" + path.replace("/", "-"))


class Nest(Got):
    """An application with a library at libs/lib, which has another one at deep/est."""

    def setUp(self):
        self.repositories()
        self.folder = "got%d" % self.world.count
        self.path = self.world.path(self.folder)

    def repositories(self):
        self.deep, self.lib, self.app = (Repository(self.world) for _ in range(3))
        self.deep_commits = self.deep.commits(5)
        self.lib_commits = self.lib.commits(5)
        self.lib.use().git("branch", "side")
        self.lib.world.git("tag", "-a", "-m", "annotated", "v1")
        self.lib_commits.append(self.lib.add("deep/est", self.deep_commits[2], self.beside(self.deep)))
        self.lib_commits.append(self.lib.commit("newer than what is recorded"))
        self.app.commit("app", "bin/run", "#!/bin/sh\n")
        self.tip = self.app.add("libs/lib", self.lib_commits[5], self.beside(self.lib), "my lib")

    @staticmethod
    def beside(repository):
        return "../" + repository.place[0]

    def get_nest(self, params=None, status=0, **source):
        """`in` of the application's tip."""
        self.app.use()
        result = self.ask(self.tip, params, **source)
        self.assertEqual(result.status, status, result.stderr)
        if status:
            self.assertEqual(result.stdout, "")
        return result

    def own_git(self, *arguments, path=None):
        """The git program with what it needs to reach the server; its output."""
        settings = self.world.path("gitconfig")
        server = self.world.server
        with open(settings, "w", encoding="utf-8") as file:
            file.write("[protocol \"file\"]\n\tallow = always\n[safe]\n\tdirectory = *\n")
            if server:
                file.write("[http]\n\tsslCAInfo = %s\n[credential]\n\thelper = \"!f() { echo username=%s; "
                           "echo password=%s; }; f\"\n" % (server.ca_file, server.username, server.password))
        environment = dict(clean_environment(), GIT_CONFIG_GLOBAL=settings)
        command = ["git", "-C", path or self.path, *arguments]
        return self.world.run(*command, env=environment).decode().rstrip("\n")

    def clone_nest(self, *arguments):
        """What the git program leaves."""
        other = self.world.path("clone%d" % self.world.count)
        self.own_git("clone", "-q", "--single-branch", "--branch", "main", self.app.uri, other, path="/")
        self.own_git("checkout", "-q", self.tip, path=other)
        self.own_git("submodule", "update", "--init", "--recursive", "-q", *arguments, path=other)
        return other

    def modules(self, path=None):
        """Every .git of a submodule, from the folder on."""
        top = path or self.path
        return sorted(os.path.relpath(parent, top) for parent, folders, files in os.walk(os.path.join(top, ".git/modules"))
                      if "HEAD" in files and "objects" in folders)

    def assert_clean(self):
        """git has nothing to say of it, and nothing to do."""
        self.assertEqual(self.own_git("status", "--porcelain"), "")
        for line in self.own_git("submodule", "status", "--recursive").splitlines():
            self.assertTrue((" " + line).startswith("  ") or line[0] not in "+-U", line)
        self.assertEqual(self.own_git("submodule", "update", "--init", "--recursive"), "")
        self.assertEqual(self.own_git("submodule", "foreach", "--recursive", "-q",
                                      "git status --porcelain && git fsck --full --strict"), "")

    def at(self, path, *arguments):
        """git in a submodule of what `in` left."""
        return self.own_git(*arguments, path=os.path.join(self.path, path))


__all__ = ["Nest", "Repository", "tree"]

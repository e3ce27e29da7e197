# SPDX-License-Identifier: Apache-2.0
"""What the tests of the git kind share: a repository somewhere, a clone to work in, the three programs.

A World is one place that serves a repository: a git server over HTTP of some kind, or a path. The
reference is always the git program itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from gitserver import GitDaemon, GitServer, SshServer  # pylint: disable=wrong-import-position
from gitserver.sshd import make_key, read  # pylint: disable=wrong-import-position

BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
TIMEOUT_S = 120
IDENTITY = {"GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
            "GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com"}


def clean_environment(**more):
    """Without anything of this machine's git configuration."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull,
                       GIT_TERMINAL_PROMPT="0", LC_ALL="C.UTF-8", TZ="UTC", **more)
    return environment


class Result:
    """What a program answered."""

    def __init__(self, done):
        self.status = done.returncode
        self.stdout = done.stdout.decode()
        self.stderr = done.stderr.decode("utf-8", "replace")

    @property
    def answer(self):
        """stdout as JSON."""
        return json.loads(self.stdout)

    @property
    def refs(self):
        """What check found."""
        return [version["ref"] for version in self.answer]

    @property
    def message(self):
        """The last line, without colour."""
        return self.stderr.rstrip("\n").split("\n")[-1].replace("\x1b[31m", "").replace("\x1b[0m", "")


class World:
    """One repository and a clone of it.

    `kind` is v2, v0, plain (without filters), anonymous or certificate (clients must have one) over HTTP; ssh, ssh-v0 or daemon; or local. With
    `offers` the server does all that protocol v2 knows and git leaves switched off.
    """

    def __init__(self, kind="v2", offers=False):
        self.kind = kind
        self.offers = offers
        self.directory = tempfile.mkdtemp(prefix="git-world-")
        os.chmod(self.directory, 0o755)
        os.mkdir(self.path("tmp"))
        self.server = None  # over HTTP
        self.door = None    # another one, to repositories on this machine
        self.clock = 1700000000
        self.environment = {}  # more of it, for the programs
        self.count = 0
        self._serve()
        self.fresh()

    def _serve(self):
        folder = os.path.join(self.directory, "server")
        os.mkdir(folder)
        if self.kind.startswith("ssh"):
            self.door = SshServer(os.path.join(self.directory, "sshd"), ("ed25519",),
                                  ("AcceptEnv GIT_PROTOCOL",) if self.kind == "ssh" else ())
            self.key = read(make_key(os.path.join(self.directory, "sshd", "key"), "-t", "ed25519"))
            self.door.authorize(read(os.path.join(self.directory, "sshd", "key.pub")))
        elif self.kind == "daemon":
            self.door = GitDaemon(folder, os.path.join(self.directory, "daemon.log"), "--enable=receive-pack")
        elif self.kind != "local":
            self.server = GitServer(folder, v0_only=self.kind == "v0",
                                    allow_filter=self.kind != "plain",
                                    anonymous=self.kind == "anonymous",
                                    client_certificates=self.kind == "certificate")
        self.folder = folder

    def fresh(self, branch="main"):
        """An empty repository under a new name, and an empty clone."""
        self.count += 1
        self.name = "app%d.git" % self.count
        self.work = os.path.join(self.directory, "work%d" % self.count)
        if self.server:
            self.server.create(self.name, branch)
            self.bare = self.server.path(self.name)
        else:
            self.bare = os.path.join(self.folder, self.name)
            self.run("git", "init", "-q", "--bare", "--initial-branch=" + branch, self.bare)
            self.admin("config", "uploadpack.allowFilter", "true")
        for name in ("allowSidebandAll", "allowRefInWant") if self.offers else ():
            self.admin("config", "uploadpack." + name, "true")
        self.run("git", "init", "-q", "--initial-branch=" + branch, self.work)

    def close(self):
        """Stop the server and remove everything."""
        for server in (self.server, self.door):
            if server:
                server.stop()
        shutil.rmtree(self.directory, True)

    # -- git -----------------------------------------------------------------------------------

    def run(self, *command, cwd=None, env=None, check=True, stdin=b""):
        """Run a command; its output as bytes."""
        done = subprocess.run(command, cwd=cwd, env=env or clean_environment(), check=False,
                              input=stdin, capture_output=True, timeout=TIMEOUT_S)
        if check and done.returncode != 0:
            raise AssertionError("%s: %s" % (" ".join(command), done.stderr.decode()))
        return done.stdout

    def git(self, *arguments, cwd=None):
        """Run git in the clone; its output, stripped. Each commit is a minute after the last."""
        self.clock += 60
        date = "%d +0100" % self.clock
        env = clean_environment(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date, **IDENTITY)
        return self.run("git", *arguments, cwd=cwd or self.work, env=env).decode().rstrip("\n")

    def write(self, path, content):
        """Write a file of the clone."""
        path = os.path.join(self.work, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def commit(self, message, path="file", content=None):
        """Commit one file; the commit's id."""
        self.write(path, message if content is None else content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def publish(self, *refs):
        """Make the server's refs what the clone's are, as if somebody had pushed with force."""
        specs = ["+%s:%s" % (ref, ref) for ref in refs] or ["+refs/heads/*:refs/heads/*"]
        self.admin("fetch", "-q", "-u", self.work, *specs)

    def mirror(self):
        """Make the server's branches and tags those of the clone, without those that are gone there."""
        self.admin("fetch", "-q", "-u", "--prune", self.work, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")

    def load(self, stream):
        """Take a stream of git fast-import into the clone."""
        self.run("git", "-C", self.work, "fast-import", "--quiet", "--force", stdin=stream)

    def admin(self, *arguments):
        """Run git in the served repository."""
        if self.server:
            return self.server.git(self.name, *arguments).rstrip("\n")
        return self.run("git", "-C", self.bare, *arguments, env=clean_environment(**IDENTITY)).decode().rstrip("\n")

    def hook(self, name, script):
        """A hook of the served repository."""
        path = os.path.join(self.bare, "hooks", name)
        with open(path, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nunset GIT_QUARANTINE_PATH\n" + script)
        os.chmod(path, 0o755)

    # -- the programs --------------------------------------------------------------------------

    @property
    def uri(self):
        """source.uri."""
        if self.server:
            return self.server.url(self.name)
        if self.door:
            return self.door.url(self.name if self.kind == "daemon" else self.bare)
        return self.bare

    def source(self, **more):
        """The source of a pipeline for this repository; a value of None leaves a key out."""
        source = {"uri": self.uri, "branch": "main"}
        if self.server:
            with open(self.server.ca_file, encoding="ascii") as file:
                source["ca_certs"] = file.read()
            source.update(username=self.server.username, password=self.server.password)
        if self.kind.startswith("ssh"):
            source.update(private_key=self.key, known_hosts=self.door.known_hosts("ed25519"))
        source.update(more)
        return {key: value for key, value in source.items() if value is not None}

    def program(self, verb, request, *arguments):
        """Run one of the three programs."""
        environment = {"PATH": os.environ["PATH"], "HOME": self.directory, "TMPDIR": self.path("tmp")}
        environment.update({key: value for key, value in os.environ.items() if "SAN_OPTIONS" in key})
        environment.update(self.environment)
        return Result(subprocess.run([os.path.join(BIN, verb), *arguments], check=False, env=environment,
                                     input=json.dumps(request).encode(), capture_output=True,
                                     timeout=TIMEOUT_S, cwd="/"))

    def check(self, version=None, **source):
        """check, from a version's ref on."""
        request = {"source": self.source(**source)}
        if version:
            request["version"] = {"ref": version}
        return self.program("check", request)

    def get(self, version, folder, **source):
        """in, into a folder of this world."""
        request = {"source": self.source(**source), "version": {"ref": version}}
        return self.program("in", request, os.path.join(self.directory, folder))

    def put(self, repository, build=None, params=None, **source):
        """out, from this world's folder as the build directory."""
        request = {"source": self.source(**source), "params": {"repository": repository, **(params or {})}}
        return self.program("out", request, build or self.directory)

    def path(self, *names):
        """A path in this world."""
        return os.path.join(self.directory, *names)


class Served:
    """A world for the tests of a class, and a fresh repository in it for each; a mixin."""

    kind = "v2"
    offers = False

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.kind, cls.offers)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.world.fresh()

    def answer(self, version=None, **source):
        """What check answers with from a version on; it must succeed."""
        request = {"source": self.world.source(**source)}
        if version:
            request["version"] = version
        result = self.world.program("check", request)
        self.assertEqual(result.status, 0, result.stderr)
        return result.answer

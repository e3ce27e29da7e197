# SPDX-License-Identifier: Apache-2.0
"""The machine room of the story: the servers, the player, and what they know of each other."""

import base64
import os
import shutil
import tempfile
import urllib.request

from atc import Image, Player, assemble_image, unpack_image
from cluster import Cluster
from gitserver import GitServer

from .people import Developer, Operator

SANDBOX = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(SANDBOX))
NAMESPACE = "demo"
NAME = "petclinic"
REGISTRY = "registry.sandbox.invalid"
POLL_S = 0.5
WAIT_S = 120


class NotHappened(Exception):
    """Something that the story tells did not happen."""


def root_filesystem(programs, folder):
    """The image's root file system: as `make image` left it, when it is newer than the programs."""
    archive = os.path.join(programs, "image", "rootfs.tar")
    newest = max(os.stat(os.path.join(programs, name)).st_mtime for name in ("check", "in", "out"))
    if os.path.exists(archive) and os.stat(archive).st_mtime >= newest:
        return unpack_image(archive, folder)
    return assemble_image(programs, folder)


class Stage:
    """Everything that runs. Use it in a `with`; it takes all of it down again."""

    def __init__(self, programs, console, pipeline=None, **player_options):
        self.console = console
        self.poll_s = POLL_S
        self.folder = tempfile.mkdtemp(prefix="build-service-resource-")
        self._closing = []
        try:
            self._set_up(programs, pipeline or os.path.join(ROOT, "ci", "pipeline.yml"),
                         player_options)
        except BaseException:
            self.close()
            raise

    def _set_up(self, programs, pipeline, player_options):
        say = self.console.say
        self.git_server = GitServer(self._make("git"))
        self._closing.append(self.git_server.stop)
        self.git_url = self.git_server.create(NAME + ".git")
        self.cluster = Cluster(self._path("cluster"), git_ca=self.git_server.ca_file,
                               controllers=True)
        self._closing.append(self.cluster.stop)
        self.developer = Developer(self._path("clone"), os.path.join(SANDBOX, "app"), self.git_url,
                                   self.git_server, say)
        self.operator = Operator(self.cluster, NAMESPACE, REGISTRY, say)
        self.player = Player(
            self._path("worker"), pipeline,
            Image(root_filesystem(programs, self._make("rootfs"))), name=NAME,
            vars=self._vars(), secrets=self._secrets(), listener=self.console, **player_options)
        self._closing.append(self.player.stop)
        self._seen = {name: 0 for name in self.player.jobs}

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _make(self, name):
        os.mkdir(self._path(name))
        return self._path(name)

    def _vars(self):
        """What ci/vars/petclinic.yml holds for a real pipeline."""
        return {"registry": REGISTRY, "git-uri": self.git_url, "git-branch": "main",
                "image": NAME, "namespace": NAMESPACE, "deployment": NAME, "container": NAME}

    def _secrets(self):
        """What the credential manager holds."""
        deployer = self.cluster.kubeconfig_object("deployer", NAMESPACE)
        with open(self.git_server.ca_file, encoding="ascii") as file:
            git_ca = file.read()
        ca = deployer["clusters"][0]["cluster"]["certificate-authority-data"]
        return {"git": {"username": self.git_server.username,
                        "password": self.git_server.password, "ca_certs": git_ca},
                "kubeconfig": self.cluster.kubeconfig("ci", NAMESPACE),
                "cluster": {"server": self.cluster.url, "ca": base64.b64decode(ca).decode(),
                            "token": deployer["users"][0]["user"]["token"]}}

    def close(self):
        """Take everything down, the last first."""
        while self._closing:
            self._closing.pop()()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What the story looks at.

    def expect(self, holds, text):
        """A line of the story that must be true."""
        self.console.say("  %s %s" % (self.console.paint("ok", "32") if holds else
                                      self.console.paint("NOT SO:", "31"), text))
        if not holds:
            raise NotHappened(text)

    def next_build(self, job):
        """Wait for the next build of a job to end."""
        number = self._seen[job]

        def ended():
            builds = self.player.builds.of(job)
            return len(builds) > number and builds[number].done.is_set() and builds[number]

        build = self.player.wait_until(ended, WAIT_S)
        if not build:
            raise NotHappened("job %s: build #%d has not ended after %d s" % (
                job, number + 1, WAIT_S))
        self._seen[job] += 1
        return build

    def no_more_builds(self):
        """Wait until nothing runs; whether no job has run that the story has not seen."""
        if not self.player.quiet(WAIT_S):
            raise NotHappened("the pipeline does not come to rest")
        return all(len(self.player.builds.of(job)) == seen for job, seen in self._seen.items())

    def newest_build(self):
        """The newest Build of the Image, as the API server has it."""
        return max(self.cluster.get("builds", namespace=NAMESPACE),
                   key=lambda build: int(build["metadata"]["labels"]["image.kpack.io/buildNumber"]))

    def deployment(self):
        """The Deployment, as the API server has it."""
        return self.cluster.get("deployments", NAME, NAMESPACE, "apps/v1")

    def page(self):
        """The page that the deployment serves now."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(self.page_url(), timeout=10) as answer:
            return answer.read().decode()

    def page_url(self):
        """Where the deployment is served."""
        return self.deployment()["metadata"]["annotations"]["sandbox.invalid/url"]

    def write_kubeconfig(self):
        """The administrator's kubeconfig, in a file; returns its path."""
        path = self._path("kubeconfig")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(self.cluster.kubeconfig("admin", NAMESPACE))
        return path

    def keep_logs(self):
        """Copy the servers' logs to where they outlive the stage; returns the folder."""
        kept = tempfile.mkdtemp(prefix="build-service-resource-logs-")
        for part in ("git", "cluster"):
            for name in os.listdir(self._path(part)):
                if name.endswith(".log"):
                    shutil.copyfile(os.path.join(self._path(part), name),
                                    os.path.join(kept, "%s-%s" % (part, name)))
        return kept

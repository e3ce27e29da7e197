# SPDX-License-Identifier: Apache-2.0
"""What the tests of the cluster share."""

import http.client
import itertools
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from . import Cluster
from .client import Client, Refused, path

V = "kpack.io/v1alpha2"
IMAGES = "/apis/kpack.io/v1alpha2/namespaces/demo/images"
BUILDS = "/apis/kpack.io/v1alpha2/namespaces/demo/builds"
TAG = "registry.sandbox.invalid/demo/app"
MERGE = "application/merge-patch+json"
SHA = "0123456789abcdef0123456789abcdef01234567"
GATES = itertools.count()


def image(name="app", url="https://git.sandbox.invalid/app", revision=SHA, **spec):
    return {"apiVersion": V, "kind": "Image", "metadata": {"name": name, "namespace": "demo"},
            "spec": {"tag": TAG, "builder": {"kind": "ClusterBuilder", "name": "default"},
                     "source": {"git": {"url": url, "revision": revision}}, **spec}}


class ClusterCase(unittest.TestCase):
    """One cluster for all tests of a class; `options` are Cluster's. With `share`, for all classes of a
    program that want the same."""

    options = {"controllers": False}
    share = False
    shared = {}     # those that run, by their options

    @classmethod
    def setUpClass(cls):
        cls.folder = cls._new_folder(cls.addClassCleanup)
        if cls.share:
            cls.cluster = cls._shared_cluster()
        else:
            cls.cluster = cls._new_cluster(cls.folder, cls.addClassCleanup)
        cls.admin = cls.cluster.client
        cls.tls = ssl.create_default_context(cafile=cls.cluster.ca_file)
        cls.ci = cls.user("ci")

    @staticmethod
    def _new_folder(add_cleanup):
        folder = tempfile.mkdtemp(prefix="cluster-test-")
        add_cleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    @classmethod
    def _new_cluster(cls, folder, add_cleanup):
        cluster = Cluster(os.path.join(folder, "cluster"), **cls.options)
        add_cleanup(cluster.stop)
        return cluster

    @classmethod
    def _shared_cluster(cls):
        key = json.dumps(cls.options, sort_keys=True)
        if key not in cls.shared:
            add_cleanup = unittest.addModuleCleanup
            cls.shared[key] = cls._new_cluster(cls._new_folder(add_cleanup), add_cleanup)
            add_cleanup(cls.shared.pop, key)
        return cls.shared[key]

    @classmethod
    def user(cls, name):
        return Client(cls.cluster.url, cls.tls, cls.cluster.tokens[name], "test")

    def tearDown(self):
        self.cluster.faults()

    def refused(self, code, call, *arguments, **options):
        """The Status body of a call that must be refused with that code."""
        with self.assertRaises(Refused) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        return caught.exception.body

    def patch(self, name, patch, client=None, subresource=None):
        return (client or self.admin).patch(V, "images", "demo", name, patch, subresource)

    def raw(self, method, target, body=None, headers=None, user="admin"):
        """(status, headers, bytes) on a connection of its own, TLS and HTTP as they come."""
        connection = http.client.HTTPSConnection(self.admin.url.hostname, self.admin.url.port,
                                                 context=self.tls, timeout=60)
        try:
            given = dict(headers or {})
            if user:
                given["Authorization"] = "Bearer " + self.cluster.tokens[user]
            connection.request(method, target, body and json.dumps(body), given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def until_cut(self, target):
        """What comes of a stream before its connection breaks; it must break."""
        data = b""
        connection = self.admin.connect(timeout=60)
        with self.assertRaises((OSError, http.client.HTTPException)) as caught:
            connection.request("GET", target, headers=self.admin.headers)
            answer = connection.getresponse()
            while True:
                try:
                    piece = answer.read1(65536)
                except http.client.IncompleteRead as err:
                    data += err.partial
                    raise
                if not piece:
                    self.fail("the stream ended in good order")
                data += piece
        connection.close()
        self.assertNotIsInstance(caught.exception, TimeoutError)
        return data

    def watch(self, plural="images", namespace="demo", seconds=1, **query):
        """All (type, object) of a watch that the server ends after `seconds`."""
        query = {"timeoutSeconds": str(seconds), **query}
        return list(self.admin.watch(V, plural, namespace, **query))


class Repository:
    """A git repository with an app whose build script writes one page."""

    SCRIPT = '#!/bin/sh\nset -e\necho "writing $(cat welcome)"\n' \
             'sed "s/^/<h1>/" welcome > "$1/index.html"\n'

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        self.git("init", "--quiet", "--initial-branch=main")
        self.first = self.commit({"build.sh": self.SCRIPT, "welcome": "Hello\n"})

    def git(self, *arguments):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@sandbox.invalid",
               "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@sandbox.invalid"}
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=env, check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, files):
        """Write files (None: remove) and commit; gives the commit's id."""
        for name, text in files.items():
            file = os.path.join(self.folder, name)
            if text is None:
                os.unlink(file)
            else:
                os.makedirs(os.path.dirname(file), exist_ok=True)
                with open(file, "w", encoding="utf-8") as opened:
                    opened.write(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=change")
        return self.git("rev-parse", "HEAD")


def ready(obj):
    """(observedGeneration, Ready's reason, latestBuildRef) of an Image."""
    status = obj.get("status") or {}
    conditions = {c["type"]: c for c in status.get("conditions", ())}
    return (status.get("observedGeneration"), conditions.get("Ready", {}).get("reason"),
            status.get("latestBuildRef"))


def settled(obj):
    return ready(obj)[0] == obj["metadata"]["generation"] and ready(obj)[1] in (
        "UpToDate", "BuildFailed")


class Recorder:
    """What a watch of one object shows, from now on."""

    def __init__(self, client, plural, name, shown):
        self.seen = []
        began = threading.Event()

        def follow():
            try:
                for kind, obj in client.watch(V, plural, "demo",
                                              fieldSelector="metadata.name=" + name):
                    began.set()
                    if kind in ("ADDED", "MODIFIED") and self.seen[-1:] != [shown(obj)]:
                        self.seen.append(shown(obj))
            except (OSError, ValueError):       # the cluster was stopped
                pass
        threading.Thread(target=follow, daemon=True).start()
        began.wait(60)


class BuildsCase(ClusterCase):
    """A cluster with all its parts, and an Image of its own for each test."""

    options = {"step": 0.05, "poll": 0.3}
    count = 0

    def setUp(self):
        BuildsCase.count += 1
        self.name = "app%d" % self.count
        self.repository = Repository(os.path.join(self.folder, "repository%d" % self.count))

    def tearDown(self):
        super().tearDown()
        self.admin.call("DELETE", "/apis/%s/namespaces/demo/images" % V)

    def create(self, annotations=None, revision="main", **spec):
        made = image(self.name, self.repository.folder, revision, **spec)
        made["metadata"]["annotations"] = annotations or {}
        return self.admin.create(made, "images")

    def gate(self, phase):
        """Annotations of an Image whose builds stay in that phase until the test calls what comes with them."""
        path = os.path.join(self.folder, "gate-%d" % next(GATES))

        def open_gate():
            with open(path, "w", encoding="ascii"):
                pass

        self.addCleanup(open_gate)
        return {"sandbox.invalid/gate": "%s=%s" % (phase, path)}, open_gate

    def is_in(self, number, phase):
        """Once build `number` has come to a phase of those before its last one."""
        def runs(pod):
            return any(s["name"] == phase and "running" in s["state"]
                       for s in pod["status"].get("initContainerStatuses", ()))
        self.cluster.wait("pods", "%s-build-%d-build-pod" % (self.name, number), runs, api_version="v1")

    def built(self, number):
        """The Image once build `number` is over."""
        return self.cluster.wait("images", self.name, lambda o: settled(o) and (
            o["status"].get("buildCounter") == number))

    def build(self, number):
        return self.cluster.get("builds", "%s-build-%d" % (self.name, number))

    def pod(self, number):
        return self.cluster.get("pods", "%s-build-%d-build-pod" % (self.name, number),
                                api_version="v1")

    def log(self, number, container, **query):
        query = "".join("&%s=%s" % pair for pair in query.items())
        return self.admin.call("GET", "/api/v1/namespaces/demo/pods/%s-build-%d-build-pod/log"
                               "?container=%s%s" % (self.name, number, container, query))

    def edit(self, spec, **annotations):
        self.patch(self.name, {"metadata": {"annotations": {
            "sandbox.invalid/" + k: v for k, v in annotations.items()}}, "spec": spec})

    @staticmethod
    def until_seen(recorder, last):
        """A Recorder may be a moment behind what was read; gives all that it saw."""
        end = time.monotonic() + 60
        while recorder.seen[-1:] != [last] and time.monotonic() < end:
            time.sleep(0.05)
        return recorder.seen

    def stack(self, run_image):
        self.admin.patch(V, "clusterstacks", None, "base", {"spec": {"runImage": {
            "image": "registry.sandbox.invalid/stacks/run:" + run_image}}})

    def digest(self, number):
        return self.build(number)["status"]["latestImage"].partition("@")[2]


__all__ = ["BUILDS", "BuildsCase", "Client", "ClusterCase", "IMAGES", "MERGE", "Recorder",
           "Refused", "Repository", "SHA", "TAG", "V", "image", "path", "ready"]

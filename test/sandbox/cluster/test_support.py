# SPDX-License-Identifier: Apache-2.0
"""What the tests of the cluster share."""

import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

from . import Cluster
from .client import Client, Refused, path

V = "kpack.io/v1alpha2"
IMAGES = "/apis/kpack.io/v1alpha2/namespaces/demo/images"
BUILDS = "/apis/kpack.io/v1alpha2/namespaces/demo/builds"
TAG = "registry.sandbox.invalid/demo/app"
MERGE = "application/merge-patch+json"
SHA = "0123456789abcdef0123456789abcdef01234567"


def image(name="app", url="https://git.sandbox.invalid/app", revision=SHA, **spec):
    return {"apiVersion": V, "kind": "Image", "metadata": {"name": name, "namespace": "demo"},
            "spec": {"tag": TAG, "builder": {"kind": "ClusterBuilder", "name": "default"},
                     "source": {"git": {"url": url, "revision": revision}}, **spec}}


class ClusterCase(unittest.TestCase):
    """One cluster for all tests of a class; `options` are Cluster's."""

    options = {"controllers": False}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="cluster-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.cluster = Cluster(os.path.join(cls.folder, "cluster"), **cls.options)
        cls.addClassCleanup(cls.cluster.stop)
        cls.admin = cls.cluster.client
        cls.tls = ssl.create_default_context(cafile=cls.cluster.ca_file)
        cls.ci = cls.user("ci")

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
                                                 context=self.tls, timeout=10)
        try:
            given = dict(headers or {})
            if user:
                given["Authorization"] = "Bearer " + self.cluster.tokens[user]
            connection.request(method, target, body and json.dumps(body), given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

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


__all__ = ["BUILDS", "Client", "ClusterCase", "IMAGES", "MERGE", "Refused", "Repository", "SHA",
           "TAG", "V", "image", "path"]

# SPDX-License-Identifier: Apache-2.0
"""Deployments: what their image holds is really served, over HTTP on a loopback port.

One port a Deployment, for as long as the node lives; a rollout changes what lies behind it. Its URL
is the annotation sandbox.invalid/url of the Deployment. An image that cannot be had leaves the old
one served, as a rolling update does.
"""

import functools
import http.server
import os
import shutil
import tempfile
import time

from listener import Listener

from .. import names
from ..client import Refused
from ..controller.runtime import write_status
from . import registry

URL = "sandbox.invalid/url"
DIGEST = "X-Image-Digest"


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments, site, **options):
        self.site = site
        super().__init__(*arguments, directory=site.root, **options)

    def log_message(self, *_):
        pass

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        if self.site.digest:
            self.send_header(DIGEST, self.site.digest)
        super().end_headers()


class Site:
    """What a Deployment serves now."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.root = tempfile.mkdtemp(dir=folder)
        self.digest = None
        self.server = Listener(functools.partial(Handler, site=self))
        self.server.start()

    @property
    def url(self):
        return "http://127.0.0.1:%d/" % self.server.port

    def show(self, images, digest):
        """Unpack first, then switch: no request sees half of an image."""
        root = tempfile.mkdtemp(dir=self.folder)
        try:
            images.unpack(digest, root)
        except registry.Absent:
            shutil.rmtree(root)
            raise
        old, self.root, self.digest = self.root, root, digest
        shutil.rmtree(old, ignore_errors=True)

    def close(self):
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Deployments:
    """The deployment controller and the pods of all Deployments in one."""

    def __init__(self, client, images, folder, seconds):
        self.client = client
        self.images = images
        self.folder = os.path.join(folder, "sites")
        self.seconds = seconds      # what a new pod takes to become ready
        self.sites = {}
        self.again = None           # set by main: put a key back after so many seconds
        self.begun = {}             # uid → (generation, when its rollout began)

    def reconcile(self, namespace, name):
        deployment = self.client.find("apps/v1", "deployments", namespace, name)
        key = (namespace, name)
        if deployment is None:
            if key in self.sites:
                self.sites.pop(key).close()
            return
        if key not in self.sites:
            self.sites[key] = Site(os.path.join(self.folder, namespace, name))
        site = self.sites[key]
        deployment = self._annotate(deployment, site)
        image = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
        digest = names.split_reference(image)[2]
        if site.digest == digest and digest:
            self._status(deployment, "NewReplicaSetAvailable", True)
            return
        began = self._began(deployment)
        if time.monotonic() - began < self.seconds:
            self._status(deployment, "ReplicaSetUpdated", False)
            self.again(("deployment", *key), self.seconds)
            return
        try:
            site.show(self.images, digest)
        except registry.Absent:
            limit = deployment["spec"]["progressDeadlineSeconds"]
            over = time.monotonic() - began >= limit
            self._status(deployment, "ProgressDeadlineExceeded" if over else "ReplicaSetUpdated",
                         False)
            if not over:
                self.again(("deployment", *key), min(1.0, limit))
            return
        self._status(deployment, "NewReplicaSetAvailable", True)

    def _began(self, deployment):
        """When the node first saw the spec that it rolls out now."""
        meta = deployment["metadata"]
        generation, when = self.begun.get(meta["uid"], (None, 0))
        if generation != meta["generation"]:
            when = time.monotonic()
            self.begun[meta["uid"]] = (meta["generation"], when)
        return when

    def _annotate(self, deployment, site):
        meta = deployment["metadata"]
        if meta.get("annotations", {}).get(URL) == site.url:
            return deployment
        return self.client.patch("apps/v1", "deployments", meta["namespace"], meta["name"],
                                 {"metadata": {"annotations": {URL: site.url}}})

    def _status(self, deployment, reason, done):
        name = deployment["metadata"]["name"]
        wanted = deployment["spec"]["replicas"]
        site = self.sites[(deployment["metadata"]["namespace"], name)]
        serving = wanted if site.digest else 0      # pods of whatever image was last good
        words = {
            "NewReplicaSetAvailable": 'ReplicaSet "%s" has successfully progressed.' % name,
            "ReplicaSetUpdated": 'ReplicaSet "%s" is progressing.' % name,
            "ProgressDeadlineExceeded": 'ReplicaSet "%s" has timed out progressing.' % name}
        status = {
            "observedGeneration": deployment["metadata"]["generation"],
            "replicas": wanted if done else serving + 1, "updatedReplicas": wanted if done else 1,
            "conditions": [
                {"type": "Available", "status": "True" if serving else "False",
                 "reason": "MinimumReplicasAvailable" if serving
                 else "MinimumReplicasUnavailable",
                 "message": "Deployment has minimum availability." if serving
                 else "Deployment does not have minimum availability."},
                {"type": "Progressing", "reason": reason, "message": words[reason],
                 "status": "False" if reason == "ProgressDeadlineExceeded" else "True"}]}
        if serving:
            status.update(readyReplicas=serving, availableReplicas=serving)
        if not done:
            status["unavailableReplicas"] = 1
        try:
            write_status(self.client, "deployments", deployment, status)
        except Refused as refused:
            if refused.code != 404:
                raise

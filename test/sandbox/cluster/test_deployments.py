# SPDX-License-Identifier: Apache-2.0
"""Deployments are really served; git is asked with kpack's secrets."""

import base64
import os
import subprocess
import urllib.request

from . import git
from .test_support import Repository, TAG, ClusterCase, image


def done(obj):
    """kubectl rollout status is content."""
    status = obj.get("status") or {}
    return (status.get("observedGeneration") == obj["metadata"]["generation"]
            and status.get("updatedReplicas") == status.get("availableReplicas")
            == status.get("replicas") == 1)


class Deployments(ClusterCase):
    options = {"step": 0.05, "poll": 0.3}

    def deploy(self, reference):
        self.cluster.apply([{
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "app", "namespace": "demo"},
            "spec": {"selector": {"matchLabels": {"app": "app"}}, "progressDeadlineSeconds": 1,
                     "template": {"metadata": {"labels": {"app": "app"}}, "spec": {
                         "containers": [{"name": "app", "image": reference}]}}}}])

    def wait(self, holds):
        return self.cluster.wait("deployments", "app", holds, api_version="apps/v1")

    @staticmethod
    def page(deployment):
        url = deployment["metadata"]["annotations"]["sandbox.invalid/url"]
        with urllib.request.urlopen(url + "index.html", timeout=60) as answer:
            return answer.read().decode()

    def test_what_was_built_is_served_and_rolled_out(self):
        repository = Repository(os.path.join(self.folder, "repository"))
        self.admin.create(image("app", repository.folder, "main"), "images")
        first = self.cluster.wait("images", "app", lambda o: o.get("status", {}).get("latestImage"))
        self.deploy(first["status"]["latestImage"])
        self.assertEqual(self.page(self.wait(done)), "<h1>Hello\n")
        repository.commit({"welcome": "Welcome\n"})
        second = self.cluster.wait("images", "app", lambda o: o["status"].get("latestImage")
                                   not in (None, first["status"]["latestImage"]))
        self.deploy(second["status"]["latestImage"])
        after = self.wait(done)
        self.assertEqual(self.page(after), "<h1>Welcome\n")
        # twice the spec, and once the node's annotation
        self.assertEqual(after["metadata"]["generation"], 3)
        # an image that is nowhere never becomes ready, and the old one stays
        self.deploy(TAG + "@sha256:" + "0" * 64)
        failed = self.wait(lambda o: any(c["reason"] == "ProgressDeadlineExceeded"
                                         for c in o["status"]["conditions"]))
        self.assertFalse(done(failed))
        self.assertEqual(failed["status"]["availableReplicas"], 1)
        self.assertEqual(self.page(failed), "<h1>Welcome\n")

    def test_git_gets_the_secret_of_the_service_account_for_its_host_alone(self):
        self.cluster.apply([
            {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/basic-auth",
             "metadata": {"name": "git", "namespace": "demo",
                          "annotations": {"kpack.io/git": "https://git.sandbox.invalid"}},
             "data": {"username": base64.b64encode(b"u").decode(),
                      "password": base64.b64encode(b"p w").decode()}},
            {"apiVersion": "v1", "kind": "ServiceAccount", "secrets": [{"name": "git"}],
             "metadata": {"name": "with-secret", "namespace": "demo"}}])

        def secret(url, account="with-secret"):
            return git.credentials(self.admin, "demo", account, url)
        url = "https://git.sandbox.invalid/app"
        self.assertEqual(secret(url), ("git", "u", "p w"))
        self.assertIsNone(secret("https://other.sandbox.invalid/app"))
        self.assertIsNone(secret(url, "default"))
        self.assertIsNone(secret(url, "nope"))
        env = git.environment(url, secret=secret(url))
        for question, answer in (("Username for 'https://git.sandbox.invalid': ", "u\n"),
                                 ("Password for 'https://u@git.sandbox.invalid': ", "p w\n")):
            said = subprocess.run([env["GIT_ASKPASS"], question], env=env, text=True, check=True,
                                  capture_output=True)
            self.assertEqual(said.stdout, answer)

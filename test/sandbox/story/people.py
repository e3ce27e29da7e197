# SPDX-License-Identifier: Apache-2.0
"""The developer, who has a clone, and the operator, who has a kubeconfig."""

import os
import shutil
import subprocess

AUTHOR = ("Dana Developer", "dana@example.com")


def _environment():
    """No git configuration but the clone's own, and a loopback that no proxy takes."""
    env = {key: value for key, value in os.environ.items()
           if not key.startswith("GIT_") and not key.lower().endswith("_proxy")}
    return {**env, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0"}


class Developer:
    """A clone of the application's repository. `say` shows the commands."""

    def __init__(self, folder, application, url, server, say):
        self.folder = folder
        self._say = say
        shutil.copytree(application, folder)
        self._quiet("init", "--quiet", "--initial-branch=main")
        credentials = os.path.join(folder, ".git", "sandbox-credentials")
        with open(os.open(credentials, os.O_WRONLY | os.O_CREAT, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(url.replace("://", "://%s:%s@" % (server.username, server.password)) + "\n")
        for key, value in (("user.name", AUTHOR[0]), ("user.email", AUTHOR[1]),
                           ("http.sslCAInfo", server.ca_file), ("http.proxy", ""),
                           ("credential.helper", "store --file='%s'" % credentials)):
            self._quiet("config", key, value)
        self._quiet("remote", "add", "origin", url)

    def git(self, *arguments):
        """Run a git command, shown as it would be typed."""
        self._say("  $ git " + " ".join(
            "'%s'" % word if " " in word else word for word in arguments))
        return self._quiet(*arguments)

    def _quiet(self, *arguments):
        done = subprocess.run(["git", "-C", self.folder, *arguments], check=False, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env=_environment())
        if done.returncode != 0:
            raise RuntimeError("git %s: %s" % (" ".join(arguments), done.stderr.strip()))
        return done.stdout.strip()

    def head(self):
        """The commit that the clone is at."""
        return self._quiet("rev-parse", "HEAD")

    def edit(self, path, old, new):
        """Replace a text in a file, which must be there."""
        place = os.path.join(self.folder, path)
        with open(place, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            raise RuntimeError("%s: there is no '%s' in it" % (path, old))
        self._say("  $ edit %s: '%s' becomes '%s'" % (path, old, new))
        with open(place, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def push(self):
        """Send the branch to the server."""
        self.git("push", "--quiet", "--set-upstream", "origin", "main")

    def commands(self, message):
        """What a person would type to put another message on the page.

        GIT_SSL_CAINFO, where a machine sets it, would win over the clone's own configuration.
        """
        return ["cd '%s'" % self.folder,
                "sed -i 's/^welcome=.*/welcome=%s/' src/messages.properties" % message,
                "git commit --all --message 'Say: %s'" % message,
                "env -u GIT_SSL_CAINFO git push"]


class Operator:
    """Who looks after the build service and the cluster."""

    def __init__(self, cluster, namespace, registry, say):
        self._cluster, self._say = cluster, say
        self.namespace, self.registry = namespace, registry

    def give_git_credentials(self, server):
        """What `kp secret create --git-url` leaves: a secret, and its name in the account."""
        self._say("  $ kp secret create git --git-url %s --git-user %s" % (
            server.url().rstrip("/"), server.username))
        self._cluster.apply([
            {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/basic-auth",
             "metadata": {"name": "git", "namespace": self.namespace,
                          "annotations": {"kpack.io/git": server.url().rstrip("/")}},
             "stringData": {"username": server.username, "password": server.password}},
            {"apiVersion": "v1", "kind": "ServiceAccount",
             "metadata": {"name": "default", "namespace": self.namespace},
             "secrets": [{"name": "git"}]}])

    def create_builder(self, name, run_image):
        """What `kp clusterstack create` and `kp clusterbuilder create` leave."""
        self._say("  $ kp clusterstack create %s --run-image %s" % (name, run_image))
        self._say("  $ kp clusterbuilder create %s --stack %s" % (name, name))
        self._cluster.apply([
            {"apiVersion": "kpack.io/v1alpha2", "kind": "ClusterStack", "metadata": {"name": name},
             "spec": {"id": "io.buildpacks.stacks.jammy", "runImage": {"image": run_image},
                      "buildImage": {"image": self.registry + "/stacks/build:1.0"}}},
            {"apiVersion": "kpack.io/v1alpha2", "kind": "ClusterBuilder", "metadata": {"name": name},
             "spec": {"tag": self.registry + "/builder",
                      "serviceAccountRef": {"namespace": "kpack", "name": "default"},
                      "stack": {"kind": "ClusterStack", "name": name},
                      "store": {"kind": "ClusterStore", "name": "default"},
                      "order": [{"group": [{"id": "sandbox/script"}]}]}}])

    def create_image(self, name, url, builder):
        """What `kp image create` leaves."""
        tag = "%s/%s/%s" % (self.registry, self.namespace, name)
        self._say("  $ kp image create %s --tag %s --cluster-builder %s --git %s --git-revision main"
                  % (name, tag, builder, url))
        self._cluster.apply([
            {"apiVersion": "kpack.io/v1alpha2", "kind": "Image",
             "metadata": {"name": name, "namespace": self.namespace},
             "spec": {"tag": tag, "serviceAccountName": "default",
                      "builder": {"kind": "ClusterBuilder", "name": builder},
                      "source": {"git": {"url": url, "revision": "main"}}}}])
        return tag

    def create_deployment(self, name, image):
        """What `kubectl create deployment` leaves."""
        self._say("  $ kubectl create deployment %s --image %s" % (name, image))
        self._cluster.apply([
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": name, "namespace": self.namespace, "labels": {"app": name}},
             "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}},
                      "template": {"metadata": {"labels": {"app": name}},
                                   "spec": {"containers": [{"name": name, "image": image}]}}}}])

    def patch_stack(self, stack, run_image):
        """What `kp clusterstack update` leaves: the patched run image."""
        self._say("  $ kp clusterstack update %s --run-image %s" % (stack, run_image))
        self._cluster.apply([
            {"apiVersion": "kpack.io/v1alpha2", "kind": "ClusterStack",
             "metadata": {"name": stack}, "spec": {"runImage": {"image": run_image}}}])

    def wait_for_builder(self, name, stack):
        """Until the builder stands on the stack as it is now."""
        generation = self._cluster.get("clusterstacks", stack, None)["metadata"]["generation"]
        self._cluster.wait("clusterbuilders", name, namespace=None, done=lambda builder: builder.get(
            "status", {}).get("observedStackGeneration") == generation)

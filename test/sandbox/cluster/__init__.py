# SPDX-License-Identifier: Apache-2.0
"""A cluster for the sandbox and the tests: an API server, kpack's controllers and a node.

    with Cluster(folder) as cluster:
        cluster.apply([image])
        cluster.kubeconfig("ci")

The three are processes of their own and meet only through the Kubernetes API, and each can be
stopped and started again. CLUSTER_SERVER in the environment, a folder of the programs etcd and
kube-apiserver, puts a real API server in the first one's place; CLUSTER_AUDIT is a folder that
keeps its audit logs.
"""

import base64
import json
import os
import secrets
import signal
import ssl
import subprocess
import time
import unittest

import yaml

from . import client, rights, seed, tls

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = os.environ.get("CLUSTER_SERVER")     # where the real one's programs are; None: the stand-in

#: name → (user, groups); each has a token, and a kubeconfig of its name
USERS = {
    "admin": ("admin", "system:masters"),
    "controller": ("system:serviceaccount:kpack:controller", "system:masters"),
    "node": ("system:node:sandbox", "system:masters"),
    "ci": ("ci", "ci"),
    "operator": ("operator", "ci,operators"),
    "deployer": ("deployer", "deployers"),
    "nobody": ("nobody", "nobodies"),
}


class Cluster:
    """`step`: seconds that one build phase takes. `poll`: seconds between two looks at a branch.
    `git_ca`: a CA file for git servers. `controllers=False`: the API server alone, for tests that
    play the controller themselves."""

    def __init__(self, folder, step=0.2, poll=1.0, git_ca=None, controllers=True, base=True):
        self.folder = os.path.abspath(folder)
        self.step = step
        self.poll = poll
        self.git_ca = git_ca
        self.processes = {}
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        tls.make_all(self.folder)
        self.ca_file = os.path.join(self.folder, "ca.crt")
        self.tokens = {name: secrets.token_hex(16) for name in USERS}
        client.write_private(self._file("tokens.csv"), "".join(
            '%s,%s,%s,"%s"\n' % (self.tokens[n], user, n, groups)
            for n, (user, groups) in USERS.items()))
        try:
            self._start_api()
            self.apply(client.load_yaml(os.path.join(HERE, "crds.yaml")))
            self._wait_until_served()
            if base:
                self.apply(client.load_yaml(os.path.join(HERE, "base.yaml")))
                self.apply(rights.documented())
            if controllers:
                self.start_node()
                self.start_controller()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _file(self, name):
        return os.path.join(self.folder, name)

    # -- processes ----------------------------------------------------------------------------

    def _start(self, name, module, *arguments):
        """Start a module of this package; gives the one JSON line that it prints when ready."""
        environment = {**os.environ, "PYTHONPATH": os.path.dirname(HERE),
                       "PYTHONDONTWRITEBYTECODE": "1"}
        with open(self._file(name + ".log"), "ab") as log:
            process = subprocess.Popen(
                ["/usr/bin/python3", "-P", "-m", __name__ + "." + module, *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment)
        self.processes[name] = process
        line = process.stdout.readline()
        if not line:
            process.wait()
            with open(self._file(name + ".log"), encoding="utf-8", errors="replace") as log:
                raise RuntimeError("%s did not start: %s" % (name, log.read()[-2000:]))
        return json.loads(line)

    def _stop(self, name):
        process = self.processes.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def _start_api(self):
        if REAL:
            kept = os.environ.get("CLUSTER_AUDIT") or self.folder
            ready = self._start("apiserver", "real", "--binaries", REAL, "--folder", self.folder,
                                "--audit", os.path.join(kept, secrets.token_hex(8) + ".audit"))
        else:
            ready = self._start("apiserver", "server", "--cert", self._file("apiserver.crt"),
                                "--key", self._file("apiserver.key"), "--client-ca", self.ca_file,
                                "--tokens", self._file("tokens.csv"))
        self.url = "https://127.0.0.1:%d" % ready["port"]
        # where certificates are seen by the API server itself
        self.direct_url = "https://127.0.0.1:%d" % ready.get("direct", ready["port"])
        self.admin_token = self.tokens["admin"]
        self.ci_token = self.tokens["ci"]
        for user in USERS:
            client.write_private(self._file("kubeconfig-" + user), self.kubeconfig(user))
        context = ssl.create_default_context(cafile=self.ca_file)
        self.client = client.Client(self.url, context, self.admin_token, "sandbox-test")

    def _wait_until_served(self):
        """The kinds of the CRDs, each with its cache, and kpack's webhook, which drops what it does
        not know."""
        probe = {"apiVersion": "kpack.io/v1alpha2", "kind": "ClusterStack", "spec": {"probe": 1},
                 "metadata": {"name": "probe"}}
        end = time.monotonic() + 90
        while True:
            try:
                made = self.client.create(probe, "clusterstacks?dryRun=All")
                if "probe" not in made["spec"] and self._kinds() == 10:
                    return
            except client.Refused:
                pass
            if time.monotonic() > end:
                raise TimeoutError("the API server does not serve kpack's kinds")
            time.sleep(0.05)

    def _kinds(self):
        served = self.client.call("GET", "/apis/kpack.io/v1alpha2")["resources"]
        plurals = [each["name"] for each in served if "/" not in each["name"]]
        return len([self.client.list("kpack.io/v1alpha2", plural) for plural in plurals])

    def start_controller(self):
        arguments = ["--kubeconfig", self._file("kubeconfig-controller"),
                     "--poll", str(self.poll)]
        if self.git_ca:
            arguments += ["--git-ca", self.git_ca]
        self._start("controller", "controller", *arguments)

    def stop_controller(self):
        self._stop("controller")

    def start_node(self):
        arguments = ["--kubeconfig", self._file("kubeconfig-node"), "--step", str(self.step),
                     "--folder", self._file("node"), "--cert", self._file("kubelet.crt"),
                     "--key", self._file("kubelet.key")]
        if self.git_ca:
            arguments += ["--git-ca", self.git_ca]
        self._start("node", "node", *arguments)

    def stop_node(self):
        self._stop("node")

    def stop(self):
        for name in ("controller", "node", "apiserver"):
            self._stop(name)

    # -- for users ----------------------------------------------------------------------------

    def kubeconfig(self, user="ci", namespace="demo"):
        """kubeconfig text of one of USERS, of 'ci-certificate', or of 'anonymous'."""
        return yaml.safe_dump(self.kubeconfig_object(user, namespace), sort_keys=False, width=1000)

    def kubeconfig_object(self, user="ci", namespace="demo"):
        url = self.url
        if user == "ci-certificate":
            url = self.direct_url
            credentials = {"client-certificate-data": self._base64("ci.crt"),
                           "client-key-data": self._base64("ci.key")}
        elif user == "anonymous":
            credentials = {}
        else:
            credentials = {"token": self.tokens[user]}
        return {
            "apiVersion": "v1", "kind": "Config", "current-context": "sandbox",
            "contexts": [{"name": "sandbox", "context": {
                "cluster": "sandbox", "user": user, "namespace": namespace}}],
            "clusters": [{"name": "sandbox", "cluster": {
                "server": url, "certificate-authority-data": self._base64("ca.crt")}}],
            "users": [{"name": user, "user": credentials}]}

    def account_token(self, account="ci", namespace="demo"):
        """A token of a service account, as `kubectl create token` prints it."""
        made = self.client.call("POST", "/api/v1/namespaces/%s/serviceaccounts/%s/token" % (
            namespace, account), {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                                  "spec": {}})
        return made["status"]["token"]

    def _base64(self, name):
        with open(self._file(name), "rb") as file:
            return base64.b64encode(file.read()).decode()

    # -- for tests ----------------------------------------------------------------------------

    def apply(self, objects):
        """Create or merge objects, status included, as the admin."""
        return self.client.apply(objects)

    def faults(self, *rules):
        """Switch these faults on, and all others off; see faults.py."""
        return self.client.call("PUT", "/sandbox/faults", list(rules))

    def requests(self, user=None, since=0):
        """Every request of a user ('ci'; None: of all), oldest first; see faults.Record."""
        name = USERS[user][0] if user in USERS else user
        query = "?since=%d" % since + ("&user=" + name if name else "")
        return self.client.call("GET", "/sandbox/requests" + query)

    def settings(self, **changes):
        """bookmark=SECONDS between two bookmarks; conversion=True to serve v1alpha1; older=True to serve
        users nothing else, as kpack up to 0.3."""
        if REAL:
            raise unittest.SkipTest("a real API server has no such setting")
        return self.client.call("PUT", "/sandbox/settings", changes)

    def compact(self):
        return self.client.call("POST", "/sandbox/compact")

    def hangup(self, resource=None):
        """Close all open watches and log streams, or those of one resource."""
        query = "?resource=" + resource if resource else ""
        return self.client.call("POST", "/sandbox/hangup" + query)["closed"]

    def seed(self, count, **options):
        """An Image and `count` finished Builds of it; see seed.objects."""
        objects = seed.objects(count, **options)
        return self.client.call("POST", "/sandbox/load", objects)["loaded"]

    def get(self, plural, name=None, namespace="demo", api_version="kpack.io/v1alpha2"):
        if name is None:
            return self.client.list(api_version, plural, namespace)["items"]
        return self.client.find(api_version, plural, namespace, name)

    def wait(self, plural, name, done, seconds=90, **where):
        """Look at an object until done(object) holds; gives the object."""
        end = time.monotonic() + seconds
        while True:
            obj = self.get(plural, name, **where)
            if obj is not None and done(obj):
                return obj
            if time.monotonic() > end:
                raise TimeoutError("%s %s: still %s" % (plural, name, json.dumps(
                    obj and obj.get("status"))))
            time.sleep(0.05)

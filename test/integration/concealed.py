#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""No secret is ever seen: in no message, argument, environment or file, whatever goes wrong.

Every secret of a request has a value that is looked for afterwards, plain and as the encodings in which
it travels, in all that the programs leave: stdout, stderr, /proc while they run, TMPDIR, the folder.
"""

import base64
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import tap
from git_world import BIN, World

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../cases"))
from scripted import Server  # noqa: E402  # pylint: disable=wrong-import-position

PASSWORD = "s3cr&t/p@ss w\u00f6rd-Kx7"
TOKEN = "t0k3n-Zq9-eyJhbGciOi.J9"
KEY = "-----BEGIN PRIVATE KEY-----\n" + "\n".join("k3y%dYt8" % n + 50 * "A" for n in range(4)) + \
    "\n-----END PRIVATE KEY-----\n"


def forms(secret):
    """A secret as it is and as it travels; a key is any line of it."""
    lines = [line for line in secret.splitlines() if not line.startswith("-----")]
    texts = [form for line in lines for form in (
        line, urllib.parse.quote(line), urllib.parse.quote(line, safe=""), json.dumps(line)[1:-1])]
    encoded = [base64.b64encode(text.encode()) for text in (secret, "ci:" + secret)]
    return {text.encode() for text in texts} | {text[:-4] for text in encoded}


SECRETS = {secret: forms(secret) for secret in (PASSWORD, TOKEN, KEY)}


def secrets_of(request):
    """What must not be seen of a request."""
    text = json.dumps(request, ensure_ascii=False).encode()
    return set().union(*(found for found in SECRETS.values() if any(form in text for form in found)))


TIMEOUT_S = 120


def answers(body):
    """Replies that repeat all secrets, as bad servers do."""
    replies = []
    for status in ("200 OK", "401 Unauthorized", "403 Forbidden", "422 Unprocessable Entity", "302 Found"):
        head = "HTTP/1.1 %s\r\nContent-Type: %s\r\nLocation: /%s?%s\r\nContent-Length: %d\r\n\r\n"
        for kind in ("application/json", "application/x-git-upload-pack-advertisement"):
            replies.append((head % (status, kind, TOKEN, urllib.parse.quote(PASSWORD, safe=""), len(body))).encode()
                           + body)
    return replies


BODIES = {
    "text": ("bad credentials: ci:%s %s\n%s" % (PASSWORD, TOKEN, KEY)).encode(),
    "status": json.dumps({"kind": "Status", "code": 403, "message": "no %s, %s, %s" % (PASSWORD, TOKEN, KEY)},
                         ensure_ascii=False).encode(),
    "packet": b"%04xERR %s %s\n0000" % (len(PASSWORD.encode()) + len(TOKEN) + 10, PASSWORD.encode(), TOKEN.encode()),
}


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


CLUSTERS = {  # each is refused, for a reason that stands beside the secrets
    "server": TOKEN,
    "tkgi": {"api": "https://host.invalid/path", "cluster": "c", "username": "ci", "password": PASSWORD},
    "pks": {"api": "https://host.invalid/path", "cluster": "c", "username": "ci", "password": PASSWORD},
    "gke": {"server": "https://host.invalid", "json_key": {
        "type": "service_account", "client_email": "a@b", "private_key": KEY, "private_key_id": TOKEN}},
    "eks": {"cluster": "c", "region": "r", "endpoint": "https://host.invalid", "access_key_id": "AKIA", "role_arn": "r",
            "sts_endpoint": "http://host.invalid", "secret_access_key": PASSWORD, "session_token": TOKEN},
    "aks": {"tenant": "t", "client_id": "c", "client_secret": PASSWORD, "server": "https://host.invalid",
            "authority": "http://host.invalid"},
}
APP = {"uri": "https://host.invalid/app", "github_app_id": "1", "github_app_org": "o", "github_app_private_key": KEY}
SSH = ({"private_key": KEY, "private_key_passphrase": PASSWORD},
       {"submodule_credentials": [{"url": "git@host.invalid:app.git", "private_key": KEY,
                                   "private_key_passphrase": PASSWORD}]},
       {"submodule_credentials": [{"host": "host/", "username": "ci", "password": PASSWORD}]},
       APP, {**APP, "github_app_private_key": PASSWORD}, {**APP, "github_app_org": None},
       {"https_tunnel": {"proxy_host": "host.invalid", "proxy_user": "ci", "proxy_password": [PASSWORD]}})


class Run:
    """One run of a program, and all that can be seen of it."""

    def __init__(self, folder, verb, request):
        self.found = {}
        self.secrets = secrets_of(request)
        for name in ("tmp", "dir"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        process = subprocess.Popen(
            [os.path.join(BIN, verb), os.path.join(folder, "dir")], cwd="/", stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"TMPDIR": os.path.join(folder, "tmp"), "HOME": os.path.join(folder, "tmp")})
        watcher = threading.Thread(target=self._watch, args=(process.pid,))
        watcher.start()
        self.stdout, self.stderr = process.communicate(json.dumps(request).encode(), timeout=TIMEOUT_S)
        watcher.join()
        self.status = process.returncode
        self._look("stdout", self.stdout)
        self._look("stderr", self.stderr)
        self._look("stderr without colour", re.sub(rb"\x1b\[[0-9;]*m", b"", self.stderr))
        for parent, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)
                self._look(path, name.encode() + read(path))

    def _look(self, where, text):
        found = [secret for secret in self.secrets if secret in text]
        if found:
            self.found[where] = found

    def _watch(self, pid):
        # until its state is that of a process which nobody has waited for, or it is gone
        while b"\nState:\tZ" not in (read("/proc/%d/status" % pid) or b"\nState:\tZ"):
            self._look("argv", read("/proc/%d/cmdline" % pid))
            self._look("environment", read("/proc/%d/environ" % pid))
            self._look("name", read("/proc/%d/comm" % pid))
            time.sleep(0.001)


class Concealed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(os.path.join(self.folder, "dir"))
        with open(os.path.join(self.folder, "dir", "ref"), "w", encoding="ascii") as file:
            file.write(40 * "a" + "\n")

    def git(self, url):
        quoted = urllib.parse.quote(PASSWORD, safe="")
        yield {"uri": url + "/app.git", "branch": "main", "username": "ci", "password": PASSWORD, "debug": True}
        yield {"uri": url + "/app.git", "branch": "main", "debug": True, "submodule_credentials": [
            {"host": "127.0.0.1", "username": "ci", "password": PASSWORD}]}
        yield {"uri": url + "/app.git", "branch": "main", "debug": True, "git_config": [
            {"name": "http.extraHeader", "value": "Authorization: Bearer " + TOKEN},
            {"name": "url.%s.insteadOf" % url.replace("//", "//ci:%s@" % quoted), "value": url}]}
        yield {"uri": url.replace("//", "//ci:%s@" % quoted) + "/app.git", "branch": "main", "debug": True}

    def image(self, url):
        for user in ({"token": TOKEN}, {"username": "ci", "password": PASSWORD},
                     {"client-certificate-data": base64.b64encode(KEY.encode()).decode(),
                      "client-key-data": base64.b64encode(KEY.encode()).decode()}):
            config = {"apiVersion": "v1", "kind": "Config", "current-context": "c",
                      "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "apps"}}],
                      "clusters": [{"name": "c", "cluster": {"server": url}}],
                      "users": [{"name": "u", "user": user}]}
            yield {"image": "app", "kubeconfig": config, "debug": True}
            yield {"image": "app", "kubeconfig": json.dumps(config), "debug": True,
                   "registry": {"username": "ci", "password": PASSWORD}}
            yield {"image": "app", "kubeconfig": json.dumps(config)[:-40], "debug": True}

    def requests(self, url):
        """(verb, request) for every kind, verb and way to give a secret."""
        for source in self.git(url):
            yield "check", {"source": source, "version": {"ref": 40 * "a"}}
            yield "in", {"source": source, "version": {"ref": 40 * "a"}}
        version = {"build": "1", "image": "registry.example.com/app@sha256:" + 64 * "a"}
        for source in self.image(url):
            yield "check", {"source": source, "version": version}
            yield "in", {"source": source, "version": version}
            yield "out", {"source": source, "params": {"commitish": "ref"}}

    def run_all(self, url):
        for verb, request in self.requests(url):
            run = Run(self.folder, verb, request)
            self.assertEqual(run.found, {}, "%s %s\n%s" % (verb, request, run.stderr.decode("utf-8", "replace")))
            self.assertNotEqual(run.status, 0)

    def test_servers_that_repeat_what_they_are_told(self):
        for name, body in BODIES.items():
            for reply in answers(body):
                with self.subTest(body=name, reply=reply.split(b"\r\n", 2)[:2]):
                    server = Server()
                    server.replies = [reply] * 1000
                    with server:
                        self.run_all("http://127.0.0.1:%d" % server.port)
                        self.assertGreater(len(server.requests), 10)

    def test_a_server_that_is_not_there(self):
        with socket.socket() as nobody:  # bound, and not listening: refused at once
            nobody.bind(("127.0.0.1", 0))
            url = "https://127.0.0.1:%d" % nobody.getsockname()[1]
            source = next(self.git(url))
            run = Run(self.folder, "check", {"source": source})
            self.assertEqual((run.found, run.status), ({}, 1))

    def test_requests_that_are_refused(self):
        for source in ({"uri": "/srv", "passwrd": PASSWORD}, {"uri": "/srv", "password": [PASSWORD]},
                       {"uri": "/srv", "password": {PASSWORD: 1}}, {"password": PASSWORD},
                       {"uri": "/srv", "password": PASSWORD, "branch": 1},
                       {"uri": "/srv", "password": PASSWORD, "debug": PASSWORD},
                       {"uri": "ftp://ci:%s@host/app" % PASSWORD}, {"uri": "https://ci:%s" % PASSWORD},
                       {"uri": "/srv", "git_crypt_key": PASSWORD}, {"uri": "/srv", "git_crypt_key": [KEY]},
                       {"uri": "/srv", "git_crypt_key": base64.b64encode(KEY.encode()).decode()},
                       {"image": "app", "registry": {"password": [PASSWORD]}}, {"image": "app", "registry": PASSWORD},
                       {"image": "app", "registry": {"username": "ci", "password": PASSWORD, "passwrd": TOKEN}},
                       {"image": "app", "kubeconfig": [KEY]}, {"image": "app", "kubeconfig": KEY},
                       {"image": "app", "kubeconfig": "users: [{user: {token: %s" % TOKEN},
                       {"image": "app", "kubeconfig": {"users": TOKEN}}):
            for verb in ("check", "in", "out"):
                request = {"source": source, "version": {"ref": 40 * "a"},
                           "params": {"repository": "x"} if verb == "out" and "uri" in source else {}}
                run = Run(self.folder, verb, request)
                self.assertEqual((run.found, run.status), ({}, 1), (verb, source, run.stderr))

    def test_secrets_of_clusters_and_of_ssh(self):
        sources = [{"image": "app", "namespace": "apps", "debug": True, name: value} for name, value in CLUSTERS.items()]
        sources[0].update(server="ftp://host.invalid", token=TOKEN)
        sources += [{"uri": "git@host.invalid:app.git", "branch": "main", "debug": True, **keys} for keys in SSH]
        for source in sources:
            for verb in ("check", "in", "out"):
                request = {"source": source, "params": {}}
                if verb == "in":
                    request["version"] = ({"ref": 40 * "a"} if "uri" in source else
                                          {"build": "1", "image": "registry.example.com/app@sha256:" + 64 * "a"})
                elif verb == "out":
                    request["params"] = {"repository": "dir"} if "uri" in source else {"commitish": "ref"}
                run = Run(self.folder, verb, request)
                self.assertEqual((run.found, run.status), ({}, 1), (verb, source, run.stderr))
                self.assertNotIn(b"is not a known key", run.stderr)

    def test_a_request_that_is_cut(self):
        text = json.dumps({"source": {"uri": "/srv", "password": PASSWORD}}, ensure_ascii=False).encode()
        for length in range(len(text)):
            done = subprocess.run([os.path.join(BIN, "check")], input=text[:length], capture_output=True,
                                  check=False, timeout=TIMEOUT_S, env={})
            self.assertEqual((done.returncode, [form for form in forms(PASSWORD) if form in done.stdout + done.stderr]), (1, []))

    def test_a_server_that_works(self):
        world = World()
        self.addCleanup(world.close)
        tip = world.commit("first")
        world.publish()
        SECRETS[world.server.password] = forms(world.server.password)
        self.addCleanup(SECRETS.pop, world.server.password)
        source = world.source(debug=True)
        folder = world.path("seen")
        for verb, request in (("check", {"source": source}), ("in", {"source": source, "version": {"ref": tip}})):
            run = Run(folder, verb, request)
            self.assertEqual((run.status, run.found), (0, {}), run.stderr)
        os.rename(world.work, os.path.join(folder, "dir", "work"))
        run = Run(folder, "out", {"source": source, "params": {"repository": "work"}})
        self.assertEqual((run.status, run.found), (0, {}), run.stderr)

    def test_what_is_looked_for_would_be_found(self):
        # the name of a key is shown, so one that is a secret must be seen
        for secret in SECRETS:
            run = Run(self.folder, "check", {"source": {secret.splitlines()[-2:][0]: 1, "uri": "/srv"}})
            self.assertIn("stderr", run.found)


if __name__ == "__main__":
    tap.main()

# SPDX-License-Identifier: Apache-2.0
"""A real image registry on loopback: Debian's docker-registry, with TLS and a user, or with tokens of a server of ours.

    with Registry(folder) as registry:
        registry.host                   # 127.0.0.1:PORT
        registry.requests()             # ("GET", "/v2/", 401) of each since the last call
        registry.manifest(repository, reference), registry.blob(repository, digest)
"""

import base64
import crypt
import hashlib
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../sandbox"))

from gitserver import tls  # noqa: E402  # pylint: disable=wrong-import-position
from token_server import TokenServer  # noqa: E402  # pylint: disable=wrong-import-position

PROGRAM = "docker-registry"
USER, PASSWORD = "pusher", "Br0k3n&W1nd/ow"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
ACCESS = re.compile(r'"(\w+) (\S+) HTTP/1\.1" (\d+) ')
START_S = 60


def certificates(folder):
    """Write server.crt and server.key, and the CA that they are of; its path."""
    ca_file = tls.make_ca(folder, "registry CA")
    tls.make_server_certificate(folder)
    return ca_file


def configuration(folder, with_tls, with_user, tokens):
    """The registry's configuration, which is YAML and so may be JSON."""
    config = {"version": 0.1, "log": {"level": "info"}, "http": {"addr": "127.0.0.1:0"},
              "storage": {"filesystem": {"rootdirectory": os.path.join(folder, "data")}, "delete": {"enabled": True}}}
    if with_tls:
        config["http"]["tls"] = {"certificate": os.path.join(folder, "server.crt"),
                                 "key": os.path.join(folder, "server.key")}
    if tokens:
        config["auth"] = {"token": tokens.configuration}
    elif with_user:
        config["auth"] = {"htpasswd": {"realm": "tests", "path": os.path.join(folder, "htpasswd")}}
    return config


class Registry:
    """One that runs until stop()."""

    def __init__(self, folder, with_tls=True, with_user=True, with_tokens=False):
        if not shutil.which(PROGRAM):
            raise unittest.SkipTest(PROGRAM + " is not installed: ci/setup")
        os.makedirs(folder)
        self.folder = folder
        self.ca_file = certificates(folder)
        with open(os.path.join(folder, "htpasswd"), "w", encoding="utf-8") as file:
            file.write("%s:%s\n" % (USER, crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 4))))
        with open(os.path.join(folder, "config.yml"), "w", encoding="utf-8") as file:
            self.tokens = TokenServer(folder, USER, PASSWORD) if with_tokens else None
            json.dump(configuration(folder, with_tls, with_user, self.tokens), file)
        self.with_tls = with_tls
        self.log = os.path.join(folder, "log")
        self.seen = 0
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", file.name], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        self.host = self._listening()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.tokens:
            self.tokens.stop()
        self.process.terminate()
        self.process.wait(10)

    def _text(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def _listening(self):
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"listening on (127\.0\.0\.1:\d+)", self._text())
            if found:
                return found[1]
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError("the registry does not start: " + self._text())

    @property
    def ca(self):
        with open(self.ca_file, encoding="ascii") as file:
            return file.read()

    @property
    def login(self):
        """For source.registry."""
        return {"username": USER, "password": PASSWORD, "ca_certs": [self.ca]}

    def requests(self):
        """(method, path without its query, status) since the last call."""
        lines = ACCESS.findall(self._text())
        new, self.seen = lines[self.seen:], len(lines)
        return [(method, path.partition("?")[0], int(status)) for method, path, status in new]

    def ask(self, method, path, **headers):
        """(status, bytes) of a request of the test's own."""
        if self.with_tls:
            connection = http.client.HTTPSConnection(
                self.host, context=ssl.create_default_context(cafile=self.ca_file), timeout=10)
        else:
            connection = http.client.HTTPConnection(self.host, timeout=10)
        login = "Basic " + base64.b64encode(("%s:%s" % (USER, PASSWORD)).encode()).decode()
        if self.tokens:
            login = "Bearer " + self.tokens.token(re.match("/v2/(.*)/(?:manifests|blobs|tags)/", path)[1], ["pull"])
        try:
            connection.request(method, path, headers={"Authorization": login, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _get(self, path, **headers):
        status, body = self.ask("GET", path, **headers)
        if status != 200:
            raise LookupError("%s: %d %s" % (path, status, body))
        return body

    def manifest(self, repository, reference):
        """Its text, and its digest."""
        body = self._get("/v2/%s/manifests/%s" % (repository, reference), Accept=MANIFEST)
        return json.loads(body), "sha256:" + hashlib.sha256(body).hexdigest()

    def blob(self, repository, digest):
        body = self._get("/v2/%s/blobs/%s" % (repository, digest))
        assert "sha256:" + hashlib.sha256(body).hexdigest() == digest
        return body

    def tags(self, repository):
        return json.loads(self._get("/v2/%s/tags/list" % repository))["tags"]

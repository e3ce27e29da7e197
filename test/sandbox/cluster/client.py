# SPDX-License-Identifier: Apache-2.0
"""A client of the Kubernetes API: what the controllers, the tests and the tools speak with."""

import base64
import http.client
import json
import os
import signal
import ssl
import sys
import tempfile
import threading
from urllib.parse import urlencode, urlsplit

import yaml

MERGE = "application/merge-patch+json"


class Refused(Exception):
    """An answer that is not 2xx."""

    def __init__(self, code, body):
        self.code = code
        self.body = body
        self.message = body.get("message", "") if isinstance(body, dict) else str(body)
        super().__init__("%d %s" % (code, self.message))


def path(api_version, plural, namespace=None, name=None, subresource=None):
    parts = ["/apis" if "/" in api_version else "/api", api_version]
    if namespace:
        parts += ["namespaces", namespace]
    parts += [p for p in (plural, name, subresource) if p]
    return "/".join(parts)


class Client:
    """One connection a thread; requests are repeated once when an idle connection had died."""

    def __init__(self, url, context, token=None, agent="sandbox"):
        self.url = urlsplit(url)
        self.context = context
        self.headers = {"User-Agent": agent + "/0"}
        if token:
            self.headers["Authorization"] = "Bearer " + token
        self.local = threading.local()

    @classmethod
    def from_kubeconfig(cls, file, agent="sandbox"):
        """The current context of a kubeconfig file."""
        with open(file, encoding="utf-8") as opened:
            config = yaml.safe_load(opened)
        entry = {key: {e["name"]: e for e in config[key]}
                 for key in ("contexts", "clusters", "users")}
        context = entry["contexts"][config["current-context"]]["context"]
        cluster = entry["clusters"][context["cluster"]]["cluster"]
        user = entry["users"][context["user"]]["user"]
        tls = ssl.create_default_context(
            cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        if "client-certificate-data" in user:
            with tempfile.NamedTemporaryFile() as pem:
                pem.write(base64.b64decode(user["client-certificate-data"]))
                pem.write(base64.b64decode(user["client-key-data"]))
                pem.flush()
                tls.load_cert_chain(pem.name)
        return cls(cluster["server"], tls, user.get("token"), agent)

    def connect(self, timeout=30):
        return http.client.HTTPSConnection(self.url.hostname, self.url.port,
                                           context=self.context, timeout=timeout)

    def send(self, method, target, body=None, content_type="application/json", headers=()):
        """(status, headers, bytes)"""
        data = None if body is None else (
            body if isinstance(body, bytes) else json.dumps(body).encode())
        sent = {**self.headers, **dict(headers)}
        if data is not None:
            sent["Content-Type"] = content_type
        for fresh in (False, True):
            connection = getattr(self.local, "connection", None)
            reused = connection is not None
            if not reused:
                connection = self.local.connection = self.connect()
            try:
                connection.request(method, target, data, sent)
                answer = connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                self.local.connection = None
                if fresh or not reused:
                    raise
        raise AssertionError("unreachable")

    def call(self, method, target, body=None, content_type="application/json", headers=()):
        """The decoded answer; Refused where it is no success."""
        code, answered, data = self.send(method, target, body, content_type, headers)
        if "json" in answered.get("Content-Type", ""):
            data = json.loads(data) if data else None
        else:
            data = data.decode("utf-8", "replace")
        if code >= 300:
            raise Refused(code, data)
        return data

    # -- objects ------------------------------------------------------------------------------

    def get(self, api_version, plural, namespace, name):
        return self.call("GET", path(api_version, plural, namespace, name))

    def find(self, api_version, plural, namespace, name):
        """The object, or None where there is none."""
        try:
            return self.get(api_version, plural, namespace, name)
        except Refused as refused:
            if refused.code == 404:
                return None
            raise

    def list(self, api_version, plural, namespace=None, **query):
        target = path(api_version, plural, namespace)
        return self.call("GET", target + ("?" + urlencode(query) if query else ""))

    def create(self, obj, plural):
        return self.call("POST", path(obj["apiVersion"], plural,
                                      obj["metadata"].get("namespace")), obj)

    def patch(self, api_version, plural, namespace, name, patch, subresource=None):
        return self.call("PATCH", path(api_version, plural, namespace, name, subresource), patch,
                         MERGE)

    def replace_status(self, obj, plural):
        meta = obj["metadata"]
        return self.call("PUT", path(obj["apiVersion"], plural, meta.get("namespace"),
                                     meta["name"], "status"), obj)

    def delete(self, api_version, plural, namespace, name, options=None):
        return self.call("DELETE", path(api_version, plural, namespace, name), options)

    def apply(self, objects):
        """Merge each object into what is there, or create it. Kinds are looked up by discovery."""
        return [self._apply(obj) for obj in objects]

    def _apply(self, obj):
        version = obj["apiVersion"]
        known = self.call("GET", path(version, ""))["resources"]
        resource = next(r for r in known if r["kind"] == obj["kind"] and "/" not in r["name"])
        meta = obj["metadata"]
        namespace = meta.get("namespace") if resource["namespaced"] else None
        try:
            made = self.patch(version, resource["name"], namespace, meta["name"], obj)
        except Refused as refused:
            if refused.code != 404:
                raise
            made = self.create(obj, resource["name"])
        if "status" in obj:
            made = self.patch(version, resource["name"], namespace, meta["name"],
                              {"status": obj["status"]}, "status")
        return made

    def watch(self, api_version, plural, namespace=None, **query):
        """Yields (type, object) until the server ends the stream; every error is raised."""
        query = {"watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": "300", **query}
        connection = self.connect(timeout=360)
        try:
            connection.request("GET", path(api_version, plural, namespace) + "?" + urlencode(query),
                               headers=self.headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise Refused(answer.status, json.loads(answer.read() or b"{}"))
            while line := answer.readline():
                event = json.loads(line)
                yield event["type"], event["object"]
        finally:
            connection.close()


def until_parent_ends():
    """Wait for the end of standard input: the parent holds its other end, so this process never
    outlives it, not even one that was killed. An interrupt from the terminal is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while os.read(0, 4096):
        pass


def load_yaml(file):
    with open(file, encoding="utf-8") as opened:
        return [obj for obj in yaml.safe_load_all(opened) if obj]


def write_private(file, text):
    """A file that only its owner can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)

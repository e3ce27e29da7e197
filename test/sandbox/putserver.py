# SPDX-License-Identifier: Apache-2.0
"""An API server for one put, that plays a script: what its watches tell, where they are cut, what its log is.

It does nothing but what costs little, for a put that is run thousands of times, or whose speed is measured.
"""

import http.server
import json
import re
import socket
import threading

from listener import Listener

DIGEST = "registry.sandbox.invalid/demo/app@sha256:%064x"
REVISION = "%040x"
VERSION = {"build": "2", "image": DIGEST % 2}
RUNNING, ENDED = {"running": {}}, {"terminated": {"exitCode": 0}}


def image(version, generation, seen, built, reason, status="Unknown", message=""):
    """The Image after its change (generation 2), as far as the controller has `seen` and `built` it."""
    return {"apiVersion": "kpack.io/v1alpha2", "kind": "Image",
            "metadata": {"name": "app", "uid": "i", "generation": generation, "resourceVersion": str(version)},
            "spec": {"source": {"git": {"url": "u", "revision": REVISION % generation}}},
            "status": {"observedGeneration": seen, "buildCounter": built, "latestBuildRef": "app-build-%d" % built,
                       "latestBuildImageGeneration": built, "latestImage": DIGEST % 1,
                       "conditions": [{"type": "Ready", "status": status, "reason": reason,
                                       "message": message}]}}


def build(version, over, succeeded=None, message=""):
    """Build 2."""
    succeeded = succeeded or ("True" if over else "Unknown")
    status = {"conditions": [{"type": "Succeeded", "status": succeeded, "message": message}]}
    if succeeded == "True":
        status["latestImage"] = DIGEST % 2
    return {"metadata": {"name": "app-build-2", "uid": "b", "resourceVersion": str(version),
                         "labels": {"image.kpack.io/buildNumber": "2"}},
            "spec": {"lastBuild": {"image": DIGEST % 1}}, "status": status}


def pod(version, *states):
    """Its pod; a state for each of its phases (None: waits)."""
    names = ["detect", "build"][:len(states)]
    over = all(state == ENDED for state in states)
    return {"metadata": {"name": "app-pod", "uid": "p", "resourceVersion": str(version)},
            "spec": {"containers": [{"name": name} for name in names]},
            "status": {"phase": "Succeeded" if over else "Running", "containerStatuses": [
                {"name": name, "state": state} for name, state in zip(names, states) if state]}}


def bookmark(version):
    return {"metadata": {"resourceVersion": str(version)}}


class Script:
    """`events` has of each resource what its watch tells, as (type, object, whether only once the log is
    over). `write_log(phase, send)` sends a phase's log. A `cut` is (resource, bytes, in good order): the
    first watch of that resource ends there. `patched` is the Image in answer to the patch, `listed` what
    there is of each resource, or the status that refuses to say it."""

    def __init__(self, events, write_log=None, cut=(None, 0, False), patched=None, listed=None):
        self.events = {plural: [(int(obj["metadata"]["resourceVersion"]), late,
                                 json.dumps({"type": kind, "object": obj}).encode() + b"\n")
                                for kind, obj, late in told] for plural, told in events.items()}
        self.write_log = write_log
        self.cut = cut
        self.patched = patched or image(20, 2, 1, 1, "UpToDate")
        self.listed = listed or {}
        self.watched = set()
        self.over = threading.Event()
        self.told = {plural: threading.Event() for plural in events}    # whether a watch has told all of it

    def length(self, plural):
        """Bytes of what its watch tells."""
        return sum(len(line) for _, _, line in self.events[plural])


class PutServer(Listener):
    """Plays each script of `scripts`, which may grow, to those who ask below /NUMBER."""

    def __init__(self, scripts):
        super().__init__(_Handler)
        self.scripts = scripts
        self.start()

    def request(self, number):
        """The request of a put that the script is for."""
        server = "http://127.0.0.1:%d/%d" % (self.port, number)
        return {"params": {"git_revision": REVISION % 2}, "source": {
            "image": "app", "namespace": "demo", "kubeconfig": {
                "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": {"server": server}}], "users": [{"name": "u", "user": {}}]}}}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass

    def _json(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, data):
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _watch(self, script, plural):
        since = int((re.search("[?&]resourceVersion=([0-9]+)", self.path) or [0, 0])[1])
        where, left, orderly = script.cut
        cut = where == plural and plural not in script.watched
        script.watched.add(plural)
        self._stream()
        for version, late, line in script.events[plural]:
            if version <= since:
                continue
            if late:
                script.over.wait()
            if cut and left < len(line):
                if left:
                    self._chunk(line[:left])
                self._end(orderly)
                return
            self._chunk(line)
            left -= len(line)
        if cut:
            self._end(orderly)
        else:
            script.told[plural].set()
            self.rfile.read(1)      # until it leaves

    def _end(self, orderly):
        if orderly:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def do_GET(self):  # pylint: disable=invalid-name
        number, path = re.fullmatch(r"/([0-9]+)/[^/]+(?:/kpack.io)?/v[^/]*/namespaces/demo/(.*)", self.path).groups()
        script = self.server.scripts[int(number)]
        plural = path.partition("?")[0]
        if "/log?" in path:
            self._stream()
            script.write_log(re.search("container=([a-z]+)", path)[1], self._chunk)
            self.wfile.write(b"0\r\n\r\n")
            script.over.set()
        elif "watch=1" in path:
            self._watch(script, plural)
        elif plural.startswith("images/"):
            self._json(image(10, 1, 1, 1, "UpToDate"))
        elif plural.startswith("builds/"):
            self._json(build(30, False))
        elif isinstance(script.listed.get(plural), int):
            self._json({"message": "refused"}, script.listed[plural])
        else:
            self._json({"items": script.listed.get(plural, []), "metadata": {"resourceVersion": "39"}})

    def do_PATCH(self):  # pylint: disable=invalid-name
        self.rfile.read(int(self.headers["Content-Length"]))
        self._json(self.server.scripts[int(self.path.split("/")[1])].patched)

# SPDX-License-Identifier: Apache-2.0
"""A registry on loopback that asks for tokens, as the large ones do, and fails as it is told, over TLS.

    with Stub(folder) as stub:              # folder: with server.crt and server.key
        stub.host
        stub.faults["PUT blob"] = [503, 429]    # in turn, of that kind of request: see Handler.kind
        stub.blobs, stub.manifests              # what it has
        stub.seen                               # (kind, Authorization's scheme or "", status)
"""

import base64
import hashlib
import http.server
import json
import os
import re
import secrets
import ssl
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from listener import Listener  # pylint: disable=wrong-import-position

USER, PASSWORD = "robot", "s3cr&t/Rq7"
WORDS = {401: ("UNAUTHORIZED", "authentication required"), 403: ("DENIED", "requested access to the resource is denied"),
         404: ("NAME_UNKNOWN", "repository name not known to registry"), 429: ("TOOMANYREQUESTS", "slow down")}


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_):
        pass

    def kind(self):
        """What is asked for, in two words."""
        path = urllib.parse.urlsplit(self.path).path
        for pattern, name in ((r"/v2/$", "base"), (r"/token$", "token"), (r"/blobs/uploads/$", "upload"),
                              (r"/(place|blobs)/", "blob"), (r"/manifests/", "manifest")):
            if re.search(pattern, path):
                return "%s %s" % (self.command, name)
        return self.command + " other"

    def answer(self, status, body=b"", **headers):
        stub = self.server.stub
        scheme = self.headers.get("Authorization", "").partition(" ")[0]
        stub.seen.append((self.kind(), scheme, status))
        if status >= 400 and not body:
            code, words = WORDS.get(status, ("UNKNOWN", "unknown error"))
            body = json.dumps({"errors": [{"code": code, "message": words, "detail": None}]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def handle_one(self):
        stub, kind = self.server.stub, self.kind()
        fault = stub.faults[kind].pop(0) if stub.faults.get(kind) else None
        length = int(self.headers.get("Content-Length") or 0)
        if isinstance(fault, tuple) and fault[0] == "cut":
            self.rfile.read(min(fault[1], length))
            stub.seen.append((kind, "", 0))
            self.close_connection = True
            return
        body = self.rfile.read(length)
        if isinstance(fault, tuple):
            self.answer(fault[0], **fault[1])
        elif fault:
            self.answer(fault)
        elif kind == "GET token":
            self.token(stub)
        elif not kind.endswith("blob") or "/place/" not in self.path:
            self.guarded(stub, kind, body)
        else:  # a place to upload to is guarded by its address alone, or not at all
            self.put_blob(stub, body)

    do_GET = do_HEAD = do_POST = do_PUT = handle_one

    def token(self, stub):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        stub.asked.append({name: values[0] for name, values in query.items()})
        wanted = "Basic " + base64.b64encode(("%s:%s" % (USER, PASSWORD)).encode()).decode()
        if stub.needs_user and self.headers.get("Authorization") != wanted:
            self.answer(401)
            return
        token = "t0k3n." + secrets.token_hex(24)
        stub.tokens[token] = stub.uses
        stub.handed.append(token)
        self.answer(200, json.dumps({stub.token_key: token, "expires_in": 300}).encode())

    def guarded(self, stub, kind, body):
        token = self.headers.get("Authorization", "")[len("Bearer "):]
        if not stub.tokens.get(token):
            self.answer(401, WWW_Authenticate=stub.challenge)
            return
        stub.tokens[token] -= 1
        name = self.path.rpartition("/")[2]
        if kind == "GET base":
            self.answer(200, b"{}")
        elif kind == "POST upload":
            stub.places += 1
            self.answer(202, Location=stub.location % stub.places)
        elif kind == "HEAD blob":
            self.answer(200 if name in stub.blobs else 404)
        elif kind == "HEAD manifest":
            self.answer(200 if name in stub.manifests else 404)
        elif kind == "PUT manifest":
            stub.manifests["sha256:" + hashlib.sha256(body).hexdigest()] = body
            self.answer(201)
        else:
            self.answer(404)

    def put_blob(self, stub, body):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        digest = query["digest"][0]
        if query.get("_state", ["sealed=="])[0] != "sealed==" or \
                digest != "sha256:" + hashlib.sha256(body).hexdigest():
            self.answer(400)
            return
        stub.home.blobs[digest] = body
        self.answer(201)


class Stub:
    """One that runs until stop(); `home` is where the blobs belong that are uploaded to this one."""

    def __init__(self, folder, home=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "server.crt"), os.path.join(folder, "server.key"))
        self.listener = Listener(Handler, context)
        self.listener.stub = self
        self.host = "127.0.0.1:%d" % self.listener.port
        self.home = home or self
        self.reset()
        self.listener.start()

    def reset(self):
        """As it was in the beginning."""
        self.blobs, self.manifests, self.tokens = {}, {}, {}
        self.faults, self.seen, self.asked, self.handed = {}, [], [], []
        self.places, self.uses, self.needs_user, self.token_key = 0, 1000, True, "token"
        self.location = "/v2/place/%d?_state=sealed%%3D%%3D"
        self.challenge = 'Bearer realm="https://%s/token",service="the registry"' % self.host

    def stop(self):
        self.listener.stop()

    def count(self, kind):
        return sum(seen[0] == kind for seen in self.seen)

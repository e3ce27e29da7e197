# SPDX-License-Identifier: Apache-2.0
"""An LFS server on loopback: the batch API with the transfer "basic", over TLS, as git-lfs's own client uses it.

    with LfsServer(folder, certificate, key) as server:
        server.url                      # https://127.0.0.1:PORT/app.git/info/lfs
        server.add(content)             # its oid
        server.requests                 # (method, path, status) of each
        server.faults["GET"] = ...      # what goes wrong, see Faults

Who asks a batch proves it by Basic, or by a token that `authenticate` has handed out over SSH; an action
carries a token of its own. `credentials` None lets everybody ask.
"""

import base64
import hashlib
import http.server
import json
import os
import secrets
import ssl
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from listener import Listener  # pylint: disable=wrong-import-position

MEDIA = "application/vnd.git-lfs+json"
PIECE = 16 << 10


class Faults:
    """How often and how the server fails, for each method of a transfer."""

    def __init__(self, times, status=0, cut=0, wrong=b"", headers=(), delay_s=0):
        self.times = times      # so many requests fail
        self.status = status    # with this status
        self.cut = cut          # or the connection ends after so many bytes
        self.wrong = wrong      # or this comes instead
        self.headers = headers  # of the status
        self.delay_s = delay_s  # before the answer


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        """The whole of an answer."""
        lfs = self.server.lfs
        with lfs.lock:
            lfs.requests.append((self.command, self.path, status))
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content_Type", MEDIA)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def body(self):
        """Of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def fault(self):
        """What goes wrong now; None: nothing."""
        fault = self.server.lfs.faults.get(self.command if "/objects/batch" not in self.path else "batch")
        if not fault or fault.times <= 0:
            return None
        fault.times -= 1
        time.sleep(fault.delay_s)
        return fault

    def do_POST(self):
        lfs, body = self.server.lfs, self.body()
        if self.path.endswith("/info/lfs/objects/batch"):
            self.batch(lfs, body)
        elif self.path == "/verify" and self.may():
            asked = json.loads(body)
            size = lfs.size(asked["oid"])
            lfs.verified.append(asked["oid"])
            self.answer(200 if size == asked["size"] else 422, {"message": "not what was verified"})
        else:
            self.answer(404, {"message": "Not found"})

    def batch(self, lfs, body):
        fault = self.fault()
        if fault:
            self.answer(fault.status, fault.wrong or {"message": "try later"}, **dict(fault.headers))
        elif not lfs.lets_in(self.headers.get("Authorization")):
            self.answer(401, {"message": "Credentials needed"}, **{"LFS_Authenticate": 'Basic realm="lfs"',
                                                                   "WWW_Authenticate": 'Basic realm="lfs"'})
        elif not self.headers.get("Accept", "").startswith(MEDIA) or \
                not self.headers.get("Content-Type", "").startswith(MEDIA):
            self.answer(406, {"message": "Not LFS"})
        else:
            question = json.loads(body)
            lfs.questions.append(question)
            self.answer(200, lfs.reply(question))

    def may(self):
        """Whether the request carries a token that is good; if not, it is answered."""
        lfs = self.server.lfs
        end = lfs.tokens.get(self.headers.get("X-Lfs-Token"))
        if end is None or end < time.monotonic():
            self.answer(403, {"message": "Request has expired"})
            return False
        return True

    def do_GET(self):
        lfs = self.server.lfs
        fault = self.fault()
        if fault and fault.status:
            self.answer(fault.status, b"failed\n", **dict(fault.headers))
            return
        content = lfs.read(os.path.basename(self.path))
        if not self.may():
            return
        if content is None:
            self.answer(404, {"message": "Not found"})
            return
        with lfs.lock:
            lfs.at_once += 1
            lfs.most_at_once = max(lfs.most_at_once, lfs.at_once)
        try:
            if lfs.gate:
                lfs.gate.wait(60)
            self.send_content(lfs, fault, fault.wrong if fault and fault.wrong else content)
        finally:
            with lfs.lock:
                lfs.at_once -= 1

    def send_content(self, lfs, fault, content):
        """All of it, or from where the range begins, or as much as the fault lets through."""
        asked, begin, status = self.headers.get("Range"), 0, 200
        if asked and lfs.ranges:
            begin, status = int(asked[len("bytes="):-1]), 206
        with lfs.lock:
            lfs.requests.append((self.command, self.path, status))
            lfs.begins.append(begin)
        if begin >= len(content) and status == 206:
            self.answer(416)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        end = min(len(content), begin + fault.cut) if fault and fault.cut else len(content)
        for at in range(begin, end, PIECE):
            self.wfile.write(content[at:min(end, at + PIECE)])
            self.wfile.flush()
            if lfs.on_piece:
                lfs.on_piece()
        if end < len(content):
            self.close_connection = True

    def do_PUT(self):
        lfs = self.server.lfs
        fault = self.fault()
        if "Content-Length" not in self.headers:
            self.answer(411, {"message": "Length Required"})
            self.close_connection = True
            return
        if fault and fault.cut:
            self.rfile.read(fault.cut)
            self.close_connection = True
            return
        content, oid = self.body(), os.path.basename(self.path)
        if fault:
            self.answer(fault.status, b"failed\n", **dict(fault.headers))
        elif self.may():
            good = hashlib.sha256(content).hexdigest() == oid
            if good:
                lfs.add(content)
            self.answer(200 if good else 422)


class LfsServer:
    """Objects in a folder, and what is asked of them."""

    def __init__(self, folder, certificate, key, credentials=("git-user", "geheim")):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.credentials = folder, credentials
        self.lock = threading.Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.listener = Listener(Handler, context)
        self.listener.lfs = self
        self.base = "https://127.0.0.1:%d" % self.listener.port
        self.url = self.base + "/app.git/info/lfs"
        self.granted = set()  # Authorization lines that are good besides
        self.tokens = {}      # of actions: until when they are good
        self.reset()
        self.listener.start()

    def reset(self):
        """Forget what was asked, and fail no more."""
        self.requests, self.questions, self.begins, self.verified = [], [], [], []
        self.faults, self.ranges, self.on_piece, self.gate = {}, True, None, None
        self.at_once, self.most_at_once = 0, 0
        self.lifetime_s = 3600  # of a token
        self.announce = "expires_in"
        self.clock_s = 0        # how far its clock is off
        self.sizes = {}         # that are told wrongly
        self.answers = {}       # members of an answer that are told otherwise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Close the socket."""
        self.listener.stop()

    def add(self, content):
        """Have the object; its oid."""
        oid = hashlib.sha256(content).hexdigest()
        with open(os.path.join(self.folder, oid + ".new"), "wb") as file:
            file.write(content)
        os.replace(file.name, os.path.join(self.folder, oid))
        return oid

    def read(self, oid):
        """The content, or None."""
        try:
            with open(os.path.join(self.folder, oid), "rb") as file:
                return file.read()
        except OSError:
            return None

    def size(self, oid):
        """Its size, or None."""
        try:
            return os.path.getsize(os.path.join(self.folder, oid))
        except OSError:
            return None

    def lets_in(self, authorization):
        """Whether who says so may ask a batch."""
        if not self.credentials or authorization in self.granted:
            return True
        expected = base64.b64encode(":".join(self.credentials).encode()).decode()
        return authorization == "Basic " + expected

    def action(self, href):
        """An action with a token of its own."""
        token = secrets.token_hex(16)
        self.tokens[token] = time.monotonic() + self.lifetime_s
        action = {"href": href, "header": {"X-Lfs-Token": token}}
        if self.announce == "expires_in":
            action["expires_in"] = max(1, int(self.lifetime_s))
        elif self.announce == "expires_at":
            end = time.time() + self.clock_s + self.lifetime_s
            action["expires_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))
        return action

    def reply(self, question):
        """The answer to a batch."""
        objects = []
        for asked in question["objects"]:
            oid = asked["oid"]
            said = {"oid": oid, "size": self.sizes.get(oid, asked["size"]), "authenticated": True}
            if question["operation"] == "upload" and self.size(oid) is None:
                said["actions"] = {"upload": self.action("%s/store/%s" % (self.base, oid)),
                                   "verify": self.action(self.base + "/verify")}
            elif question["operation"] == "download" and self.size(oid) is None:
                said["error"] = {"code": 404, "message": "Object does not exist"}
            elif question["operation"] == "download":
                said["actions"] = {"download": self.action("%s/store/%s" % (self.base, oid))}
            objects.append(said)
        return {"transfer": "basic", "objects": objects, "hash_algo": "sha256", **self.answers}

    def transfers(self, method="GET"):
        """The statuses of those requests."""
        return [status for one, path, status in self.requests if one == method and path.startswith("/store/")]

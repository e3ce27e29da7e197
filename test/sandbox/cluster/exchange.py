# SPDX-License-Identifier: Apache-2.0
"""One request and its answer on a connection: framing, compression, and the faults on both."""

import gzip
import select
import socket
import time
import uuid
from http import HTTPStatus

from .store import encode

GZIP_FROM = 128 * 1024      # the API server compresses bodies from this size on
CHUNKED_FROM = 2048         # Go's server knows the length only of what fits its buffer


class Cut(Exception):
    """The connection is to be closed without any further word."""


class EndStream(Exception):
    """A stream is over in good order."""


class Exchange:
    def __init__(self, handler, request, entry, fault):
        self.handler = handler
        self.request = request
        self.entry = entry
        self.fault = fault
        self.left = fault.get("cut_bytes")
        self.events = 0
        self.hung_up = False
        self.started = False

    # -- answers ------------------------------------------------------------------------------

    def reply(self, code, data, content_type="application/json", headers=()):
        headers = list(headers)
        encodings = self.handler.headers.get("Accept-Encoding", "")
        if len(data) >= GZIP_FROM and "gzip" in encodings:
            data = gzip.compress(data, 1)
            headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        self.framed(code, self._usual(content_type) + headers, data)

    def framed(self, code, headers, data):
        """An answer whose headers are given, but for those of its framing."""
        chunked = len(data) > CHUNKED_FROM
        framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", len(data))
        head = self._head(code, [*headers, framing])
        if self.request.method == "HEAD":
            self._send(head)
            return
        if not chunked:
            self._send(head, data)
            return
        self._send(head)
        for at in range(0, len(data), 65536):
            self._chunk(data[at:at + 65536])
        self._send(b"0\r\n\r\n")

    def json(self, code, obj, headers=()):
        self.reply(code, encode(obj) + b"\n", headers=headers)

    def error(self, err):
        headers = []
        if err.retry_after is not None:
            headers.append(("Retry-After", err.retry_after))
        self.json(err.code, err.body(), headers)

    def _usual(self, content_type):
        """The headers of every answer of an API server."""
        return [("Audit-Id", str(uuid.uuid4())), ("Cache-Control", "no-cache, private"),
                ("Content-Type", content_type), ("Date", self.handler.date_time_string())]

    def _head(self, code, headers):
        self.started = True
        self.entry["status"] = code
        try:
            phrase = HTTPStatus(code).phrase
        except ValueError:
            phrase = "Unknown"
        lines = ["HTTP/1.1 %d %s" % (code, phrase)]
        if self.handler.close_connection:
            lines.append("Connection: close")
        lines += ["%s: %s" % header for header in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    # -- streams ------------------------------------------------------------------------------

    def stream(self, content_type, headers=None):
        headers = self._usual(content_type) if headers is None else headers
        self._send(self._head(200, [*headers, ("Transfer-Encoding", "chunked")]))

    def event(self, data):
        """One watch event or log line; the stream's faults strike here."""
        fault = self.fault
        self.check_stream()
        if fault.get("cut_events") == self.events:
            self._chunk(data[:len(data) // 2])
            raise Cut
        if fault.get("slow") and self.events:
            time.sleep(fault["slow"])
        self._chunk(data)
        self.events += 1

    def check_stream(self):
        """Called between events: faults that need no further one, and a client that left."""
        fault = self.fault
        if self.hung_up:
            raise Cut
        if fault.get("end") is not None and self.events >= fault["end"]:
            raise EndStream
        if fault.get("cut_events") == self.events and not fault.get("half"):
            if fault.get("garbage"):
                self._chunk(fault["garbage"].encode())
            raise Cut
        if self.client_left():
            raise Cut

    def hang_up(self):
        """Called by another thread."""
        self.hung_up = True
        close_hard(self.handler.connection)

    def finish(self):
        self._send(b"0\r\n\r\n")

    def client_left(self):
        """A client says nothing while it reads a stream, so a readable socket is a closed one."""
        try:
            return bool(select.select([self.handler.connection], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    # -- bytes --------------------------------------------------------------------------------

    def _chunk(self, data):
        if not data:
            return
        if self.left is not None and len(data) > self.left:
            # the chunk claims more than will come, as when a server dies in the middle of one
            self._send(b"%x\r\n" % len(data), data[:self.left])
            raise Cut
        if self.left is not None:
            self.left -= len(data)
        self._send(b"%x\r\n" % len(data), data, b"\r\n", payload=len(data))

    def _send(self, *parts, payload=0):
        if self.left is not None and payload == 0 and len(parts) == 2 and parts[0][:5] == b"HTTP/":
            body = parts[1]
            if len(body) > self.left:
                self.handler.wfile.write(parts[0] + body[:self.left])
                raise Cut
        data = b"".join(parts)
        self.entry["bytes"] += len(data)
        self.handler.wfile.write(data)


def close_hard(connection):
    """Close under TLS without its close_notify: what a dying server or a proxy leaves."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        pass

# SPDX-License-Identifier: Apache-2.0
"""What stands before the real API server: it passes requests on as they are, notes each, and lets
the tests' faults strike the answers, which no API server does on demand."""

import http.client
import json
import queue
import threading
import uuid

from .. import auth, control, fields, status
from ..exchange import Cut, EndStream, close_hard
from ..faults import Faults, Record
from ..resources import Registry
from ..store import encode

TICK_S = 0.5        # how often an idle stream looks after its client
BY_THE_WAY = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


def _passed(headers):
    """The headers that are not about this connection alone."""
    return [(name, value) for name, value in headers.items() if name.lower() not in BY_THE_WAY]


class Upstream:
    """One connection to the API server; a client's requests share one, a stream has its own."""

    def __init__(self, port, context):
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)

    def ask(self, handler, body):
        connection = self.connection
        connection.putrequest(handler.command, handler.path, skip_accept_encoding=True)
        for name, value in _passed(handler.headers):
            connection.putheader(name, value)
        if body or handler.command in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        return connection.getresponse()

    def close(self):
        # first under its reader, if there is one: it holds what close() waits for
        if self.connection.sock:
            close_hard(self.connection.sock)
        self.connection.close()


class Pump(threading.Thread):
    """Reads a stream of the API server, so that who sends it on can look after its own client."""

    def __init__(self, answer, by_line):
        super().__init__(daemon=True)
        self.read = answer.readline if by_line else lambda: answer.read1(65536)
        self.pieces = queue.Queue(64)
        self.over = False
        self.start()

    def run(self):
        try:
            while data := self.read():
                self._put(data)
            self._put(b"")
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            self._put(None)     # broken, or closed by who wants no more

    def _put(self, piece):
        while not self.over:
            try:
                self.pieces.put(piece, timeout=TICK_S)
                return
            except queue.Full:
                pass

    def next(self):
        """A piece; b"" at the end, None where it broke; queue.Empty where there is none yet."""
        return self.pieces.get(timeout=TICK_S)


class Gate:
    """As server.Api for the handler: who asks, the faults, and where the answer comes from."""

    def __init__(self, tokens, servers, etcd):
        self.tokens = tokens
        self.servers = servers
        self.etcd = etcd
        self.registry = Registry()
        self.faults = Faults()
        self.record = Record()
        self.streams = set()
        self.streams_lock = threading.Lock()
        self.settings = {}
        self.compacted = 0
        self.actions = {**control.ACTIONS, ("POST", "compact"): compact, ("POST", "load"): load}

    def identify(self, header, certificate):
        """For the record alone: the API server itself decides."""
        try:
            return (*auth.authenticate(header, certificate, self.tokens), None)
        except status.ApiError:
            return "", (), None

    def wake_streams(self):
        """Their clients are gone already, and they see so within a tick."""

    def upstream(self):
        return Upstream(self.servers.port, self.servers.tls)

    def serve(self, exchange, _user, groups, body):
        request = exchange.request
        if request.parts[:1] == ["sandbox"]:
            control.serve(self, exchange, groups, body)
        elif request.verb == "watch" or request.subresource == "log":
            self._stream(exchange, body)
        else:
            self._reply(exchange, body)

    def _reply(self, exchange, body):
        handler = exchange.handler
        if not hasattr(handler, "upstream"):
            handler.upstream = self.upstream()
        try:
            answer = handler.upstream.ask(handler, body)
            data = answer.read()
        except (OSError, http.client.HTTPException):
            handler.upstream.close()
            raise
        exchange.framed(answer.status, _passed(answer.headers), data)
        if handler.command in ("POST", "PUT") and answer.status < 300 and \
                exchange.request.plural == "customresourcedefinitions":
            self.registry.add_crd(json.loads(body))

    # -- streams ------------------------------------------------------------------------------

    def _stream(self, exchange, body):
        request = exchange.request
        revision = request.number("resourceVersion") or 0
        if request.verb == "watch" and 0 < revision < self.compacted:
            exchange.stream("application/json")
            exchange.event(_gone(status.expired(revision, self.compacted)))
            exchange.finish()
            return
        upstream = self.upstream()
        try:
            answer = upstream.ask(exchange.handler, body)
            if answer.status != 200:
                exchange.framed(answer.status, _passed(answer.headers), answer.read())
                return
            self._relay(exchange, answer)
        finally:
            upstream.close()

    def _relay(self, exchange, answer):
        exchange.stream(None, _passed(answer.headers))
        by_line = exchange.request.verb == "watch" or bool(
            set(exchange.fault) & {"end", "cut_events", "slow", "half", "garbage"})
        pump = Pump(answer, by_line)
        with self.streams_lock:
            self.streams.add(exchange)
        try:
            self._pieces(exchange, pump)
        except EndStream:
            pass
        finally:
            pump.over = True
            with self.streams_lock:
                self.streams.discard(exchange)
        exchange.finish()

    @staticmethod
    def _pieces(exchange, pump):
        gone = exchange.fault.get("gone")
        while True:
            exchange.check_stream()
            if gone is not None and exchange.events >= gone:
                exchange.event(_gone(status.of_code(410)))
                return
            try:
                piece = pump.next()
            except queue.Empty:
                continue
            if piece is None:
                raise Cut
            if not piece:
                return
            exchange.event(piece)


def _gone(err):
    return b'{"type":"ERROR","object":%s}\n' % encode(err.body())


def _listed(gate, target):
    """The answer to the admin's GET."""
    token = next(token for token, (_, groups) in gate.tokens.items() if auth.MASTERS in groups)
    connection = http.client.HTTPSConnection("127.0.0.1", gate.servers.port,
                                             context=gate.servers.tls)
    try:
        connection.request("GET", target, headers={"Authorization": "Bearer " + token})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


# -- /sandbox/... as control.py has it --------------------------------------------------------

def compact(gate, *_):
    """The API server cannot be made to forget; watches of before are told so here."""
    gate.compacted = int(_listed(gate, "/api/v1/namespaces?limit=1")["metadata"]["resourceVersion"])
    return {"compacted": gate.compacted}


def load(gate, _, objects):
    kinds = {resource.kind: resource.plural for resource in gate.registry.resources.values()
             if resource.custom}
    for kind, plural in kinds.items():
        chosen = [obj for obj in objects if obj["kind"] == kind]
        for obj in chosen:
            meta = obj["metadata"]
            meta.setdefault("uid", str(uuid.uuid4()))
            meta.setdefault("creationTimestamp", fields.timestamp())
            meta.setdefault("generation", 1)
        gate.etcd.put(plural, chosen)
    return {"loaded": len(objects)}

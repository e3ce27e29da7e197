# SPDX-License-Identifier: Apache-2.0
"""The stand-in for the Kubernetes API server: HTTP/1.1 over TLS, one thread a connection.

Run as `python3 -m cluster.server`; it prints one line of JSON with its port when it is ready.
"""

import argparse
import http.server
import json
import ssl
import threading
import time

from listener import Listener

from . import admission, auth, control, older, podlog, status, watch
from .client import until_parent_ends
from .exchange import Cut, Exchange, close_hard
from .faults import Faults, Record
from .request import Request
from .resources import Registry
from .store import Store
from .verbs import Verbs

BODY_MAX = 3 * 1024 * 1024
VERSION = {"major": "1", "minor": "33", "gitVersion": "v1.33.0+sandbox", "gitCommit": "",
           "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "",
           "compiler": "", "platform": "linux/amd64"}


class Api:
    """Everything that the requests share."""

    actions = control.ACTIONS

    def __init__(self, tokens):
        self.store = Store()
        self.registry = Registry()
        self.authorizer = auth.Authorizer(self.store, self.registry)
        self.tokens = tokens
        self.faults = Faults()
        self.record = Record()
        self.streams = set()
        self.streams_lock = threading.Lock()
        #: seconds between two bookmarks of a watch; whether v1alpha1 is served, converted; whether it
        #: is all that users are served, as by an old kpack
        self.settings = {"bookmark": 60.0, "conversion": False, "older": False}

    def wake_streams(self):
        """They look at once whether they were hung up."""
        with self.store.changed:
            self.store.changed.notify_all()

    def identify(self, header, certificate):
        """(user, groups, None), or the refusal in place of None."""
        try:
            return (*auth.authenticate(header, certificate, self.tokens), None)
        except status.ApiError as err:
            return "", (), err

    # -- versions -----------------------------------------------------------------------------

    def check_conversion(self, resource, version, cached=False):
        """Other versions than the stored one need kpack's conversion webhook. Without it the API
        server cannot fill its watch cache, which is what a watch and a LIST without limit wait for;
        what needs no cache fails on the first object."""
        if not resource.webhook or version == resource.storage or (
                self.settings["conversion"] or self.settings["older"]):
            return
        raise status.storage_initializing() if cached else status.conversion_failed(resource)

    def converted(self, resource, entry, version):
        if version == resource.storage:
            return entry.obj
        if resource.webhook:
            obj = admission.convert(entry.obj, version)
            return older.show(obj) if self.settings["older"] else obj
        return {**entry.obj, "apiVersion": resource.api_version(version)}

    def stored(self, resource, obj):
        """An object that was written in any version as it is stored."""
        if self.settings["older"]:
            obj = older.take(obj)
        if resource.webhook:
            return admission.convert(obj, resource.storage)
        return {**obj, "apiVersion": resource.api_version(resource.storage)} if resource.custom else obj

    # -- requests -----------------------------------------------------------------------------

    def serve(self, exchange, user, groups, body):
        request = exchange.request
        if request.parts[:1] == ["sandbox"]:
            control.serve(self, exchange, groups, body)
        elif request.plural is None:
            self._path(exchange, user, groups)
        else:
            self._resource(exchange, user, groups, body)

    def _path(self, exchange, user, groups):
        request = exchange.request
        auth.authorize_path(user, groups, request.verb, request.path)
        if request.path.rstrip("/") in ("/readyz", "/livez", "/healthz"):
            exchange.reply(200, b"ok", "text/plain; charset=utf-8")
        elif request.path.rstrip("/") == "/version":
            exchange.json(200, VERSION)
        elif (found := self.registry.discover(request.parts)) is not None:
            exchange.json(200, found)
        else:
            exchange.reply(404, b"404 page not found\n", "text/plain; charset=utf-8")

    def _resource(self, exchange, user, groups, body):
        request = exchange.request
        self.authorizer.check(user, groups, request)
        resource = self.registry.find(request.group, request.version, request.plural)
        known = resource is not None and not request.rest and (
            not request.subresource or request.subresource in resource.subresources)
        if known and bool(request.namespace) != resource.namespaced:
            # all namespaces at once can be listed and watched, nothing else
            known = (resource.plural == "namespaces" or (
                not request.namespace and request.verb in ("list", "watch")))
        if resource is not None and resource.custom and request.subresource and \
                request.subresource not in resource.subresources:
            raise status.not_found(resource, request.name)
        if not known or (self.settings["older"] and older.hides(request, groups)):
            exchange.reply(404, b"404 page not found\n", "text/plain; charset=utf-8")
            return
        if resource.plural == "namespaces":
            request.namespace = None
        if request.subresource == "log":
            podlog.serve(self, exchange, resource)
            return
        verbs = Verbs(self, exchange, resource, body)
        if request.subresource == "binding":
            verbs.bind()
        elif request.subresource == "token" and request.verb == "create":
            verbs.issue_token()
        elif request.verb == "watch":
            self.check_conversion(resource, request.version, cached=True)
            watch.serve(self, exchange, resource, request.version, verbs.form)
        elif request.verb in ("get", "list", "create", "update", "patch", "delete",
                              "deletecollection") and (request.name or request.verb in (
                                  "list", "create", "deletecollection")):
            getattr(verbs, request.verb)()
        else:
            raise status.method_not_allowed()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = None

    def setup(self):
        super().setup()
        self.connection.setsockopt(6, 1, 1)     # TCP_NODELAY
        with self.server.counter_lock:
            self.server.connections += 1
            self.connection_number = self.server.connections

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            self.connection.do_handshake()
            super().handle()
        except (OSError, ValueError):
            pass

    def answer(self):
        api = self.server.api
        length = int(self.headers.get("Content-Length") or 0)
        body = self._body(length)
        request = Request(self.command, self.path)
        entry = {"status": None, "bytes": 0}
        fault = {}
        try:
            user, groups, failed = api.identify(self.headers.get("Authorization"),
                                                self.connection.getpeercert())
            if request.parts[:1] != ["sandbox"]:
                entry = api.record.open(request, user, self.connection_number, self.headers, body)
                fault = api.faults.strike(request, user)
            exchange = Exchange(self, request, entry, fault)
            self._answer(exchange, user, groups, body, failed)
        except Cut:
            self.close_connection = True
            close_hard(self.connection)
        finally:
            entry["done"] = True
            entry["seconds"] = time.time() - entry.get("time", 0)

    def _body(self, length):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(length) if length else b""

    def _answer(self, exchange, user, groups, body, failed):
        api = self.server.api
        fault = exchange.fault
        if fault.get("delay"):
            time.sleep(fault["delay"])
        if fault.get("drop"):
            raise Cut
        try:
            if fault.get("status"):
                raise self._fault_error(exchange, user)
            if failed:
                raise failed
            if len(body) > BODY_MAX and exchange.request.parts[:1] != ["sandbox"]:
                raise status.ApiError(413, "RequestEntityTooLarge",
                                      "Request entity too large: limit is %d" % BODY_MAX)
            api.serve(exchange, user, groups, body)
        except status.ApiError as err:
            exchange.error(err)

    def _fault_error(self, exchange, user):
        """The answer that a fault asks for, in the API server's own words where it has some."""
        fault, request = exchange.fault, exchange.request
        code, message = fault["status"], fault.get("message")
        resource = request.plural and self.server.api.registry.find(
            request.group, request.version, request.plural)
        if not message and resource:
            name = request.name or ""
            if code == 409:
                return status.conflict(resource, name)
            if code == 404:
                return status.not_found(resource, name)
            if code == 403:
                return status.forbidden(user, request.verb, request.group, request.plural,
                                        request.subresource, request.namespace, request.name)
        if code == 401:
            return status.unauthorized()
        return status.of_code(code, message, fault.get("retry_after"))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer


class Server(Listener):
    def __init__(self, api, context, handler=Handler):
        self.api = api
        self.connections = 0
        self.counter_lock = threading.Lock()
        super().__init__(handler, context)


def tls_context(certificate, key, client_ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(client_ca)
    context.verify_mode = ssl.CERT_OPTIONAL     # a certificate or a token, as it comes
    context.set_alpn_protocols(["http/1.1"])
    return context


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--client-ca", required=True)
    parser.add_argument("--tokens", required=True, help="token,user,uid,\"groups\" lines")
    options = parser.parse_args()
    api = Api(auth.load_tokens(options.tokens))
    server = Server(api, tls_context(options.cert, options.key, options.client_ca))
    server.start()
    print(json.dumps({"port": server.port}), flush=True)
    until_parent_ends()


if __name__ == "__main__":
    main()

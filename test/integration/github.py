# SPDX-License-Identifier: Apache-2.0
"""A stand-in for GitHub: the API of Apps, which verifies what it is told, before the git server, which it lets
installation tokens in to."""

import base64
import datetime
import json
import os
import ssl
import time

from net_server import Server, answer, pass_on

JSON = "application/vnd.github+json"


class GitHub(Server):
    """`world` is the repository behind it, `key` the RsaKey of the App, which is installed for all of `owners`."""

    def __init__(self, world, key, owners=("/orgs/team",), lifetime_s=3600, uses=None):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(os.path.join(world.folder, "server.crt"), os.path.join(world.folder, "server.key"))
        super().__init__(tls)
        self.world = world
        self.key = key
        self.owners = owners
        self.lifetime_s = lifetime_s
        self.uses = uses    # a token is taken so often; None: for as long as it lives
        self.tokens = {}    # token: [when it ends, how often it may be used]
        self.asked = []     # paths of the API
        self.wrong = []     # what was wrong with what came
        self.refused = 0    # how often git was

    def uri(self):
        """Of the repository, as pipelines name it."""
        return self.url("/" + self.world.name)

    def handle(self, request, connection):
        if request.target.startswith("/api/v3/"):
            path = request.target[len("/api/v3"):]
            self.asked.append(path)
            try:
                self._judge(request)
            except (AssertionError, KeyError, ValueError) as err:
                self.wrong.append(repr(err))
                self._reply(connection, 401, {"message": "A JSON web token could not be decoded"})
                return
            self._api(request.method, path, connection)
        elif self._takes(request):
            self._pass_on(request, connection)
        else:
            self.refused += 1
            connection.send(answer(b"no", 401, WWW_Authenticate='Basic realm="GitHub"'))

    def _judge(self, request):
        scheme, _, token = request.headers["authorization"].partition(" ")
        assert scheme == "Bearer" and request.headers["accept"] == JSON, request.headers
        assert request.headers["user-agent"], "GitHub wants to know who asks"
        header, claims = self.key.verify(token)
        now = time.time()
        assert header == {"alg": "RS256", "typ": "JWT"}, header
        assert set(claims) == {"iss", "iat", "exp"} and claims["iss"] == "1234", claims
        assert now - 120 < claims["iat"] <= now, claims
        assert now < claims["exp"] < now + 600, claims

    def _api(self, method, path, connection):
        if method == "GET" and path.endswith("/installation") and path[:-len("/installation")] in self.owners:
            self._reply(connection, 200, {"id": 77, "account": {"login": "team"}, "app_id": 1234})
        elif (method, path) == ("POST", "/app/installations/77/access_tokens"):
            token = "ghs_" + os.urandom(18).hex()
            end = time.time() + self.lifetime_s
            self.tokens[token] = [end, self.uses]
            self._reply(connection, 201, {
                "token": token, "permissions": {"contents": "write"},
                "expires_at": datetime.datetime.fromtimestamp(end, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")})
        else:
            self._reply(connection, 404, {"message": "Not Found"})

    def _takes(self, request):
        scheme, _, both = request.headers.get("authorization", "").partition(" ")
        user, _, token = base64.b64decode(both).decode().partition(":")
        known = self.tokens.get(token) if scheme == "Basic" and user == "x-access-token" else None
        if not known or known[1] == 0:
            return False
        if known[1]:
            known[1] -= 1
        return True

    def _pass_on(self, request, connection):
        server = self.world.server
        own = base64.b64encode(("%s:%s" % (server.username, server.password)).encode()).decode()
        headers = {name: request.headers[name] for name in ("accept", "content-type", "git-protocol")
                   if name in request.headers}
        headers["Authorization"] = "Basic " + own
        pass_on(request, connection, server.url() + request.target[1:],
                ssl.create_default_context(cafile=server.ca_file), headers)

    @staticmethod
    def _reply(connection, status, body):
        connection.send(answer(json.dumps(body).encode(), status, Content_Type="application/json; charset=utf-8"))

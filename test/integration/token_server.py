# SPDX-License-Identifier: Apache-2.0
"""The token server of a registry: whoever knows the password gets a signed token for what is asked for.

What a registry makes of its tokens is the registry's own: they are as its protocol has them, and `key` signs them.
"""

import base64
import json
import os
import ssl
import threading
import time
import urllib.parse

from jwt import RsaKey
from net_server import Server, answer

SERVICE, ISSUER = "registry of tests", "tokens of tests"


class TokenServer(Server):
    """Runs until stop(), over TLS by the folder's server.crt and server.key."""

    def __init__(self, folder, user, password):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "server.crt"), os.path.join(folder, "server.key"))
        super().__init__(context)
        self.login = "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()
        self.key = RsaKey(folder)
        self.certificate = self.key.certificate()
        self.lock = threading.Lock()
        self.reset()
        self.on("/token", self.issue)
        self.thread.start()

    def reset(self):
        """As it was at first."""
        self.asked = []     # {parameter: value} of each question
        self.handed = []    # the tokens
        self.ages_s = []    # how old the next ones are, in turn; then new
        self.refused = []   # actions that nobody gets

    def stop(self):
        self.__exit__()

    @property
    def configuration(self):
        """For the registry."""
        return {"realm": self.url("/token"), "service": SERVICE, "issuer": ISSUER, "rootcertbundle": self.certificate}

    def token(self, repository, actions, age_s=0):
        """One that is good for a minute, but for what it has lived of it."""
        with open(self.certificate, encoding="ascii") as file:
            chain = ["".join(file.read().splitlines()[1:-1])]
        now = int(time.time()) - age_s
        claims = {"iss": ISSUER, "aud": SERVICE, "sub": "", "iat": now, "nbf": now - 10, "exp": now + 60,
                  "jti": os.urandom(8).hex(),
                  "access": [{"type": "repository", "name": repository, "actions": actions}]}
        with self.lock:
            return self.key.sign({"typ": "JWT", "x5c": chain}, claims)

    def issue(self, request, connection):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.target).query, strict_parsing=True))
        self.asked.append(query)
        if request.headers.get("authorization") != self.login:
            body = {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}
            connection.send(answer(json.dumps(body).encode(), 401, Content_Type="application/json"))
            return
        _, repository, actions = query["scope"].split(":")
        granted = [action for action in actions.split(",") if action not in self.refused]
        self.handed.append(self.token(repository, granted, self.ages_s.pop(0) if self.ages_s else 0))
        connection.send(answer(json.dumps({"token": self.handed[-1], "expires_in": 60}).encode(),
                               Content_Type="application/json"))

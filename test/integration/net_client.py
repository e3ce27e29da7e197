# SPDX-License-Identifier: Apache-2.0
"""Run net_client, and make the certificates that it is tested with."""

import json
import os
import ssl
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.environ.get("BIN", os.path.join(HERE, "../../build"))
CLIENT = os.path.join(BIN, "test/integration/net_client")
CONFIG, AUTH, MISSING, REMOTE, NETWORK = "config", "auth", "missing", "remote", "network"
STOPPED, INTERNAL = "stopped", "internal"
TIMEOUT_S = 120


def environment(**variables):
    """Nothing of the machine's own proxies and certificates."""
    own = {name: value for name, value in os.environ.items()
           if not name.lower().endswith("_proxy") and not name.startswith("SSL_CERT_")}
    # the machine's certificates are no part of a test; "" takes a variable away
    own.update({"SSL_CERT_DIR": "/nonexistent", "NO_COLOR": "1"})
    own.update({name: value for name, value in variables.items() if value is not None})
    return {name: value for name, value in own.items() if value != ""}


class Outcome:
    """The results of a run: a list of dicts, what was logged, and how long it took."""

    def __init__(self, done, seconds):
        self.log = done.stderr.decode("utf-8", "replace")
        self.seconds = seconds
        self.status = done.returncode
        if done.returncode not in (0, 1):
            raise AssertionError("net_client ended with %d: %s" % (done.returncode, self.log))
        self.results = [json.loads(line) for line in done.stdout.splitlines()]


def run(exchanges, options=None, together=False, variables=None, root=None):
    """Run net_client once with these exchanges; `root`: a root file system with the client as /client."""
    given = {"options": options or {}, "exchanges": exchanges, "together": together}
    started = time.monotonic()
    done = subprocess.run(["/client" if root else CLIENT], input=json.dumps(given).encode(),
                          capture_output=True, timeout=TIMEOUT_S, env=environment(**(variables or {})),
                          preexec_fn=(lambda: os.chroot(root)) if root else None, check=False)
    return Outcome(done, time.monotonic() - started)


def fetch(url, options=None, variables=None, **exchange):
    """One exchange's result."""
    return run([dict(exchange, url=url)], options, variables=variables).results[0]


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Certificates:
    """A CA and what it signed, in a folder."""

    def __init__(self, folder, name="test CA"):
        self.folder = folder
        self.ca = self.path("ca.crt")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-days", "30", "-subj", "/CN=" + name, "-addext", "basicConstraints=critical,CA:TRUE",
                 "-keyout", self.path("ca.key"), "-out", self.ca)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def sign(self, name, subject_names, days=30):
        """Write name.crt and name.key."""
        with open(self.path("ext"), "w", encoding="ascii") as extensions:
            extensions.write("subjectAltName=%s\n" % subject_names)
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-subj", "/CN=" + name, "-keyout", self.path(name + ".key"), "-out", self.path("csr"))
        _openssl("x509", "-req", "-in", self.path("csr"), "-days", str(days), "-CA", self.ca,
                 "-CAkey", self.path("ca.key"), "-CAcreateserial", "-extfile", self.path("ext"),
                 "-out", self.path(name + ".crt"))

    def server(self, name="server", client_certificates=ssl.CERT_NONE):
        """A server's TLS context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name + ".crt"), self.path(name + ".key"))
        context.verify_mode = client_certificates
        context.load_verify_locations(self.ca)
        return context

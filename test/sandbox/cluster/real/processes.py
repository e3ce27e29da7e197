# SPDX-License-Identifier: Apache-2.0
"""etcd and kube-apiserver, on loopback, for as long as this process lives."""

import ctypes
import http.client
import os
import signal
import socket
import ssl
import subprocess
import time

from .. import tls

START_S = 90
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
"""


def free_ports(count):
    """Ports that nobody has at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class NotStarted(Exception):
    """A server ended, or did not answer in time."""


class Child:
    """A process that does not outlive this one, not even where this one is killed."""

    def __init__(self, folder, binary, *arguments):
        self.name = os.path.basename(binary)
        self.log = os.path.join(folder, self.name + ".log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))

    def wait(self, port, context, target, headers):
        """Until a GET of `target` is answered with 200."""
        end = time.monotonic() + START_S
        while True:
            if self.process.poll() is not None or time.monotonic() > end:
                raise NotStarted("%s: %s" % (self.name, self._said()))
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=5)
            try:
                connection.request("GET", target, headers=headers)
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(0.05)

    def _said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def end(self):
        """At once: nothing that it holds is wanted any more."""
        self.process.kill()
        self.process.wait()


class Servers:
    """Both, in a folder that holds a CA (tls.make_all) and tokens.csv."""

    def __init__(self, binaries, folder, audit, token):
        self.binaries = binaries
        self.folder = folder
        self.audit = audit
        self.children = []
        tls.make_certificate(folder, "etcd", "/CN=etcd", "subjectAltName=IP:127.0.0.1",
                             "extendedKeyUsage=serverAuth,clientAuth")
        with open(self._file("audit.yaml"), "w", encoding="ascii") as file:
            file.write(POLICY)
        self.ca = self._file("ca.crt")
        self.etcd_tls = ssl.create_default_context(cafile=self.ca)
        self.etcd_tls.load_cert_chain(self._file("etcd.crt"), self._file("etcd.key"))
        self.tls = ssl.create_default_context(cafile=self.ca)
        self._start({"Authorization": "Bearer " + token})

    def _file(self, name):
        return os.path.join(self.folder, name)

    def _start(self, headers):
        """A port may be taken between its choice and its use: then again with others."""
        for left in (2, 1, 0):
            self.etcd_port, peer, self.port = free_ports(3)
            try:
                self._etcd(self.etcd_port, peer)
                self._apiserver(headers)
                return
            except NotStarted:
                self.end()
                if not left:
                    raise

    def _child(self, name, *arguments):
        child = Child(self.folder, os.path.join(self.binaries, name), *arguments)
        self.children.append(child)
        return child

    def _etcd(self, port, peer):
        client, peers = "https://127.0.0.1:%d" % port, "https://127.0.0.1:%d" % peer
        own = ("--%scert-file=etcd.crt", "--%skey-file=etcd.key", "--%strusted-ca-file=ca.crt",
               "--%sclient-cert-auth")
        self._child("etcd", "--name=sandbox", "--data-dir=etcd-%d" % port, "--log-level=warn",
                    "--unsafe-no-fsync", "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client, "--listen-peer-urls=" + peers,
                    "--initial-advertise-peer-urls=" + peers, "--initial-cluster=sandbox=" + peers,
                    *(option % "" for option in own), *(option % "peer-" for option in own)
                    ).wait(port, self.etcd_tls, "/health", {})

    def _apiserver(self, headers):
        # the issuer and the service range only name things: nothing is dialled
        self._child(
            "kube-apiserver", "--etcd-servers=https://127.0.0.1:%d" % self.etcd_port,
            "--etcd-cafile=ca.crt", "--etcd-certfile=etcd.crt", "--etcd-keyfile=etcd.key",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            "--secure-port=%d" % self.port, "--endpoint-reconciler-type=none",
            "--tls-cert-file=apiserver.crt", "--tls-private-key-file=apiserver.key",
            "--client-ca-file=ca.crt", "--token-auth-file=tokens.csv",
            "--authorization-mode=RBAC", "--audit-policy-file=audit.yaml",
            "--audit-log-path=" + self.audit,
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=apiserver.crt",
            "--service-account-signing-key-file=apiserver.key",
            "--service-cluster-ip-range=10.96.0.0/16",
            # nobody here gives each namespace its account and mounts its token
            "--disable-admission-plugins=ServiceAccount",
            "--profiling=false").wait(self.port, self.tls, "/readyz", headers)

    def end(self):
        while self.children:
            self.children.pop().end()

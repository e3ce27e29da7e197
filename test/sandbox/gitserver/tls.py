# SPDX-License-Identifier: Apache-2.0
"""A CA of our own and a certificate for loopback, made with the openssl command."""

import os
import subprocess

SERVER_NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True)


def make_ca(directory, common_name="sandbox git server CA"):
    """Write ca.crt and ca.key; returns the path of the certificate."""
    certificate = os.path.join(directory, "ca.crt")
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "30", "-subj", "/CN=" + common_name,
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign",
             "-keyout", os.path.join(directory, "ca.key"), "-out", certificate)
    return certificate


def make_server_certificate(directory):
    """Write server.crt and server.key, signed by the CA of make_ca() in the same directory."""
    path = lambda name: os.path.join(directory, name)
    with open(path("server.ext"), "w", encoding="ascii") as extensions:
        extensions.write(SERVER_NAMES + "\nextendedKeyUsage=serverAuth\n")
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-subj", "/CN=127.0.0.1", "-keyout", path("server.key"), "-out", path("server.csr"))
    _openssl("x509", "-req", "-in", path("server.csr"), "-days", "30",
             "-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial",
             "-extfile", path("server.ext"), "-out", path("server.crt"))
    return path("server.crt"), path("server.key")

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


def _make_certificate(directory, name, common_name, extensions):
    """Write NAME.crt and NAME.key, signed by the CA of make_ca() in the same directory."""
    path = lambda suffix: os.path.join(directory, name + suffix)
    with open(path(".ext"), "w", encoding="ascii") as file:
        file.write(extensions)
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-subj", "/CN=" + common_name, "-keyout", path(".key"), "-out", path(".csr"))
    _openssl("x509", "-req", "-in", path(".csr"), "-days", "30",
             "-CA", os.path.join(directory, "ca.crt"), "-CAkey", os.path.join(directory, "ca.key"),
             "-CAcreateserial", "-extfile", path(".ext"), "-out", path(".crt"))
    return path(".crt"), path(".key")


def make_server_certificate(directory):
    """server.crt and server.key."""
    return _make_certificate(directory, "server", "127.0.0.1",
                             SERVER_NAMES + "\nextendedKeyUsage=serverAuth\n")


def make_client_certificate(directory):
    """client.crt and client.key."""
    return _make_certificate(directory, "client", "client", "extendedKeyUsage=clientAuth\n")

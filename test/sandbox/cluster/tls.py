# SPDX-License-Identifier: Apache-2.0
"""A certificate authority and its certificates, made with the openssl program."""

import os
import subprocess

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (arguments[0], done.stderr.strip()))


def make_ca(folder, name="sandbox-ca"):
    """folder/ca.crt and folder/ca.key"""
    _openssl("req", "-x509", *EC, "-days", "30", "-subj", "/CN=" + name,
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign",
             "-keyout", os.path.join(folder, "ca.key"), "-out", os.path.join(folder, "ca.crt"))


def make_certificate(folder, name, subject, *extensions):
    """folder/NAME.crt and folder/NAME.key, signed by folder's CA"""
    added = []
    for extension in ("basicConstraints=CA:FALSE",) + extensions:
        added += ["-addext", extension]
    _openssl("req", "-x509", *EC, "-days", "30", "-subj", subject, *added,
             "-CA", os.path.join(folder, "ca.crt"), "-CAkey", os.path.join(folder, "ca.key"),
             "-keyout", os.path.join(folder, name + ".key"),
             "-out", os.path.join(folder, name + ".crt"))


def make_all(folder):
    """What an API server, a kubelet and two users need."""
    make_ca(folder)
    make_certificate(folder, "apiserver", "/CN=kube-apiserver",
                     "subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1",
                     "extendedKeyUsage=serverAuth")
    make_certificate(folder, "kubelet", "/O=system:nodes/CN=system:node:sandbox",
                     "subjectAltName=DNS:localhost,IP:127.0.0.1", "extendedKeyUsage=serverAuth")
    make_certificate(folder, "ci", "/O=ci/CN=ci-certificate", "extendedKeyUsage=clientAuth")

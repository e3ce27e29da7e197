# SPDX-License-Identifier: Apache-2.0
"""What the tests of signatures share: OpenPGP keys by gpg, SSH keys by ssh-keygen, and a key server."""

import http.server
import os
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from gitserver import tls
from listener import Listener


def run(*command, env=None, data=None, check=True):
    """What a program printed."""
    done = subprocess.run(command, env=env, input=data or b"", stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if check and done.returncode != 0:
        raise AssertionError("%s: %s" % (" ".join(command), done.stderr.decode("utf-8", "replace")))
    return done.stdout


class OpenPgp:
    """A home of gpg with secret keys in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="gpg-", dir="/tmp")  # its sockets' names must be short
        self.environment = dict(os.environ, GNUPGHOME=self.folder, LC_ALL="C.UTF-8")
        self.program = os.path.join(self.folder, "signer")
        with open(self.program, "w", encoding="ascii") as file:
            file.write('#!/bin/sh\nexec gpg $SIGNER_OPTIONS "$@"\n')
        os.chmod(self.program, 0o755)

    def close(self):
        run("gpgconf", "--kill", "all", env=self.environment)
        run("rm", "-rf", self.folder)

    def gpg(self, *arguments, data=None, check=True):
        return run("gpg", "--batch", "--no-tty", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback", *arguments,
                   env=self.environment, data=data, check=check)

    def make(self, name, algorithm="ed25519", expires="never", *options):
        """A key that signs; its fingerprint."""
        self.gpg(*options, "--quick-generate-key", "%s <%s@example.com>" % (name, name), algorithm, "cert,sign", expires)
        return self.fingerprints(name)[0]

    def fingerprints(self, name):
        """That of the key, then those of its subkeys."""
        listed = self.gpg("--with-colons", "--list-keys", name + "@example.com").decode().splitlines()
        return [line.split(":")[9] for line in listed if line.startswith("fpr:")]

    def armored(self, *names, options=()):
        return self.gpg("--armor", *options, "--export", *names).decode()

    def settings(self, key):
        """Options by which git signs with that key."""
        return ["-c", "user.signingkey=" + key, "-c", "gpg.program=" + self.program]


class Verifier:
    """A home of gpg that trusts given keys alone: what git verify-commit says with it."""

    def __init__(self, *armored):
        self.folder = tempfile.mkdtemp(prefix="gpg-", dir="/tmp")
        self.environment = dict(os.environ, GNUPGHOME=self.folder, LC_ALL="C.UTF-8", GIT_CONFIG_GLOBAL=os.devnull)
        for text in armored:
            run("gpg", "--batch", "--quiet", "--import", env=self.environment, data=text.encode())

    def accepts(self, repository, commit):
        done = subprocess.run(("git", "-C", repository, "verify-commit", commit), env=self.environment, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True)
        run("gpgconf", "--kill", "all", env=self.environment)
        run("rm", "-rf", self.folder)
        return done.returncode == 0


class KeyServer:
    """A server of keys, by what is searched for: text, or a status; what was asked is kept."""

    def __init__(self, secure=None):
        self.keys = {}
        self.below = ""  # the folder that it answers in
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                url = urllib.parse.urlsplit(self.path)
                wanted = dict(urllib.parse.parse_qsl(url.query))
                found = outer.keys.get(wanted.get("search"), 404)
                if url.path != outer.below + "/pks/lookup" or wanted.get("op") != "get" or wanted.get("options") != "mr":
                    found = 400
                body = found.encode() if isinstance(found, str) else b"No results found\n"
                self.send_response(200 if isinstance(found, str) else found)
                self.send_header("Content-Type", "application/pgp-keys")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        context = None
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.ca_file = tls.make_ca(secure)
            context.load_cert_chain(*tls.make_server_certificate(secure))
        self.server = Listener(Handler, context)
        self.server.start()
        self.address = "127.0.0.1:%d" % self.server.port

    def close(self):
        self.server.stop()

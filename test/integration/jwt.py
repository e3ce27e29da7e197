# SPDX-License-Identifier: Apache-2.0
"""JSON Web Tokens, signed and verified by the openssl program."""

import base64
import json
import os
import re
import subprocess


def encode64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode64(text):
    """Of base64url without padding, and of nothing else."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url without padding")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class RsaKey:
    """A key that signs, and its public half, which verifies; in a folder. `traditional`: in PKCS #1's form."""

    def __init__(self, folder, traditional=False):
        self.folder = folder
        self.pem = self._openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048").decode()
        self._write("key.pem", self.pem.encode())
        self._write("public.pem", self._openssl("pkey", "-in", self._path("key.pem"), "-pubout"))
        if traditional:
            self.pem = self._openssl("rsa", "-in", self._path("key.pem"), "-traditional").decode()

    def sign(self, header, claims):
        """A token of it."""
        signed = ".".join(encode64(json.dumps(part).encode()) for part in ({"alg": "RS256", **header}, claims))
        self._write("signed", signed.encode())
        signature = self._openssl("dgst", "-sha256", "-sign", self._path("key.pem"), self._path("signed"))
        return "%s.%s" % (signed, encode64(signature))

    def certificate(self):
        """The path of a certificate of it that it has signed itself."""
        self._openssl("req", "-x509", "-new", "-key", self._path("key.pem"), "-days", "30", "-subj", "/CN=tokens",
                      "-out", self._path("key.crt"))
        return self._path("key.crt")

    def verify(self, token):
        """Header and claims of a token that this key has signed."""
        header, claims, signature = token.split(".")
        self._write("signed", ("%s.%s" % (header, claims)).encode())
        self._write("signature", decode64(signature))
        verified = subprocess.run(["openssl", "dgst", "-sha256", "-verify", self._path("public.pem"), "-signature",
                                   self._path("signature"), self._path("signed")], capture_output=True, check=False)
        assert verified.stdout == b"Verified OK\n", verified
        return json.loads(decode64(header)), json.loads(decode64(claims))

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, name, data):
        with open(self._path(name), "wb") as file:
            file.write(data)

    @staticmethod
    def _openssl(*arguments):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout

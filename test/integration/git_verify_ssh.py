#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: commits signed by SSH keys, as git verify-commit and ssh-keygen see them."""

import base64
import hashlib
import os
import struct
import tempfile
import unittest

import tap
from git_verify import Signed
from signing import run

TIME = 1700000000  # of the world's first commit


def string(data):
    return struct.pack(">I", len(data)) + data


class SshKeys(Signed, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder_of_keys = folder.name

    def key(self, name, *kind):
        """A key's file; made once."""
        path = os.path.join(self.folder_of_keys, name)
        if not os.path.exists(path):
            run("ssh-keygen", "-q", "-N", "", "-C", "comment of " + name, "-f", path, *(kind or ("-t", "ed25519")))
        return path

    def public(self, key):
        """Type, key and comment."""
        with open(key + ".pub", encoding="ascii") as file:
            return file.read().strip()

    def commit_by(self, key, message="signed"):
        """A commit on main that the key signs; its id."""
        world = self.world
        world.git("-c", "gpg.format=ssh", "-c", "user.signingkey=" + key, "commit", "-q", "--allow-empty", "-S",
                  "-m", message)
        world.publish()
        return world.git("rev-parse", "HEAD")

    def git_takes(self, commit, allowed):
        path = os.path.join(self.folder_of_keys, "allowed")
        with open(path, "w", encoding="utf-8") as file:
            file.write(allowed)
        setting = "gpg.ssh.allowedSignersFile=" + path
        try:
            self.world.git("-c", setting, "verify-commit", commit)
        except AssertionError:
            return False
        return True

    def both_take(self, commit, allowed):
        self.assertTrue(self.git_takes(commit, allowed), allowed)
        return self.taken(commit, allowed_signers=allowed)

    def both_refuse(self, commit, allowed, why):
        self.assertFalse(self.git_takes(commit, allowed), allowed)
        return self.refused(commit, why, allowed_signers=allowed)

    def test_good_signatures_of_each_kind_of_key(self):
        for kind in (("ed25519",), ("rsa", "-b", "2048"), ("ecdsa", "-b", "256"), ("ecdsa", "-b", "384"),
                     ("ecdsa", "-b", "521")):
            with self.subTest(kind):
                key = self.key("".join(kind), "-t", *kind)
                result = self.both_take(self.commit_by(key), "me@example.com " + self.public(key))
                fingerprint = run("ssh-keygen", "-l", "-f", key + ".pub").decode().split()[1]
                self.assertIn("is signed by me@example.com with the SSH key " + fingerprint, result.stderr)

    def test_the_file_s_lines(self):
        key, other = self.key("mine"), self.key("other")
        mine, others = self.public(key), self.public(other)
        commit = self.commit_by(key)
        for allowed in (
                "me@example.com,you@example.com " + mine, "* " + mine, "*@example.com,!root@example.com " + mine,
                '"me@example.com" ' + mine, "# comment\n\nyou %s\nme %s\n" % (others, mine),
                'me namespaces="git" ' + mine, 'me namespaces="file,git" ' + mine, 'me NAMESPACES="g*" ' + mine,
                'me valid-after="20200101" ' + mine,
                'me valid-after="20200101",valid-before="20400101120000" ' + mine, 'me valid-before="203001012359" ' + mine,
                "me\t" + mine.replace(" ", "\t", 1), "me  " + mine + " more words"):
            with self.subTest(allowed.replace(mine, "MINE")):
                self.both_take(commit, allowed)

    def test_lines_that_do_not_take_it(self):
        key, other = self.key("mine"), self.key("other")
        mine, others = self.public(key), self.public(other)
        commit = self.commit_by(key)
        for allowed, why in (
                ("me " + others, "does not name$"), ('me namespaces="file" ' + mine, "not allow for the namespace 'git'$"),
                ('me namespaces="GIT" ' + mine, "for the namespace 'git'$"),
                ('me valid-after="20400101" ' + mine, "not valid at the commit's time"),
                ('me valid-before="20200101" ' + mine, "not valid at the commit's time"),
                ("!me " + mine, "does not name$"), ("me namespaces=git " + mine, "line 1: has an option that is none of"),
                ('me no-such-option ' + mine, "line 1: has an option that is none of"),
                ("me " + mine[:60], "line 1: the key: is not a whole key of its type$"), ("# nobody", "source.allowed_signers: names no key$")):
            with self.subTest(allowed.replace(mine, "MINE")):
                self.both_refuse(commit, allowed, why)

    def test_a_key_is_valid_to_the_second(self):
        key = self.key("mine")
        commit = self.commit_by(key)
        time = int(self.world.git("log", "-1", "--format=%ct"))
        stamp = lambda seconds: run("date", "-u", "-d", "@%d" % seconds, "+%Y%m%d%H%M%S").decode().strip()
        for option, at, taken in (("valid-after", 0, True), ("valid-after", 1, False), ("valid-after", -1, True),
                                  ("valid-before", 0, True), ("valid-before", -1, False), ("valid-before", 1, True)):
            with self.subTest("%s %+d" % (option, at)):
                allowed = 'me %s="%s" %s' % (option, stamp(time + at), self.public(key))
                if taken:
                    self.both_take(commit, allowed)
                else:
                    self.both_refuse(commit, allowed, "not valid at the commit's time")

    def test_a_commit_that_was_changed(self):
        key = self.key("mine")
        text = self.world.run("git", "-C", self.world.work, "cat-file", "commit", self.commit_by(key))
        path = self.world.path("planted")
        with open(path, "wb") as file:
            file.write(text.replace(b"\n\nsigned", b"\n\nforged"))
        forged = self.world.git("hash-object", "-t", "commit", "-w", path)
        self.world.git("update-ref", "refs/heads/main", forged)
        self.world.publish()
        self.both_refuse(forged, "me " + self.public(key), "its SSH signature: does not match$")

    def forge(self, signature):
        """A commit with that signature of what it would be without one; its id."""
        tree = self.world.git("write-tree")
        head = ("tree %s\nauthor A <a@example.com> %d +0000\ncommitter A <a@example.com> %d +0000\n" %
                (tree, TIME, TIME)).encode()
        armored = signature(head + b"\nmessage\n").strip().replace(b"\n", b"\n ")
        path = self.world.path("forged")
        with open(path, "wb") as file:
            file.write(head + b"gpgsig " + armored + b"\n\nmessage\n")
        commit = self.world.git("hash-object", "-t", "commit", "-w", path)
        self.world.git("update-ref", "refs/heads/main", commit)
        self.world.publish()
        return commit

    def test_a_signature_for_something_else(self):
        key = self.key("mine")
        commit = self.forge(lambda data: run("ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key, data=data))
        self.both_refuse(commit, "me " + self.public(key), "for something else than git")

    def test_the_other_digest(self):
        key = self.key("mine")
        commit = self.forge(lambda data: run("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-O", "hashalg=sha256", "-f", key, data=data))
        self.both_take(commit, "me " + self.public(key))

    def test_keys_of_tokens(self):
        """As a token would: OpenSSH's PROTOCOL.u2f. ssh-keygen verifies what it cannot make here."""
        for kind, make in (("ed25519", ("ed25519",)), ("ecdsa", ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"))):
            with self.subTest(kind):
                secret = os.path.join(self.folder_of_keys, "token-" + kind)
                run("openssl", "genpkey", "-algorithm", *make, "-out", secret)
                der = run("openssl", "pkey", "-in", secret, "-pubout", "-outform", "DER")
                if kind == "ed25519":
                    name, rest = b"sk-ssh-ed25519@openssh.com", string(der[-32:])
                else:
                    name, rest = b"sk-ecdsa-sha2-nistp256@openssh.com", string(b"nistp256") + string(der[-65:])
                blob = string(name) + rest + string(b"ssh:")
                public = name.decode() + " " + base64.b64encode(blob).decode()
                commit = self.forge(lambda data: self.token_signs(secret, name, blob, data))
                self.both_take(commit, "me " + public)
                wrong = self.forge(lambda data: self.token_signs(secret, name, blob, data + b"x"))
                self.both_refuse(wrong, "me " + public, "does not match$")

    def token_signs(self, secret, name, blob, data):
        parts = string(b"git") + string(b"") + string(b"sha512")
        signed = b"SSHSIG" + parts + string(hashlib.sha512(data).digest())
        counters = b"\x01" + struct.pack(">I", 7)
        path = os.path.join(self.folder_of_keys, "data")
        with open(path, "wb") as file:
            file.write(hashlib.sha256(b"ssh:").digest() + counters + hashlib.sha256(signed).digest())
        if b"ed25519" in name:
            made = run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", secret, "-in", path)
        else:
            der = run("openssl", "dgst", "-sha256", "-sign", secret, path)
            first = der[4:4 + der[3]]
            made = string(first) + string(der[6 + der[3]:])
        whole = b"SSHSIG" + struct.pack(">I", 1) + string(blob) + parts + string(string(name) + string(made) + counters)
        text = base64.encodebytes(whole)
        return b"-----BEGIN SSH SIGNATURE-----\n" + text + b"-----END SSH SIGNATURE-----\n"

    def test_either_kind_of_signature_suffices(self):
        key, pgp = self.key("mine"), self.pgp.make("either")
        both = {"allowed_signers": "me " + self.public(key), "commit_verification_keys": [self.pgp.armored(pgp)]}
        self.taken(self.commit_by(key), **both)
        self.taken(self.sign(pgp), **both)
        other = self.key("other")
        self.refused(self.commit_by(other), "source.allowed_signers does not name$", **both)
        self.refused(self.sign(self.pgp.make("neither")), "not one of those allowed$", **both)
        plain = self.world.commit("plain")
        self.world.publish()
        self.refused(plain, "is not signed$", **both)

    def test_the_kind_that_nobody_is_named_for(self):
        key, pgp = self.key("mine"), self.pgp.make("alone")
        self.refused(self.commit_by(key), "it is signed by SSH, and source.allowed_signers is not given$",
                     commit_verification_keys=[self.pgp.armored(pgp)])
        self.refused(self.sign(pgp), "it is signed by OpenPGP, and source.allowed_signers allows SSH keys alone$",
                     allowed_signers="me " + self.public(key))


del Signed  # its tests are those of the classes here

if __name__ == "__main__":
    tap.main()

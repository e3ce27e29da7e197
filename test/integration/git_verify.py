#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: commits that must be signed, as git verify-commit sees them."""

import os
import shutil
import tempfile
import unittest

import tap
from git_in_world import Got
from git_world import BIN
from signing import KeyServer, OpenPgp, Verifier

PAST = ("--faked-system-time", "20230101T000000!")


class Signed(Got):
    """A repository that is reached by its path, and who signs."""

    kind = "local"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pgp = OpenPgp()
        cls.addClassCleanup(cls.pgp.close)

    def sign(self, key, options="", message="signed"):
        """A commit on main that the key signs; its id."""
        world = self.world
        os.environ.update(GNUPGHOME=self.pgp.folder, SIGNER_OPTIONS=options)
        try:
            world.write("file", message)
            world.git("add", "-A")
            world.git(*self.pgp.settings(key), "commit", "-q", "--allow-empty", "-S", "-m", message)
        finally:
            del os.environ["GNUPGHOME"], os.environ["SIGNER_OPTIONS"]
        world.publish()
        return world.git("rev-parse", "HEAD")

    def judge(self, commit, **source):
        """in, into a folder of its own."""
        self.another()
        return self.ask(commit, **source)

    def taken(self, commit, **source):
        result = self.judge(commit, **source)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.git("status", "--porcelain"), "")
        return result

    def refused(self, commit, why, **source):
        """It is refused with that reason, before a file of it is written."""
        result = self.judge(commit, **source)
        self.assertNotEqual(result.status, 0, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.message, why)
        left = os.listdir(self.path) if os.path.exists(self.path) else []
        self.assertEqual([name for name in left if name != ".git"], [])
        return result


class OpenPgpKeys(Signed, unittest.TestCase):
    def both_take(self, commit, *keys):
        """git and ours, by the same keys."""
        self.assertTrue(Verifier(*keys).accepts(self.world.work, commit))
        return self.taken(commit, commit_verification_keys=list(keys))

    def both_refuse(self, commit, why, *keys):
        self.assertFalse(Verifier(*keys).accepts(self.world.work, commit))
        return self.refused(commit, why, commit_verification_keys=list(keys))

    def test_good_signatures_of_each_kind_of_key(self):
        for number, algorithm in enumerate(("ed25519", "rsa2048", "nistp256", "dsa2048")):
            with self.subTest(algorithm):
                name = "kind%d" % number
                key = self.pgp.make(name, algorithm)
                result = self.both_take(self.sign(key), self.pgp.armored(key))
                self.assertIn("is signed by the OpenPGP key " + key, result.stderr)

    def test_one_of_several_keys_suffices(self):
        first, second = self.pgp.make("first"), self.pgp.make("second")
        commit = self.sign(second)
        self.both_take(commit, self.pgp.armored(first), self.pgp.armored(second))
        self.both_take(commit, self.pgp.armored(first, second))
        self.both_take(commit, "a comment\n" + self.pgp.armored(first) + "\n" + self.pgp.armored(second))

    def test_a_signature_by_a_subkey_is_one_of_its_key(self):
        key = self.pgp.make("primary")
        self.pgp.gpg("--quick-add-key", key, "ed25519", "sign", "never")
        subkey = self.pgp.fingerprints("primary")[1]
        commit = self.sign(subkey + "!")
        result = self.both_take(commit, self.pgp.armored(key))
        self.assertIn("is signed by the OpenPGP key " + key, result.stderr)

    def test_not_signed(self):
        commit = self.world.commit("plain")
        self.world.publish()
        self.both_refuse(commit, "^in: the commit %s is not signed$" % commit, self.pgp.armored(self.pgp.make("nobody")))
        self.taken(commit)

    def test_signed_by_another_key(self):
        key, other = self.pgp.make("right"), self.pgp.make("wrong")
        self.both_refuse(self.sign(other), "by the key %s, is by a key that is not one of those allowed$" % other[-16:],
                         self.pgp.armored(key))

    def test_an_expired_key(self):
        key = self.pgp.make("late", "ed25519", "2y", "--faked-system-time", "20200101T000000!")
        commit = self.sign(key, "--faked-system-time 20200201T000000!")
        self.both_refuse(commit, "by a key that has expired$", self.pgp.armored(key))

    def test_an_expired_signature(self):
        key = self.pgp.make("short", "ed25519", "never", *PAST)
        commit = self.sign(key, "--default-sig-expire 1m --faked-system-time 20230201T000000!")
        self.both_refuse(commit, "has expired$", self.pgp.armored(key))

    def test_a_revoked_key(self):
        key = self.pgp.make("gone")
        commit = self.sign(key)
        self.both_take(commit, self.pgp.armored(key))
        with open(os.path.join(self.pgp.folder, "openpgp-revocs.d", key + ".rev"), encoding="utf-8") as file:
            self.pgp.gpg("--import", data=file.read().replace(":-----BEGIN", "-----BEGIN").encode())
        self.both_refuse(commit, "by a key that was revoked$", self.pgp.armored(key))

    def test_a_commit_that_was_changed(self):
        key = self.pgp.make("honest")
        commit = self.sign(key)
        text = self.world.run("git", "-C", self.world.work, "cat-file", "commit", commit)
        for name, old, new in (("message", b"signed", b"forged"), ("author", b"A U Thor", b"An Other")):
            with self.subTest(name):
                self.assertIn(old, text)
                forged = self.plant(text.replace(old, new, 1))
                self.both_refuse(forged, "does not match: the commit is not what was signed$", self.pgp.armored(key))
        self.refused(self.plant(text + b"\0more"), "is not a commit that can be verified$",
                     commit_verification_keys=[self.pgp.armored(key)])

    def plant(self, text):
        """A commit of that text on main."""
        path = self.world.path("planted")
        with open(path, "wb") as file:
            file.write(text)
        commit = self.world.git("hash-object", "-t", "commit", "-w", "--literally", path)
        self.world.git("update-ref", "refs/heads/main", commit)
        self.world.publish()
        return commit

    def test_a_signature_of_something_else_in_its_place(self):
        key = self.pgp.make("embedder")
        commit = self.sign(key)
        text = self.world.run("git", "-C", self.world.work, "cat-file", "commit", commit)
        head, rest = text.split(b"gpgsig ", 1)
        message = rest.split(b"\n\n", 1)[1]
        for name, options in (("a message", ("--sign",)), ("a clear text", ("--clear-sign",))):
            with self.subTest(name):
                other = self.pgp.gpg("--armor", "--local-user", key, *options, data=head + b"\n" + message)
                signature = other.replace(b"PGP MESSAGE", b"PGP SIGNATURE").strip().replace(b"\n", b"\n ")
                forged = self.plant(head + b"gpgsig " + signature + b"\n\n" + message)
                self.refused(forged, "is refused: (it is not signed by exactly one|its OpenPGP signature)",
                             commit_verification_keys=[self.pgp.armored(key)])

    def test_sha_1_is_refused_where_git_takes_it(self):
        key = self.pgp.make("old", "rsa2048")
        commit = self.sign(key, "--digest-algo SHA1")
        armored = self.pgp.armored(key)
        self.assertTrue(Verifier(armored).accepts(self.world.work, commit))
        self.refused(commit, "is made with SHA-1, which can be forged", commit_verification_keys=[armored])

    def test_the_commit_of_an_annotated_tag(self):
        key = self.pgp.make("tagger")
        commit = self.sign(key)
        self.world.git("tag", "-a", "-m", "annotated", "v1")
        self.world.publish("refs/heads/*", "refs/tags/*")
        self.taken({"ref": "v1", "commit": commit}, commit_verification_keys=[self.pgp.armored(key)])
        self.taken("v1", commit_verification_keys=[self.pgp.armored(key)])
        self.world.commit("behind it")
        self.world.git("tag", "-a", "-m", "annotated", "v2")
        self.world.publish("refs/heads/*", "refs/tags/*")
        self.refused("v2", "is not signed$", commit_verification_keys=[self.pgp.armored(key)])

    def test_what_was_refused_can_be_got_again_in_the_same_folder(self):
        key = self.pgp.make("again")
        commit = self.sign(key)
        self.refused(commit, "not one of those allowed$",
                     commit_verification_keys=[self.pgp.armored(self.pgp.make("stranger"))])
        result = self.ask(commit, commit_verification_keys=[self.pgp.armored(key)])
        self.assertEqual(result.status, 0, result.stderr)

    def test_the_image_s_own_verifier_is_found_beside_the_program(self):
        key = self.pgp.make("beside")
        commit = self.sign(key)
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(BIN, "in"), folder)
            with open(os.path.join(folder, "gpgv"), "w", encoding="ascii") as file:
                file.write("#!/bin/sh\nexit 9\n")
            os.chmod(os.path.join(folder, "gpgv"), 0o755)
            self.another()
            request = {"source": self.world.source(commit_verification_keys=[self.pgp.armored(key)]),
                       "version": {"ref": commit}}
            result = self.world.program(os.path.join(folder, "in"), request, self.path)
            self.assertNotEqual(result.status, 0)
            self.assertRegex(result.message, "gpgv cannot be run, or was ended$")

    def test_nothing_is_left_behind(self):
        key = self.pgp.make("tidy")
        commit = self.sign(key)
        folder = tempfile.mkdtemp(dir=self.world.directory)
        self.world.environment["TMPDIR"] = folder
        self.addCleanup(self.world.environment.pop, "TMPDIR")
        self.taken(commit, commit_verification_keys=[self.pgp.armored(key)])
        self.assertEqual(os.listdir(folder), [])
        self.assertFalse(os.path.exists(self.world.path(".gnupg")))


class Ids(Signed, unittest.TestCase):
    """Keys from a server."""

    def setUp(self):
        super().setUp()
        self.server = KeyServer()
        self.addCleanup(self.server.close)
        self.key = getattr(type(self), "made", None) or self.pgp.make("served")
        type(self).made = self.key
        self.server.keys["0x" + self.key] = self.server.keys["0x" + self.key[-16:]] = self.pgp.armored(self.key)
        self.commit = self.sign(self.key)

    def source(self, *ids, scheme="hkp://", **more):
        return {"commit_verification_key_ids": list(ids), "gpg_keyserver": scheme + self.server.address, **more}

    def test_fingerprints_and_long_ids(self):
        spaced = " ".join(self.key[at:at + 4] for at in range(0, 40, 4))
        for name in (self.key, self.key.lower(), "0x" + self.key, spaced, self.key[-16:], "0x" + self.key[-16:].lower()):
            with self.subTest(name):
                self.taken(self.commit, **self.source(name))
        self.assertEqual(set(self.server.asked), {"/pks/lookup?op=get&options=mr&search=0x" + name
                                                  for name in (self.key, self.key[-16:])})

    def test_each_way_to_write_the_server(self):
        for scheme, end in (("http://", ""), ("", ""), ("hkp://", "/")):
            with self.subTest(scheme):
                source = self.source(self.key, scheme=scheme)
                source["gpg_keyserver"] += end
                self.taken(self.commit, **source)

    def test_a_server_in_a_folder(self):
        self.server.below = "/keys" * 100
        source = self.source(self.key)
        source["gpg_keyserver"] += self.server.below
        self.taken(self.commit, **source)

    def test_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            secure = KeyServer(folder)
            self.addCleanup(secure.close)
            secure.keys = self.server.keys
            with open(secure.ca_file, encoding="ascii") as file:
                trusted = file.read()
            for scheme in ("hkps://", "https://"):
                source = self.source(self.key)
                source["gpg_keyserver"] = scheme + secure.address
                self.taken(self.commit, **source, ca_certs=[trusted])
                self.refused(self.commit, "certificate", **source)
                self.refused(self.commit, "certificate", **source, skip_ssl_verification=True)

    def test_the_server_sends_another_key(self):
        self.server.keys["0x" + self.key] = self.pgp.armored(self.pgp.make("impostor"))
        self.refused(self.commit, "answered with another key than %s" % self.key, **self.source(self.key))

    def test_a_key_beside_the_wanted_one_is_not_taken(self):
        other = self.pgp.make("smuggled")
        self.server.keys["0x" + self.key] = self.pgp.armored(self.key) + self.pgp.armored(other)
        self.refused(self.sign(other), "not one of those allowed$", **self.source(self.key))

    def test_the_server_has_no_such_key_or_none_at_all(self):
        self.refused(self.commit, "source.commit_verification_key_ids: http://%s has no key %s$" % (
            self.server.address, "A" * 40), **self.source("A" * 40))
        self.server.keys["0x" + self.key] = "no key\n"
        self.refused(self.commit, "answered with another key", **self.source(self.key))
        self.server.keys["0x" + self.key] = self.pgp.armored(self.key).replace("\n=", "\n=A")
        self.refused(self.commit, "cannot be used$", **self.source(self.key))
        self.server.keys["0x" + self.key] = 502
        self.refused(self.commit, "502", **self.source(self.key))

    def test_it_is_not_asked_without_need(self):
        plain = self.world.commit("plain")
        self.world.publish()
        self.refused(plain, "is not signed$", **self.source(self.key))
        self.assertEqual(self.server.asked, [])


if __name__ == "__main__":
    tap.main()

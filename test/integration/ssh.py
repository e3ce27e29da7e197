#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Who connects over SSH, and to whom: keys, passphrases and host keys, against a real sshd."""

import base64
import os
import re
import subprocess
import unittest

import tap
from concealed import SECRETS, Run, forms
from git_world import BIN
from ssh_programs import Case, Repository, make_key, read, run

from gitserver import SshServer

PASSPHRASE = "correct horse"
FORMS = {  # what ssh-keygen makes each of
    "Ed25519": ("-t", "ed25519"),
    "RSA": ("-t", "rsa", "-b", "2048"),
    "ECDSA 256": ("-t", "ecdsa", "-b", "256"),
    "ECDSA 384": ("-t", "ecdsa", "-b", "384"),
    "ECDSA 521": ("-t", "ecdsa", "-b", "521"),
    "RSA, PEM": ("-t", "rsa", "-b", "2048", "-m", "PEM"),
    "RSA, PKCS #8": ("-t", "rsa", "-b", "2048", "-m", "PKCS8"),
    "ECDSA, PEM": ("-t", "ecdsa", "-b", "256", "-m", "PEM"),
    "ECDSA, PKCS #8": ("-t", "ecdsa", "-b", "384", "-m", "PKCS8"),
}
ENCRYPTED_FORMS = dict(FORMS, **{"Ed25519, GCM": ("-t", "ed25519", "-Z", "aes256-gcm@openssh.com")})
# before 1.11 libssh2 knows RSA by SHA-1 alone: then the cause must be named
OLD_LIBRARY = int(re.search(rb"libssh2 1\.(\d+)", subprocess.run(
    [os.path.join(BIN, "check"), "--version"], check=True, capture_output=True).stdout)[1]) < 11
NO_RSA_HOST = r" \(the libssh2 of this build takes RSA host keys with SHA-1 alone, .*\)"
OTHER_FINGERPRINT = "SHA256:" + 43 * "A"


class SshCase(Case):
    """A server, a repository with a commit, and a key that opens it."""

    host_keys = ("ed25519",)
    options = ("AcceptEnv GIT_PROTOCOL",)

    def setUp(self):
        super().setUp()
        self.server = SshServer(os.path.join(self.folder, "sshd"), self.host_keys, self.options)
        self.addCleanup(self.server.stop)
        self.repository = Repository(os.path.join(self.folder, "app.git"))
        self.tip = self.repository.commit("one")
        self.key = self.make_key("key", "-t", "ed25519")

    def make_key(self, name, *options, passphrase="", authorized=True):
        """A private key's text."""
        path = make_key(os.path.join(self.folder, name), *options, passphrase=passphrase)
        if authorized:
            self.server.authorize(read(path + ".pub"))
        return read(path)

    def source(self, **more):
        """What a pipeline says; the host is known unless `known_hosts` says otherwise."""
        given = {"uri": self.server.url(self.repository.path), "branch": "main",
                 "private_key": self.key, "known_hosts": self.server.known_hosts(self.host_keys[0])}
        given.update(more)
        return {name: value for name, value in given.items() if value is not None}

    def check(self, variables=None, **more):
        return run("check", self.source(**more), variables=variables)

    def assert_opens(self, outcome):
        self.assert_answers(outcome, [self.tip])


class Keys(SshCase):
    # what forges accept today: no signature by SHA-1
    options = SshCase.options + ("PubkeyAcceptedAlgorithms rsa-sha2-512,rsa-sha2-256,ssh-ed25519,"
                                 "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521",)

    def test_every_type_and_form_opens(self):
        for name, options in FORMS.items():
            with self.subTest(name):
                key = self.make_key(name, *options)
                self.assert_opens_unless_old(name, self.check(private_key=key))

    def assert_opens_unless_old(self, name, outcome):
        """An old library cannot use RSA with SHA-2 nor AES-GCM, and says so."""
        if not OLD_LIBRARY or not name.startswith(("RSA", "Ed25519, GCM")):
            self.assert_opens(outcome)
        elif name.startswith("RSA"):
            self.assert_refused(outcome, r"check: .* must be added there \(the libssh2 of this build signs with SHA-1 "
                                         r"where a key is RSA: use an Ed25519 key\)")
        else:
            self.assert_refused(outcome, r"check: source\.private_key is encrypted by 'aes256-gcm@openssh\.com', .*")

    def test_encrypted_keys_open_by_their_passphrase(self):
        for name, options in ENCRYPTED_FORMS.items():
            with self.subTest(name):
                key = self.make_key(name, *options, passphrase=PASSPHRASE)
                self.assert_opens_unless_old(
                    name, self.check(private_key=key, private_key_passphrase=PASSPHRASE))
                if OLD_LIBRARY and name in ("RSA", "Ed25519, GCM"):
                    continue
                outcome = self.check(private_key=key, private_key_passphrase="wrong")
                self.assert_refused(outcome, "check: source.private_key_passphrase is not the "
                                             "passphrase of source.private_key")
                self.assertEqual(len(outcome.log.splitlines()), 1)
                self.assertLess(outcome.seconds, 30)
                before = self.server.connections
                self.assert_refused(
                    self.check(private_key=key),
                    "check: source.private_key has a passphrase but source.private_key_passphrase "
                    "has not been set")
                self.assertEqual(self.server.connections, before)

    def test_ed25519_in_pkcs8(self):
        path = os.path.join(self.folder, "pkcs8")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
        public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"],
                                check=True, capture_output=True).stdout[-32:]
        blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + public
        self.server.authorize("ssh-ed25519 " + base64.b64encode(blob).decode())
        self.assert_opens(self.check(private_key=read(path)))

    def test_what_yaml_makes_of_a_key_still_opens(self):
        lines = self.key.strip().splitlines()
        for key in ("\r\n".join(lines), "\n" + "\n".join("  " + line for line in lines), "\n".join(lines)):
            self.assert_opens(self.check(private_key=key))

    def test_a_cipher_that_cannot_be_read(self):
        key = self.make_key("key2", "-t", "ed25519", "-Z", "chacha20-poly1305@openssh.com",
                            passphrase=PASSPHRASE)
        self.assert_refused(self.check(private_key=key, private_key_passphrase=PASSPHRASE),
                            r"check: source\.private_key is encrypted by 'chacha20-poly1305@openssh\.com', "
                            r"which cannot be read: .*")

    def test_a_key_that_the_server_does_not_know(self):
        key = self.make_key("stranger", "-t", "ed25519", authorized=False)
        print_of = subprocess.run(["ssh-keygen", "-lf", os.path.join(self.folder, "stranger")], check=True,
                                  capture_output=True, text=True).stdout.split()[1]
        self.assert_refused(self.check(private_key=key), re.escape(
            "check: %s: the server does not accept source.private_key (%s) for the user '%s': "
            "its public key must be added there" % (self.source()["uri"], print_of, self.server.user)))

    def test_no_key(self):
        self.assert_refused(self.check(private_key=None),
                            "check: .*: the server wants a key: set source.private_key")

    def test_what_is_no_key(self):
        self.assert_refused(self.check(private_key="nonsense"),
                            "check: source.private_key is not a private key: .*")

    def test_the_user(self):
        bare = self.source()["uri"].replace(self.server.user + "@", "")
        self.assert_opens(self.check(uri=bare))
        self.assert_opens(self.check(uri=bare, private_key_user=self.server.user))
        self.assert_opens(self.check(private_key_user="nobody-at-all"))
        self.assertNotIn("nobody-at-all", self.server.complaints())
        self.assert_refused(self.check(uri=bare, private_key_user="nobody-at-all"),
                            "check: .* for the user 'nobody-at-all': .*")
        self.assertIn("nobody-at-all", self.server.complaints())

    def test_debug_shows_no_secret(self):
        key = self.make_key("secret", "-t", "ed25519", passphrase=PASSPHRASE)
        outcome = self.check(private_key=key, private_key_passphrase=PASSPHRASE, debug=True)
        self.assert_opens(outcome)
        self.assertIn("ssh: ", outcome.log)
        for line in key.strip().splitlines()[1:-1] + [PASSPHRASE]:
            self.assertNotIn(line, outcome.log)

    def test_nothing_of_a_key_is_left_anywhere(self):
        key = self.make_key("secret", "-t", "ed25519", passphrase=PASSPHRASE)
        for secret in key, PASSPHRASE, "geh%eim":
            SECRETS[secret] = forms(secret)
            self.addCleanup(SECRETS.pop, secret)
        uri = self.source()["uri"].replace("@", ":geh%25eim@")
        source = self.source(uri=uri, private_key=key, private_key_passphrase=PASSPHRASE, debug=True)
        seen = os.path.join(self.folder, "seen")
        for verb, request in (("check", {}), ("in", {"version": {"ref": self.tip}}),
                              ("out", {"params": {"repository": "clone"}})):
            if verb == "out":
                os.rename(self.repository.work, os.path.join(seen, "dir", "clone"))
            outcome = Run(seen, verb, dict(request, source=source))
            self.assertEqual((outcome.status, outcome.found), (0, {}), outcome.stderr)
            self.assertGreaterEqual(len(outcome.secrets), 8)

    def test_an_agent_is_not_used(self):
        outcome = self.check(forward_agent=True, variables={"SSH_AUTH_SOCK": "/nonexistent"})
        self.assert_opens(outcome)
        self.assertEqual(outcome.log.splitlines()[0], "source.forward_agent has no effect: no agent is used")


class MoreThanAKey(SshCase):
    """A server that takes the key and asks for something else besides."""

    options = SshCase.options + ("HostbasedAuthentication yes", "AuthenticationMethods publickey,hostbased")

    def test_it_is_said_and_no_passphrase_is_blamed(self):
        locked = self.make_key("locked", "-t", "ed25519", passphrase=PASSPHRASE)
        for more in {}, {"private_key": locked, "private_key_passphrase": PASSPHRASE}:
            self.assert_refused(self.check(**more), re.escape(
                "check: %s: the server accepts source.private_key for the user '%s' and wants more, which cannot be "
                "given: hostbased" % (self.source()["uri"], self.server.user)))


class RsaHost(SshCase):
    """A host that has no other key than one of RSA."""

    host_keys = ("rsa",)

    def test_it_is_taken_or_the_library_is_named(self):
        for trust in ({"known_hosts": self.server.known_hosts("rsa")}, {"known_hosts": None}):
            outcome = self.check(**trust)
            if OLD_LIBRARY:
                self.assert_refused(outcome, "check: .*: the SSH handshake failed: .*" + NO_RSA_HOST)
            else:
                self.assert_opens(outcome)


class Hosts(SshCase):
    host_keys = ("ed25519", "ecdsa", "rsa")

    def warnings(self, outcome):
        self.assert_opens(outcome)
        return [line for line in outcome.log.splitlines() if line.startswith("warning: ")]

    def test_an_unknown_host_is_said_once_with_what_to_pin(self):
        expected = ("warning: the host key of [127.0.0.1]:%d is not verified: to pin it, set "
                    "source.host_key_fingerprints: [\"%s\"]"
                    % (self.server.port, self.server.fingerprint("ed25519")))
        self.assertEqual(self.warnings(self.check(known_hosts=None)), [expected])
        pin = re.search(r'"(SHA256:[^"]*)"', expected)[1]
        self.assertEqual(self.warnings(self.check(known_hosts=None, host_key_fingerprints=[pin])), [])

    def test_a_key_of_any_type_can_be_pinned_or_listed(self):
        for kind in "ed25519", "ecdsa", "rsa":
            with self.subTest(kind):
                pins = [OTHER_FINGERPRINT, self.server.fingerprint(kind)]
                for strict in False, True:
                    if OLD_LIBRARY and kind == "rsa":
                        self.assert_refused(self.check(known_hosts=None, host_key_fingerprints=pins),
                                            r"check: .* is not one of source\.host_key_fingerprints" + NO_RSA_HOST)
                        self.assert_refused(self.check(known_hosts=self.server.known_hosts(kind)),
                                            "check: .* is not one that .*" + NO_RSA_HOST)
                        break
                    pinned = self.check(known_hosts=None, host_key_fingerprints=pins, strict_host_keys=strict)
                    self.assertEqual(self.warnings(pinned), [])
                    listed = self.check(known_hosts=self.server.known_hosts(kind), strict_host_keys=strict)
                    self.assertEqual(self.warnings(listed), [])

    def test_hashed_names(self):
        path = os.path.join(self.folder, "known_hosts")
        with open(path, "w", encoding="ascii") as file:
            file.write(self.server.known_hosts("ecdsa"))
        subprocess.run(["ssh-keygen", "-q", "-H", "-f", path], check=True, capture_output=True)
        self.assertNotIn("127.0.0.1", read(path))
        self.assertEqual(self.warnings(self.check(known_hosts=read(path))), [])

    def test_another_fingerprint(self):
        self.assert_refused(
            self.check(known_hosts=None, host_key_fingerprints=[OTHER_FINGERPRINT]), re.escape(
                "check: %s: the ssh-ed25519 host key %s of [127.0.0.1]:%d is not one of "
                "source.host_key_fingerprints" % (self.source()["uri"], self.server.fingerprint("ed25519"),
                                                  self.server.port)) + (NO_RSA_HOST if OLD_LIBRARY else ""))
        self.assertNotIn("Accepted", self.server.complaints())

    def test_strict(self):
        self.assert_refused(
            self.check(known_hosts=None, strict_host_keys=True), re.escape(
                "check: %s: the host key of [127.0.0.1]:%d is not known: to trust it, set "
                "source.host_key_fingerprints: [\"%s\"]"
                % (self.source()["uri"], self.server.port, self.server.fingerprint("ed25519"))))
        self.assertNotIn("Accepted", self.server.complaints())

    def test_known_hosts_that_do_not_list_it(self):
        other = "git.example.com " + self.server.public_key("ed25519")
        self.assert_refused(self.check(known_hosts=other), "check: .* is not known: to trust it, .*")

    def test_a_changed_host_key(self):
        known = self.server.known_hosts("ed25519")
        self.assert_opens(self.check(known_hosts=known))
        self.server.make_host_keys()
        outcome = self.check(known_hosts=known)
        self.assert_refused(outcome, "check: .*: the ssh-ed25519 host key %s of .* is not one that "
                                     "source.known_hosts lists for it: somebody may be in between; .*"
                            % re.escape(self.server.fingerprint("ed25519")))
        self.assertEqual(self.server.complaints().count("Accepted publickey"), 1)

    def test_a_revoked_host_key(self):
        known = self.server.known_hosts("ed25519") + "@revoked * " + self.server.public_key("ed25519")
        self.assert_refused(self.check(known_hosts=known),
                            "check: .* is marked as revoked in source.known_hosts")

    def test_what_cannot_be_read(self):
        self.assert_refused(self.check(known_hosts="# mine\ngit.example.com ssh-rsa\n"),
                            "check: source.known_hosts: line 2 is not one of a known_hosts file: .*")
        self.assert_refused(self.check(host_key_fingerprints=["MD5:00"]),
                            "check: source.host_key_fingerprints: 'MD5:00' is not of the form .*")
        self.assertEqual(self.server.connections, 0)


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

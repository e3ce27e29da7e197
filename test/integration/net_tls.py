#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP client and certificates: whom it trusts, what it shows, and what it says when it does not."""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import warnings

import tap
from net_client import CLIENT, CONFIG, NETWORK, REMOTE, Certificates, fetch, run
from net_server import Server, answer

ASK = "source.ca_certs"


def new_folder(test):
    """A folder that goes away with the test, or with the class of tests."""
    folder = tempfile.mkdtemp(prefix="net-")
    add = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    add(shutil.rmtree, folder)
    return folder


class Tls(unittest.TestCase):
    """What the tests of this file share."""

    @classmethod
    def setUpClass(cls):
        if cls is Tls:
            return
        cls.good = Certificates(new_folder(cls))
        cls.foreign = Certificates(new_folder(cls), "another CA")
        cls.good.sign("server", "DNS:localhost,IP:127.0.0.1")
        cls.good.sign("named", "DNS:other.test")
        cls.good.sign("expired", "DNS:localhost", days=-1)
        cls.good.sign("client", "DNS:client")
        cls.good.sign("client-expired", "DNS:client", days=-1)
        cls.ours = {"ca_certs": [cls.good.text("ca.crt")]}

    def serve(self, name="server", client_certificates=ssl.CERT_NONE):
        server = self.enterContext(Server(self.good.server(name, client_certificates)))
        server.on("/a", answer(b"hello"))
        return server

    def assert_refused(self, result, server, message, kind=CONFIG, host="localhost"):
        self.assertEqual((result.get("kind"), result.get("error")), (
            kind, server.url("", host) + ": " + message))


class Verification(Tls):
    """By the certificates that the options give."""

    def test_a_ca_that_is_given(self):
        server = self.serve()
        for host in "localhost", "127.0.0.1":
            self.assertEqual(fetch(server.url("/a", host), self.ours)["body"], "hello")

    def test_a_ca_among_others_in_one_text_or_many(self):
        server = self.serve()
        texts = [self.foreign.text("ca.crt"), self.good.text("ca.crt")]
        for given in (texts, ["some words\n" + "\n".join(texts)]):
            self.assertEqual(fetch(server.url("/a"), {"ca_certs": given})["body"], "hello")

    def test_the_certificate_itself_may_be_given(self):
        server = self.serve()
        self.assertEqual(fetch(server.url("/a"), {"ca_certs": [self.good.text("server.crt")]})["body"], "hello")

    def test_another_ca(self):
        server = self.serve()
        self.assert_refused(
            fetch(server.url("/a", "localhost"), {"ca_certs": [self.foreign.text("ca.crt")]}), server,
            "certificate is not trusted (its issuer is not in 'source.ca_certs'): add its issuer to 'source.ca_certs'")
        self.assertEqual(server.requests, [])

    def test_another_name(self):
        server = self.serve("named")
        for host in "localhost", "127.0.0.1":
            self.assert_refused(fetch(server.url("/a", host), self.ours), server,
                                "certificate is for another name: use one that it holds in the URL", host=host)
        self.assertEqual(server.requests, [])

    def test_expired(self):
        server = self.serve("expired")
        self.assert_refused(fetch(server.url("/a", "localhost"), self.ours), server,
                            "certificate has expired: the server needs a new one (or this machine's clock is wrong)")

    def test_the_name_to_verify_may_be_given(self):
        context = self.good.server("named")
        names = []
        context.sni_callback = lambda _socket, name, _context: names.append(name)
        server = self.enterContext(Server(context))
        server.on("/a", answer(b"hello"))
        result = fetch(server.url("/a?b=c"), dict(self.ours, tls_server_name="other.test"), bearer="token")
        self.assertEqual((result.get("error"), result.get("body")), (None, "hello"))
        self.assertEqual(result["url"], server.url("/a"))
        self.assertEqual(names, ["other.test"])
        self.assertEqual(server.requests[0].target, "/a?b=c")
        self.assertEqual(server.requests[0].headers["host"], "127.0.0.1:%d" % server.port)
        self.assertEqual(server.requests[0].headers["authorization"], "Bearer token")

    def test_the_name_to_verify_is_verified(self):
        server = self.serve()
        result = fetch(server.url("/a"), dict(self.ours, tls_server_name="other.test"))
        self.assert_refused(result, server, "certificate is for another name: use one that it holds in the URL",
                            host="127.0.0.1")

    def test_nothing_is_verified_where_that_is_wished(self):
        for name in "server", "named", "expired":
            server = self.serve(name)
            self.assertEqual(fetch(server.url("/a"), {"skip_verify": True})["body"], "hello")

    def test_certificates_that_are_none(self):
        good = self.good.text("ca.crt")
        lines = good.splitlines()
        broken = "\n".join(lines[:2] + ["AAAA" + lines[2][4:]] + lines[3:])
        for given, message in (
                ([good, "words"], "item 2 holds no PEM certificate (-----BEGIN CERTIFICATE-----)"),
                ([""], "item 1 holds no PEM certificate (-----BEGIN CERTIFICATE-----)"),
                ([self.good.text("ca.key")], "item 1 holds no PEM certificate (-----BEGIN CERTIFICATE-----)"),
                ([broken], "item 1 holds a PEM certificate that cannot be read"),
                ([good[:200]], "item 1 holds a PEM certificate that cannot be read")):
            with self.subTest(message):
                result = run([], {"ca_certs": given}).results[0]
                self.assertEqual((result["kind"], result["error"]), (CONFIG, "'%s': %s" % (ASK, message)))


class Places(Tls):
    """Where certificates are looked for when none are given."""

    def folder(self, **files):
        folder = new_folder(self)
        for name, certificates in files.items():
            shutil.copy(certificates.ca, os.path.join(folder, name.replace("__", "-").replace("_", ".")))
        return folder

    def hashed(self, **files):
        folder = self.folder(**files)
        subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        return folder

    def test_places(self):
        server = self.serve()
        for name, variables in (
                ("file", {"SSL_CERT_FILE": self.good.ca, "SSL_CERT_DIR": ""}),
                ("hashed folder", {"SSL_CERT_DIR": self.hashed(a_pem=self.good)}),
                ("bundle in a folder", {"SSL_CERT_DIR": self.folder(ca__certificates_crt=self.good)}),
                ("another system's bundle", {"SSL_CERT_DIR": self.folder(ca__bundle_crt=self.good)}),
                ("loose files", {"SSL_CERT_DIR": self.folder(a_pem=self.foreign, b_crt=self.good)})):
            with self.subTest(name):
                result = run([{"url": server.url("/a")}], variables=variables).results[0]
                self.assertEqual((result.get("error"), result["body"]), (None, "hello"))

    def test_a_bundle_beside_a_hashed_folder_is_read_when_the_folder_lacks_the_issuer(self):
        folder = self.hashed(other_pem=self.foreign)
        shutil.copy(self.good.ca, os.path.join(folder, "ca-certificates.crt"))
        server = self.serve()
        result = run([{"url": server.url("/a"), "method": "POST", "body": "x"}],
                     variables={"SSL_CERT_DIR": folder}).results[0]
        self.assertEqual((result.get("error"), result["body"]), (None, "hello"))
        self.assertEqual([request.body for request in server.requests], [b"x"])

    def test_another_issuer(self):
        server = self.serve()
        folder = self.hashed(other_pem=self.foreign)
        result = run([{"url": server.url("/a")}], variables={"SSL_CERT_DIR": folder}).results[0]
        self.assert_refused(result, server, "certificate is not trusted (its issuer is not in %s): add its "
                            "issuer to 'source.ca_certs'" % folder, host="127.0.0.1")

    def test_no_certificates_at_all(self):
        server = self.serve()
        result = run([{"url": server.url("/a")}], variables={"SSL_CERT_DIR": self.folder()}).results[0]
        self.assert_refused(result, server, "certificate is not trusted, as no CA certificates were found: add its "
                            "issuer to 'source.ca_certs'", host="127.0.0.1")

    def pipe(self):
        path = os.path.join(new_folder(self), "pipe")
        os.mkfifo(path)
        return path

    def test_they_are_read_once(self):
        # a pipe gives its text once: whoever read it again would wait for ever
        path = self.pipe()

        def feed():
            with open(path, "wb") as pipe:
                pipe.write(self.good.text("ca.crt").encode())
        threading.Thread(target=feed, daemon=True).start()
        servers = [self.serve(), self.serve()]
        outcome = run([{"url": server.url("/a")} for server in servers],
                      variables={"SSL_CERT_FILE": path, "SSL_CERT_DIR": ""})
        self.assertEqual([result.get("body") for result in outcome.results], ["hello", "hello"])

    def test_they_are_not_read_for_http_nor_without_need(self):
        plain = self.enterContext(Server())
        plain.on("/a", answer(b"plain"))
        server = self.serve()
        variables = {"SSL_CERT_FILE": self.pipe(), "SSL_CERT_DIR": ""}
        self.assertEqual(fetch(plain.url("/a"), variables=variables)["body"], "plain")
        self.assertEqual(fetch(server.url("/a"), self.ours, variables)["body"], "hello")
        self.assertEqual(fetch(server.url("/a"), {"skip_verify": True}, variables)["body"], "hello")

    @unittest.skipUnless(os.geteuid() == 0, "a root file system of one's own needs root")
    def test_the_image_has_its_own_and_a_mounted_folder_goes_before_it(self):
        described = subprocess.run(["file", "-b", "-L", CLIENT], capture_output=True, text=True, check=True).stdout
        if "static" not in described:
            self.skipTest("this build of the client is not static")
        root = new_folder(self)
        shutil.copy(CLIENT, os.path.join(root, "client"))
        shipped = os.path.join(root, "usr/share/build-service-resource/certs")
        mounted = os.path.join(root, "etc/ssl/certs")
        shutil.copytree(self.hashed(a_pem=self.good), shipped, symlinks=True)
        server = self.serve()
        os.makedirs(mounted)
        self.assertEqual(self.run_in(root, server)["body"], "hello")
        shutil.copy(self.foreign.ca, os.path.join(mounted, "ca-certificates.crt"))
        self.assertIn("its issuer is not in /etc/ssl/certs)", self.run_in(root, server)["error"])
        shutil.copy(self.good.ca, os.path.join(mounted, "ca-certificates.crt"))
        self.assertEqual(self.run_in(root, server)["body"], "hello")

    @staticmethod
    def run_in(root, server):
        return run([{"url": server.url("/a")}], variables={"SSL_CERT_DIR": ""}, root=root).results[0]


class ClientCertificates(Tls):
    """They are shown to the origin that they are for."""

    def options(self, certificate="client.crt", key="client.key"):
        return dict(self.ours, client_cert=self.good.text(certificate), client_key=self.good.text(key))

    def test_it_is_shown(self):
        server = self.serve(client_certificates=ssl.CERT_REQUIRED)
        self.assertEqual(fetch(server.url("/a"), self.options())["body"], "hello")
        self.assertEqual(server.certificates, [ssl.PEM_cert_to_DER_cert(
            self.good.text("client.crt")[self.good.text("client.crt").index("-----BEGIN"):])])

    def test_it_is_not_shown_elsewhere(self):
        other = self.serve(client_certificates=ssl.CERT_OPTIONAL)
        server = self.serve(client_certificates=ssl.CERT_REQUIRED)
        server.on("/b", answer(status=302, Location=other.url("/a")))
        self.assertEqual(fetch(server.url("/b"), self.options())["body"], "hello")
        self.assertEqual(other.certificates, [None])

    def test_it_is_missing(self):
        for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            context = self.good.server("server", ssl.CERT_REQUIRED)
            context.maximum_version = version
            server = self.enterContext(Server(context))
            result = fetch(server.url("/a", "localhost"), self.ours)
            self.assertEqual(result["kind"], CONFIG, result)
            self.assertTrue(result["error"].startswith(
                server.url("", "localhost") + ": TLS handshake failed; the server may want a client "
                "certificate, or another one: "), result["error"])

    def test_it_cannot_be_used(self):
        server = self.serve()
        for options in (self.options(key="server.key"), dict(self.options(), client_key="words"),
                        dict(self.options(), client_cert="words")):
            result = fetch(server.url("/a"), options)
            self.assertEqual(result["kind"], CONFIG)
            self.assertIn(": client certificate or key is not usable: ", result["error"])

    def test_it_has_expired(self):
        for wanted in ssl.CERT_REQUIRED, ssl.CERT_NONE:
            for more in {}, {"skip_verify": True}:
                server = self.serve(client_certificates=wanted)
                options = {**self.options("client-expired.crt", "client-expired.key"), **more}
                self.assert_refused(fetch(server.url("/a", "localhost"), options), server,
                                    "client certificate has expired (or this machine's clock is wrong)")
                self.assertEqual(server.requests, [])

    def test_half_of_it(self):
        for name in "client_cert", "client_key":
            options = self.options()
            del options[name]
            self.assertEqual(run([], options).results[0]["error"],
                             "a client certificate and its key are needed together")


class Handshakes(Tls):
    """Those that do not work out."""

    def test_a_server_without_tls(self):
        server = self.enterContext(Server())
        result = fetch("https://127.0.0.1:%d/" % server.port, self.ours)
        self.assertEqual(result["kind"], NETWORK)
        self.assertIn(": TLS handshake failed: ", result["error"])

    def test_an_old_version(self):
        context = self.good.server()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        server = self.enterContext(Server(context))
        self.assertIn("TLS handshake failed", fetch(server.url("/a"), self.ours)["error"])

    def test_silence(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = "https://127.0.0.1:%d" % listener.getsockname()[1]
            outcome = run([{"url": url, "connect_ms": 300}], self.ours)
        self.assertEqual(outcome.results[0]["error"], url + ": no connection within 0.3 s")
        self.assertLess(outcome.seconds, 3)

    def test_a_redirect_from_https_to_http(self):
        plain = self.enterContext(Server())
        server = self.serve()
        server.on("/b", answer(status=302, Location=plain.url("/a")))
        self.assert_refused(fetch(server.url("/b"), self.ours), server,
                            "redirects from https to http, which is not followed", REMOTE, "127.0.0.1")
        self.assertEqual(plain.requests, [])


if __name__ == "__main__":
    tap.main()

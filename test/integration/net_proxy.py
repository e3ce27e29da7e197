#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP client through proxies."""

import shutil
import socket
import tempfile
import unittest

import tap
from net_client import AUTH, CONFIG, NETWORK, Certificates, fetch, run
from net_server import Proxy, Server, answer, relay, Connection


class Proxies(unittest.TestCase):
    """One plain server, one with TLS, and proxies of several kinds."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="net-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.certificates = Certificates(folder)
        cls.certificates.sign("server", "DNS:localhost,IP:127.0.0.1")
        cls.options = {"ca_certs": [cls.certificates.text("ca.crt")]}

    def setUp(self):
        self.plain = self.enterContext(Server())
        self.tls = self.enterContext(Server(self.certificates.server()))
        for server in self.plain, self.tls:
            server.on("/a", answer(b"hello"))

    def proxy(self, **options):
        return self.enterContext(Proxy(**options))

    def test_http(self):
        proxy = self.proxy()
        result = fetch(self.plain.url("/a"), variables={"http_proxy": proxy.url("")})
        self.assertEqual(result["body"], "hello")
        self.assertEqual(repr(proxy.requests), "[GET %s]" % self.plain.url("/a"))

    def test_https(self):
        proxy = self.proxy()
        for name in "https_proxy", "HTTPS_PROXY", "all_proxy":
            with self.subTest(name):
                del proxy.requests[:]
                result = fetch(self.tls.url("/a"), self.options, {name: proxy.url("")}, bearer="token")
                self.assertEqual((result.get("error"), result["body"]), (None, "hello"))
                self.assertEqual(repr(proxy.requests), "[CONNECT 127.0.0.1:%d]" % self.tls.port)
                self.assertNotIn("authorization", proxy.requests[0].headers)
                self.assertEqual(self.tls.requests[-1].headers["authorization"], "Bearer token")

    def test_a_name_to_verify(self):
        self.certificates.sign("named", "DNS:other.test")
        server = self.enterContext(Server(self.certificates.server("named")))
        server.on("/a", answer(b"hello"))
        proxy = self.proxy()
        result = fetch(server.url("/a"), dict(self.options, tls_server_name="other.test"), {"https_proxy": proxy.url("")})
        self.assertEqual((result.get("error"), result["body"]), (None, "hello"))
        self.assertEqual(repr(proxy.requests), "[CONNECT 127.0.0.1:%d]" % server.port)

    def test_its_credentials_stay_with_it(self):
        proxy = self.proxy()
        url = proxy.url("").replace("//", "//user:geh%40im@")
        for server in self.plain, self.tls:
            outcome = run([{"url": server.url("/a")}], self.options,
                          variables={"http_proxy": url, "https_proxy": url})
            self.assertEqual(outcome.results[0]["body"], "hello")
            self.assertEqual(proxy.requests[-1].headers["proxy-authorization"], "Basic dXNlcjpnZWhAaW0=")
            self.assertNotIn("proxy-authorization", server.requests[-1].headers)
            self.assertNotIn("geh", outcome.log)

    def test_it_wants_other_credentials(self):
        proxy = self.proxy(refuses=answer(b"who?", 407, Proxy_Authenticate="Basic realm=x"))
        url = proxy.url("").replace("//", "//user:geheim@")
        for server in self.plain, self.tls:
            result = fetch(server.url("/a"), self.options, {"all_proxy": url})
            self.assertEqual((result["kind"], result["error"]), (
                AUTH, "%s, through proxy %s: the proxy wants other credentials: put user and password into "
                "the proxy's URL" % (server.url(""), proxy.url(""))))
        self.assertEqual(self.plain.requests + self.tls.requests, [])

    def test_it_refuses(self):
        for status, kind in ((403, CONFIG), (502, NETWORK)):
            proxy = self.proxy(refuses=answer(b"no", status))
            result = fetch(self.tls.url("/a"), self.options, {"https_proxy": proxy.url("")})
            self.assertEqual((result["kind"], result["error"]), (
                kind, "%s, through proxy %s: the proxy does not connect us: it answered %d (no_proxy names hosts "
                "to reach directly)" % (self.tls.url(""), proxy.url(""), status)))

    def test_it_is_not_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            proxy = "http://127.0.0.1:%d" % listener.getsockname()[1]
        result = fetch(self.tls.url("/a"), self.options, {"https_proxy": proxy})
        self.assertEqual((result["kind"], result["error"]), (
            NETWORK, "%s, through proxy %s: connection refused: nothing listens there" % (self.tls.url(""), proxy)))

    def test_its_name_is_not_found(self):
        result = fetch(self.plain.url("/a"), variables={"http_proxy": "proxy.invalid:3128"})
        self.assertEqual(result["kind"], NETWORK)
        self.assertIn(": host name of the proxy not found", result["error"])

    def test_its_url_is_none(self):
        for url in "http://user:geh/eim@host:1", "gopher://user:geheim@host:1":
            outcome = run([{"url": self.plain.url("/a")}], variables={"http_proxy": url})
            self.assertEqual(outcome.results[0]["kind"], CONFIG)
            self.assertRegex(outcome.results[0]["error"], "^proxy [^ ]*: is not a URL of an http, ")
            self.assertNotIn("eim", outcome.results[0]["error"] + outcome.log)

    def test_no_proxy(self):
        proxy = self.proxy()
        for value in "127.0.0.1", "10.0.0.0/8,127.0.0.0/8", "*", "127.0.0.1:%d" % self.plain.port:
            for name in "no_proxy", "NO_PROXY":
                with self.subTest(value=value, name=name):
                    result = fetch(self.plain.url("/a"), variables={"http_proxy": proxy.url(""), name: value})
                    self.assertEqual(result["body"], "hello")
        self.assertEqual(proxy.requests, [])

    def test_the_option_wins_over_the_environment(self):
        proxy = self.proxy()
        result = fetch(self.plain.url("/a"), {"proxy": proxy.url("")}, {"no_proxy": "*"})
        self.assertEqual(result["body"], "hello")
        self.assertEqual(len(proxy.requests), 1)

    def test_a_proxy_with_tls(self):
        proxy = self.proxy(tls=self.certificates.server())
        for server in self.plain, self.tls:
            result = fetch(server.url("/a"), self.options, {"all_proxy": proxy.url("")})
            self.assertEqual((result.get("error"), result["body"]), (None, "hello"))
        self.assertEqual(len(proxy.requests), 2)

    def test_a_proxy_with_tls_is_verified_even_where_the_server_is_not(self):
        proxy = self.proxy(tls=self.certificates.server())
        result = fetch(self.tls.url("/a"), {"skip_verify": True}, {"https_proxy": proxy.url("")})
        self.assertEqual(result["kind"], CONFIG)
        self.assertIn(": certificate is not trusted", result["error"])
        self.assertEqual(proxy.requests, [])
        result = fetch(self.tls.url("/a"), dict(self.options, skip_verify=True), {"https_proxy": proxy.url("")})
        self.assertEqual((result.get("error"), result["body"]), (None, "hello"))

    def test_socks5(self):
        with Socks() as proxy:
            for scheme in "socks5", "socks5h":
                result = fetch(self.tls.url("/a"), self.options, {"all_proxy": "%s://127.0.0.1:%d" % (scheme, proxy.port)})
                self.assertEqual((result.get("error"), result["body"]), (None, "hello"))
        self.assertEqual(proxy.count, 2)


class Socks(Server):
    """Enough of RFC 1928 for one request without credentials, to an IPv4 address."""

    count = 0

    def talk(self, connection: Connection):
        connection.take(connection.take(2)[1])
        connection.send(b"\x05\x00")
        request = connection.take(10)
        if request[:4] != b"\x05\x01\x00\x01":
            connection.send(b"\x05\x08\x00\x01" + bytes(6))
            return
        address = socket.inet_ntoa(request[4:8]), int.from_bytes(request[8:10], "big")
        with socket.create_connection(address, 5) as upstream:
            self.count += 1
            connection.send(b"\x05\x00\x00\x01" + bytes(6))
            relay(connection, upstream)


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The way to an SSH server: through proxies and tunnels, and when it breaks."""

import concurrent.futures
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import tap
from cutter import Cutter
from net_proxy import Socks
from net_server import Proxy, answer
from ssh_programs import BIN, Case, Repository, environment, make_key, read, run

from gitserver import GitDaemon, SshServer

PASSWORD = "geheim"
BASIC = "Basic dXNlcjpnZWhlaW0="  # user:geheim


class WayCase(Case):
    def setUp(self):
        super().setUp()
        self.repository = Repository(os.path.join(self.folder, "app.git"))
        self.tip = self.repository.commit("one")
        self.server = SshServer(os.path.join(self.folder, "sshd"), ("ed25519",))
        self.addCleanup(self.server.stop)
        key = make_key(os.path.join(self.folder, "key"), "-t", "ed25519")
        self.server.authorize(read(key + ".pub"))
        self.given = {"uri": self.server.url(self.repository.path), "branch": "main", "private_key": read(key),
                      "known_hosts": self.server.known_hosts("ed25519")}

    def check(self, variables=None, **more):
        return run("check", dict(self.given, **more), variables=variables)

    def assert_opens(self, outcome):
        self.assert_answers(outcome, [self.tip])

    def proxy(self, **options):
        return self.enterContext(Proxy(**options))

    def at(self, port):
        """The repository's address at another port, where something stands in the way."""
        return self.given["uri"].replace(":%d/" % self.server.port, ":%d/" % port)


class Proxies(WayCase):
    def test_a_tunnel(self):
        proxy = self.proxy()
        for port in proxy.port, str(proxy.port):
            tunnel = {"proxy_host": "127.0.0.1", "proxy_port": port, "proxy_user": "user",
                      "proxy_password": PASSWORD}
            outcome = self.check(https_tunnel=tunnel, debug=True, variables={"no_proxy": "*"})
            self.assert_opens(outcome)
            self.assertNotIn(PASSWORD, outcome.log)
        self.assertEqual(repr(proxy.requests), str(["CONNECT 127.0.0.1:%d" % self.server.port] * 2).replace("'", ""))
        self.assertEqual(proxy.requests[0].headers["proxy-authorization"], BASIC)

    def test_a_tunnel_without_a_user(self):
        proxy = self.proxy()
        self.assert_opens(self.check(https_tunnel={"proxy_host": "127.0.0.1", "proxy_port": proxy.port}))
        self.assertNotIn("proxy-authorization", proxy.requests[0].headers)

    def test_a_tunnel_for_the_daemon(self):
        proxy = self.proxy()
        daemon = GitDaemon(self.folder, os.path.join(self.folder, "daemon.log"))
        self.addCleanup(daemon.stop)
        self.assert_opens(self.check(uri=daemon.url("app.git"),
                                     https_tunnel={"proxy_host": "127.0.0.1", "proxy_port": proxy.port}))
        self.assertEqual(repr(proxy.requests), "[CONNECT 127.0.0.1:%d]" % daemon.port)

    def test_a_tunnel_that_is_none(self):
        for tunnel in {}, {"proxy_host": "127.0.0.1"}, {"proxy_port": 8080}, {"proxy_host": "", "proxy_port": "8080"}:
            self.assert_opens(self.check(https_tunnel=tunnel))

    def test_a_tunnel_that_refuses(self):
        for status, message in ((407, "the proxy wants other credentials: check proxy_user and proxy_password"),
                                (403, "the proxy does not connect us: it answered 403")):
            proxy = self.proxy(refuses=answer(b"no", status, Proxy_Authenticate="Basic realm=x"))
            tunnel = {"proxy_host": "127.0.0.1", "proxy_port": proxy.port, "proxy_user": "user",
                      "proxy_password": PASSWORD}
            self.assert_refused(self.check(https_tunnel=tunnel), "check: .*source.https_tunnel: 127.0.0.1:%d: %s"
                                % (proxy.port, message))
        self.assertEqual(self.server.connections, 0)

    def test_a_tunnel_of_the_wrong_form(self):
        self.assert_refused(self.check(https_tunnel="http://proxy:8080"), "check: source.https_tunnel: must be .*")
        self.assert_refused(self.check(https_tunnel={"proxy_host": "127.0.0.1", "proxy_port": 65536}),
                            "check: source.https_tunnel.proxy_port: must be at most 65535")
        self.assert_refused(self.check(https_tunnel={"host": "127.0.0.1"}),
                            "check: source.https_tunnel.host: .*")

    def test_the_environment(self):
        proxy = self.proxy()
        self.assert_opens(self.check({"all_proxy": proxy.url("").replace("//", "//user:%s@" % PASSWORD)}))
        self.assertEqual({repr(request) for request in proxy.requests}, {"CONNECT 127.0.0.1:%d" % self.server.port})
        self.assertEqual(proxy.requests[0].headers["proxy-authorization"], BASIC)
        before = len(proxy.requests)
        for variables in ({"all_proxy": proxy.url(""), "no_proxy": "127.0.0.1"},
                          {"http_proxy": proxy.url(""), "https_proxy": proxy.url("")}):
            self.assert_opens(self.check(variables))
        self.assertEqual(len(proxy.requests), before)

    def test_socks(self):
        proxy = self.enterContext(Socks())
        self.assert_opens(self.check({"all_proxy": "socks5://127.0.0.1:%d" % proxy.port}))


class Faults(WayCase):
    def test_nothing_listens(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            uri = self.at(closed.getsockname()[1])
            self.assert_refused(self.check(uri=uri), "check: %s: connection refused: nothing listens there"
                                % re.escape(uri))

    def test_a_name_that_is_not_there(self):
        self.assert_refused(self.check(uri="git@nowhere.invalid:app.git"),
                            "check: git@nowhere.invalid:app.git: host name not found: .*")

    def test_what_answers_is_no_ssh_server(self):
        def answer_as_apache():
            client, _ = listener.accept()
            with client:
                client.recv(100)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>\n")

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=answer_as_apache, daemon=True).start()
            self.assert_refused(self.check(uri=self.at(listener.getsockname()[1])),
                                "check: .*: what answers there does not speak SSH")

    def test_a_connection_that_is_cut(self):
        """Wherever it is cut, an error says so; what was not begun is tried again."""
        limits = (1, 30, 300, 1200, 2000, 2600, 3200, 3800, 4200)
        cutters = [Cutter(self.server.port, limit) for limit in limits]
        for cutter in cutters:
            self.addCleanup(cutter.close)
        known = ("127.0.0.1 " + self.server.public_key("ed25519"))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(
                lambda cutter: self.check(uri=self.at(cutter.port), known_hosts=known), cutters))
        for limit, cutter, outcome in zip(limits, cutters, outcomes):
            with self.subTest(limit):
                if outcome.status == 0:  # all came before the cut
                    self.assertGreater(limit, 3000)
                    self.assert_opens(outcome)
                    continue
                self.assert_refused(outcome, "check: ssh://.*(closed|broke|breaks off|ends).*")
                self.assertLess(outcome.seconds, 40)
        self.assertEqual([cutter.connections for cutter in cutters[:3]], [3, 3, 3])

    def test_a_connection_that_is_cut_once(self):
        cutter = Cutter(self.server.port, 300, 1 << 30)
        self.addCleanup(cutter.close)
        known = "127.0.0.1 " + self.server.public_key("ed25519")
        self.assert_opens(self.check(uri=self.at(cutter.port), known_hosts=known))
        self.assertEqual(cutter.connections, 2)

    def test_a_stop_while_the_server_is_silent(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            request = json.dumps({"source": dict(self.given, uri=self.at(silent.getsockname()[1]))})
            with subprocess.Popen([os.path.join(BIN, "check")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, env=environment()) as process:
                process.stdin.write(request)
                process.stdin.close()
                silent.accept()
                time.sleep(0.3)
                asked = time.monotonic()
                process.send_signal(signal.SIGTERM)
                status = process.wait(60)
                self.assertLess(time.monotonic() - asked, 5)
                self.assertEqual((status, process.stdout.read()), (1, ""))
                self.assertEqual(process.stderr.read(), "check: stopped by a signal\n")


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How servers are reached as source.git_config, proxies and credentials by host say, and why they are not."""

import base64
import json
import os
import shutil
import unittest

import tap
from git_world import Served
from net_server import Proxy, Server, answer


def setting(name, value):
    return {"name": name, "value": value}


class Access(Served, unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.tip = self.world.commit("one")
        self.world.publish()
        self.world.environment = {}

    def finds(self, **source):
        result = self.world.check(self.tip, **source)
        self.assertEqual((result.status, result.stdout), (0, '[{"ref":"%s"}]\n' % self.tip), result.stderr)
        return result

    def fails(self, words, **source):
        result = self.world.check(self.tip, **source)
        self.assertEqual((result.status, result.stdout, result.message), (1, "", "check: " + words))
        return result

    # -- addresses -----------------------------------------------------------------------------

    def test_instead_of(self):
        base = self.world.server.url("")
        self.finds(uri="git@git.test:" + self.world.name, git_config=[
            setting("url.https://wrong.invalid/.insteadOf", "git@"), setting("URL.%s.InsteadOf" % base, "git@git.test:")])

    def test_a_clone_keeps_the_uri_and_git_goes_on_from_it(self):
        server = self.world.server
        base = server.url("").replace("//", "//%s:%s@" % (server.username, server.password))
        config = [setting("url.%s.insteadOf" % base, "https://git.test/"),
                  setting("http.sslCAInfo", server.ca_file)]
        source = {"uri": "https://git.test/" + self.world.name, "username": None, "password": None, "git_config": config}
        result = self.world.get(self.tip, "clone", **source)
        self.assertEqual(result.status, 0, result.stderr)
        clone = self.world.path("clone")
        self.addCleanup(shutil.rmtree, clone)
        self.assertEqual(self.world.git("config", "remote.origin.url", cwd=clone), source["uri"])
        self.assertEqual(self.world.git("remote", "get-url", "origin", cwd=clone), base + self.world.name)
        self.world.git("fetch", "origin", cwd=clone)
        self.assertNotIn(server.password, result.stdout + result.stderr)

    def test_push_instead_of(self):
        here = os.path.basename(self.world.work)
        self.world.commit("two")
        config = [setting("url.%s.pushInsteadOf" % self.world.server.url(""), "https://nowhere.invalid/"),
                  setting("url.file://%s/.insteadOf" % os.path.dirname(self.world.bare), "https://nowhere.invalid/")]
        result = self.world.put(here, uri="https://nowhere.invalid/" + self.world.name, git_config=config)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertIn("to " + self.world.uri, result.stderr)
        self.assertEqual(self.world.admin("rev-parse", "main"), result.answer["version"]["ref"])

    # -- what goes with a request --------------------------------------------------------------

    def headers(self, *config, **source):
        """Of the requests that a check makes of a server in the clear, which refuses it."""
        with Server() as server:
            self.fails("%s: there is no such repository, or it is private (404): check 'source.uri', or set "
                       "'source.username' and 'source.password'" % server.url("/app"), username=None, password=None,
                       uri=server.url("/app"), git_config=[setting(name.replace("URL", server.url("")), value)
                                                           for name, value in config], **source)
            return [request.headers for request in server.requests]

    def test_headers(self):
        seen = self.headers(("http.extraHeader", "X-One: 1"), ("http.URL.extraHeader", "Authorization: Bearer t0ken-t0ken"),
                            ("http.https://other.invalid/.extraHeader", "X-Other: 1"), ("http.userAgent", "git/2.99"))
        self.assertEqual([(one.get("x-one"), one.get("authorization"), one.get("x-other"), one["user-agent"])
                          for one in seen], [("1", "Bearer t0ken-t0ken", None, "git/2.99")])
        self.assertTrue(self.headers()[0]["user-agent"].startswith("build-service-resource/"))

    def test_headers_stay_at_home(self):
        with Server() as other:
            with Server() as server:
                server.on("/app/info/refs", answer(status=302, Location=other.url("/app/info/refs?service=git-upload-pack")))
                result = self.world.check(uri=server.url("/app"), username=None, password=None, debug=True, git_config=[
                    setting("http.extraHeader", "Authorization: Bearer t0ken-t0ken")])
            self.assertNotIn("t0ken", result.stderr)
            self.assertEqual([request.headers.get("authorization") for request in other.requests], [None])

    def test_a_header_in_place_of_a_password(self):
        basic = base64.b64encode(("%s:%s" % (self.world.server.username, self.world.server.password)).encode()).decode()
        result = self.finds(username=None, password=None, debug=True,
                            git_config=[setting("http.extraHeader", "Authorization: Basic " + basic)])
        self.assertNotIn(basic, result.stderr)

    def test_basic_with_an_empty_user(self):
        for source in ({"password": "t0ken"}, {"username": "", "password": "t0ken"}, {}):
            with self.subTest(json.dumps(source)), Server() as server:
                server.on("/app/info/refs", answer(b"no", 401))
                uri = server.url("/app")
                given = uri if source else uri.replace("//", "//:t0ken@")
                result = self.world.check(uri=given, **{"username": None, "password": None, **source})
                self.assertIn(" (401): check ", result.message)
                self.assertNotIn("t0ken", result.stderr)
                self.assertEqual([one.headers.get("authorization") for one in server.requests],
                                 ["Basic " + base64.b64encode(b":t0ken").decode()])

    # -- proxies -------------------------------------------------------------------------------

    def test_a_proxy_that_wants_a_password(self):
        with Proxy() as proxy:
            self.finds(git_config=[setting("http.proxy", "http://me:pr0xy-pass@127.0.0.1:%d" % proxy.port)])
            self.finds(git_config=[setting("http.%s.proxy" % self.world.server.url(""), "127.0.0.1:%d" % proxy.port),
                                   setting("http.proxy", "http://127.0.0.1:1")])
            self.assertEqual([(one.method, one.headers.get("proxy-authorization")) for one in proxy.requests],
                             [("CONNECT", "Basic bWU6cHIweHktcGFzcw=="), ("CONNECT", None)])
            self.world.environment = {"https_proxy": "http://127.0.0.1:1"}
            self.finds(git_config=[setting("http.proxy", "")])
            self.world.environment = {"no_proxy": "127.0.0.1"}
            self.finds(git_config=[setting("http.proxy", "http://127.0.0.1:1")])
            self.assertEqual(len(proxy.requests), 2)

    def test_a_proxy_that_refuses_the_password(self):
        with Proxy(refuses=answer(b"no", 407, Proxy_Authenticate='Basic realm="x"')) as proxy:
            result = self.fails(
                "%s, through proxy http://127.0.0.1:%d: the proxy wants other credentials: put user and password into the "
                "proxy's URL" % (self.world.server.url("").rstrip("/"), proxy.port),
                git_config=[setting("http.proxy", "http://me:pr0xy-pass@127.0.0.1:%d" % proxy.port)])
            self.assertNotIn("pr0xy-pass", result.stderr)

    # -- other settings ------------------------------------------------------------------------

    def test_patterns_of_other_types(self):
        first = self.world.commit("a+b (1)")
        for number in range(3):
            self.world.commit(("aab", "a.b", "x|a+b")[number])
        self.world.publish()
        for pattern in ("a+b", "a.b", "(1)", "aab|x", "a\\.b", "^x[|]"):
            for config in ({}, {"grep.patternType": "extended"}, {"grep.patternType": "fixed"},
                           {"grep.extendedRegexp": "true"}, {"grep.patternType": "basic", "grep.extendedRegexp": "true"}):
                given = [argument for item in config.items() for argument in ("-c", "%s=%s" % item)]
                wanted = self.world.git(*given, "log", "--format=%H", "--reverse", "--grep", pattern,
                                        self.tip + "..main").split()
                found = self.world.check(self.tip, git_config=[setting(*item) for item in config.items()],
                                         commit_filter={"include": [pattern]})
                with self.subTest(pattern=pattern, config=config):
                    self.assertEqual(found.refs, [self.tip] + wanted, found.stderr)
        self.assertEqual(first, self.world.git("rev-parse", "main~3"))
        self.fails("source.git_config: grep.patternType must be basic, extended, fixed or default",
                   git_config=[setting("grep.patternType", "perl")])

    def test_what_git_config_says_is_no_secret_of_the_log(self):
        self.assertNotIn("redacted", self.finds(debug=True, git_config=[
            setting("http.extraHeader", "X-On: git")]).stderr)

    def test_the_protocol_s_version(self):
        for version, asked in (("2", {"version=2"}), ("1", {""}), ("0", {""})):
            self.world.server.forget_requests()
            self.finds(git_config=[setting("protocol.version", version)])
            self.assertEqual({one.git_protocol for one in self.world.server.requests()}, asked)
        self.fails("source.git_config: protocol.version must be 0, 1 or 2", git_config=[setting("Protocol.Version", "3")])

    def test_programs_are_not_run(self):
        mark = self.world.path("tmp", "run")
        config = [setting(name, "!touch %s; touch %s" % (mark, mark)) for name in (
            "core.sshCommand", "credential.helper", "core.askPass", "core.gitProxy", "credential.https://a.org.helper")]
        warned = "%s is written to the clone and has no effect on this step: use %s"
        result = self.world.check(uri="ssh://git@127.0.0.1:1/app", git_config=config)
        self.assertIn(warned % ("core.sshCommand", "private_key, known_hosts and https_tunnel"), result.stderr)
        self.assertNotIn("credential", result.stderr)
        result = self.world.check(username=None, password=None, git_config=config)
        self.assertEqual(result.stderr.count("has no effect"), 1)
        self.assertIn(warned % ("credential.helper", "username and password"), result.stderr)
        self.assertNotIn("has no effect", self.finds(git_config=config).stderr)
        self.assertFalse(os.path.exists(mark))

    # -- refusals ------------------------------------------------------------------------------

    def test_verification_by_git_config(self):
        self.finds(ca_certs=None, git_config=[setting("http.sslVerify", "false")])
        self.finds(ca_certs=None, git_config=[setting("http.sslVerify", "true"),
                                              setting("http.%s.sslVerify" % self.world.server.url(""), "no")])
        self.assertIn("certificate is not trusted", self.world.check(ca_certs=None).message)

    def test_statuses_as_forges_answer_them(self):
        both = "'source.username' and 'source.password'"
        items = "'source.submodule_credentials'"
        given = {"username": "ci", "password": "hunter2"}
        item = {"submodule_credentials": [{"host": "127.0.0.1", **given}]}
        none = {"username": None, "password": None}
        for status, source, words in (
                (401, none, "the server asks for credentials (401): set " + both),
                (401, given, "the server refuses the credentials (401): check " + both),
                (401, {**none, **item}, "the server refuses the credentials (401): check " + items),
                (401, {**given, "credential_hosts": "a.org"}, "the server asks for credentials (401): set " + items),
                (403, none, "the server does not allow to read (403): set " + both),
                (403, given, "the server does not allow to read (403): give the user of %s the right to" % both),
                (404, none, "there is no such repository, or it is private (404): check 'source.uri', or set " + both),
                (404, given, "there is no such repository, or the credentials may not see it (404): check 'source.uri', "
                 + both)):
            with self.subTest(status=status, source=json.dumps(source)), Server() as server:
                server.on("/app/info/refs", answer(b"no", status))
                self.fails("%s: %s" % (server.url("/app"), words), uri=server.url("/app"), **source)

    def test_credentials_by_host(self):
        server = self.world.server
        item = {"host": "127.0.0.1:%d" % server.port, "username": server.username, "password": server.password}
        self.finds(username="x", password="wrong-word", submodule_credentials=[{**item, "host": "other.test"}, item])
        self.finds(credential_hosts=["other.test", "127.0.0.1"])
        self.fails("%s: the server asks for credentials (401): set 'source.submodule_credentials'" % self.world.uri,
                   credential_hosts="other.test")


if __name__ == "__main__":
    tap.main()

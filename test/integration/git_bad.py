#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input of the git kind, for all three programs: one line that names the field or the host and what to do,
nothing on stdout, and nothing left that a second run trips over. A full disk is git_full_disk's.
"""

import os
import re
import socket
import ssl
import unittest
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler

import tap
from git_world import Served
from net_server import Server, answer

from listener import Listener

VERBS = ("check", "in", "out")


class Bad(Served):
    """Two commits that are there, and one that is put."""

    def setUp(self):
        super().setUp()
        self.first = self.world.commit("first")
        self.tip = self.world.commit("second", content=os.urandom(30000).hex())
        self.world.publish()
        self.new = self.world.commit("third", content=os.urandom(30000).hex())
        self.folder = self.world.path("got%d" % self.world.count)

    def request(self, verb, source, params=None):
        """What Concourse would ask of it: check from the first commit, get the second, put the third."""
        if verb == "check":
            return {"source": source, "version": {"ref": self.first}}, ()
        if verb == "in":
            return {"source": source, "version": {"ref": self.tip}, "params": params or {}}, (self.folder,)
        repository = {"repository": os.path.basename(self.world.work)}
        return {"source": source, "params": {**repository, **(params or {})}}, (self.world.directory,)

    def run_verb(self, verb, source, params=None):
        request, arguments = self.request(verb, source, params)
        return self.world.program(verb, request, *arguments)

    def refused(self, words, verbs=VERBS, params=None, **source):
        """Each ends so: `words` is a pattern for the one line behind the program's name."""
        for verb in verbs:
            with self.subTest(verb=verb, words=words):
                before = self.world.admin("for-each-ref")
                result = self.run_verb(verb, self.world.source(**source), params)
                self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
                self.assertRegex(result.message, "^%s: %s$" % (verb, words))
                self.assertNotIn(self.world.server.password, result.stderr)
                self.assertEqual(self.world.admin("for-each-ref"), before)

    def works(self):
        """After all of that, in the same folders."""
        for verb, ref in (("check", None), ("in", self.tip), ("out", self.new)):
            with self.subTest("again", verb=verb):
                result = self.run_verb(verb, self.world.source())
                self.assertEqual(result.status, 0, result.stderr)
                if ref:
                    self.assertEqual(result.answer["version"]["ref"], ref)
                else:
                    self.assertEqual(result.refs, [self.first, self.tip])
        self.world.run("git", "fsck", "--strict", cwd=self.folder)
        self.assertEqual(self.world.git("status", "--porcelain", cwd=self.folder), "")
        self.assertEqual(self.world.admin("rev-parse", "main"), self.new)
        self.assertEqual([name for name in os.listdir(self.world.path("tmp")) if not name.endswith(".hints")], [])


class Requests(Bad, unittest.TestCase):
    """What the pipeline's author wrote."""

    def test_wrong_types(self):
        self.refused(r"source\.branch: must be a string", branch={"a": 1})
        self.refused(r"source\.paths: must be a list of strings", paths={"a": 1})
        self.refused(r"source\.skip_ssl_verification: must be true or false.*", skip_ssl_verification="perhaps")
        self.refused(r"source\.https_tunnel: .*", https_tunnel="proxy:3128")
        self.refused(r"source\.https_tunnel\.proxy_port: .*", https_tunnel={"proxy_host": "p", "proxy_port": "x"})
        self.refused(r"source\.git_config: .*", git_config={"core.autocrlf": "true"})
        self.refused(r"params\.depth: .*", ("in",), {"depth": "two"})
        self.refused(r"params\.force: .*", ("out",), {"force": "perhaps"})
        self.refused(r"params\.repository: .*", ("out",), {"repository": ["a"]})
        self.works()

    def test_unknown_keys(self):
        self.refused(r"source\.brnch: is not a known key, did you mean 'branch'\?", ("check",), brnch="main")
        self.refused(r"params\.dpth: is not a known key, did you mean 'depth'\?", ("in",), {"dpth": 1})
        self.refused(r"params\.frce: is not a known key, did you mean 'force'\?", ("out",), {"frce": True})

    def test_options_that_exclude_each_other(self):
        self.refused(r"source\.tag_regex: cannot be set together with 'tag_filter'", ("check",), tag_filter="v*",
                     tag_regex="v.*")
        self.refused(r"params\.merge, params\.rebase: only one of them can be set", ("out",),
                     {"merge": True, "rebase": True})
        self.refused(r"params\.force, params\.force_with_lease: only one of them can be set", ("out",),
                     {"force": True, "force_with_lease": True})
        self.refused(r".*github_app_.*", github_app_id="1", github_app_private_key="x", github_app_org="o")

    def test_an_empty_uri(self):
        self.refused(r"source\.uri: .*", uri="")
        self.refused(r"source\.uri: has an unknown scheme: use https://.*", uri="ftp://git.example.com/app.git")


class Connections(Bad, unittest.TestCase):
    """Who is not reached, or is not who it should be."""

    def test_hosts_that_are_not_reached(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            refused = "connection refused: nothing listens there"
            self.refused("https://127.0.0.1:%d: %s" % (port, refused), uri="https://127.0.0.1:%d/app.git" % port)
            self.refused("ssh://git@127.0.0.1:%d/app.git: .*%s.*" % (port, "refused"),
                         uri="ssh://git@127.0.0.1:%d/app.git" % port)
            self.refused("git://127.0.0.1:%d/app.git: .*%s.*" % (port, "refused"),
                         uri="git://127.0.0.1:%d/app.git" % port)
        self.refused("https://nowhere.invalid: host name not found: .*", uri="https://nowhere.invalid/app.git")
        self.refused("ssh://git@nowhere.invalid/app.git: .*not found.*", uri="ssh://git@nowhere.invalid/app.git")
        self.works()

    def test_a_certificate_that_does_not_verify(self):
        origin = re.escape(self.world.server.url("").rstrip("/"))
        self.refused(origin + r": certificate is not trusted .*: add its issuer to 'source\.ca_certs'", ca_certs=None)
        self.refused(r"'source\.ca_certs': item 1 holds no PEM certificate .*", ca_certs=["nonsense"])
        self.works()

    def test_wrong_credentials(self):
        uri, both = re.escape(self.world.uri), r"'source\.username' and 'source\.password'"
        self.refused(uri + r": the server refuses the credentials \(401\): check " + both, password="wrong-one")
        self.refused(uri + r": the server asks for credentials \(401\): set " + both, username=None, password=None)
        nowhere = self.world.server.url("nope.git")
        self.refused(re.escape(nowhere) + r": there is no such repository, or the credentials may not see it \(404\): "
                     r"check 'source\.uri', " + both, uri=nowhere)
        self.works()

    def test_statuses_as_forges_answer_them(self):
        """A forge says 404 to a private repository, and 403 to who may read and not write."""
        for status, read, write in ((401, "refuses the credentials", "refuses the credentials"),
                                    (403, "does not allow to read", "does not allow to push"),
                                    (404, "there is no such repository", "there is no such repository")):
            with Server() as server:
                server.on("/app.git/info/refs", answer(b"no", status))
                address = re.escape(server.url("/app.git"))
                given = {"uri": server.url("/app.git"), "username": "ci", "password": "hunter2"}
                self.refused(r"%s: .*%s.*\(%d\).*" % (address, read, status), ("check", "in"), **given)
                self.refused(r"%s: .*%s.*\(%d\).*" % (address, write, status), ("out",), **given)


class Relay:
    """Stands in front of the server and spoils what it answers."""

    def __init__(self, server):
        self.spoil = None  # of (service, body): the body as it is sent, and of how many bytes the head speaks
        relay, context = self, ssl.create_default_context(cafile=server.ca_file)
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        passwords.add_password(None, server.url(), server.username, server.password, is_authenticated=True)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context),
                                             urllib.request.HTTPBasicAuthHandler(passwords),
                                             urllib.request.ProxyHandler({}))

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                pieces = []
                while size := int(self.rfile.readline(), 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(pieces)

            def pass_on(self):
                asked = urllib.request.Request(
                    server.url(self.path.lstrip("/")), data=self.body() or None, method=self.command, headers={
                        name: self.headers[name] for name in ("Content-Type", "Accept", "Git-Protocol")
                        if name in self.headers})
                with opener.open(asked, timeout=30) as answered:
                    body, kind = answered.read(), answered.headers["Content-Type"]
                length = len(body)
                if relay.spoil:
                    body, length = relay.spoil(self.path, body)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = len(body) != length

            do_GET = do_POST = pass_on

            def log_message(self, *_):
                pass

        self.server = Listener(Handler)
        self.server.start()

    def url(self, name):
        return "http://127.0.0.1:%d/%s" % (self.server.port, name)

    def close(self):
        self.server.stop()


def of_advertisement(change):
    return lambda path, body: change(body) if "/info/refs" in path else (body, len(body))


def of_pack(change):
    return lambda path, body: change(body) if b"PACK" in body else (body, len(body))


def of_report(change):
    return lambda path, body: change(body) if path.endswith("git-receive-pack") else (body, len(body))


def cut(body):
    return body[:len(body) * 2 // 3], len(body)


def ended(body):
    """Cut, by somebody who says that it is all."""
    return body[:len(body) * 2 // 3], len(body) * 2 // 3


def garbage(body):
    return b"\x00garbage\xff" * 20, 180


def flipped(body):
    """One bit of the pack's contents is another one."""
    begin = body.index(b"PACK")
    at = begin + (len(body) - begin) // 2
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1:], len(body)


def packet(text):
    return b"%04x%s" % (len(text) + 4, text)


def longer(section, word, count):
    """That section lists so many more commits, which nobody has."""
    heading = packet(section + b"\n")

    def change(_, body):
        lines = b"".join(packet(b"%s %040x\n" % (word, number)) for number in range(count)) if heading in body else b""
        body = body.replace(heading, heading + lines, 1)
        return body, len(body)
    return change


class Answers(Bad, unittest.TestCase):
    """What a server sends."""

    def setUp(self):
        super().setUp()
        self.relay = Relay(self.world.server)
        self.addCleanup(self.relay.close)
        self.uri = self.relay.url(self.world.name)

    def spoiled(self, spoil, words, verbs=VERBS, params=None):
        self.relay.spoil = spoil
        origin, path = self.uri.rsplit("/", 1)
        self.refused("%s(/%s)?: %s" % (re.escape(origin), re.escape(path), words), verbs, params, uri=self.uri,
                     username=None, password=None, ca_certs=None)
        self.relay.spoil = None

    def test_the_relay_passes_on(self):
        self.relay.spoil = None
        for verb in VERBS:
            result = self.run_verb(verb, {"uri": self.uri, "branch": "main"})
            self.assertEqual(result.status, 0, result.stderr)

    def test_garbage(self):
        self.spoiled(of_advertisement(garbage), "the answer is not git's protocol: a packet begins with '.*'")
        self.spoiled(of_pack(garbage), "the answer is not git's protocol: a packet begins with '.*'", ("check", "in"))
        self.works()

    def test_an_advertisement_that_is_cut(self):
        self.spoiled(of_advertisement(ended), ".*(in the middle of a packet|has no end).*")
        self.works()

    def test_a_pack_that_is_cut(self):
        self.spoiled(of_pack(cut), ".*(connection|answer).*", ("check", "in"))
        self.spoiled(of_pack(ended), ".*(in the middle of a packet|breaks off).*", ("check", "in"))
        self.works()

    def test_a_pack_that_is_another(self):
        self.spoiled(of_pack(flipped), ".*", ("check", "in"))
        self.works()

    def test_lists_that_go_on_and_on(self):
        self.spoiled(longer(b"acknowledgments", b"ACK", 1000),
                     "the server acknowledges more commits than it was told of, which are 1", ("check",))
        self.spoiled(longer(b"shallow-info", b"shallow", 1000 * 1000),
                     "the server cuts the history at more than 1000000 commits", ("in",), {"depth": 1})
        self.works()

    def test_a_pack_of_a_merge_or_a_rebase(self):
        """What somebody else pushed meanwhile is received before it is built on."""
        for number, how in enumerate(("merge", "rebase")):
            self.world.git("reset", "-q", "--hard", self.world.admin("rev-parse", "main"))
            self.world.commit("theirs %d" % number, "theirs")
            self.world.publish()
            self.world.git("reset", "-q", "--hard", self.new)
            self.world.git("-c", "gc.reflogExpire=now", "gc", "-q", "--prune=now")  # nobody here has theirs
            for spoil, words in ((of_pack(cut), ".*(connection|answer).*"), (of_pack(garbage), ".*git's protocol.*")):
                self.spoiled(spoil, words, ("out",), {how: True})
                self.assertEqual(self.world.git("status", "--porcelain"), "")
                self.assertEqual(self.world.git("rev-parse", "HEAD"), self.new)
            result = self.run_verb("out", self.world.source(), {how: True})
            self.assertEqual(result.status, 0, result.stderr)

    def test_a_report_of_a_push_that_is_garbage(self):
        """What became of the push is not known then: the next put finds it done."""
        self.relay.spoil = of_report(garbage)
        result = self.run_verb("out", {"uri": self.uri, "branch": "main"})
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.message, "^out: %s: " % re.escape(self.uri))
        self.relay.spoil = None
        result = self.run_verb("out", {"uri": self.uri, "branch": "main"})
        self.assertEqual((result.status, result.answer["version"]["ref"]), (0, self.new), result.stderr)


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP client: exchanges, credentials, redirects, repeating."""

import gzip
import time
import unittest

import tap
from net_client import CONFIG, INTERNAL, NETWORK, REMOTE, fetch, run
from net_server import Server, answer, chunked

MIB = 1024 * 1024


class Exchange(unittest.TestCase):
    """What is asked and what is handed out."""

    def setUp(self):
        self.server = self.enterContext(Server())

    def test_get(self):
        self.server.on("/a", answer(b"hello", Content_Type="text/x; charset=utf-8"))
        result = fetch(self.server.url("/a?secret=1"))
        self.assertEqual((result["status"], result["body"]), (200, "hello"))
        self.assertEqual(result["content_type"], "text/x; charset=utf-8")
        self.assertEqual(result["url"], self.server.url("/a"))
        request = self.server.requests[0]
        self.assertEqual((request.method, request.target), ("GET", "/a?secret=1"))
        self.assertRegex(request.headers["user-agent"], r"^build-service-resource/\d")
        self.assertEqual(set(request.headers), {"host", "user-agent", "accept"})

    def test_methods(self):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            with self.subTest(method=method):
                self.server.on("/a", answer(b"done", 201))
                result = fetch(self.server.url("/a"), method=method, body="{}", content_type="a/json")
                request = self.server.requests[-1]
                self.assertEqual((result["status"], result["body"]), (201, "done"))
                self.assertEqual((request.method, request.body), (method, b"{}"))
                self.assertEqual(request.headers["content-type"], "a/json")
                self.assertEqual(request.headers["content-length"], "2")
                self.assertNotIn("expect", request.headers)

    def test_methods_without_a_body(self):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            with self.subTest(method=method):
                self.server.on("/a", answer())
                self.assertEqual(fetch(self.server.url("/a"), method=method)["status"], 200)
                self.assertEqual(self.server.requests[-1].method, method)
                self.assertNotIn("content-type", self.server.requests[-1].headers)

    def test_head(self):
        self.server.on("/a", answer(Content_Length="100"))
        result = fetch(self.server.url("/a"), method="HEAD")
        self.assertEqual((result["status"], result["length"]), (200, 0))

    def test_headers_win_over_ours(self):
        self.server.on("/a", answer())
        fetch(self.server.url("/a"), headers=["User-Agent: git/2.39", "Git-Protocol: version=2"])
        self.assertEqual(self.server.requests[0].headers["user-agent"], "git/2.39")
        self.assertEqual(self.server.requests[0].headers["git-protocol"], "version=2")

    def test_a_status_of_400_and_above_is_an_answer(self):
        self.server.on("/a", answer(b"no", 401, WWW_Authenticate="Basic realm=x"))
        result = fetch(self.server.url("/a"), username="u", password="p")
        self.assertEqual((result["status"], result["body"]), (401, "no"))
        self.assertNotIn("error", result)
        self.assertEqual(len(self.server.requests), 1)

    def test_one_connection_for_all(self):
        self.server.on("/a", answer(b"hello"))
        outcome = run([{"url": self.server.url("/a")}, {"url": self.server.url("/a"), "stream": True},
                       {"url": self.server.url("/a"), "method": "POST", "body": "x"}])
        self.assertEqual([result["body"] for result in outcome.results], ["hello"] * 3)
        self.assertEqual({request.connection for request in self.server.requests}, {1})

    def test_a_kept_connection_that_ended_meanwhile(self):
        self.server.on("/a", lambda request, connection: (connection.send(answer(b"x")), connection.close()))
        outcome = run([{"url": self.server.url("/a")}] * 3)
        self.assertEqual([result.get("body") for result in outcome.results], ["x"] * 3)

    def test_chunked_answer(self):
        self.server.on("/a", chunked([b"one ", b"two ", b"three"]))
        self.assertEqual(fetch(self.server.url("/a"))["body"], "one two three")

    def test_interim_answers_are_passed_over(self):
        self.server.on("/a", b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + answer(b"hello"))
        self.assertEqual(fetch(self.server.url("/a"))["body"], "hello")

    def test_gzip(self):
        self.server.on("/a", answer(gzip.compress(b"hello" * 100), Content_Encoding="gzip"))
        self.assertEqual(fetch(self.server.url("/a"), gzip=True)["body"], "hello" * 100)
        self.assertEqual(self.server.requests[0].headers["accept-encoding"], "gzip")

    def test_gzip_that_is_broken(self):
        self.server.on("/a", answer(b"\x1f\x8b" + b"x" * 50, Content_Encoding="gzip"))
        result = fetch(self.server.url("/a"), gzip=True)
        self.assertEqual((result["kind"], result["error"]), (
            REMOTE, self.server.url("") + ": the compressed answer cannot be unpacked"))

    def test_too_large(self):
        for name, data in (("plain", answer(b"x" * 1001)), ("chunked", chunked([b"x" * 1001])),
                           ("gzip", answer(gzip.compress(b"x" * 1001), Content_Encoding="gzip"))):
            with self.subTest(name):
                self.server.on("/a", data)
                result = fetch(self.server.url("/a"), max=1000, gzip=True)
                self.assertEqual((result["kind"], result["error"]), (
                    REMOTE, self.server.url("") + ": the answer is larger than 1000 bytes"))

    def test_just_not_too_large(self):
        self.server.on("/a", answer(b"x" * 1000))
        self.assertEqual(fetch(self.server.url("/a"), max=1000)["length"], 1000)

    def test_an_error_page_is_cut(self):
        self.server.on("/a", answer(b"x" * MIB, 500))
        result = fetch(self.server.url("/a"), max=1000)
        self.assertEqual((result["status"], result["length"]), (500, 1000))
        self.assertEqual(fetch(self.server.url("/a"))["length"], 64 * 1024)

    def test_headers_without_end(self):
        def endless(_request, connection):
            connection.send(b"HTTP/1.1 200 OK\r\n")
            while connection.send(b"X-Header: %s\r\n" % (b"x" * 1000)):
                pass
        self.server.on("/a", endless)
        result = fetch(self.server.url("/a"))
        self.assertEqual(result["kind"], REMOTE)
        self.assertIn("the headers of the answer are larger than 262144 bytes", result["error"])

    def test_no_http(self):
        self.server.on("/a", b"SSH-2.0-OpenSSH_9.2\r\n")
        result = fetch(self.server.url("/a"))
        self.assertEqual((result["kind"], result["error"]), (
            REMOTE, self.server.url("") + ": what answers there does not speak HTTP"))

    def test_upload(self):
        self.server.on("/a", answer(b"thanks"))
        for method in ("POST", "PUT"):
            for size in (1, 65536, 3 * MIB + 1):
                with self.subTest(method=method, size=size):
                    result = fetch(self.server.url("/a"), method=method, upload=size, content_type="a/b")
                    request = self.server.requests[-1]
                    self.assertEqual(result["body"], "thanks")
                    self.assertEqual((request.method, request.body), (method, b"u" * size))
                    self.assertEqual(request.headers["transfer-encoding"], "chunked")
                    self.assertEqual(request.headers["content-type"], "a/b")

    def test_upload_whose_source_fails(self):
        self.server.on("/a", answer(b"thanks"))
        result = fetch(self.server.url("/a"), method="POST", upload=MIB, fails=1000)
        self.assertEqual((result["kind"], result["error"]), (
            INTERNAL, self.server.url("") + ": the upload's source is broken"))
        deadline = time.monotonic() + 5
        while not (self.server.requests and self.server.requests[0].body) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(self.server.requests[0].body)
        self.assertFalse(self.server.requests[0].complete)

    def test_what_is_never_sent(self):
        refused = (
            ({"url": "ftp://host/a?b"}, "ftp://host/a: is not an http or https URL"),
            ({"url": "host/a"}, "host/a: is not an http or https URL"),
            ({"url": "http://u:p@h/a"}, "http://h/a: credentials in the URL: give them in fields of their own"),
            ({"headers": ["A: b\r\nC: d"]}, "http://h/: header 'A' holds a line break"),
            ({"bearer": "abc\n"}, "http://h/: the token holds a line break: it must be a single line"),
            ({"username": "a:b"}, "http://h/: the user name holds a ':', which HTTP cannot send"),
            ({"url": "http://h/" + "x" * 9000}, "http://(malformed): the URL is longer than 8192 bytes"),
        )
        for exchange, message in refused:
            with self.subTest(message):
                result = run([dict({"url": "http://h/"}, **exchange)]).results[0]
                self.assertEqual((result["kind"], result["error"]), (CONFIG, message))


class Credentials(unittest.TestCase):
    """They go to their origin, and nowhere else."""

    def setUp(self):
        self.home = self.enterContext(Server())
        self.other = self.enterContext(Server())

    def test_basic(self):
        self.home.on("/a", answer())
        for user, password, expected in (("user", "pa:ss", "dXNlcjpwYTpzcw=="), ("", "token", "OnRva2Vu"),
                                         ("token", "", "dG9rZW46"), ("u", "ä", "dTrDpA==")):
            with self.subTest(expected):
                fetch(self.home.url("/a"), username=user, password=password)
                self.assertEqual(self.home.requests[-1].headers["authorization"], "Basic " + expected)

    def test_bearer_wins(self):
        self.home.on("/a", answer())
        fetch(self.home.url("/a"), username="u", password="p", bearer="to.ken")
        self.assertEqual(self.home.requests[0].headers["authorization"], "Bearer to.ken")

    def test_none_by_default(self):
        self.home.on("/a", answer())
        fetch(self.home.url("/a"))
        self.assertNotIn("authorization", self.home.requests[0].headers)

    def test_a_redirect_within_the_origin_keeps_them(self):
        self.home.on("/a", answer(status=302, Location="/b"))
        self.home.on("/b", answer(b"there"))
        result = fetch(self.home.url("/a"), bearer="token", headers=["Private-Token: x"])
        self.assertEqual((result["body"], result["url"]), ("there", self.home.url("/b")))
        self.assertEqual(self.home.requests[1].headers["authorization"], "Bearer token")
        self.assertEqual(self.home.requests[1].headers["private-token"], "x")

    def test_a_redirect_elsewhere_loses_them(self):
        for kind in ({"bearer": "token"}, {"username": "u", "password": "p"},
                     {"headers": ["Authorization: Basic eHg=", "Cookie: a=b", "Private-Token: x"]}):
            for location in (self.other.url("/b"), self.home.url("/b", host="localhost"),
                             "http://u:p@127.0.0.1:%d/b" % self.other.port):
                with self.subTest(kind=kind, location=location):
                    self.home.on("/a", answer(status=301, Location=location))
                    self.home.on("/b", answer(b"there"))
                    self.other.on("/b", answer(b"there"))
                    kind = dict(kind)
                    kind["headers"] = kind.get("headers", []) + ["Git-Protocol: version=2", "Accept: a/b"]
                    self.assertEqual(fetch(self.home.url("/a"), **kind)["body"], "there")
                    place = self.home if "localhost" in location else self.other
                    headers = place.requests[-1].headers
                    self.assertEqual(set(headers), {"host", "user-agent", "accept", "git-protocol"})
                    self.assertEqual(headers["accept"], "a/b")

    def test_nothing_of_them_is_logged(self):
        self.home.on("/a", [answer(status=302, Location="/b?token=geheim")])
        self.home.on("/b", answer(b"there"))
        outcome = run([{"url": self.home.url("/a?token=geheim"), "username": "u", "password": "geheim"},
                       {"url": self.home.url("/a?token=geheim"), "bearer": "geheim"}])
        self.assertEqual(len(outcome.results), 2)
        self.assertIn("GET " + self.home.url("/b") + ": 200", outcome.log)
        self.assertNotIn("geheim", outcome.log)
        self.assertNotIn("((redacted))", outcome.log)  # it was not even tried


class Redirects(unittest.TestCase):
    """Where they are followed, and where not."""

    def setUp(self):
        self.server = self.enterContext(Server())
        self.server.on("/b", lambda request, connection: connection.send(
            answer(request.method.encode() + b" " + request.body)))

    def follow(self, status, location="/b", **exchange):
        self.server.on("/a", answer(b"moved", status, Location=location))
        return fetch(self.server.url("/a"), **exchange)

    def test_get_follows(self):
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status=status):
                self.assertEqual(self.follow(status)["body"], "GET ")

    def test_other_methods_follow_where_the_method_stays(self):
        for status, body in ((301, "moved"), (302, "moved"), (303, "moved"), (307, "POST x"), (308, "POST x")):
            with self.subTest(status=status):
                self.assertEqual(self.follow(status, method="POST", body="x")["body"], body)

    def test_an_upload_is_not_sent_twice(self):
        result = self.follow(307, method="POST", upload=1000)
        self.assertEqual((result["status"], result["body"]), (307, "moved"))
        self.assertEqual(len(self.server.requests), 1)

    def test_not_where_they_are_not_wanted(self):
        result = self.follow(302, no_redirects=True)
        self.assertEqual((result["status"], result["body"]), (302, "moved"))

    def test_not_modified_and_no_location_are_answers(self):
        self.server.on("/a", answer(b"hm", 302))
        self.assertEqual(fetch(self.server.url("/a"))["status"], 302)
        self.server.on("/a", answer(status=304, Location="/b"))
        self.assertEqual(fetch(self.server.url("/a"))["status"], 304)

    def test_a_stream_follows(self):
        self.server.on("/a", answer(b"moved" * 1000, 302, Location="/b"))
        self.assertEqual(fetch(self.server.url("/a"), stream=True)["body"], "GET ")

    def test_in_a_circle(self):
        result = self.follow(302, location="/a")
        self.assertEqual((result["kind"], result["error"]), (
            REMOTE, self.server.url("") + ": redirects more than 10 times"))
        self.assertEqual(len(self.server.requests), 11)

    def test_to_another_scheme(self):
        for location in ("ftp://127.0.0.1/", "file:///etc/passwd"):
            with self.subTest(location):
                result = self.follow(302, location=location)
                self.assertEqual((result["kind"], result["error"]), (
                    REMOTE, self.server.url("") + ": redirects to something that is not an http or https URL"))

    def test_a_body_without_end_does_not_hold_it_up(self):
        def endless(_request, connection):
            connection.send(answer(status=302, Location="/b", Content_Length=None))
            while connection.send(b"x" * 10000):
                pass
        self.server.on("/a", endless)
        self.assertEqual(fetch(self.server.url("/a"))["body"], "GET ")


class Repeating(unittest.TestCase):
    """What is safe to repeat, and only that."""

    def setUp(self):
        self.server = self.enterContext(Server())

    def test_a_status_that_passes(self):
        for status in (429, 500, 502, 503, 504):
            with self.subTest(status=status):
                self.server.on("/a", [answer(status=status), answer(b"good")])
                before = len(self.server.requests)
                self.assertEqual(fetch(self.server.url("/a"), repeatable=True)["body"], "good")
                self.assertEqual(len(self.server.requests), before + 2)

    def test_a_status_that_stays(self):
        for status in (400, 401, 403, 404, 409, 410, 501):
            with self.subTest(status=status):
                self.server.on("/a", [answer(status=status), answer(b"good")])
                self.assertEqual(fetch(self.server.url("/a"), repeatable=True)["status"], status)

    def test_not_what_is_not_repeatable(self):
        self.server.on("/a", [answer(status=503), answer(b"good")])
        self.assertEqual(fetch(self.server.url("/a"), method="POST", body="x")["status"], 503)
        self.assertEqual(len(self.server.requests), 1)

    def test_a_cut_connection(self):
        for cut in (lambda request, connection: connection.close(),
                    lambda request, connection: connection.reset(),
                    lambda request, connection: (connection.send(answer(b"good")[:-1]), connection.close())):
            self.server.on("/a", [cut, answer(b"good")])
            self.assertEqual(fetch(self.server.url("/a"), repeatable=True)["body"], "good")

    def test_a_cut_connection_is_not_repeated_where_it_is_not_safe(self):
        self.server.on("/a", [lambda request, connection: connection.close(), answer(b"good")])
        result = fetch(self.server.url("/a"), method="POST", body="x")
        self.assertEqual((result["kind"], result["error"]), (
            NETWORK, self.server.url("") + ": the connection was closed without an answer"))
        self.assertEqual(len(self.server.requests), 1)

    def test_a_kept_connection_that_is_cut(self):
        # a write may have been done by then; libcurl would send it again
        for exchange, bodies in (({"method": "POST", "body": "x"}, [b"", b"x"]),
                                 ({"method": "POST", "upload": 1}, [b"", b"u"]),
                                 ({"method": "PATCH", "body": "x", "repeatable": True}, [b"", b"x", b"x"]),
                                 ({"method": "GET"}, [b"", b"", b""])):
            with self.subTest(exchange=exchange):
                del self.server.requests[:]
                self.server.on("/a", [answer(b"first"), lambda request, connection: connection.close(),
                                      answer(b"second")])
                outcome = run([{"url": self.server.url("/a")}, dict(exchange, url=self.server.url("/a"))])
                self.assertEqual([request.body for request in self.server.requests], bodies)
                self.assertEqual(self.server.requests[0].connection, self.server.requests[1].connection)
                if len(bodies) == 3:
                    self.assertEqual(outcome.results[1]["body"], "second")
                else:
                    self.assertEqual(outcome.results[1]["error"], self.server.url("") +
                                     ": the connection was closed without an answer")

    def test_retry_after_is_honoured(self):
        self.server.on("/a", [answer(status=429, Retry_After="2"), answer(b"good")])
        outcome = run([{"url": self.server.url("/a"), "repeatable": True}])
        self.assertEqual(outcome.results[0]["body"], "good")
        self.assertGreaterEqual(outcome.seconds, 2)
        self.assertIn("warning: %s: answered 429; trying again in 2.0 s" % self.server.url(""), outcome.log)

    def test_retry_after_that_is_too_long(self):
        self.server.on("/a", answer(status=503, Retry_After="61"))
        outcome = run([{"url": self.server.url("/a"), "repeatable": True}])
        self.assertEqual(outcome.results[0]["status"], 503)
        self.assertEqual(outcome.results[0]["retry_after_ms"], 61000)
        self.assertEqual(len(self.server.requests), 1)

    def test_retry_after_as_a_date(self):
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 1000))
        self.server.on("/a", answer(status=503, Retry_After=date))
        after = fetch(self.server.url("/a"))["retry_after_ms"]
        self.assertTrue(900000 < after <= 1000000, after)

    def test_retry_after_that_is_nonsense(self):
        self.server.on("/a", answer(status=503, Retry_After="soon"))
        self.assertEqual(fetch(self.server.url("/a"))["retry_after_ms"], -1)

    def test_it_ends(self):
        self.server.on("/a", answer(b"no", 503))
        outcome = run([{"url": self.server.url("/a"), "repeatable": True}])
        self.assertEqual(outcome.results[0]["status"], 503)
        self.assertEqual(len(self.server.requests), 6)
        self.assertGreater(outcome.seconds, 0.5 * (0.5 + 1 + 2 + 4 + 8))


if __name__ == "__main__":
    tap.main()

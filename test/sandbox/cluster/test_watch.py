# SPDX-License-Identifier: Apache-2.0
"""Watches, and the faults that tests can switch on."""

import http.client
import itertools
import json
import threading
import time

from .test_support import BUILDS, IMAGES, TAG, V, ClusterCase, image

WATCH = IMAGES + "?watch=1&resourceVersion=%s&timeoutSeconds=%d"


def short(events):
    return [(kind, obj["metadata"].get("name")) for kind, obj in events]


class Watches(ClusterCase):
    def setUp(self):
        self.admin.call("DELETE", IMAGES)
        self.made = self.admin.create(image(), "images")
        self.revision = self.made["metadata"]["resourceVersion"]

    def tag(self, name, tag):
        return self.patch(name, {"spec": {"additionalTags": [TAG + ":" + tag]}})

    def test_without_a_revision_what_is_there_comes_first(self):
        events = self.watch()
        self.assertEqual(short(events), [("ADDED", "app"), ("BOOKMARK", None)])
        self.assertEqual(events[0][1], self.made)
        revision = events[1][1]["metadata"].pop("resourceVersion")
        self.assertGreaterEqual(int(revision), int(self.revision))
        self.assertEqual(events[1][1], {"kind": "Image", "apiVersion": V, "metadata": {
            "annotations": {"k8s.io/initial-events-end": "true"}}})

    def test_what_is_there_comes_first_on_demand_too(self):
        events = self.watch(sendInitialEvents="true", resourceVersionMatch="NotOlderThan")
        self.assertEqual(short(events), [("ADDED", "app"), ("BOOKMARK", None)])

    def test_a_short_watch_has_no_last_bookmark(self):
        self.assertEqual(self.watch(resourceVersion=self.revision, seconds=1), [])

    def test_from_a_revision_what_came_after_it(self):
        self.tag("app", "a")
        self.admin.create(image("other"), "images")
        self.admin.delete(V, "images", "demo", "app")
        events = self.watch(resourceVersion=self.revision, allowWatchBookmarks="false")
        self.assertEqual(short(events), [("MODIFIED", "app"), ("ADDED", "other"),
                                         ("DELETED", "app")])
        revisions = [int(o["metadata"]["resourceVersion"]) for _, o in events]
        self.assertEqual(revisions, sorted(set(revisions)))

    def test_changes_arrive_as_they_happen(self):
        seen = []

        def follow():
            for kind, _ in self.admin.watch(V, "images", "demo", resourceVersion=self.revision,
                                            timeoutSeconds="60", allowWatchBookmarks="false"):
                seen.append((kind, time.monotonic()))
                if len(seen) == 2:
                    return
        thread = threading.Thread(target=follow)
        thread.start()
        sent = []
        for tag in "ab":
            time.sleep(0.2)
            sent.append(time.monotonic())
            self.tag("app", tag)
        thread.join(60)
        self.assertEqual(len(seen), 2)
        for (_, at), when in zip(seen, sent):
            self.assertLess(at - when, 20)

    def test_a_selector_turns_changes_into_coming_and_going(self):
        self.patch("app", {"metadata": {"labels": {"on": "yes"}}})
        self.tag("app", "a")
        self.patch("app", {"metadata": {"labels": {"on": None}}})
        self.tag("app", "b")
        events = self.watch(resourceVersion=self.revision, labelSelector="on=yes",
                            allowWatchBookmarks="false")
        self.assertEqual(short(events), [("ADDED", "app"), ("MODIFIED", "app"),
                                         ("DELETED", "app")])

    def test_one_object_by_field_selector(self):
        self.admin.create(image("other"), "images")
        self.tag("app", "a")
        events = self.watch(resourceVersion=self.revision, fieldSelector="metadata.name=app",
                            allowWatchBookmarks="false")
        self.assertEqual(short(events), [("MODIFIED", "app")])

    def test_bookmarks_come_at_intervals(self):
        self.cluster.settings(bookmark=0.2)
        self.addCleanup(self.cluster.settings, bookmark=60)
        events = self.watch(resourceVersion=self.revision, seconds=2)
        self.assertGreaterEqual(len(events), 3)
        self.assertEqual({kind for kind, _ in events}, {"BOOKMARK"})
        self.assertEqual(events[0][1], {"kind": "Image", "apiVersion": V,
                                        "metadata": {"resourceVersion": self.revision}})

    def test_a_revision_that_is_too_old_is_said_inside_the_stream(self):
        self.tag("app", "a")
        self.cluster.compact()
        code, _, body = self.raw("GET", WATCH % (self.revision, 5))
        self.assertEqual(code, 200)
        event = json.loads(body)
        self.assertEqual((event["type"], event["object"]["code"], event["object"]["reason"]),
                         ("ERROR", 410, "Expired"))
        self.assertRegex(event["object"]["message"],
                         r"^too old resource version: %s \(\d+\)$" % self.revision)
        # a watch from what was current at the compaction goes on
        now = self.admin.list(V, "images", "demo")["metadata"]["resourceVersion"]
        self.tag("app", "b")
        self.assertEqual(short(self.watch(resourceVersion=now))[0], ("MODIFIED", "app"))

    def test_twenty_watches_at_once(self):
        seen = []

        def follow():
            events = self.admin.watch(V, "images", "demo", resourceVersion=self.revision,
                                      allowWatchBookmarks="false")
            seen.append([obj["spec"]["additionalTags"] for _, obj in itertools.islice(events, 10)])
        threads = [threading.Thread(target=follow) for _ in range(20)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        for number in range(10):
            self.tag("app", "t%d" % number)
        for thread in threads:
            thread.join(60)
        self.assertEqual(seen, [[[TAG + ":t%d" % number] for number in range(10)]] * 20)

    def test_a_stream_of_tables(self):
        accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
        self.tag("app", "a")
        self.tag("app", "b")
        _, _, body = self.raw("GET", WATCH % (self.revision, 1), headers=accept)
        first, second = (json.loads(line)["object"] for line in body.splitlines())
        self.assertEqual(first["columnDefinitions"][1]["name"], "LatestImage")
        self.assertIsNone(second["columnDefinitions"])
        self.assertEqual(second["rows"][0]["cells"][0], "app")


class FaultsOfTheServer(ClusterCase):
    def setUp(self):
        self.admin.call("DELETE", IMAGES)
        self.made = self.admin.create(image(), "images")
        self.revision = self.made["metadata"]["resourceVersion"]
        for tag in "abc":
            self.patch("app", {"spec": {"additionalTags": [TAG + ":" + tag]}})

    def events_until_cut(self, target):
        """(whole events, the rest) of a watch whose connection breaks."""
        whole, _, rest = self.until_cut(target).rpartition(b"\n")
        return [json.loads(line) for line in whole.splitlines()], rest

    def test_a_status_strikes_as_often_as_asked(self):
        self.cluster.faults({"verb": "patch", "resource": "images", "status": 409, "times": 2})
        for _ in range(2):
            said = self.refused(409, self.patch, "app", {"spec": {"subPath": "x"}})
            self.assertIn("the object has been modified", said["message"])
        self.patch("app", {"spec": {"additionalTags": []}})

    def test_skip_lets_some_pass(self):
        self.cluster.faults({"verb": "get", "skip": 1, "status": 503})
        self.ci.get(V, "images", "demo", "app")
        self.refused(503, self.ci.get, V, "images", "demo", "app")
        self.ci.get(V, "images", "demo", "app")

    def test_too_many_requests_says_when_to_come_back(self):
        self.cluster.faults({"path": "/images", "status": 429, "retry_after": 7, "user": "ci"})
        code, headers, body = self.raw("GET", IMAGES, user="ci")
        self.assertEqual((code, headers["Retry-After"]), (429, "7"))
        self.assertEqual(json.loads(body)["details"]["retryAfterSeconds"], 7)
        self.assertEqual(self.raw("GET", IMAGES, user="admin")[0], 200)

    def test_a_forbidden_verb(self):
        self.cluster.faults({"verb": "watch", "resource": "images", "status": 403, "times": 0})
        for _ in range(2):
            code, _, body = self.raw("GET", WATCH % (self.revision, 1), user="ci")
            self.assertEqual(code, 403)
            self.assertIn('User "ci" cannot watch resource "images"', json.loads(body)["message"])
        self.assertEqual(self.raw("GET", IMAGES + "/app", user="ci")[0], 200)

    def test_a_watch_ends_in_good_order(self):
        self.cluster.faults({"verb": "watch", "end": 2})
        self.assertEqual(len(self.watch(resourceVersion=self.revision, seconds=30)), 2)
        self.cluster.faults({"verb": "watch", "end": 0})
        began = time.monotonic()
        self.assertEqual(self.watch(resourceVersion=self.revision, seconds=30), [])
        self.assertLess(time.monotonic() - began, 15)

    def test_gone_inside_the_stream_and_as_an_answer(self):
        self.cluster.faults({"verb": "watch", "gone": 1})
        events = self.watch(resourceVersion=self.revision, seconds=30)
        self.assertEqual([kind for kind, _ in events], ["MODIFIED", "ERROR"])
        self.assertEqual(events[1][1]["code"], 410)
        self.cluster.faults({"verb": "watch", "status": 410})
        code, _, body = self.raw("GET", WATCH % (self.revision, 5))
        self.assertEqual((code, json.loads(body)["reason"]), (410, "Expired"))

    def test_a_cut_after_an_event(self):
        self.cluster.faults({"verb": "watch", "cut_events": 2})
        events, rest = self.events_until_cut(WATCH % (self.revision, 30))
        self.assertEqual((len(events), rest), (2, b""))

    def test_a_cut_in_the_middle_of_an_event(self):
        self.cluster.faults({"verb": "watch", "cut_events": 1, "half": True})
        events, rest = self.events_until_cut(WATCH % (self.revision, 30))
        self.assertEqual(len(events), 1)
        self.assertTrue(rest.startswith(b'{"type":"MODIFIED"'))
        self.assertRaises(ValueError, json.loads, rest)

    def test_a_cut_after_bytes(self):
        for size in (0, 1, 700):
            with self.subTest(size):
                self.cluster.faults({"verb": "watch", "cut_bytes": size})
                _, rest = self.events_until_cut(WATCH % (self.revision, 30))
                self.assertEqual(len(rest), size)
        self.cluster.faults({"verb": "get", "cut_bytes": 10})
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.raw("GET", IMAGES + "/app")
        self.assertEqual(len(caught.exception.partial), 10)

    def test_garbage_in_a_stream(self):
        self.cluster.faults({"verb": "watch", "cut_events": 0, "garbage": "<html>"})
        self.assertEqual(self.events_until_cut(WATCH % (self.revision, 30)), ([], b"<html>"))

    def test_a_dropped_connection(self):
        self.cluster.faults({"verb": "get", "drop": True})
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.raw("GET", IMAGES + "/app")

    def test_delay_and_slow(self):
        self.cluster.faults({"verb": "get", "delay": 0.4})
        began = time.monotonic()
        self.raw("GET", IMAGES + "/app")
        self.assertGreater(time.monotonic() - began, 0.4)
        self.cluster.faults({"verb": "watch", "slow": 0.3, "end": 3})
        began = time.monotonic()
        self.assertEqual(len(self.watch(resourceVersion=self.revision, seconds=30)), 3)
        self.assertGreater(time.monotonic() - began, 0.6)

    def test_hanging_up_closes_open_watches(self):
        connection, events = self.admin.connect(timeout=60), b""
        self.addCleanup(connection.close)
        connection.request("GET", WATCH % (self.revision, 60), headers=self.admin.headers)
        answer = connection.getresponse()
        while events.count(b"\n") < 3:
            events += answer.read1(65536)
        self.assertEqual(self.cluster.hangup("builds"), 0)
        self.assertEqual(self.cluster.hangup("images"), 1)
        with self.assertRaises((OSError, http.client.HTTPException)):
            while piece := answer.read1(65536):
                events += piece
        self.assertEqual(events.count(b"\n"), 3)

    def test_unknown_faults_are_refused(self):
        said = self.refused(400, self.cluster.faults, {"stauts": 409})
        self.assertIn("stauts", said["message"])

    def test_every_request_is_recorded(self):
        since = self.cluster.requests()[-1]["number"]
        self.ci.get(V, "images", "demo", "app")
        self.patch("app", {"spec": {"additionalTags": [TAG + ":r"]}}, self.ci)
        self.refused(403, self.ci.delete, V, "images", "demo", "app")
        self.raw("GET", BUILDS + "?limit=1", user="ci")
        found = self.cluster.requests("ci", since)
        self.assertEqual([(r["method"], r["path"], r["query"], r["status"], r["verb"])
                          for r in found], [
            ("GET", IMAGES + "/app", "", 200, "get"), ("PATCH", IMAGES + "/app", "", 200, "patch"),
            ("DELETE", IMAGES + "/app", "", 403, "delete"),
            ("GET", BUILDS, "limit=1", 200, "list")])
        self.assertEqual(json.loads(found[1]["body"]),
                         {"spec": {"additionalTags": [TAG + ":r"]}})
        self.assertEqual(found[1]["content_type"], "application/merge-patch+json")
        self.assertEqual(found[0]["connection"], found[2]["connection"])
        self.assertNotEqual(found[0]["connection"], found[3]["connection"])
        self.assertGreater(found[0]["bytes"], 500)

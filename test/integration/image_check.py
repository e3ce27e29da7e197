#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check of an Image: which builds are versions, and what they cost the API server."""

import http.server
import json
import socket
import time
from urllib.parse import unquote

import tap
from image_world import KILLED_S, TAG, V, ClusterCase, Programs
from cluster.seed import Seed
from listener import Listener


class Case(Programs, ClusterCase):
    """An Image of its own for each test, seeded with finished builds."""

    count = 0

    def setUp(self):
        Case.count += 1
        self.name = "app%d" % self.count
        self.addCleanup(self.cluster.faults)

    def seed(self, count, **options):
        self.seeded = Seed(count, image=self.name, **options)
        self.cluster.seed(count, image=self.name, **options)

    def version(self, number):
        return {"build": str(number), "image": self.seeded.latest_image(number)}

    def remove(self, *numbers):
        for number in numbers:
            self.admin.delete(V, "builds", "demo", "%s-build-%d" % (self.name, number))


class Versions(Case):
    def test_at_first_only_the_newest_build(self):
        self.seed(5)
        self.assertEqual(self.versions(), [self.version(5)])

    def test_an_image_that_never_built_has_no_version(self):
        self.seed(0)
        result = self.check()
        self.assertEqual((result.status, result.stdout, result.stderr), (0, "[]\n", ""))

    def test_an_image_whose_builds_all_failed_has_no_version(self):
        self.seed(2, states={1: "failed", 2: "failed"})
        self.assertEqual(self.versions(), [])

    def test_the_given_version_and_all_since(self):
        self.seed(5)
        self.assertEqual(self.versions(self.version(3)), [self.version(n) for n in (3, 4, 5)])

    def test_failed_and_running_builds_are_no_versions(self):
        self.seed(5, states={2: "failed", 4: "failed", 5: "running"})
        self.assertEqual(self.versions(self.version(1)), [self.version(1), self.version(3)])

    def test_back_to_the_first_digest_is_a_version(self):
        self.seed(3, digests={3: 1})
        self.assertEqual(self.versions(self.version(1)), [self.version(n) for n in (1, 2, 3)])
        self.assertEqual(self.versions(), [self.version(3)])

    def test_the_same_digest_again_is_none(self):
        self.seed(6, digests={3: 2, 4: 2, 5: 2, 6: 2})
        self.assertEqual(self.versions(), [self.version(2)])
        self.assertEqual(self.versions(self.version(2)), [self.version(2)])

    def test_the_same_digest_behind_a_failed_build_is_none(self):
        self.seed(4, states={2: "failed", 3: "failed"}, digests={4: 1})
        self.assertEqual(self.versions(self.version(1)), [self.version(1)])

    def test_a_version_whose_build_was_pruned_goes_on_with_what_is_left(self):
        self.seed(6)
        self.remove(1, 2, 3)
        self.assertEqual(self.versions(self.version(2)), [self.version(n) for n in (4, 5, 6)])

    def test_a_pruned_version_stays_while_its_digest_does(self):
        self.seed(6, digests={n: 1 for n in range(2, 7)})
        self.remove(1, 2, 3)
        self.assertEqual(self.versions(self.version(1)), [self.version(1)])

    def test_an_image_made_anew_answers_with_its_newest(self):
        self.seed(3)
        gone = {"build": "12", "image": self.seeded.latest_image(99)}
        self.assertEqual(self.versions(gone), [self.version(3)])
        reused = {"build": "2", "image": self.seeded.latest_image(99)}
        self.assertEqual(self.versions(reused), [self.version(3)])

    def test_builds_of_an_image_that_was_deleted_do_not_count(self):
        self.seed(9)
        self.cluster.client.delete(V, "images", "demo", self.name)
        self.seed(2)  # 3 to 9 may lie there for a while
        self.assertEqual(self.versions(), [self.version(2)])

    def test_a_version_of_the_kpack_resource_is_understood_by_its_image(self):
        self.seed(4, digests={3: 1})
        image = {"image": self.seeded.latest_image(1)}
        self.assertEqual(self.versions(image), [self.version(3), self.version(4)])

    def test_builds_of_one_second_are_ordered_by_their_number(self):
        self.seed(12, spacing=0)
        self.assertEqual(self.versions(self.version(8)), [self.version(n) for n in range(8, 13)])

    def test_builds_of_another_image_do_not_count(self):
        self.seed(3)
        other = self.version(3)
        self.name += "-other"
        self.seed(7)
        self.name = self.name[:-len("-other")]
        self.assertEqual(self.versions(), [other])


class Costs(Case):
    def test_nothing_new_is_one_request_and_no_line(self):
        self.seed(2000)
        since = self.now()
        result = self.check(self.version(2000))
        self.assertEqual((result.answer, result.stderr), ([self.version(2000)], ""))
        self.assertEqual(self.asked(since), ["get images/" + self.name])

    def test_a_build_that_runs_or_failed_is_one_request_too(self):
        for state in ("running", "failed"):
            self.seed(4, states={4: state})
            since = self.now()
            result = self.check(self.version(3))
            self.assertEqual((result.answer, result.stderr), ([self.version(3)], ""))
            self.assertEqual(self.asked(since), ["get images/" + self.name])

    def test_only_the_builds_since_the_version_are_asked_for(self):
        self.seed(300)
        since = self.now()
        self.assertEqual(len(self.versions(self.version(296))), 5)
        self.assertEqual(self.asked(since), ["get images/" + self.name, "list builds"])
        query = unquote(self.cluster.requests("ci", since=since)[-1]["query"])
        self.assertIn("image.kpack.io/buildNumber in (296,297,298,299,300)", query)

    def test_a_first_check_asks_for_the_newest_builds(self):
        self.seed(300, states={299: "failed", 300: "running"})
        since = self.now()
        self.assertEqual(self.versions(), [self.version(298)])
        self.assertEqual(self.asked(since), ["get images/" + self.name, "list builds"])
        query = unquote(self.cluster.requests("ci", since=since)[-1]["query"])
        self.assertIn("image.kpack.io/buildNumber in (281,", query)

    def test_a_first_check_asks_for_all_where_the_newest_do_not_tell(self):
        self.seed(60, digests={n: 7 for n in range(8, 61)})
        since = self.now()
        self.assertEqual(self.versions(), [self.version(7)])
        self.seed(60, states={n: "failed" for n in range(30, 61)})
        self.assertEqual(self.versions(), [self.version(29)])
        self.assertEqual(self.asked(since), 2 * (["get images/" + self.name] + 2 * ["list builds"]))

    def test_a_version_without_its_number_asks_for_the_newest_builds(self):
        self.seed(300, digests={290: 289, 300: 298})
        since = self.now()
        self.assertEqual(self.versions({"image": self.seeded.latest_image(289)}),
                         [self.version(n) for n in (289, *range(291, 301))])
        self.assertEqual(self.asked(since), ["get images/" + self.name, "list builds"])
        query = unquote(self.cluster.requests("ci", since=since)[-1]["query"])
        self.assertIn("image.kpack.io/buildNumber in (281,", query)

    def test_and_for_all_where_they_do_not_tell(self):
        self.seed(60, digests={n: 30 for n in range(31, 60)})
        since = self.now()
        self.assertEqual(self.versions({"image": self.seeded.latest_image(30)}), [self.version(30), self.version(60)])
        older = {"image": self.seeded.latest_image(29)}
        self.assertEqual(self.versions(older), [self.version(n) for n in (29, 30, 60)])
        self.assertEqual(self.asked(since), 2 * (["get images/" + self.name] + 2 * ["list builds"]))

    def test_all_are_asked_for_once(self):
        self.seed(300)
        unknown = self.seeded.latest_image(0)
        self.remove(2)
        for version, answer in (({"build": "1", "image": unknown}, [self.version(300)]),    # another build's number
                                ({"build": "2", "image": self.seeded.latest_image(2)},      # pruned, long ago
                                 [self.version(n) for n in range(3, 301)]),
                                ({"build": "999", "image": unknown}, [self.version(300)])):
            since = self.now()
            self.assertEqual(self.versions(version), answer)
            self.assertEqual(self.asked(since), ["get images/" + self.name, "list builds"], version)

    def test_a_put_of_what_is_there_asks_for_the_newest_builds(self):
        self.seed(300)
        there = self.cluster.get("images", self.name)["spec"]["source"]["git"]["revision"]
        since = self.now()
        result = self.put("unused", {"commitish": None, "git_revision": there})
        self.assertEqual((result.status, result.answer["version"]), (0, self.version(300)), result.stderr)
        name = self.name + "-build-300"
        self.assertEqual(self.asked(since), ["get images/" + self.name, "list builds", "get builds/" + name])

    def test_all_builds_come_in_pages(self):
        self.seed(1100, digests={n: 7 for n in range(8, 1101)})
        since = self.now()
        self.assertEqual(self.versions(self.version(5)), [self.version(n) for n in (5, 6, 7)])
        self.assertEqual(self.asked(since), ["get images/" + self.name] + 3 * ["list builds"])

    def test_a_list_that_grew_too_old_begins_anew(self):
        self.seed(600)
        self.cluster.faults({"verb": "list", "query": "continue=", "status": 410})
        self.assertEqual(len(self.versions(self.version(300))), 301)

    def test_what_moved_is_shown_as_kp_would(self):
        self.seed(3, states={3: "failed"}, reasons={2: "COMMIT,STACK"})
        lines = self.check(self.version(1)).stderr.splitlines()
        self.assertEqual(lines[0].split(), ["BUILD", "STATUS", "IMAGE", "REASON"])
        self.assertEqual(lines[2].split(), ["2", "SUCCESS", self.seeded.latest_image(2), "COMMIT,STACK"])
        self.assertEqual(lines[3].split(), ["3", "FAILURE", "COMMIT"])
        self.assertRegex(lines[4], r"^build 3 failed: Error: .*exit status 1")
        self.assertEqual(lines[5], "image '%s': Not Ready, latest image %s" % (self.name, self.seeded.latest_image(2)))
        self.assertEqual(len(lines), 6)

    def test_the_status_is_shown_as_kp_would(self):
        self.seed(3, states={3: "running"})
        lines = self.check(self.version(1)).stderr.splitlines()
        self.assertEqual(lines[-1], "image '%s': Building: Build '%s-build-3' is executing, latest image %s" % (
            self.name, self.name, self.seeded.latest_image(2)))
        self.seed(4)
        self.assertEqual(self.check().stderr.splitlines()[-1], "image '%s': Ready, latest image %s" % (
            self.name, self.seeded.latest_image(4)))

    def test_nothing_new_shows_nothing(self):
        self.seed(6, digests={n: 1 for n in range(2, 7)})
        result = self.check(self.version(1))
        self.assertEqual((result.answer, result.stderr), ([self.version(1)], ""))


class Trouble(Case):
    def refused(self, result, words):
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertRegex(result.stderr, words)

    def test_an_image_that_is_not_there(self):
        self.refused(self.check(), r"^check: image '%s' in namespace 'demo' does not exist, create it first \("
                     % self.name)

    def test_a_cluster_without_the_build_service(self):
        given = self.cluster.kubeconfig_object("admin")
        given["clusters"][0]["cluster"]["server"] += "/elsewhere"
        self.refused(self.check(kubeconfig=given),
                     r"the API server serves neither v1alpha2 nor v1alpha1 of kpack.io \(404\), is the build service installed "
                     r"there\?$")

    def test_no_right_says_which_verb_on_what(self):
        self.seed(1)
        self.refused(self.check(kubeconfig=self.cluster.kubeconfig("nobody")),
                     'images.kpack.io "%s" is forbidden: User "nobody" cannot get resource "images"' % self.name)

    def test_a_token_that_is_not_known(self):
        given = self.cluster.kubeconfig_object("ci")
        given["users"][0]["user"]["token"] = "not-the-token"
        result = self.check(kubeconfig=given)
        self.refused(result, r"the API server does not accept the credentials \(401\)$")
        self.assertNotIn("not-the-token", result.stderr)

    def test_a_certificate_that_is_not_trusted(self):
        given = self.cluster.kubeconfig_object("ci")
        del given["clusters"][0]["cluster"]["certificate-authority-data"]
        self.refused(self.check(kubeconfig=given), "certificate is not trusted .*'source.kubeconfig'")

    def test_insecure_does_not_look_at_it(self):
        self.seed(1)
        given = self.cluster.kubeconfig_object("ci")
        del given["clusters"][0]["cluster"]["certificate-authority-data"]
        given["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
        self.assertEqual(self.versions(kubeconfig=given), [self.version(1)])

    def test_a_client_certificate_and_the_context_s_namespace(self):
        self.seed(1)
        options = {"kubeconfig": self.cluster.kubeconfig("ci-certificate"), "namespace": None}
        self.assertEqual(self.versions(**options), [self.version(1)])

    def test_no_namespace_anywhere(self):
        given = self.cluster.kubeconfig_object("ci")
        del given["contexts"][0]["context"]["namespace"]
        self.refused(self.check(kubeconfig=given, namespace=None), "^check: source.namespace: is required, because")

    def test_names_that_are_none(self):
        for name in ("App", "a/b", "a,b", "../x", "-a", "a" * 64):
            self.refused(self.check(image=name), "^check: source.image: is not the name of an Image$")

    def test_a_server_that_is_not_there(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            given = self.cluster.kubeconfig_object("ci")
            given["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:%d" % unused.getsockname()[1]
            process = self.start_program("check", {"source": self.source(kubeconfig=given)})
            self.hear(process, "; trying again")
            began = time.monotonic()
            result = self.finish(process, stop=True)
        self.assertLess(time.monotonic() - began, KILLED_S)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertRegex(result.error, "^check: .*stopped by a signal$")

    def test_a_list_that_always_goes_on_is_an_end(self):
        pages = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                body = {"metadata": {"name": "app", "uid": "u"},
                        "status": {"buildCounter": 1, "latestImage": TAG + "@sha256:" + 64 * "a"}}
                if "/builds" in self.path:
                    pages.append(self.path)
                    body = {"items": [], "metadata": {"continue": "page-%d" % len(pages)}}
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        with Listener(Handler) as server:
            server.start()
            given = self.cluster.kubeconfig_object("anonymous")
            given["clusters"][0]["cluster"] = {"server": "http://127.0.0.1:%d" % server.port}
            result = self.run_program("check", {"source": self.source(image="app", kubeconfig=given)})
            server.shutdown()
        self.refused(result, "the list has no end: there were 1000 pages of it$")
        self.assertEqual(len(pages), 1000)

    def test_a_server_that_stumbles_is_asked_again(self):
        self.seed(1)
        for fault in ({"status": 500}, {"status": 429, "retry_after": 1}, {"status": 503}, {"drop": True},
                      {"cut_bytes": 100}):
            self.cluster.faults({"resource": "images", "verb": "get", "user": "ci", **fault})
            self.assertEqual(self.versions(), [self.version(1)], fault)

    def test_the_token_is_nowhere(self):
        self.seed(3)
        result = self.check(self.version(1), debug=True)
        self.assertEqual(result.status, 0)
        self.assertIn("labelSelector", result.stderr)
        for text in (result.raw, result.stdout):
            self.assertNotIn(self.cluster.tokens["ci"], text)


if __name__ == "__main__":
    tap.main()

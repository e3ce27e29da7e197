#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check of the git kind, on every way to reach a repository, against what the git program says."""

import http.server
import os
import random
import socket
import unittest

import tap
from git_world import Served, World

from listener import Listener


class Check(Served):
    """The same on all of them."""

    def found(self, version=None, **source):
        """The refs that check answers with; it must succeed."""
        result = self.world.check(version, **source)
        self.assertEqual(result.status, 0, result.stderr)
        return result.refs

    def history(self, length):
        """Published commits, oldest first."""
        commits = [self.world.commit("commit %d" % number) for number in range(length)]
        self.world.publish()
        return commits

    def test_the_first_check_finds_the_tip(self):
        tip = self.history(3)[-1]
        self.assertEqual(self.found(), [tip])

    def test_the_tip_again(self):
        tip = self.history(2)[-1]
        self.assertEqual(self.found(tip), [tip])

    def test_new_commits_follow_the_version_oldest_first(self):
        commits = self.history(6)
        for position, version in enumerate(commits):
            self.assertEqual(self.found(version), commits[position:])

    def test_a_commit_of_many_similar_ones_is_read_from_its_delta(self):
        body = "\n".join("line %d of a message that is long enough to be a delta" % i for i in range(60))
        commits = [self.world.commit("%d\n\n%s" % (number, body)) for number in range(40)]
        self.world.publish()
        self.world.admin("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
        self.assertEqual(self.found(commits[0]), commits)

    def test_only_the_first_parents_of_merges_are_versions(self):
        first = self.world.commit("first")
        self.world.git("checkout", "-q", "-b", "side")
        side = [self.world.commit("side %d" % number, "side") for number in range(3)]
        self.world.git("checkout", "-q", "main")
        main = self.world.commit("main")
        self.world.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        merge = self.world.git("rev-parse", "HEAD")
        self.world.publish()
        self.assertEqual(self.found(first), [first, main, merge])
        with self.subTest("a version inside the merged branch is not on the chain"):
            self.assertEqual(self.found(side[1]), [main, merge])

    def test_a_version_that_is_itself_a_merge_off_the_chain(self):
        root = self.world.commit("root")
        chain = [self.world.commit("chain %d" % number) for number in range(3)]
        self.world.git("checkout", "-q", "-b", "side", root)
        self.world.commit("side", "side")
        self.world.git("merge", "-q", "--no-ff", "-m", "main into side", chain[1])
        version = self.world.git("rev-parse", "HEAD")
        self.world.git("checkout", "-q", "main")
        self.world.git("merge", "-q", "--no-ff", "-m", "side into main", "side")
        merge = self.world.git("rev-parse", "HEAD")
        self.world.publish()
        wanted = self.world.git("rev-list", "--first-parent", "--reverse", merge,
                                "^%s~1" % version).split()
        self.assertEqual(self.found(version), wanted)

    def test_an_amended_tip_gives_what_follows_the_merge_base(self):
        commits = self.history(3)
        self.world.git("commit", "-q", "--amend", "-m", "amended")
        amended = [self.world.git("rev-parse", "HEAD"), self.world.commit("on top")]
        self.world.publish()
        self.assertEqual(self.found(commits[-1]), amended)

    def test_a_branch_that_was_set_back_gives_its_tip(self):
        commits = self.history(4)
        for back in (2, 1, 0):  # the parent of the version is a case of its own for servers
            self.world.git("reset", "-q", "--hard", commits[back])
            self.world.publish()
            self.assertEqual(self.found(commits[3]), [commits[back]])

    def test_a_history_without_a_common_commit_gives_its_tip(self):
        old = self.history(2)[-1]
        self.world.git("checkout", "-q", "--orphan", "other")
        self.world.commit("other root")
        tip = self.world.commit("other tip")
        self.world.git("branch", "-q", "-M", "other", "main")
        self.world.publish()
        self.assertEqual(self.found(old), [tip])

    def test_any_commit_of_a_random_history_as_version(self):
        world, dice = self.world, random.Random(7)
        ids = [world.commit("root")]
        for number in range(30):
            start = dice.choice(ids[-6:])
            world.git("checkout", "-q", "--detach", start)
            if dice.random() < 0.4:
                world.git("merge", "-q", "--no-ff", "-s", "ours", "--allow-unrelated-histories", "-m",
                          "merge %d" % number, *dice.sample(ids[-8:], min(len(ids), dice.choice((1, 1, 2)))))
            else:
                world.commit("commit %d" % number)
            ids.append(world.git("rev-parse", "HEAD"))
        world.git("checkout", "-q", "-B", "main", ids[-1])
        for number, commit in enumerate(ids):
            world.git("branch", "-f", "keep-%d" % number, commit)
        world.publish()
        for version in dict.fromkeys(ids):
            self.assertEqual(self.found(version), self.expected(version, ids[-1]), version)

    def expected(self, version, tip):
        """By the rules of the git resource: the first-parent chain that the version's parent lacks."""
        git = self.world.git
        chain = lambda *less: git("rev-list", "--first-parent", "--reverse", tip, *less).split()
        if version == tip:
            return [tip]
        if git("merge-base", version, tip) != version:
            return chain("^" + version) or [tip]
        on_chain = version in git("rev-list", "--first-parent", tip).split()
        parents = git("rev-list", "--parents", "-1", version).split()[1:]
        if on_chain or not parents:
            return [version] * on_chain + chain("^" + version)
        return chain("^" + parents[0])

    def test_an_unknown_version_gives_the_tip(self):
        tip = self.history(3)[-1]
        self.assertEqual(self.found("1234567890" * 4), [tip])

    def test_a_version_that_is_no_id_gives_the_tip(self):
        tip = self.history(2)[-1]
        self.assertEqual(self.found("v1.0"), [tip])

    def test_no_branch_is_the_default_branch(self):
        self.history(1)
        self.world.git("checkout", "-q", "-b", "develop")
        tip = self.world.commit("develop")
        self.world.publish()
        self.world.admin("symbolic-ref", "HEAD", "refs/heads/develop")
        self.assertEqual(self.found(branch=None), [tip])

    def test_a_branch_whose_name_is_part_of_others(self):
        tip = self.history(1)[-1]
        for name in ("aaa/main", "main-2", "zmain"):
            self.world.git("checkout", "-q", "-b", name)
            self.world.commit(name)
        self.world.publish()
        self.assertEqual(self.found(), [tip])

    def test_a_missing_branch_names_the_default_one(self):
        self.history(1)
        result = self.world.check(branch="mian")
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: source.branch: 'mian' does not exist at %s, whose default "
                                         "branch is 'main'" % self.world.uri)

    def test_a_tag_is_a_branch_where_no_branch_has_its_name(self):
        commits = self.history(2)
        self.world.git("tag", "-a", "-m", "x", "release", commits[0])
        self.world.git("tag", "main", commits[0])
        self.world.publish("refs/tags/release", "refs/tags/main")
        self.assertEqual(self.found(branch="release"), [commits[0]])
        self.assertEqual(self.found(), [commits[1]], "the branch goes before the tag")

    def test_an_empty_repository(self):
        result = self.world.check(branch=None)
        self.assertEqual((result.status, result.stdout), (0, "[]\n"))
        self.assertIn("is empty", result.stderr)
        result = self.world.check()
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("source.branch: 'main' does not exist", result.message)
        self.assertIn("push a first commit", result.message)


class CheckV2(Check, unittest.TestCase):
    """Apache before git http-backend, protocol version 2 with filters."""

    def test_the_tip_costs_two_requests_on_one_connection(self):
        tip = self.history(30)[-1]
        self.world.server.forget_requests()
        self.assertEqual(self.found(tip), [tip])
        requests = self.world.server.requests()
        self.assertEqual([request.method for request in requests], ["GET", "POST"])
        self.assertEqual(len({request.connection for request in requests}), 1)
        self.assertEqual({request.git_protocol for request in requests}, {"version=2"})

    def test_what_is_new_costs_one_request_more_and_only_commits(self):
        commits = self.history(5)
        self.world.commit("big", "big", os.urandom(200000))
        self.world.publish()
        self.world.server.forget_requests()
        self.assertEqual(len(self.found(commits[-1])), 2)
        requests = self.world.server.requests()
        self.assertEqual([request.method for request in requests], ["GET", "POST", "POST"])
        self.assertLess(sum(request.bytes_out for request in requests), 20000)

    def test_an_unknown_version_does_not_cost_the_history(self):
        self.history(60)
        self.world.server.forget_requests()
        self.found("1234567890" * 4)
        self.assertLess(sum(request.bytes_out for request in self.world.server.requests()), 8000)


class CheckV0(Check, unittest.TestCase):
    """A server that does not see Git-Protocol: version 0."""

    kind = "v0"


class CheckWithoutFilter(Check, unittest.TestCase):
    """A server that does not filter: trees and blobs come as well."""

    kind = "plain"


class CheckLocal(Check, unittest.TestCase):
    """A path on this machine."""

    kind = "local"

    def test_a_file_url(self):
        tip = self.history(1)[-1]
        self.assertEqual(self.found(uri="file://" + self.world.bare), [tip])

    def test_a_folder_that_is_no_repository(self):
        result = self.world.check(uri=self.world.directory)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: source.uri: %s: is not a git repository" % self.world.directory)

    def test_a_relative_path(self):
        result = self.world.check(uri="some/where")
        self.assertEqual(result.message,
                         "check: source.uri: 'some/where' is neither a URL nor an absolute path")


class Refusals(unittest.TestCase):
    """Each with its own line, and no secret in it."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.tip = cls.world.commit("one")
        cls.world.publish()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def refused(self, message, **source):
        result = self.world.check(**source)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: " + message)
        self.assertNotIn(self.world.server.password, result.stderr)

    def test_wrong_credentials(self):
        self.refused("%s: the server refuses the credentials (401): check 'source.username' and "
                     "'source.password'" % self.world.uri, password="wrong-one")

    def test_no_credentials(self):
        self.refused("%s: the server asks for credentials (401): set 'source.username' and "
                     "'source.password'" % self.world.uri, username=None, password=None)

    def test_a_repository_that_is_not_there(self):
        uri = self.world.server.url("nope.git")
        self.refused("%s: there is no such repository, or the credentials may not see it (404): check "
                     "'source.uri', 'source.username' and 'source.password'" % uri, uri=uri)

    def test_nothing_listens_there(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            origin = "https://127.0.0.1:%d" % taken.getsockname()[1]
            self.refused("%s: connection refused: nothing listens there" % origin, uri=origin + "/app.git")

    def test_a_certificate_of_somebody_else(self):
        result = self.world.check(ca_certs=None)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("certificate is not trusted", result.message)
        self.assertIn("source.ca_certs", result.message)

    def test_the_certificate_is_not_verified_when_told_so(self):
        result = self.world.check(ca_certs=None, skip_ssl_verification=True)
        self.assertEqual(result.refs, [self.tip])

    def test_userinfo_in_the_uri_is_used_and_not_shown(self):
        server = self.world.server
        uri = self.world.uri.replace("://", "://%s:%s@" % (server.username, server.password))
        result = self.world.check(uri=uri, username=None, password=None, debug=True)
        self.assertEqual(result.refs, [self.tip])
        self.assertNotIn(server.password, result.stderr)
        self.refused("source.branch: 'nope' does not exist at %s, whose default branch is 'main'"
                     % self.world.uri, uri=uri, username=None, password=None, branch="nope")

    def redirecting(self, target):
        """The address of a server that sends everything on to `target`."""
        class Redirect(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(301)
                self.send_header("Location", target + self.path[len("/old.git"):])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = Listener(Redirect)
        server.start()
        self.addCleanup(server.stop)
        return "http://127.0.0.1:%d/old.git" % server.port

    def test_credentials_do_not_follow_a_redirect_to_another_server(self):
        uri = self.redirecting(self.world.uri)
        self.refused("%s: redirects to %s, which is another server and gets no credentials: set 'source.uri' to that "
                     "address" % (uri, self.world.uri), uri=uri)

    def test_a_redirect_is_followed(self):
        world = World("anonymous")
        self.addCleanup(world.close)
        tip = world.commit("one")
        world.publish()
        result = world.check(uri=self.redirecting(world.uri), username=None, password=None, debug=True)
        self.assertEqual((result.status, result.refs), (0, [tip]), result.stderr)
        self.assertIn("redirected to %s" % world.uri, result.stderr)

    def test_other_schemes_are_refused_by_name(self):
        for uri, words in (("ftp://example.com/app.git", "unknown scheme"),
                           ("rsync://example.com/app.git", "unknown scheme")):
            result = self.world.check(uri=uri, username=None, password=None, ca_certs=None)
            self.assertEqual(result.status, 1)
            self.assertIn(words, result.message)


if __name__ == "__main__":
    tap.main()

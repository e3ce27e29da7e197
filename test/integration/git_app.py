#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A GitHub App in place of a password: check, in and out by tokens that a stand-in for GitHub gives."""

import os
import shutil
import tempfile
import unittest

import tap
from git_world import World
from github import GitHub
from jwt import RsaKey


class App(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.folder = tempfile.mkdtemp(prefix="git-app-")
        cls.key = RsaKey(cls.folder, traditional=True)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.world.fresh()
        self.tip = self.world.commit("one")
        self.world.publish()

    def github(self, **options):
        hub = GitHub(self.world, self.key, **options)
        self.addCleanup(lambda: self.assertEqual(hub.wrong, []))
        return self.enterContext(hub)

    def source(self, hub, **more):
        given = {"uri": hub.uri(), "username": None, "password": None, "github_app_id": 1234,
                 "github_app_private_key": self.key.pem, "github_app_org": "team"}
        return {**given, **more}

    def no_secret(self, hub, text):
        for secret in [*hub.tokens, *self.key.pem.splitlines()[1:-1]]:
            self.assertNotIn(secret, text)

    def test_a_check_asks_for_one_token(self):
        hub = self.github()
        result = self.world.check(self.tip, **self.source(hub, debug=True))
        self.assertEqual((result.status, result.answer), (0, [{"ref": self.tip}]), result.stderr)
        self.assertEqual(hub.asked, ["/orgs/team/installation", "/app/installations/77/access_tokens"])
        self.assertEqual(hub.refused, 0)
        self.no_secret(hub, result.stdout + result.stderr)

    def test_a_user_and_a_repository(self):
        for options, owner in (({"github_app_org": None, "github_app_user": "me"}, "/users/me"),
                               ({"github_app_org": None, "github_app_user": "me", "github_app_repo": "a.b"},
                                "/repos/me/a.b"),
                               ({"github_app_repo": "app"}, "/repos/team/app")):
            hub = self.github(owners=(owner,))
            result = self.world.check(self.tip, **self.source(hub, **options))
            self.assertEqual((result.status, hub.asked[0]), (0, owner + "/installation"), result.stderr)

    def test_a_get_and_a_put_leave_no_token_behind(self):
        hub = self.github()
        result = self.world.get(self.tip, "clone", **self.source(hub))
        self.assertEqual(result.status, 0, result.stderr)
        clone = self.world.path("clone")
        self.addCleanup(shutil.rmtree, clone)
        config = self.world.git("config", "--get", "remote.origin.url", cwd=clone)
        self.assertEqual(config, hub.uri())
        for folder, _, names in os.walk(clone):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(b"ghs_", file.read(), name)
        self.world.git("commit", "-q", "--allow-empty", "-m", "two", cwd=clone)
        pushed = self.world.put("clone", **self.source(hub))
        self.assertEqual(pushed.status, 0, pushed.stderr)
        self.assertEqual(self.world.admin("rev-parse", "main"), pushed.answer["version"]["ref"])
        self.no_secret(hub, result.stdout + result.stderr + pushed.stdout + pushed.stderr)

    def test_a_token_that_is_refused_is_renewed_once(self):
        new = self.world.commit("two")
        self.world.publish()
        hub = self.github(uses=1)  # the check makes three requests
        result = self.world.check(self.tip, **self.source(hub))
        self.assertEqual((result.status, result.refs), (0, [self.tip, new]), result.stderr)
        self.assertEqual((len(hub.tokens), hub.refused), (3, 2))
        self.assertEqual(hub.asked.count("/orgs/team/installation"), 1)
        hub = self.github(uses=0)
        result = self.world.check(self.tip, **self.source(hub))
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.message, "check: %s: the server refuses the token of the GitHub App (401): check its "
                                         "permissions" % hub.uri())
        self.assertEqual(len(hub.tokens), 2)

    def test_a_token_near_its_end_is_renewed_before_it_is_used(self):
        hub = self.github(lifetime_s=0)
        result = self.world.check(self.tip, **self.source(hub))
        self.assertEqual((result.status, hub.refused, len(hub.tokens)), (0, 0, 2), result.stderr)

    def test_github_does_not_know_the_key(self):
        other = os.path.join(self.folder, "other")
        os.mkdir(other)
        hub = self.enterContext(GitHub(self.world, RsaKey(other)))
        result = self.world.check(self.tip, **self.source(hub))
        self.assertEqual((result.status, result.message), (
            1, "check: %s/api/v3: GitHub does not accept source.github_app_private_key for the App '1234' (401)" %
            hub.url("")))

    def test_the_app_is_not_installed(self):
        hub = self.github(owners=("/orgs/other",))
        result = self.world.check(self.tip, **self.source(hub))
        self.assertEqual((result.status, result.message), (
            1, "check: %s/api/v3: the GitHub App '1234' is not installed for 'team' (404)" % hub.url("")))

    def test_a_key_that_is_none(self):
        hub = self.github()
        result = self.world.check(self.tip, **self.source(hub, github_app_private_key="secret-text"))
        self.assertEqual((result.status, result.message), (
            1, "check: source.github_app_private_key: is not an RSA key in PEM (-----BEGIN PRIVATE KEY-----)"))
        self.assertEqual(hub.asked, [])

    def test_the_token_goes_to_no_other_server(self):
        other, redirecting = self.github(), self.github()
        redirecting.handle = lambda request, connection: connection.send(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s%s\r\n\r\n" % (
                other.url("").encode(), request.target.encode())) \
            if "/api/" not in request.target else GitHub.handle(redirecting, request, connection)
        result = self.world.check(self.tip, **self.source(redirecting))
        self.assertIn("is another server and gets no credentials", result.message)
        self.assertEqual([request.headers.get("authorization") for request in other.requests], [None])


if __name__ == "__main__":
    tap.main()

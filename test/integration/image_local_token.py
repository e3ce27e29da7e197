#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image with local_path, at a real registry that takes the signed tokens of another server alone."""

import tempfile

import tap
from jwt import RsaKey
from local_world import TREE, Local, read_layer, write_tree
from token_server import SERVICE


class Tokens(Local):
    registry_options = {"with_tokens": True}

    def setUp(self):
        super().setUp()
        self.registry.tokens.reset()
        self.start()
        write_tree(self.path("dist"), TREE)

    def local(self, path, params=None, **options):
        result = super().local(path, params, debug=True, **options)
        for secret in (self.registry.login["password"], *self.registry.tokens.handed):
            self.assertNotIn(secret, result.raw)
        return result

    def statuses(self):
        return [(method, status) for method, _, status in self.registry.requests()]

    def refused(self, words, **options):
        self.nothing_happens("dist", r"^out: %s-source: %s" % (self.tag, words), **options)

    def test_a_token_is_asked_for_that_may_push_there(self):
        self.assertEqual(read_layer(self.layer(self.good("dist"))), TREE)
        self.assertEqual(self.registry.tokens.asked, [
            {"service": SERVICE, "scope": "repository:%s:pull,push" % self.repository_name}])
        statuses = self.statuses()
        self.assertEqual([one for one in statuses if one[1] == 401], [("GET", 401)])
        self.assertEqual([status for method, status in statuses if method == "PUT"], [201, 201, 201])

    def test_one_that_has_ended_is_renewed(self):
        self.registry.tokens.ages_s = [3600]
        self.assertEqual(read_layer(self.layer(self.good("dist"))), TREE)
        self.assertEqual(len(self.registry.tokens.asked), 2)
        self.assertEqual([status for _, status in self.statuses()].count(401), 2)

    def test_ones_that_have_always_ended(self):
        self.registry.tokens.ages_s = [3600] * 20
        self.refused(r"it cannot be pushed to: authentication required \(401\): may the user of 'source.registry' "
                     r"push there\?$")
        self.assertLess(len(self.registry.tokens.asked), 8)

    def test_one_that_may_only_pull(self):
        self.registry.tokens.refused = ["push"]
        self.refused(r"it cannot be pushed to: .* \(401\): may the user of 'source.registry' push there\?$")

    def test_one_that_somebody_else_has_signed(self):
        with tempfile.TemporaryDirectory() as folder:
            kept, self.registry.tokens.key = self.registry.tokens.key, RsaKey(folder)
            self.addCleanup(setattr, self.registry.tokens, "key", kept)
            self.refused(r"it cannot be pushed to: authentication required \(401\)")

    def test_a_user_whom_its_server_does_not_know(self):
        login = {**self.registry.login, "password": "wrong"}
        self.refused(r"no token: https://127\.0\.0\.1:\d+/token: the server answered 401: authentication required$",
                     registry=login)
        self.assertEqual(len(self.registry.tokens.asked), 1)


del Local

if __name__ == "__main__":
    tap.main()

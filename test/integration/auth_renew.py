#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens that end, or are taken back, in the middle of a put: it goes on with others."""

import time

import tap
from auth_world import Guard, Uaa
from image_world import BuildsCase, Programs


class Renewal(Programs, BuildsCase):
    """The cluster's guard takes tokens of a UAA."""

    def setUp(self):
        super().setUp()
        with open(self.cluster.ca_file, encoding="ascii") as file:
            self.ca = file.read()
        self.create(revision=self.repository.first)
        self.built(1)
        self.edit({}, step="0.6")

    def source(self, **options):
        return {"image": self.name, "namespace": "demo", "tkgi": {
            "api": self.uaa.address, "cluster": self.guard.address, "username": "al&ice",
            "password": "p@ss w=rd+%", "ca_cert": self.ca}, **options}

    def put_through(self, lifetime_s, verify):
        """A put of a new commit, of which build 2 is made."""
        self.uaa = self.enterContext(Uaa(self.cluster, lifetime_s))
        self.guard = self.enterContext(Guard(self.cluster, verify))
        result = self.put(self.repository.commit({"welcome": "Again\n"}))
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.answer["version"],
                         {"build": "2", "image": self.build(2)["status"]["latestImage"]})
        self.assertEqual(result.headings()[-1:], ["COMPLETION"])
        self.assertIn("writing Again", result.stderr)
        self.assertEqual(self.uaa.wrong, [])
        return result

    def test_tokens_that_end_are_renewed_before(self):
        result = self.put_through(1.6, lambda bearer: self.uaa.good(bearer))
        self.assertGreater(result.seconds, 2)
        self.assertEqual(self.guard.refusals(), 0)
        self.assertGreaterEqual(len(self.guard.tokens()), 3)
        for token in self.uaa.issued:
            self.assertNotIn(token, result.raw)

    def test_tokens_that_are_taken_back_are_renewed_after(self):
        first_use = {}

        def verify(bearer):
            return bearer in self.uaa.issued and time.time() - first_use.setdefault(bearer, time.time()) < 0.8
        self.put_through(3600, verify)
        self.assertGreaterEqual(self.guard.refusals(), 2)
        # each refusal had one token more, unless several were refused the same
        self.assertLessEqual(len(self.guard.tokens()), self.guard.refusals() + 1)


if __name__ == "__main__":
    tap.main()

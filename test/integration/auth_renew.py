#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens that end, or are taken back, in the middle of a put: it goes on with others."""

import base64
import collections
import json
import time
from urllib.parse import unquote_plus

import tap
from auth_world import Google, Guard, Sts, Uaa, new_folder, reply
from image_world import BuildsCase, ClusterCase, Programs


class Renewal(Programs, BuildsCase):
    """The cluster's guard takes tokens of a UAA."""

    def setUp(self):
        super().setUp()
        with open(self.cluster.ca_file, encoding="ascii") as file:
            self.ca = file.read()
        self.create(revision=self.repository.first)
        self.built(1)
        self.edit({}, step="1.2")

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
        late_s = 3  # for which a request may be on its way
        result = self.put_through(4, lambda bearer: self.uaa.issued.get(bearer, 0) + late_s > time.time())
        self.assertGreater(result.seconds, 4 + late_s)
        self.assertEqual(self.guard.refusals(), 0)
        self.assertGreaterEqual(len(self.guard.tokens()), 3)
        for token in self.uaa.issued:
            self.assertNotIn(token, result.raw)

    def test_tokens_that_are_taken_back_are_renewed_after(self):
        uses = collections.Counter()

        def verify(bearer):
            uses[bearer] += 1
            return bearer in self.uaa.issued and uses[bearer] <= 4   # more than are asked at once
        self.put_through(3600, verify)
        self.assertGreaterEqual(self.guard.refusals(), 2)
        # each refusal had one token more, unless several were refused the same
        self.assertLessEqual(len(self.guard.tokens()), self.guard.refusals() + 1)


class Concealed(Programs, ClusterCase):
    """Those who issue tokens, and repeat what they were told when they refuse."""

    name = "app"

    def environment(self):
        return {**Programs.environment(), "SSL_CERT_FILE": self.cluster.ca_file}

    def source(self, **options):
        return {"image": self.name, "namespace": "demo", "debug": True, **options}

    def repeat(self, decode):
        def refuse(request, connection):
            told = request.target + " " + request.body.decode()
            reply(connection, 400, {"error": "invalid", "error_description": decode(told)})
        return refuse

    def refused(self, server, path, secrets, **source):
        for decode in (lambda text: text, unquote_plus):
            server.on(path, self.repeat(decode))
            result = self.check(**source)
            self.assertEqual((result.status, result.stdout), (1, ""))
            self.assertNotRegex(result.raw, "[0-9a-f]{64}")  # a signature
            self.assertIn("400", result.error)
            self.assertIn("((redacted))", result.error)
            for secret in secrets:
                self.assertNotIn(secret, result.raw)

    def test_a_password(self):
        uaa = self.enterContext(Uaa(self.cluster))
        with open(self.cluster.ca_file, encoding="ascii") as file:
            tkgi = {"api": uaa.address, "cluster": uaa.address, "username": "al&ice",
                    "password": "p@ss w=rd+%", "ca_cert": file.read()}
        self.refused(uaa, "/oauth/token", ("p@ss w=rd", "p%40ss"), tkgi=tkgi)

    def test_an_assertion(self):
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        key = base64.b64encode(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "key-7"}, separators=(",", ":")).encode())
        self.refused(google, "/token", (key.decode(), google.key.pem.splitlines()[1]),
                     gke={"json_key": google.json_key(), "server": "https://127.0.0.1:1"})

    def test_keys_of_aws(self):
        sts = self.enterContext(Sts(self.cluster, {}, None))
        eks = {"cluster": "c", "region": "eu-west-1", "endpoint": "https://127.0.0.1:1", "access_key_id": "ASIA1",
               "secret_access_key": "s3cret/key+1", "session_token": "IQoJb3JpZ2luX2VjE+/x==",
               "role_arn": "arn:aws:iam::1:role/ci", "sts_endpoint": sts.address}
        self.refused(sts, "/", ("s3cret", "IQoJb3JpZ2luX2VjE"), eks=eks)


if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image with local_path, at a registry that hands out tokens, fails, and leads elsewhere."""

import os
import tempfile

import tap
from image_put import Case
from registry_stub import PASSWORD, USER, Stub
from registry_world import certificates


class Faulty(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tls_folder = os.path.join(cls.folder, "tls")
        os.makedirs(cls.tls_folder)
        cls.ca_file = certificates(cls.tls_folder)
        cls.stub = Stub(cls.tls_folder)
        cls.other = Stub(cls.tls_folder, cls.stub)
        cls.addClassCleanup(cls.stub.stop)
        cls.addClassCleanup(cls.other.stop)

    def setUp(self):
        super().setUp()
        self.stub.reset()
        self.other.reset()
        self.tag = "%s/team/app" % self.stub.host
        self.step = tempfile.mkdtemp(dir=self.folder)
        os.mkdir(os.path.join(self.step, "dist"))
        with open(os.path.join(self.step, "dist/data"), "wb") as file:
            file.write(os.urandom(300000))
        self.create(revision=self.repository.first, tag=self.tag)
        self.built(1)

    def local(self, **login):
        with open(self.ca_file, encoding="ascii") as file:
            login = {"username": USER, "password": PASSWORD, "ca_certs": file.read(), **login}
        request = {"source": self.source(registry=login, debug=True), "params": {"local_path": "dist", "wait": False}}
        result = self.run_program("out", request, self.step)
        for secret in (PASSWORD, *self.stub.handed, "sealed"):
            self.assertNotIn(secret, result.raw)
            self.assertNotIn(secret, result.stdout)
        return result

    def good(self, **login):
        result = self.local(**login)
        self.assertEqual(result.status, 0, result.stderr)
        reference, _, digest = self.image()["spec"]["source"]["registry"]["image"].partition("@")
        self.assertEqual((reference, list(self.stub.manifests)), (self.tag + "-source", [digest]))
        self.assertEqual(len(self.stub.blobs), 2)
        return result

    def bad(self, words, **login):
        since = self.now()
        result = self.local(**login)
        self.failed(result, words)
        self.assertEqual(self.stub.manifests, {})
        self.assertFalse([line for line in self.asked(since) if line.startswith("patch")])
        return result


class Tokens(Faulty):
    def test_a_token_for_pushing_there(self):
        self.good()
        self.assertEqual(self.stub.asked, [{"service": "the registry", "scope": "repository:team/app-source:pull,push"}])
        self.assertEqual({(kind.endswith("token"), scheme) for kind, scheme, _ in self.stub.seen
                          if kind != "GET base" and "/place" not in kind}, {(True, "Basic"), (False, "Bearer")})
        self.assertEqual(self.stub.seen[0], ("GET base", "", 401))

    def test_a_token_by_its_other_name(self):
        self.stub.token_key = "access_token"
        self.good()

    def test_a_token_for_nobody_in_particular(self):
        self.stub.needs_user = False
        self.good(username=None, password=None)
        self.assertIn(("GET token", "", 200), self.stub.seen)

    def test_a_token_that_ends_is_renewed(self):
        self.stub.uses = 2
        self.good()
        self.assertGreater(self.stub.count("GET token"), 2)

    def test_a_token_that_ends_before_the_upload_itself(self):
        self.stub.faults["PUT blob"] = [401]
        self.good()
        self.assertEqual(self.stub.count("GET token"), 2)

    def test_a_token_that_is_never_taken(self):
        self.stub.uses = 0
        self.bad(r"^out: %s/team/app-source: it cannot be pushed to: authentication required \(401\): may the user of "
                 r"'source.registry' push there\?$" % self.stub.host)
        self.assertLess(self.stub.count("GET token"), 8)

    def test_a_user_whom_the_token_server_does_not_know(self):
        self.bad(r"^out: %s/team/app-source: no token: https://%s/token: the server answered 401: authentication required$"
                 % (self.stub.host, self.stub.host), password="wrong")

    def test_a_token_server_without_tls_gets_nothing(self):
        self.stub.challenge = 'Bearer realm="http://%s/token",service="x"' % self.stub.host
        self.bad("wants a token of http://.*, which is asked without TLS: nothing was sent$")
        self.assertEqual(self.stub.count("GET token"), 0)

    def test_challenges_that_are_not_known(self):
        for challenge in ("Negotiate", "Bearer service=x", 'Bearer realm=""', ""):
            self.stub.challenge = challenge
            self.bad(r"the registry wants a login of a kind that is not known here \(401\)$")

    def test_an_answer_without_a_token(self):
        self.stub.token_key = "tokens"
        self.bad(r"https://%s/token: the answer holds no token$" % self.stub.host)


class Troubles(Faulty):
    def test_what_passes_is_tried_again(self):
        slow = (429, {"Retry_After": "1"})
        self.stub.faults = {"GET base": [503], "GET token": [500], "HEAD manifest": [502], "HEAD blob": [504],
                            "POST upload": [slow], "PUT blob": [500, slow], "PUT manifest": [503]}
        result = self.good()
        self.assertIn("the upload was not taken: slow down (429); trying again in 1.0 s\n", result.stderr)
        self.assertEqual(self.stub.count("PUT blob"), 4)

    def test_an_upload_that_is_cut_begins_again(self):
        self.stub.faults["PUT blob"] = [("cut", 100000), ("cut", 0)]
        self.good()
        self.assertEqual(self.stub.count("POST upload"), 4)

    def test_a_place_that_is_gone_is_asked_for_again(self):
        self.stub.faults["PUT blob"] = [404]
        self.good()

    def test_a_blob_that_is_refused_is_not_sent_again(self):
        self.stub.faults["PUT blob"] = [(400, {})]
        self.bad(r"^out: %s/team/app-source: the upload was not taken: unknown error \(400\)$" % self.stub.host)
        self.assertEqual(self.stub.count("PUT blob"), 1)

    def test_a_registry_that_is_too_busy_for_long(self):
        self.stub.faults["PUT blob"] = [(429, {"Retry_After": "3600"})]
        self.bad(r"the upload was not taken: slow down \(429\)$")

    def test_refusals_in_the_words_of_the_registry(self):
        for status, words in ((403, r"it cannot be pushed to: requested access to the resource is denied \(403\): may "
                                    r"the user of 'source.registry' push there\?$"),
                              (404, r"it cannot be pushed to: repository name not known to registry \(404\)$"),
                              (400, r"it cannot be pushed to: unknown error \(400\)$")):
            self.stub.faults["POST upload"] = [(status, {})]
            self.bad("^out: %s/team/app-source: %s" % (self.stub.host, words))
        self.stub.faults["PUT manifest"] = [(403, {})]
        self.bad("the manifest was not taken: requested access")

    def test_what_is_no_registry(self):
        self.stub.faults["GET base"] = [(404, {})]
        self.bad(r"^out: %s/team/app-source: no image registry answers: .* \(404\)$" % self.stub.host)


class Elsewhere(Faulty):
    def test_a_whole_address_to_upload_to(self):
        self.stub.location = "https://%s/v2/place/%%d" % self.stub.host
        self.good()
        self.assertIn(("PUT blob", "Bearer", 201), self.stub.seen)

    def test_another_server_to_upload_to_gets_no_credentials(self):
        self.stub.location = "https://%s/v2/place/%%d?_state=sealed%%%%3D%%%%3D" % self.other.host
        self.good()
        self.assertEqual({scheme for kind, scheme, _ in self.other.seen}, {""})
        self.assertEqual(self.other.count("PUT blob"), 2)

    def test_a_place_without_tls(self):
        self.stub.location = "http://%s/v2/place/%%d" % self.other.host
        self.bad("names a place to upload to that has no TLS$")
        self.assertEqual(self.other.seen, [])

    def test_no_place_at_all(self):
        self.stub.faults["POST upload"] = [(202, {})]
        self.bad("the registry names no place to upload to$")

    def test_a_redirect_takes_no_credentials_along(self):
        there = {"Location": "https://%s/v2/elsewhere/blobs/x" % self.other.host}
        self.stub.faults["HEAD blob"] = [(307, there), (307, there)]
        self.good()
        self.assertEqual([(kind, scheme) for kind, scheme, _ in self.other.seen], [("HEAD blob", "")] * 2)


del Case

if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A web server that takes only clients with a certificate, which git_config names as git's own configuration does."""

import os
import shutil
import subprocess
import unittest

import tap
from git_world import Served


def setting(name, value):
    return {"name": name, "value": value}


class Certificate(Served, unittest.TestCase):
    kind = "certificate"

    def setUp(self):
        super().setUp()
        self.tip = self.world.commit("one")
        # git's http-backend is asked by the file system alone: no certificate is needed for that
        self.world.publish()
        self.file = lambda name: os.path.join(self.world.server.directory, name)
        self.ours = [setting("http.sslCert", self.file("client.crt")), setting("http.sslKey", self.file("client.key"))]

    def finds(self, *config, **source):
        result = self.world.check(git_config=list(config), **source)
        self.assertEqual((result.status, result.stdout), (0, '[{"ref":"%s"}]\n' % self.tip), result.stderr)
        self.assertEqual(result.stderr, "")

    def fails(self, words, *config, **source):
        """The message, behind the verb's name."""
        for verb, arguments, params in (("check", (), {}), ("in", (self.world.path("none"),), {}),
                                        ("out", (self.world.directory,),
                                         {"repository": os.path.basename(self.world.work)})):
            request = {"source": self.world.source(git_config=list(config), **source), "params": params}
            result = self.world.program(verb, request, *arguments)
            self.assertEqual((result.status, result.stdout), (1, ""), verb)
            self.assertRegex(result.message, "^%s: %s$" % (verb, words))
            self.assertNotIn("PRIVATE", result.stderr)

    def copy(self, *names, to):
        """The files' contents, one behind the other, as a new file of the world."""
        path = self.world.path(to)
        with open(path, "wb") as out:
            for name in names:
                with open(self.file(name), "rb") as file:
                    out.write(file.read())
        self.addCleanup(os.unlink, path)
        return path

    # -- what works ----------------------------------------------------------------------------

    def test_check_in_and_out(self):
        self.finds(*self.ours)
        got = self.world.get(self.tip, "got", git_config=self.ours)
        self.assertEqual(got.status, 0, got.stderr)
        new = self.world.commit("two")
        put = self.world.put(os.path.basename(self.world.work), git_config=self.ours)
        self.assertEqual((put.status, self.world.admin("rev-parse", "main")), (0, new), put.stderr)
        self.addCleanup(shutil.rmtree, self.world.path("got"))
        with self.subTest("git goes on from the clone"):
            self.world.git("-c", "http.sslCAInfo=" + self.world.server.ca_file, "fetch", "-q",
                           self.world.uri.replace("://", "://%s:%s@" % (
                               self.world.server.username, self.world.server.password)), "main",
                           cwd=self.world.path("got"))
            self.assertEqual(self.world.git("rev-parse", "FETCH_HEAD", cwd=self.world.path("got")), new)

    def test_the_certificate_s_file_holds_the_key(self):
        path = self.copy("client.crt", "client.key", to="both.pem")
        self.finds(setting("http.sslCert", path))

    def test_paths_of_git(self):
        key = setting("http.sslKey", self.file("client.key"))
        self.copy("client.crt", to="home.pem")
        self.finds(setting("http.sslCert", "~/home.pem"), key)
        self.finds(setting("http.sslCert", self.file("client.crt").lstrip("/")), key)  # it runs in /

    def test_for_one_url(self):
        base = "http.%s." % self.world.server.url("")
        named = [setting(base + item["name"].split(".", 1)[1], item["value"]) for item in self.ours]
        self.finds(setting("http.sslCert", "/not/there"), setting("http.sslKey", "/not/there"), *named)
        self.finds(setting("http.https://other.test/.sslCert", "/not/there"), *self.ours)
        with self.subTest("an empty value takes back"):
            self.fails(".*the server may want a client certificate.*", *self.ours, setting(base + "sslCert", ""))

    def test_authorities(self):
        self.finds(*self.ours, setting("http.sslCAInfo", self.world.server.ca_file), ca_certs=None)
        self.finds(*self.ours, setting("http.sslCAInfo", self.world.server.ca_file), ca_certs=["nothing"])

    # -- what does not -------------------------------------------------------------------------

    def test_none(self):
        self.fails("%s: TLS handshake failed; the server may want a client certificate, or another one: .*"
                   % self.world.server.url("").rstrip("/"))

    def test_one_of_somebody_else(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=x", "-keyout", self.world.path("x.key"), "-out",
                        self.world.path("x.crt")], check=True, capture_output=True)
        for name in ("x.crt", "x.key"):
            self.addCleanup(os.unlink, self.world.path(name))
        self.fails(r"%s: TLS handshake failed.*: check 'source\.git_config: http\.sslCert'"
                   % self.world.server.url("").rstrip("/"),
                   setting("http.sslCert", self.world.path("x.crt")), setting("http.sslKey", self.world.path("x.key")))
        with self.subTest("whose key is another one"):
            self.fails(r"%s: client certificate or key is not usable: .*: check 'source\.git_config: http\.sslCert'"
                       % self.world.server.url("").rstrip("/"),
                       setting("http.sslCert", self.world.path("x.crt")), self.ours[1])

    def test_files_that_are_not_there(self):
        for name in ("http.sslCert", "http.sslKey", "http.sslCAInfo", "http.%s.sslCert" % self.world.uri):
            self.fails(r"source\.git_config: %s: /not/there: does not exist" % name, *self.ours,
                       setting(name, "/not/there"))

    def test_files_that_are_something_else(self):
        other = self.file("client.ext")
        for name, kind in (("http.sslCert", "certificate"), ("http.sslKey", "private key"),
                           ("http.sslCAInfo", "certificate")):
            self.fails(r"source\.git_config: %s: '%s' holds no %s in PEM" % (name, other, kind), *self.ours,
                       setting(name, other))
        self.fails(r"source\.git_config: http\.sslCert: '%s' holds no private key in PEM" % self.file("client.crt"),
                   self.ours[0])
        self.fails(r"source\.git_config: http\.sslCert: %s.*directory" % self.world.directory, self.ours[1],
                   setting("http.sslCert", self.world.directory))

    def test_a_key_with_a_passphrase(self):
        path = self.world.path("locked.key")
        self.addCleanup(os.unlink, path)
        for form in (["pkey"], ["ec"]):
            subprocess.run(["openssl", *form, "-in", self.file("client.key"), "-aes256", "-passout", "pass:x", "-out",
                            path], check=True, capture_output=True)
            self.fails(r"source\.git_config: http\.sslKey: the key has a passphrase, and there is nobody to ask for "
                       "it: name a key without one", self.ours[0], setting("http.sslKey", path),
                       setting("http.sslCertPasswordProtected", "true"))

    def test_an_authority_of_other_servers(self):
        self.fails(r"%s: certificate is not trusted \(its issuer is not in 'source\.git_config: http\.sslCAInfo'\): "
                   r"add its issuer to 'source\.git_config: http\.sslCAInfo'" % self.world.server.url("").rstrip("/"),
                   *self.ours, setting("http.sslCAInfo", self.file("client.crt")))


if __name__ == "__main__":
    tap.main()

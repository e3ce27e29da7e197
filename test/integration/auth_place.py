#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Where a cluster is, and how it is known to be the one: by its CA alone, in the chosen context, over a proxy."""

import base64
import os
import subprocess

import tap
from auth import KEYS, Case
from auth_world import Entra, Google, Guard, Uaa, check_eks_token, new_folder, reply, tls_of
from net_proxy import Socks
from net_server import Proxy


class Place(Case):
    def ways(self, guard, authority):
        """The part of the source for each way, and the field that holds the CA."""
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        entra = self.enterContext(Entra(self.cluster, "tenant-1"))
        place = {"server": guard.address, "certificate_authority": authority}
        yield "certificate_authority", {**place, "token": "t0ken"}
        yield "gke.certificate_authority", {"gke": {"json_key": google.json_key(), **place}}
        yield "eks.certificate_authority", {"eks": {
            "cluster": "production", "region": "eu-west-1", "endpoint": guard.address, "certificate_authority": authority,
            "access_key_id": next(iter(KEYS)), "secret_access_key": KEYS[next(iter(KEYS))][0]}}
        yield "aks.certificate_authority", {"aks": {
            "tenant": "tenant-1", "client_id": "app-1", "client_secret": "s&cret~1", "authority": entra.address, **place}}

    def test_the_ca_of_each_way(self):
        for field, source in self.ways(self.guard(lambda bearer: True), self.ca):
            with self.subTest(field):
                self.reaches(**source)

    def test_the_machine_s_own_ca_does_not_count_beside_another(self):
        guard = self.guard(lambda bearer: True)
        for field, source in self.ways(guard, self.other_ca()):
            with self.subTest(field):
                self.distrusts("source." + field, **source)
        self.assertEqual(guard.seen, [])

    def test_nor_for_tkgi(self):
        """Its UAA is asked first, and by the same CA."""
        uaa = self.enterContext(Uaa(self.cluster))
        for key in "tkgi", "pks":
            self.distrusts("source.%s.ca_cert" % key, **{key: {
                "api": uaa.address, "cluster": uaa.address, "username": "al&ice", "password": "p@ss w=rd+%",
                "ca_cert": self.other_ca()}})
        self.assertEqual(uaa.forms, [])

    def distrusts(self, field, **source):
        result = self.check(**source)
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertIn("certificate is not trusted", result.error)
        self.assertIn("'%s'" % field, result.error)

    def other_ca(self):
        """A CA that has issued nothing here."""
        path = os.path.join(new_folder(self), "ca.crt")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=other", "-keyout", path + ".key", "-out", path],
                       check=True, capture_output=True)
        with open(path, encoding="ascii") as file:
            return file.read()

    def other_context(self, server, user):
        """A kubeconfig whose current context leads nowhere, and another one to `server`."""
        config = self.kubeconfig(server, user)
        config["contexts"].append({"name": "other", "context": config["contexts"][0]["context"]})
        config["contexts"][0] = {"name": config["current-context"], "context": {"cluster": "nowhere"}}
        return config

    def test_a_chosen_context_of_a_cloud_s(self):
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        entra = self.enterContext(Entra(self.cluster, "tenant-1"))
        guard = self.guard(lambda bearer: google.good(bearer) or entra.good(bearer) or
                           check_eks_token(bearer, "production", KEYS, "eu-west-1"))
        config = self.other_context(guard.address, {})
        for source in ({"gke": {"json_key": google.json_key()}},
                       {"eks": {"cluster": "production", "region": "eu-west-1", "access_key_id": next(iter(KEYS)),
                                "secret_access_key": KEYS[next(iter(KEYS))][0]}},
                       {"aks": {"tenant": "tenant-1", "client_id": "app-1", "client_secret": "s&cret~1",
                                "authority": entra.address}}):
            (cloud, keys), = source.items()
            keys["kubeconfig"] = config
            self.reaches(**source, context="other")
            self.fails("source.%s.kubeconfig: clusters: there is no 'nowhere'" % cloud, **source)

    def test_a_user_and_a_password(self):
        seen = []

        class Basic(Guard):
            def handle(self, request, connection):
                seen.append(request.headers.get("authorization"))
                if seen[-1] == "Basic " + base64.b64encode(b"bob:p:ss w\xc3\xb6rd").decode():
                    self._pass_on(request, connection)
                else:
                    reply(connection, 401, {"kind": "Status", "message": "Unauthorized", "code": 401})

        guard = self.enterContext(Basic(self.cluster, None))
        self.reaches(kubeconfig=self.kubeconfig(guard.address, {"username": "bob", "password": "p:ss w\u00f6rd"}))
        result = self.fails("%s/: the API server does not accept the credentials (401)" % guard.address,
                            kubeconfig=self.kubeconfig(guard.address, {"username": "bob", "password": "0ther"}))
        self.assertNotIn("0ther", result.raw)

    def test_a_proxy_of_each_kind(self):
        guard = self.guard(lambda bearer: bearer == "t0ken")
        for scheme, proxy in (("http", Proxy()), ("https", Proxy(tls_of(self.cluster))), ("socks5", Socks())):
            with self.subTest(scheme), proxy:
                self.reaches(kubeconfig=self.kubeconfig(guard.address, {"token": "t0ken"}, **{
                    "proxy-url": "%s://127.0.0.1:%d" % (scheme, proxy.port)}))
                self.assertGreaterEqual(len(proxy.connections), 1)

    def test_another_application_of_aks(self):
        """`server_id` goes before that of the kubeconfig."""
        entra = self.enterContext(Entra(self.cluster, "tenant-1"))
        entra.server_id = "server-3"
        guard = self.guard(entra.good)
        aks = {"tenant": "tenant-1", "client_id": "app-1", "client_secret": "s&cret~1", "authority": entra.address,
               "server_id": "server-3"}
        self.reaches(aks={**aks, "server": guard.address, "certificate_authority": self.ca})
        user = {"exec": {"command": "kubelogin", "args": ["get-token", "--server-id", "server-2", "--tenant-id", "tenant-2",
                                                          "--login", "spn", "--environment", "AzurePublicCloud"]}}
        self.reaches(aks={**aks, "kubeconfig": self.kubeconfig(guard.address, user)})
        self.assertEqual((entra.wrong, guard.refusals(), len(entra.forms)), ([], 0, 2))


del Case  # of auth: only what is here

if __name__ == "__main__":
    tap.main()

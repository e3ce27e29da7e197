#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every way to a cluster, by verifiers that apply the real rules."""

import base64
import json
import os
import shutil
import subprocess
import unittest

import tap
from auth_world import Entra, Google, Guard, OpenId, Sts, Uaa, check_eks_token, new_folder
from image_world import BIN, TIMEOUT_S, ClusterCase, Programs, Result
from net_server import Proxy
from cluster.seed import Seed

KEYS = {"AKIAIOSFODNN7EXAMPLE": ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)}
SCOPES = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"]


class Case(Programs, ClusterCase):
    """One Image with a finished build, behind a guard."""

    name = "app"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.seed(1, image=cls.name)
        cls.expected = [{"build": "1", "image": Seed(1, image=cls.name).latest_image(1)}]
        with open(cls.cluster.ca_file, encoding="ascii") as file:
            cls.ca = file.read()
        cls.ca_data = base64.b64encode(cls.ca.encode()).decode()

    def environment(self):
        # whom the clouds' own endpoints are verified by
        return {**Programs.environment(), "SSL_CERT_FILE": self.cluster.ca_file}

    def guard(self, verify, **options):
        return self.enterContext(Guard(self.cluster, verify, **options))

    def source(self, **options):
        return {"image": self.name, "namespace": "demo", **options}

    def kubeconfig(self, server, user=None, **cluster):
        config = self.cluster.kubeconfig_object()
        config["clusters"][0]["cluster"].update(server=server, **cluster)
        if user is not None:
            config["users"][0]["user"] = user
        return config

    def reaches(self, **source):
        result = self.check(**source)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.answer, self.expected)
        return result

    def fails(self, words, **source):
        result = self.check(**source)
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertEqual(result.error.replace("check: image 'app': ", "check: "), "check: " + words)
        return result


class Server(Case):
    def test_a_token_and_a_ca(self):
        guard = self.guard(lambda bearer: bearer == "t0ken")
        for authority in self.ca, self.ca_data:
            self.reaches(server=guard.address + "/", token="t0ken", certificate_authority=authority)
        self.fails("%s/: the API server does not accept the credentials (401)" % guard.address,
                   server=guard.address, token="other", certificate_authority=self.ca)
        self.assertEqual(guard.tokens(), ["t0ken", "other"])

    def test_a_service_account_s_token(self):
        self.reaches(server=self.cluster.direct_url, token=self.cluster.account_token(), certificate_authority=self.ca)


class Kubeconfig(Case):
    def test_a_chosen_context(self):
        guard = self.guard(lambda bearer: bearer == "t0ken")
        config = self.kubeconfig(guard.address, {"token": "t0ken"})
        config["contexts"].append({**config["contexts"][0], "name": "other"})
        config["current-context"] = "missing"
        self.reaches(kubeconfig=config, context="other")
        self.fails("source.kubeconfig: contexts: there is no 'missing'", kubeconfig=config)

    def test_impersonation(self):
        guard = self.guard(lambda bearer: bearer == "t0ken")
        self.reaches(kubeconfig=self.kubeconfig(guard.address, {
            "token": "t0ken", "as": "eve", "as-uid": "7", "as-groups": ["a b"],
            "as-user-extra": {"example.org/scope": ["view"]}}))
        headers = guard.requests[0].headers
        self.assertEqual({name: headers.get(name) for name in headers if name.startswith("impersonate-")}, {
            "impersonate-user": "eve", "impersonate-uid": "7", "impersonate-group": "a b",
            "impersonate-extra-example.org%2fscope": "view"})

    def test_a_path_a_name_and_a_proxy(self):
        guard = self.guard(lambda bearer: bearer == "t0ken", prefix="/k8s/c-1")
        proxy = self.enterContext(Proxy())
        self.reaches(kubeconfig=self.kubeconfig(guard.address, {"token": "t0ken"}, **{
            "tls-server-name": "kubernetes.default.svc", "proxy-url": "http://127.0.0.1:%d" % proxy.port}))
        self.assertEqual({repr(one) for one in proxy.requests}, {"CONNECT 127.0.0.1:%d" % guard.port})
        self.assertEqual(guard.refusals(), 0)
        # the name is looked at
        result = self.check(kubeconfig=self.kubeconfig(guard.address, {"token": "t0ken"},
                                                       **{"tls-server-name": "other.test"}))
        self.assertEqual(result.status, 1)
        self.assertIn("certificate", result.error)

    def test_oidc_refreshes(self):
        for methods in (None, ["client_secret_post"], ["client_secret_post", "client_secret_basic"]):
            with self.subTest(methods), OpenId(self.cluster, methods) as issuer:
                guard = self.guard(issuer.good)
                config = self.oidc(issuer, **{"id-token": self.ended(issuer)})
                result = self.reaches(kubeconfig=self.kubeconfig(guard.address, config))
                self.assertEqual((issuer.wrong, len(issuer.forms), guard.refusals()), ([], 1, 0))
                self.assertIn("the issuer gave a new refresh-token, which cannot be kept", result.stderr)

    def test_oidc_uses_its_id_token_while_it_is_good(self):
        issuer = self.enterContext(OpenId(self.cluster))
        guard = self.guard(issuer.good)
        token = issuer.id_token()
        self.reaches(kubeconfig=self.kubeconfig(guard.address, self.oidc(issuer, **{"id-token": token})))
        self.assertEqual((guard.tokens(), issuer.requests), ([token], []))

    def test_oidc_with_a_token_that_was_taken_back(self):
        issuer = self.enterContext(OpenId(self.cluster))
        guard = self.guard(issuer.good)
        token = issuer.id_token()
        del issuer.issued[token]
        self.reaches(kubeconfig=self.kubeconfig(guard.address, self.oidc(issuer, **{"id-token": token})))
        self.assertEqual((guard.refusals(), len(guard.tokens()), len(issuer.forms)), (1, 2, 1))

    def test_oidc_that_refuses(self):
        issuer = self.enterContext(OpenId(self.cluster))
        config = self.oidc(issuer, **{"refresh-token": "used-up"})
        self.fails("source.kubeconfig: auth-provider: %s/realm/token: no token: the server answered 401: not this one"
                   % issuer.address, kubeconfig=self.kubeconfig("https://127.0.0.1:1", config))

    @staticmethod
    def ended(issuer):
        issuer.lifetime_s, kept = -60, issuer.lifetime_s
        token = issuer.id_token()
        issuer.lifetime_s = kept
        return token

    def oidc(self, issuer, **more):
        return {"auth-provider": {"name": "oidc", "config": {
            "idp-issuer-url": issuer.address + "/realm", "client-id": "client", "client-secret": "cl13nt-secret",
            "refresh-token": issuer.refresh_token, "idp-certificate-authority-data": self.ca_data, **more}}}


class Tkgi(Case):
    def tkgi(self, uaa, guard, **more):
        return {"api": uaa.address, "cluster": guard.address, "username": "al&ice", "password": "p@ss w=rd+%",
                "ca_cert": self.ca, **more}

    def test_an_id_token_by_the_password(self):
        uaa = self.enterContext(Uaa(self.cluster))
        guard = self.guard(uaa.good)
        for key in "tkgi", "pks":
            result = self.reaches(**{key: self.tkgi(uaa, guard)})
            self.assertNotIn("w=rd", result.raw)
        self.assertEqual((uaa.wrong, guard.refusals()), ([], 0))

    def test_a_host_and_a_port(self):
        uaa = self.enterContext(Uaa(self.cluster))
        guard = self.guard(uaa.good)
        self.reaches(tkgi=self.tkgi(uaa, guard, api="localhost:%d" % uaa.port, cluster="localhost:%d" % guard.port))

    def test_a_wrong_password(self):
        uaa = self.enterContext(Uaa(self.cluster))
        guard = self.guard(uaa.good)
        self.fails("source.tkgi: %s/oauth/token: no token: the server answered 401: not this one" % uaa.address,
                   tkgi=self.tkgi(uaa, guard, password="hunter2"))
        self.assertEqual(guard.seen, [])

    def test_a_host_without_a_uaa(self):
        uaa = self.enterContext(Uaa(self.cluster))
        uaa.handlers.clear()
        self.fails("source.tkgi: %s/oauth/token: no token: the server answered 404: not here" % uaa.address,
                   tkgi=self.tkgi(uaa, uaa))

    def test_tls_is_verified_unless_insecure(self):
        uaa = self.enterContext(Uaa(self.cluster))
        guard = self.guard(uaa.good)
        trusted = self.environment
        self.environment = lambda: {**trusted(), "SSL_CERT_FILE": "", "SSL_CERT_DIR": "/nonexistent"}
        result = self.check(tkgi=self.tkgi(uaa, guard, ca_cert=None))
        self.assertEqual(result.status, 1)
        self.assertIn("certificate is not trusted", result.error)
        self.assertIn("source.tkgi.ca_cert", result.error)
        self.assertEqual(uaa.forms, [])
        self.reaches(tkgi=self.tkgi(uaa, guard, ca_cert=None, insecure=True))

    def test_a_token_that_is_refused_is_renewed_once(self):
        uaa = self.enterContext(Uaa(self.cluster))
        guard = self.guard(lambda bearer: bearer in list(uaa.issued)[1:])
        self.reaches(tkgi=self.tkgi(uaa, guard))
        self.assertEqual((len(uaa.forms), guard.refusals()), (2, 1))
        nobody = self.guard(lambda bearer: False)
        self.fails("%s/: the API server does not accept the credentials (401)" % nobody.address,
                   tkgi=self.tkgi(uaa, nobody))
        self.assertEqual((len(uaa.forms), nobody.refusals()), (4, 2))


class Gke(Case):
    def test_a_signed_jwt(self):
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        guard = self.guard(google.good)
        for key in google.json_key(), json.dumps(google.json_key()):
            result = self.reaches(gke={"json_key": key, "server": guard.address, "certificate_authority": self.ca_data})
            self.assertNotIn("PRIVATE KEY", result.raw)
            self.assertEqual((google.wrong, guard.refusals(), google.scopes), ([], 0, SCOPES))

    def test_of_kubeconfigs(self):
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        guard = self.guard(google.good)
        for user, scopes in (({"exec": {"command": "gke-gcloud-auth-plugin"}}, SCOPES),
                             ({"auth-provider": {"name": "gcp"}}, SCOPES),
                             ({"auth-provider": {"name": "gcp", "config": {"scopes": "a,b"}}}, ["a", "b"])):
            self.reaches(gke={"json_key": google.json_key(), "kubeconfig": self.kubeconfig(guard.address, user)})
            self.assertEqual((google.wrong, google.scopes), ([], scopes))

    def test_a_key_of_another_account(self):
        google = self.enterContext(Google(self.cluster, new_folder(self)))
        other = Google(self.cluster, new_folder(self))
        self.fails("source.gke: %s/token: no token: the server answered 401: not this one" % google.address,
                   gke={"json_key": {**google.json_key(), "private_key": other.key.pem}, "server": "https://127.0.0.1:1"})
        other.listener.close()


class Aks(Case):
    def test_a_service_principal(self):
        entra = self.enterContext(Entra(self.cluster, "tenant-1"))
        guard = self.guard(entra.good)
        self.reaches(aks={"tenant": "tenant-1", "client_id": "app-1", "client_secret": "s&cret~1",
                          "authority": entra.address + "/", "server": guard.address, "certificate_authority": self.ca})
        self.assertEqual((entra.wrong, guard.refusals()), ([], 0))

    def test_what_kubelogin_is_told(self):
        entra = self.enterContext(Entra(self.cluster, "tenant-2"))
        entra.server_id = "server-2"
        guard = self.guard(entra.good)
        arguments = ["get-token", "--login", "spn", "--server-id", "server-2", "--tenant-id=tenant-2",
                     "--authority-host", entra.address]
        user = {"exec": {"command": "kubelogin", "args": arguments, "env": None}}
        self.reaches(aks={"client_id": "app-1", "client_secret": "s&cret~1",
                          "kubeconfig": self.kubeconfig(guard.address, user)})
        user["exec"]["env"] = [{"name": "AAD_SERVICE_PRINCIPAL_CLIENT_ID", "value": "app-1"},
                               {"name": "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "value": "s&cret~1"}]
        result = self.reaches(kubeconfig=self.kubeconfig(guard.address, user))
        self.assertNotIn("s&cret", result.raw)
        self.assertEqual((entra.wrong, guard.refusals()), ([], 0))


class Eks(Case):
    def eks(self, guard, **more):
        return {"cluster": "production", "region": "eu-west-1", "endpoint": guard.address,
                "certificate_authority": self.ca_data, "access_key_id": next(iter(KEYS)),
                "secret_access_key": KEYS[next(iter(KEYS))][0], **more}

    def test_a_signed_question(self):
        guard = self.guard(lambda bearer: check_eks_token(bearer, "production", KEYS, "eu-west-1"))
        self.reaches(eks=self.eks(guard))
        temporary = {"ASIA1": ("secret/1", "IQoJb3JpZ2luX2VjE+/x==")}
        guard = self.guard(lambda bearer: check_eks_token(bearer, "production", temporary, "cn-north-1"))
        self.reaches(eks=self.eks(guard, region="cn-north-1", access_key_id="ASIA1", secret_access_key="secret/1",
                                  session_token="IQoJb3JpZ2luX2VjE+/x=="))

    def test_the_verifier_refuses_what_is_not_so(self):
        guard = self.guard(lambda bearer: True)
        self.reaches(eks=self.eks(guard))
        token = guard.tokens()[0]
        for changed in ((token[:-2] + "AA", "production", KEYS, "eu-west-1"), (token, "other", KEYS, "eu-west-1"),
                        (token, "production", {next(iter(KEYS)): ("other", None)}, "eu-west-1"),
                        (token, "production", KEYS, "us-east-1"), (token + "=", "production", KEYS, "eu-west-1")):
            with self.assertRaises((AssertionError, ValueError)):
                check_eks_token(*changed)

    def test_what_its_plugins_are_told(self):
        guard = self.guard(lambda bearer: check_eks_token(bearer, "production", KEYS, "eu-west-1"))
        keys = self.eks(guard, cluster=None, region=None, endpoint=None, certificate_authority=None)
        for entry in ({"command": "aws", "args": ["--region", "eu-west-1", "eks", "get-token", "--cluster-name",
                                                  "production", "--output", "json"]},
                      {"command": "/usr/bin/aws-iam-authenticator", "args": ["token", "-i", "production"],
                       "env": [{"name": "AWS_REGION", "value": "eu-west-1"}]}):
            config = self.kubeconfig(guard.address, {"exec": entry})
            self.reaches(eks={**keys, "kubeconfig": config})
            entry["env"] = entry.get("env", []) + [
                {"name": "AWS_ACCESS_KEY_ID", "value": keys["access_key_id"]},
                {"name": "AWS_SECRET_ACCESS_KEY", "value": keys["secret_access_key"]}]
            self.reaches(kubeconfig=config)

    def test_a_role(self):
        for xml in False, True:
            sts = self.enterContext(Sts(self.cluster, KEYS, "ext&1", xml))
            guard = self.guard(lambda bearer, sts=sts: check_eks_token(bearer, "production", sts.keys, "eu-west-1"))
            role = {"role_arn": "arn:aws:iam::1:role/ci", "sts_endpoint": sts.address}
            self.reaches(eks=self.eks(guard, external_id="ext&1", **role))
            self.assertEqual((sts.wrong, len(sts.keys)), ([], 1))
            self.fails("source.eks: %s/: AssumeRole: the server answered 403: not authorized to assume" % sts.address,
                       eks=self.eks(guard, **role))


@unittest.skipUnless(os.geteuid() == 0, "a root file system of one's own needs root")
class InCluster(Case):
    def setUp(self):
        program = os.path.join(BIN, "check")
        described = subprocess.run(["file", "-b", "-L", program], capture_output=True, text=True, check=True).stdout
        if "static" not in described:
            self.skipTest("this build of the programs is not static")
        self.root = new_folder(self)
        self.account = os.path.join(self.root, "var/run/secrets/kubernetes.io/serviceaccount")
        shutil.copy(program, os.path.join(self.root, "check"))
        os.makedirs(os.path.join(self.root, "dev"))
        with open(os.path.join(self.root, "dev/null"), "wb"):
            pass
        os.makedirs(self.account)
        for name, text in (("ca.crt", self.ca), ("namespace", "demo"), ("token", "account-t0ken\n")):
            with open(os.path.join(self.account, name), "w", encoding="ascii") as file:
                file.write(text)

    def run_there(self, **variables):
        request = {"source": {"image": self.name, "in_cluster": True}}
        done = subprocess.run(["/check"], input=json.dumps(request).encode(), capture_output=True, check=False,
                              timeout=TIMEOUT_S, env=variables, preexec_fn=lambda: os.chroot(self.root))
        return Result(done, 0)

    def test_the_account_of_the_pod(self):
        guard = self.guard(lambda bearer: bearer == "account-t0ken")
        result = self.run_there(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT=str(guard.port))
        self.assertEqual((result.status, result.stderr), (0, result.stderr))
        self.assertEqual(result.answer, self.expected)

    def test_an_address_of_version_6_is_one_of_a_url(self):
        result = self.run_there(KUBERNETES_SERVICE_HOST="::1", KUBERNETES_SERVICE_PORT="1")
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("https://[::1]:1", result.error)

    def test_a_token_that_was_replaced_is_read_again(self):
        def verify(bearer):
            with open(os.path.join(self.account, "token"), "w", encoding="ascii") as file:
                file.write("newer-t0ken")
            return bearer == "newer-t0ken"
        guard = self.guard(verify)
        result = self.run_there(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT=str(guard.port))
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(guard.seen[:2], [("account-t0ken", False), ("newer-t0ken", True)])

    def test_outside_of_a_pod(self):
        result = self.run_there()
        self.assertEqual(result.error, "check: source.in_cluster: this is no pod with a service account: "
                         "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")

    def test_a_pod_without_an_account(self):
        os.unlink(os.path.join(self.account, "token"))
        result = self.run_there(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT="1")
        self.assertEqual(result.status, 1)
        self.assertRegex(result.error, "source.in_cluster: .*/serviceaccount/token: does not exist$")


if __name__ == "__main__":
    tap.main()

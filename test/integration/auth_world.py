# SPDX-License-Identifier: Apache-2.0
"""A guard before the sandbox's API server that takes the credentials which a test says, and those who issue them."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import re
import ssl
import tempfile
import time
from urllib.parse import parse_qsl, quote, urlsplit

from jwt import RsaKey, decode64, encode64
from net_server import Server, answer, pass_on

AWS_HOSTS = re.compile(r"sts\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|sts\.amazonaws\.com")
EKS_PARAMETERS = {"Action", "Version", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                  "X-Amz-Security-Token", "X-Amz-SignedHeaders", "X-Amz-Signature"}


def reply(connection, status, body):
    connection.send(answer(json.dumps(body).encode(), status, Content_Type="application/json"))


def tls_of(cluster):
    """The API server's own certificate: of 127.0.0.1, localhost and kubernetes.default.svc."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(cluster.folder, "apiserver.crt"),
                            os.path.join(cluster.folder, "apiserver.key"))
    return context


class Guard(Server):
    """Passes on to the cluster, as its user ci, what `verify(bearer)` takes, and answers 401 to the rest."""

    def __init__(self, cluster, verify, prefix=""):
        super().__init__(tls_of(cluster))
        self.cluster = cluster
        self.verify = verify
        self.prefix = prefix
        self.seen = []  # (bearer, whether it was taken)

    @property
    def address(self):
        return "https://127.0.0.1:%d%s" % (self.port, self.prefix)

    def tokens(self):
        """The tokens that came, each once, in their order."""
        return list(dict.fromkeys(bearer for bearer, _ in self.seen))

    def refusals(self):
        return sum(not taken for _, taken in self.seen)

    def handle(self, request, connection):
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        taken = scheme == "Bearer" and request.target.startswith(self.prefix) and bool(self.verify(bearer))
        self.seen.append((bearer, taken))
        if not taken:
            reply(connection, 401, {"kind": "Status", "status": "Failure", "message": "Unauthorized", "code": 401})
            return
        self._pass_on(request, connection)

    def _pass_on(self, request, connection):
        headers = {"Authorization": "Bearer " + self.cluster.ci_token}
        headers.update((name, request.headers[name]) for name in ("accept", "content-type") if name in request.headers)
        pass_on(request, connection, self.cluster.url + request.target[len(self.prefix):],
                ssl.create_default_context(cafile=self.cluster.ca_file), headers)


class Issuer(Server):
    """A token endpoint: `check(form, request)` raises AssertionError, or tells what to issue."""

    def __init__(self, cluster, path, lifetime_s=3600):
        super().__init__(tls_of(cluster))
        self.lifetime_s = lifetime_s
        self.forms = []
        self.wrong = []     # what was wrong with what came
        self.issued = {}    # token: when it ends
        self.on(path, self.issue)

    @property
    def address(self):
        return "https://127.0.0.1:%d" % self.port

    def issue(self, request, connection):
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
        self.forms.append(form)
        try:
            assert request.method == "POST", request.method
            assert request.headers["content-type"] == "application/x-www-form-urlencoded"
            assert request.headers["accept"] == "application/json"
            self.check(form, request)
        except (AssertionError, KeyError, ValueError) as err:
            self.wrong.append(repr(err))
            reply(connection, 401, {"error": "invalid_grant", "error_description": "not this one"})
            return
        reply(connection, 200, self.grant(form))

    def check(self, form, request):
        raise NotImplementedError

    def opaque(self):
        token = "tok-" + os.urandom(24).hex()
        self.issued[token] = time.time() + self.lifetime_s
        return token

    def id_token(self, **claims):
        """A JWT whose signature nobody here looks at."""
        end = time.time() + self.lifetime_s
        parts = [encode64(json.dumps(part).encode())
                 for part in ({"alg": "RS256"}, {"exp": end, "jti": os.urandom(8).hex(), **claims})]
        token = ".".join(parts + [encode64(os.urandom(32))])
        self.issued[token] = end
        return token

    def grant(self, form):
        return {"access_token": self.opaque(), "token_type": "Bearer", "expires_in": self.lifetime_s}

    def good(self, token):
        """Whether it was issued here and has not ended."""
        return self.issued.get(token, 0) > time.time()


class Uaa(Issuer):
    """TKGI's: ID tokens for a user's password."""

    def __init__(self, cluster, lifetime_s=3600):
        super().__init__(cluster, "/oauth/token", lifetime_s)

    def check(self, form, request):
        assert form == {"client_id": "pks_cluster_client", "client_secret": "", "grant_type": "password",
                        "username": "al&ice", "password": "p@ss w=rd+%"}, form
        assert "authorization" not in request.headers

    def grant(self, form):
        return {"access_token": "not-this-one", "id_token": self.id_token(user_name=form["username"]),
                "refresh_token": "nor-this", "expires_in": 600}


class Google(Issuer):
    """Access tokens for a JWT of a service account (RFC 7523)."""

    def __init__(self, cluster, folder, lifetime_s=3600):
        super().__init__(cluster, "/token", lifetime_s)
        self.folder = folder
        self.key = RsaKey(folder)

    def json_key(self):
        return {"type": "service_account", "client_email": "ci@project.test", "private_key": self.key.pem,
                "private_key_id": "key-7", "token_uri": self.address + "/token"}

    def check(self, form, request):
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" and len(form) == 2, form
        header, said = self.key.verify(form["assertion"])
        assert header == {"alg": "RS256", "typ": "JWT", "kid": "key-7"}
        now = time.time()
        assert set(said) == {"iss", "scope", "aud", "iat", "exp"}, said
        assert said["iss"] == "ci@project.test" and said["aud"] == self.address + "/token", said
        assert abs(said["iat"] - now) < 60 and said["exp"] == said["iat"] + 3600, said
        self.scopes = said["scope"].split()


class Entra(Issuer):
    """Azure's: access tokens for a service principal."""

    server_id = "6dae42f8-4368-4678-94ff-3960e28e3630"

    def __init__(self, cluster, tenant):
        super().__init__(cluster, "/%s/oauth2/v2.0/token" % tenant)

    def check(self, form, request):
        assert form == {"grant_type": "client_credentials", "client_id": "app-1", "client_secret": "s&cret~1",
                        "scope": self.server_id + "/.default"}, form


class OpenId(Issuer):
    """An issuer with discovery, whose refresh tokens are good once."""

    def __init__(self, cluster, methods=None, lifetime_s=3600):
        super().__init__(cluster, "/realm/token", lifetime_s)
        self.methods = methods
        self.refresh_token = "refresh-0"
        self.on("/realm/.well-known/openid-configuration", self.discover)

    def discover(self, _request, connection):
        document = {"issuer": self.address + "/realm", "token_endpoint": self.address + "/realm/token"}
        if self.methods:
            document["token_endpoint_auth_methods_supported"] = self.methods
        reply(connection, 200, document)

    def check(self, form, request):
        basic = "Basic " + base64.b64encode(b"client:cl13nt-secret").decode()
        expected = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        if self.methods == ["client_secret_post"]:
            expected.update(client_id="client", client_secret="cl13nt-secret")
            basic = None
        assert form == expected, form
        assert request.headers.get("authorization") == basic, request.headers

    def grant(self, form):
        self.refresh_token = "refresh-" + os.urandom(4).hex()
        return {"id_token": self.id_token(), "refresh_token": self.refresh_token, "expires_in": 1}


def presigned(url, secret, headers):
    """The signature that AWS finds for a presigned GET, from the parts of the URL alone."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~"))
                   for name, value in given.items() if name != "X-Amz-Signature")
    names = given["X-Amz-SignedHeaders"].split(";")
    assert names == sorted(names) and "host" in names, names
    request = "\n".join(["GET", parts.path, "&".join("%s=%s" % pair for pair in pairs)]
                        + ["%s:%s" % (name, {"host": parts.netloc, **headers}[name]) for name in names]
                        + ["", ";".join(names), hashlib.sha256(b"").hexdigest()])
    scope = given["X-Amz-Credential"].split("/", 1)[1]
    to_sign = "\n".join([given["X-Amz-Algorithm"], given["X-Amz-Date"], scope,
                         hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for step in scope.split("/"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def check_presigned(url, keys, headers, allowed):
    """The rules that hold for both who read such URLs. `keys`: {id: (secret, session token or None)}."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    given = dict(pairs)
    assert len(given) == len(pairs) and set(given) <= allowed, pairs
    date = datetime.datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    assert abs(date.timestamp() - time.time()) <= 15 * 60, date
    assert 0 <= int(given["X-Amz-Expires"]) <= 900
    identity, day, region, service, end = given["X-Amz-Credential"].split("/")
    assert (day, service, end) == (given["X-Amz-Date"][:8], "sts", "aws4_request")
    secret, session = keys[identity]
    assert given.get("X-Amz-Security-Token") == session
    assert hmac.compare_digest(given["X-Amz-Signature"], presigned(url, secret, headers))
    return given, region


def check_eks_token(token, cluster_name, keys, region):
    """The rules by which an EKS cluster's authenticator takes a token."""
    assert token.startswith("k8s-aws-v1.") and len(token) <= 4096, token[:20]
    url = decode64(token[len("k8s-aws-v1."):]).decode()
    parts = urlsplit(url)
    assert (parts.scheme, parts.path, parts.fragment) == ("https", "/", ""), url
    assert AWS_HOSTS.fullmatch(parts.netloc), parts.netloc
    given, signed_region = check_presigned(url, keys, {"x-k8s-aws-id": cluster_name}, EKS_PARAMETERS)
    assert (given["Action"], given["Version"]) == ("GetCallerIdentity", "2011-06-15")
    assert "x-k8s-aws-id" in given["X-Amz-SignedHeaders"].split(";")
    assert signed_region == region and ".%s." % region in parts.netloc
    return True


class Sts(Server):
    """AssumeRole, for those with these keys and this external id."""

    def __init__(self, cluster, keys, external_id, xml=False):
        super().__init__(tls_of(cluster))
        self.own = keys
        self.external_id = external_id
        self.xml = xml
        self.keys = {}  # the temporary ones
        self.wrong = []
        self.on("/", self.assume)

    @property
    def address(self):
        return "https://127.0.0.1:%d" % self.port

    def assume(self, request, connection):
        allowed = EKS_PARAMETERS | {"DurationSeconds", "ExternalId", "RoleArn", "RoleSessionName"}
        try:
            given, _ = check_presigned(self.address + request.target, self.own, {}, allowed)
            assert given["Action"] == "AssumeRole" and given["RoleArn"] == "arn:aws:iam::1:role/ci", given
            assert given.get("ExternalId") == self.external_id, given
        except (AssertionError, KeyError, ValueError) as err:
            self.wrong.append(repr(err))
            reply(connection, 403, {"Error": {"Code": "AccessDenied", "Message": "not authorized to assume"}})
            return
        found = {"AccessKeyId": "ASIA" + os.urandom(8).hex().upper(), "SecretAccessKey": "temporary/" + os.urandom(12).hex(),
                 "SessionToken": "IQo+/" + base64.b64encode(os.urandom(300)).decode()}
        self.keys[found["AccessKeyId"]] = (found["SecretAccessKey"], found["SessionToken"])
        if self.xml:
            text = "".join("<%s>%s</%s>" % (name, value, name) for name, value in found.items())
            connection.send(answer(("<AssumeRoleResponse><AssumeRoleResult><Credentials>%s<Expiration>"
                                    "2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                                    "</AssumeRoleResponse>" % text).encode(), Content_Type="text/xml"))
            return
        found["Expiration"] = time.time() + 3600
        reply(connection, 200, {"AssumeRoleResponse": {"AssumeRoleResult": {"Credentials": found}}})


def new_folder(test):
    folder = tempfile.TemporaryDirectory(prefix="auth-")
    test.addCleanup(folder.cleanup)
    return folder.name

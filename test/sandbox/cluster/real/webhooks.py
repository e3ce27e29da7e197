# SPDX-License-Identifier: Apache-2.0
"""kpack's webhooks, as a real API server asks them; what they say is in admission.py."""

import base64
import http.server
import json

from .. import admission, status
from ..server import Server

SENTENCE = "denied the request: "       # the API server's own words up to here


def configurations(port, ca_file):
    """The objects that tell the API server of them."""
    with open(ca_file, "rb") as file:
        authority = base64.b64encode(file.read()).decode()

    def configuration(kind, name, path):
        return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
                "metadata": {"name": name}, "webhooks": [{
                    "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None",
                    "clientConfig": {"url": "https://127.0.0.1:%d%s" % (port, path),
                                     "caBundle": authority},
                    "rules": [{"apiGroups": ["kpack.io"], "apiVersions": ["v1alpha2"],
                               "operations": ["CREATE", "UPDATE"],
                               "resources": sorted(admission.SCHEMAS)}]}]}
    return [configuration("MutatingWebhookConfiguration", "defaults.webhook.kpack.io", "/mutate"),
            configuration("ValidatingWebhookConfiguration", "validation.webhook.kpack.io",
                          "/validate")]


def mutate(request):
    obj = request["object"]
    spec = admission.mutated(request["resource"]["resource"], request["kind"]["kind"], obj)
    if spec == obj.get("spec"):
        return {}
    patch = [{"op": "add", "path": "/spec", "value": spec}]
    return {"patchType": "JSONPatch",
            "patch": base64.b64encode(json.dumps(patch).encode()).decode()}


def validate(request):
    admission.validate(request["resource"]["resource"], request["object"], request["oldObject"])
    return {}


ACTIONS = {"/mutate": mutate, "/validate": validate}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"uid": review["request"]["uid"], "allowed": True}
        try:
            answer.update(ACTIONS[self.path.partition("?")[0]](review["request"]))
        except status.ApiError as err:
            answer["allowed"] = False
            answer["status"] = {"code": err.code, "reason": err.reason,
                                "message": err.message.partition(SENTENCE)[2]}
        data = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                           "response": answer}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve(context):
    """Begin; gives the port."""
    server = Server(None, context, Handler)
    server.start()
    return server.port

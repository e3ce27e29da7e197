# SPDX-License-Identifier: Apache-2.0
"""Objects put straight into etcd, as the API server would have stored them: with any status, times
and uid, and thousands of them in a second."""

import base64
import http.client
import json

AT_ONCE = 100       # etcd takes 128 operations in a transaction


def _text(data):
    return base64.b64encode(data.encode()).decode()


class Etcd:
    """The JSON gateway of an etcd."""

    def __init__(self, port, context):
        self.port = port
        self.context = context

    def call(self, target, body):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context,
                                                 timeout=30)
        try:
            connection.request("POST", target, json.dumps(body))
            answer = connection.getresponse()
            data = answer.read()
            if answer.status != 200:
                raise OSError("etcd: %s: %s" % (target, data[:500].decode("utf-8", "replace")))
            return json.loads(data)
        finally:
            connection.close()

    def put(self, plural, objects):
        """Store these custom resources, all of one kind. The last once more, alone: those of one
        transaction have one revision, and the API server's cache counts that as known by the first."""
        for chosen in [*(objects[at:at + AT_ONCE] for at in range(0, len(objects), AT_ONCE)), objects[-1:]]:
            if chosen:
                self.call("/v3/kv/txn", {"success": [
                    {"requestPut": {"key": _text(_key(plural, obj)), "value": _text(json.dumps(obj))}}
                    for obj in chosen]})


def _key(plural, obj):
    meta = obj["metadata"]
    place = [part for part in (meta.get("namespace"), meta["name"]) if part]
    return "/".join(["/registry", obj["apiVersion"].partition("/")[0], plural, *place])

# SPDX-License-Identifier: Apache-2.0
"""What the programs asked of the API server, by its audit logs, beside the roles of docs/image.md."""

import collections
import json
import os

from cluster import rights

AGENT = "build-service-resource/"
#: by a token, by a certificate, by a service account's token, and who has the operator's role too
USERS = ("ci", "ci-certificate", "system:serviceaccount:demo:ci", "operator")
OPERATORS = ("operator",)
#: what tests want to see refused
REFUSED = {("ci", "kpack.io", "clusterstacks", "get")}      # who is no operator is told so

Asked = collections.namedtuple("Asked", "user group resource verb")


def _read(path):
    """(Asked, the answer's status) of each request of the programs."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            ref = event.get("objectRef")
            if not event.get("userAgent", "").startswith(AGENT) or not ref:
                continue
            resource = "/".join(filter(None, (ref.get("resource"), ref.get("subresource"))))
            asked = Asked(event["user"].get("username", ""), ref.get("apiGroup", ""), resource, event["verb"])
            if asked.user in USERS:
                yield asked, event.get("responseStatus", {}).get("code", 0)


def results(folder):
    """(what must hold, the lines of what does not) of each rule."""
    answered = collections.defaultdict(set)
    for name in os.listdir(folder):
        for asked, code in _read(os.path.join(folder, name)):
            answered[asked].add(code)
    refused = {asked for asked, codes in answered.items() if 403 in codes}
    role, operators = map(rights.allowed, rights.documented())
    used = {asked for asked in answered if asked not in REFUSED}
    beyond = {asked for asked in used
              if asked[1:] not in (role | operators if asked.user in OPERATORS else role)}
    done = {asked[1:] for asked in used - refused}
    return [
        ("each of the users has asked", sorted(set(USERS) - {asked.user for asked in answered})),
        ("nothing is refused but what a test wants refused", _lines(refused ^ REFUSED)),
        ("nothing is asked for beyond the roles of docs/image.md", _lines(beyond)),
        ("every verb of the Role is used", _lines(role - done)),
        ("every verb of the ClusterRole is used", _lines(operators - done))]


def _lines(found):
    return [" ".join(part or '""' for part in each) for each in sorted(found)]

# SPDX-License-Identifier: Apache-2.0
"""The garbage collector of the controller-manager, as far as builds need it: an object whose owner
is gone goes too."""

from .. import names
from ..client import Refused

OWNED = [(names.V1ALPHA2, "builds"), (names.V1ALPHA2, "sourceresolvers"), ("v1", "pods")]
OWNERS = {"Image": "images", "Build": "builds"}


class Collector:
    def __init__(self, client):
        self.client = client

    def reconcile(self, *_):
        """Look at everything that can be owned; owners go first, so one pass reaches the pods."""
        living = {}
        for api_version, plural in OWNED:
            if not living:
                living["Image"] = self._uids("images")
            for obj in self.client.list(api_version, plural)["items"]:
                owners = obj["metadata"].get("ownerReferences", [])
                known = [r for r in owners if r["kind"] in OWNERS]
                if known and not any(r["uid"] in living[r["kind"]] for r in known):
                    self._delete(api_version, plural, obj["metadata"])
            if plural == "builds":
                living["Build"] = self._uids("builds")

    def _uids(self, plural):
        return {o["metadata"]["uid"]
                for o in self.client.list(names.V1ALPHA2, plural)["items"]}

    def _delete(self, api_version, plural, meta):
        try:
            self.client.delete(api_version, plural, meta["namespace"], meta["name"],
                               {"preconditions": {"uid": meta["uid"]}})
        except Refused as refused:
            if refused.code not in (404, 409):
                raise

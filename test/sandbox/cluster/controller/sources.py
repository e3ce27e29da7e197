# SPDX-License-Identifier: Apache-2.0
"""SourceResolvers: what a revision is now, asked of the git server by `git ls-remote`."""

import time

from .. import git, names
from .runtime import condition, find_condition, log, write_status


class Sources:
    def __init__(self, client, poll, git_ca):
        self.client = client
        self.poll = poll
        self.git_ca = git_ca
        self.asked = {}         # uid → when its server was asked last
        self.again = None       # set by main: put a key back after so many seconds

    def reconcile(self, namespace, name):
        resolver = self.client.find(names.V1ALPHA2, "sourceresolvers", namespace, name)
        if resolver is None:
            return
        meta, spec = resolver["metadata"], resolver["spec"]
        status = resolver.get("status") or {}
        known = status.get("observedGeneration") == meta["generation"]
        if known:
            wait = self._wait(resolver)
            if wait is None:
                return
            if wait > 0:    # an event came before its time
                self.again(("source", namespace, name), wait)
                return
        self.asked[meta["uid"]] = time.monotonic()
        source = dict(spec["source"])
        polling = "False"
        if "git" in source:
            found = self._resolve(resolver)
            if found is None:   # not reached: an answer from before stays good
                if known:
                    self.again(("source", namespace, name), self.poll)
                    return
                found = {"revision": source["git"]["revision"], "type": "Unknown"}
            if found["type"] in ("Branch", "Tag"):
                polling = "True"
                self.again(("source", namespace, name), self.poll)
            elif found["type"] == "Unknown":
                polling = "Unknown"
            source["git"] = {**source["git"], "revision": found["revision"]}
            shown = {**source, "git": {**source["git"], "type": found["type"]}}
        else:
            shown = source
        write_status(self.client, "sourceresolvers", resolver, {
            "observedGeneration": meta["generation"], "source": shown,
            "conditions": [condition("Ready", "True"), condition("ActivePolling", polling)]})

    def _wait(self, resolver):
        """Seconds until the server is to be asked again; None where it is not polled."""
        if find_condition(resolver, "ActivePolling").get("status") != "True":
            return None
        last = self.asked.get(resolver["metadata"]["uid"], 0.0)
        return last + self.poll - time.monotonic()

    def _resolve(self, resolver):
        """{"revision", "type"}: the ref whose short name is the revision, else the revision taken
        as a commit; None where the server does not answer."""
        wanted = resolver["spec"]["source"]["git"]
        environment = git.environment(
            wanted["url"], self.git_ca, git.credentials(
                self.client, resolver["metadata"]["namespace"],
                resolver["spec"]["serviceAccountName"], wanted["url"]))
        try:
            refs = git.ls_remote(wanted["url"], environment)
        except git.Failed as err:
            log("source", resolver["metadata"]["name"], err)
            return None
        for kind, prefix in (("Branch", "refs/heads/"), ("Tag", "refs/tags/")):
            if prefix + wanted["revision"] in refs:
                return {"revision": refs[prefix + wanted["revision"]], "type": kind}
        return {"revision": wanted["revision"], "type": "Commit"}


def build_source(resolver):
    """The source that a Build gets: what was resolved, less what only the resolver says."""
    source = dict(resolver["status"]["source"])
    if "git" in source:
        source["git"] = {k: v for k, v in source["git"].items() if k != "type"}
    return source

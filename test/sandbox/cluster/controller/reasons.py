# SPDX-License-Identifier: Apache-2.0
"""Why an Image needs a build, in kpack's order, and what changed."""

import json
import time

from .. import names
from .runtime import find_condition

#: the order of Go's struct fields, in which kpack encodes a source
SOURCE_ORDER = ("git", "blob", "registry", "subPath", "url", "revision", "initializeSubmodules",
                "auth", "stripComponents", "image", "imagePullSecrets")


def ordered(source):
    """A source with its keys as kpack writes them."""
    if not isinstance(source, dict):
        return source
    return {k: ordered(source[k]) for k in SOURCE_ORDER if k in source}


def config(spec, source):
    """The part of an Image or a Build whose change is a CONFIG change."""
    found = {"env": spec.get("env"), "resources": spec.get("resources") or {},
             "services": spec.get("services"), "cnbBindings": spec.get("cnbBindings")}
    kept = {k: v for k, v in found.items() if v or k == "resources"}
    return {**kept, "source": ordered(source)}


def without_revision(configured):
    source = dict(configured["source"])
    if "git" in source:
        source["git"] = {k: v for k, v in source["git"].items() if k != "revision"}
    return {**configured, "source": source}


def changes(image, last, source, builder):
    """The changes since the last Build; an empty list where none is needed. All of image, source
    (resolved) and builder are as they are now; last is None before the first Build."""
    build_spec = image["spec"].get("build") or {}
    new = config(build_spec, source)
    if last is None:
        return [{"reason": "CONFIG", "old": {"resources": {}, "source": {}}, "new": new}]
    found = []
    if names.TRIGGER in (last["metadata"].get("annotations") or {}):
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        found.append({"reason": "TRIGGER", "old": "",
                      "new": "A new build was manually triggered on " + now})
    old = config(last["spec"], last["spec"]["source"])
    before, after = (s.get("git", {}).get("revision") for s in (last["spec"]["source"], source))
    if before and after and before != after:
        found.append({"reason": "COMMIT", "old": before, "new": after})
    if without_revision(old) != without_revision(new):
        found.append({"reason": "CONFIG", "old": old, "new": new})
    # a failed build is not tried again for another builder
    if find_condition(last, "Succeeded").get("status") == "True":
        found += builder_changes(last["status"], builder["status"])
    return found


def builder_changes(build, builder):
    found = []
    offered = {(b["id"], b["version"]) for b in builder.get("builderMetadata", ())}
    gone = [{"id": b["id"], "version": b["version"]} for b in build.get("buildMetadata", ())
            if (b["id"], b["version"]) not in offered]
    if gone:
        found.append({"reason": "BUILDPACK", "old": gone, "new": None})
    digests = [names.split_reference(s.get("stack", {}).get("runImage", ""))[2]
               for s in (build, builder)]
    if digests[0] != digests[1]:
        found.append({"reason": "STACK", "old": digests[0], "new": digests[1]})
    versions = [build.get("lifecycleVersion", ""), builder.get("lifecycle", {}).get("version", "")]
    if versions[0] and versions[1] and versions[0] != versions[1]:
        found.append({"reason": "LIFECYCLE", "old": versions[0], "new": versions[1]})
    return found


def reason_text(found):
    return ",".join(change["reason"] for change in found)


def encode(found):
    return json.dumps(found, separators=(",", ":"))

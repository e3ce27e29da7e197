# SPDX-License-Identifier: Apache-2.0
"""A cluster with kpack up to 0.3, as its users see it: v1alpha1 is all that it serves.

The controllers go on with v1alpha2, as they are not what is tested then.
"""

from . import admission
from .auth import MASTERS

SERVED = "v1alpha1"
IMAGE = {
    "tag": str, "builder": admission.OBJECT_REFERENCE, "serviceAccount": str, "source": admission.SOURCE,
    "cacheSize": admission.ANY, "failedBuildHistoryLimit": int, "successBuildHistoryLimit": int,
    "imageTaggingStrategy": str, "notary": admission.ANY,
    "build": {"env": admission.ANY, "bindings": admission.ANY, "resources": admission.ANY},
}


def hides(request, groups):
    """Whether there is no such path for them."""
    return request.group == "kpack.io" and request.version != SERVED and MASTERS not in groups


def take(obj):
    """What is taken of an object that a user writes: unknown fields are dropped without a word."""
    if obj.get("kind") != "Image" or not obj["apiVersion"].endswith("/" + SERVED):
        return obj
    return {**obj, "spec": admission.prune(obj.get("spec") or {}, IMAGE, ["spec"], "Image")}


def show(obj):
    """An object as it was written then: Ready of an Image has a reason only where a builder is missing."""
    if obj["kind"] != "Image" or "status" not in obj:
        return obj
    conditions = [{k: v for k, v in c.items() if k != "reason" or v.startswith("Builder")}
                  for c in obj["status"].get("conditions", ())]
    return {**obj, "spec": {k: v for k, v in obj["spec"].items() if k in IMAGE},
            "status": {**obj["status"], "conditions": conditions}}

# SPDX-License-Identifier: Apache-2.0
"""What kpack's webhooks do to a write: drop unknown spec fields, default, and deny.

The CRDs have no schema; the webhook decodes an object into kpack's types and encodes it again, so
a field it does not know disappears without a word.
"""

from . import status

ANY = object()      # any value below is kept
OBJECT_REFERENCE = dict.fromkeys(
    ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"), str)
SECRET_NAMES = [{"name": str}]
SOURCE = {
    "git": {"url": str, "revision": str, "initializeSubmodules": bool},
    "blob": {"url": str, "auth": str, "stripComponents": int},
    "registry": {"image": str, "imagePullSecrets": SECRET_NAMES},
    "subPath": str,
}
IMAGE = {
    "tag": str, "additionalTags": [str], "builder": OBJECT_REFERENCE, "serviceAccountName": str,
    "source": SOURCE,
    "cache": {"volume": {"size": ANY, "storageClassName": str}, "registry": {"tag": str}},
    "failedBuildHistoryLimit": int, "successBuildHistoryLimit": int,
    "imageTaggingStrategy": str, "projectDescriptorPath": str, "defaultProcess": str,
    "notary": ANY, "cosign": {"annotations": [{"name": str, "value": str}]},
    "build": {"services": ANY, "cnbBindings": ANY, "env": ANY, "resources": ANY,
              "tolerations": ANY, "nodeSelector": ANY, "affinity": ANY, "runtimeClassName": str,
              "schedulerName": str, "buildTimeout": int, "creationTime": str},
}
BUILD = {
    "tags": [str], "builder": {"image": str, "imagePullSecrets": SECRET_NAMES},
    "serviceAccountName": str, "source": SOURCE, "runImage": {"image": str},
    "cache": ANY, "services": ANY, "cnbBindings": ANY, "env": ANY,
    "projectDescriptorPath": str, "resources": ANY, "lastBuild": ANY, "notary": ANY,
    "cosign": ANY, "defaultProcess": str, "tolerations": ANY, "nodeSelector": ANY,
    "affinity": ANY, "runtimeClassName": str, "schedulerName": str, "priorityClassName": str,
    "creationTime": str, "activeDeadlineSeconds": int,
}
BUILDER = {"tag": str, "stack": OBJECT_REFERENCE, "store": OBJECT_REFERENCE,
           "lifecycle": OBJECT_REFERENCE, "order": ANY, "additionalLabels": ANY,
           "serviceAccountName": str, "serviceAccountRef": OBJECT_REFERENCE}
IMAGE_REF = {"image": str}
SCHEMAS = {
    "images": IMAGE, "builds": BUILD, "builders": BUILDER, "clusterbuilders": BUILDER,
    "clusterstacks": {"id": str, "buildImage": IMAGE_REF, "runImage": IMAGE_REF,
                      "serviceAccountRef": OBJECT_REFERENCE},
    "clusterstores": {"sources": [IMAGE_REF], "serviceAccountRef": OBJECT_REFERENCE},
    "clusterlifecycles": {"image": str, "serviceAccountRef": OBJECT_REFERENCE},
    "sourceresolvers": {"serviceAccountName": str, "source": SOURCE},
}
TYPES = {str: "string", int: "int64", bool: "bool"}


def prune(value, schema, path, kind):
    """value with only what kpack's types hold; a wrong JSON type is what Go's decoder says."""
    if schema is ANY or value is None:
        return value
    if isinstance(schema, dict):
        _typed(value, dict, path, kind)
        return {k: prune(v, schema[k], path + [k], kind) for k, v in value.items()
                if k in schema and v is not None}
    if isinstance(schema, list):
        _typed(value, list, path, kind)
        return [prune(v, schema[0], path, kind) for v in value]
    _typed(value, schema, path, kind)
    return value


def _typed(value, wanted, path, kind):
    fits = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    if fits:
        return
    found = {bool: "bool", int: "number", float: "number", str: "string", list: "array",
             dict: "object"}[type(value)]
    name = TYPES.get(wanted, "v1alpha2." + kind + "Spec")
    raise status.bad_request(
        'admission webhook "defaults.webhook.kpack.io" denied the request: mutation failed: '
        "cannot decode incoming new object: json: cannot unmarshal %s into Go struct field "
        "%s.%s of type %s" % (found, kind + "Spec", ".".join(path), name))


def default(plural, spec):
    if plural == "images":
        spec.setdefault("failedBuildHistoryLimit", 10)
        spec.setdefault("successBuildHistoryLimit", 10)
        spec.setdefault("imageTaggingStrategy", "BuildNumber")
        spec.setdefault("serviceAccountName", "default")
        if "build" in spec:     # no default of kpack's: Go writes this struct even when empty
            spec["build"].setdefault("resources", {})
    elif plural in ("builds", "sourceresolvers", "builders"):
        spec.setdefault("serviceAccountName", "default")
    if plural in ("builders", "clusterbuilders") and not spec.get("lifecycle"):
        spec["lifecycle"] = {"kind": "ClusterLifecycle", "name": "default-lifecycle"}


def missing(*paths):
    raise status.denied("missing field(s): " + ", ".join(paths))


def _require(spec, *paths):
    """knative gathers all missing fields into one line."""
    absent = []
    for path in paths:
        value = spec
        for key in path.split(".")[1:]:
            value = value.get(key) if isinstance(value, dict) else None
        if not value:
            absent.append(path)
    if absent:
        missing(*absent)


def _validate_source(spec):
    given = ["spec.source." + k for k in ("blob", "git", "registry") if spec["source"].get(k)
             is not None]
    if not given:
        raise status.denied("expected exactly one, got neither: spec.source.blob, "
                            "spec.source.git, spec.source.registry")
    if len(given) > 1:
        raise status.denied("expected exactly one, got both: " + ", ".join(given))
    _require(spec, *{"spec.source.git": ("spec.source.git.revision", "spec.source.git.url"),
                     "spec.source.blob": ("spec.source.blob.url",),
                     "spec.source.registry": ("spec.source.registry.image",)}[given[0]])


def validate_image(spec, old):
    spec.setdefault("source", {})
    _require(spec, "spec.tag", "spec.builder.name")
    if spec["builder"].get("kind") not in ("Builder", "ClusterBuilder"):
        raise status.denied("invalid value: %s: spec.builder.kind\nmust be one of: Builder, "
                            "ClusterBuilder" % spec["builder"].get("kind", ""))
    _validate_source(spec)
    for name in ("failedBuildHistoryLimit", "successBuildHistoryLimit"):
        if spec[name] < 1:
            raise status.denied("invalid value: %d: spec.%s\nbuild history limit must be greater "
                                "than 0" % (spec[name], name))
    if spec["imageTaggingStrategy"] not in ("None", "BuildNumber"):
        raise status.denied("invalid value: %s: spec.imageTaggingStrategy"
                            % spec["imageTaggingStrategy"])
    if old and old.get("tag") != spec["tag"]:
        raise status.denied("Immutable field changed: spec.tag\ngot: %s, want: %s"
                            % (spec["tag"], old.get("tag")))


def validate_build(spec, old):
    _require(spec, "spec.builder.image", "spec.tags")
    _validate_source(spec)
    if old is not None and old != spec:
        raise status.denied("Immutable fields changed (-old +new): spec")


def admit(resource, obj, old):
    """Default and check one write of a kpack object, in place. `old` is None for a create."""
    if resource.group != "kpack.io" or resource.plural not in SCHEMAS:
        return
    obj["spec"] = mutated(resource.plural, resource.kind, obj)
    validate(resource.plural, obj, old)


def mutated(plural, kind, obj):
    """The spec that the defaults' webhook makes of the object's."""
    spec = prune(obj.get("spec") or {}, SCHEMAS[plural], ["spec"], kind)
    default(plural, spec)
    return spec


def validate(plural, obj, old):
    """Refuse what the validating webhook refuses."""
    spec = obj["spec"]
    before = old.get("spec") if old else None
    if plural == "images":
        if len(obj["metadata"]["name"]) > 63:
            raise status.denied("invalid value: %s: metadata.name\nmust be no more than 63 "
                                "characters" % obj["metadata"]["name"])
        validate_image(spec, before)
    elif plural == "builds":
        validate_build(spec, before)


# -- versions ---------------------------------------------------------------------------------

def convert(obj, version):
    """What kpack's conversion webhook makes of an object between v1alpha1 and v1alpha2: fields
    change their names, and what v1alpha1 cannot hold is lost on the way."""
    if obj["apiVersion"] == "kpack.io/" + version:
        return obj
    obj = {**obj, "apiVersion": "kpack.io/" + version}
    spec = dict(obj.get("spec") or {})
    pairs = [("serviceAccountName", "serviceAccount")]
    for new, old in pairs if version == "v1alpha1" else [(b, a) for a, b in pairs]:
        if new in spec:
            spec[old] = spec.pop(new)
    if obj["kind"] == "Image":
        _convert_image(spec, version)
    obj["spec"] = spec
    return obj


def _convert_image(spec, version):
    if version == "v1alpha1":
        size = spec.pop("cache", {}).get("volume", {}).get("size")
        if size is not None:
            spec["cacheSize"] = size
        spec.pop("additionalTags", None)
        if "build" in spec:
            spec["build"] = {k: v for k, v in spec["build"].items() if k != "creationTime"}
    elif "cacheSize" in spec:
        spec["cache"] = {"volume": {"size": spec.pop("cacheSize")}}

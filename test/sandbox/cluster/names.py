# SPDX-License-Identifier: Apache-2.0
"""kpack's names: labels, annotations, children, and image references."""

import hashlib

V1ALPHA2 = "kpack.io/v1alpha2"

IMAGE = "image.kpack.io/image"
BUILD_NUMBER = "image.kpack.io/buildNumber"
IMAGE_GENERATION = "image.kpack.io/imageGeneration"
REASON = "image.kpack.io/reason"
CHANGES = "image.kpack.io/buildChanges"
BUILDER_NAME = "image.kpack.io/builderName"
BUILDER_KIND = "image.kpack.io/builderKind"
TRIGGER = "image.kpack.io/additionalBuildNeeded"
BUILD = "kpack.io/build"

LONGEST = 63


def child(parent, suffix):
    """knative's ChildName: a parent too long for a label value is cut and hashed."""
    if len(parent) + len(suffix) <= LONGEST:
        return parent + suffix
    head = LONGEST - 32 - len(suffix)
    return parent[:head] + hashlib.md5(parent.encode()).hexdigest() + suffix


def split_reference(reference):
    """(repository, tag or '', digest or '') of name[:tag][@digest]"""
    rest, _, digest = reference.partition("@")
    head, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return head + slash + name, tag, digest


def digest_of(reference):
    """The digest of a reference. There is no registry behind the references of stacks and stores,
    so the digest of one without is that of its own text: another tag, another digest."""
    return split_reference(reference)[2] or sha256(reference)


def resolved(reference):
    return split_reference(reference)[0] + "@" + digest_of(reference)


def sha256(*parts):
    return "sha256:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()

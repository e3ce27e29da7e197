# SPDX-License-Identifier: Apache-2.0
"""A registry of one folder: blobs by their SHA-256, and images as OCI manifests of them.

An image's digest covers the built files (a tar in which only names, modes and contents count) and
the run image's digest, so equal input gives an equal digest.
"""

import hashlib
import http.client
import io
import json
import os
import tarfile

from .. import names

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
BASE_DIGEST = "org.opencontainers.image.base.digest"
EPOCH = 315532801       # 1980-01-01T00:00:01Z, the time that lifecycle gives every file


class Absent(Exception):
    """No image of that digest."""


class Registry:
    def __init__(self, folder):
        self.folder = os.path.join(folder, "sha256")
        os.makedirs(self.folder, exist_ok=True)

    def _file(self, digest):
        return os.path.join(self.folder, digest.removeprefix("sha256:"))

    def put(self, data):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        if not os.path.exists(self._file(digest)):
            partial = self._file(digest) + ".partial"
            with open(partial, "wb") as file:
                file.write(data)
            os.replace(partial, self._file(digest))
        return digest

    def get(self, digest):
        try:
            with open(self._file(digest), "rb") as file:
                return file.read()
        except (FileNotFoundError, IsADirectoryError) as err:   # "" names the folder
            raise Absent(digest) from err

    # -- images -------------------------------------------------------------------------------

    def push(self, layer, size, run_image, stack):
        """The manifest digest of an image: one layer of the app on a run image."""
        config = _encode({"architecture": "amd64", "os": "linux",
                          "rootfs": {"type": "layers", "diff_ids": [layer]},
                          "config": {"Labels": {"io.buildpacks.stack.id": stack}}})
        return self.put(_encode({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                       "digest": self.put(config), "size": len(config)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar",
                        "digest": layer, "size": size}],
            "annotations": {BASE_DIGEST: run_image}}))

    def manifest(self, digest):
        return json.loads(self.get(digest))

    def rebase(self, digest, run_image, stack):
        """The same app on another run image."""
        layer = self.manifest(digest)["layers"][0]
        return self.push(layer["digest"], layer["size"], run_image, stack)

    def unpack(self, digest, folder):
        for layer in self.manifest(digest)["layers"]:
            with tarfile.open(fileobj=io.BytesIO(self.get(layer["digest"]))) as archive:
                archive.extractall(folder, members=_harmless(archive))


def _harmless(archive):
    """Files and folders that stay below where they are unpacked. Debian 12's tarfile has no
    filters yet."""
    for member in archive:
        if (member.isfile() or member.isdir()) and not member.name.startswith("/") \
                and ".." not in member.name.split("/"):
            member.uid, member.gid = os.getuid(), os.getgid()
            yield member


def pull(reference, folder):
    """Unpack a source image of a registry on loopback that has neither TLS nor users."""
    repository, _, digest = names.split_reference(reference)
    host, _, name = repository.partition("/")
    if not host.startswith("127.0.0.1:"):
        raise Absent("%s is not on this machine" % reference)
    manifest = json.loads(_fetch(host, "/v2/%s/manifests/%s" % (name, digest), digest))
    for layer in manifest["layers"]:
        data = _fetch(host, "/v2/%s/blobs/%s" % (name, layer["digest"]), layer["digest"])
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(folder, members=_harmless(archive))


def _fetch(host, path, digest):
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept": MANIFEST + ", " + DOCKER_MANIFEST})
        answer = connection.getresponse()
        data = answer.read()
    except (OSError, http.client.HTTPException) as err:
        raise Absent("%s%s: %s" % (host, path, err)) from err
    finally:
        connection.close()
    if answer.status != 200 or "sha256:" + hashlib.sha256(data).hexdigest() != digest:
        raise Absent("%s%s: %d" % (host, path, answer.status))
    return data


def pack(folder):
    """A tar of everything below folder that depends on names, modes and contents alone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        paths = [os.path.join(root, name) for root, folders, files in os.walk(folder)
                 for name in folders + files]
        for path in sorted(paths):
            archive.add(path, os.path.relpath(path, folder), recursive=False, filter=_normal)
    return buffer.getvalue()


def _normal(member):
    member.uid, member.gid, member.uname, member.gname = 1001, 1000, "", ""
    member.mtime = EPOCH
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    member.pax_headers = {}
    return member


def _encode(obj):
    return json.dumps(obj, sort_keys=True, separators=(",", ":")).encode()

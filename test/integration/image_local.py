#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image with local_path: a folder becomes a source image in a real registry, once, and is built."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess

import tap
from image_put import PHASES
from local_world import TREE, Local, read_layer, write_tree
from registry_world import MANIFEST

CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


class Sources(Local):
    def test_what_lies_there_afterwards_is_the_folder(self):
        self.start()
        write_tree(self.path("dist"), TREE)
        digest = self.good("dist")
        self.assertEqual(read_layer(self.layer(digest)), TREE)

    def test_it_is_an_image_of_one_layer(self):
        self.start()
        write_tree(self.path("dist"), TREE)
        digest = self.good("dist")
        manifest, found = self.registry.manifest(self.repository_name, digest)
        self.assertEqual(found, digest)
        self.assertEqual((manifest["schemaVersion"], manifest["mediaType"]), (2, MANIFEST))
        self.assertEqual(manifest["config"]["mediaType"], CONFIG)
        self.assertEqual([layer["mediaType"] for layer in manifest["layers"]], [LAYER])
        blob = self.layer(digest)
        self.assertEqual(manifest["layers"][0]["size"], len(blob))
        config = self.registry.blob(self.repository_name, manifest["config"]["digest"])
        self.assertEqual(len(config), manifest["config"]["size"])
        diff_id = "sha256:" + hashlib.sha256(gzip.decompress(blob)).hexdigest()
        self.assertEqual(json.loads(config)["rootfs"], {"type": "layers", "diff_ids": [diff_id]})
        self.assertEqual(self.registry.tags(self.repository_name), [digest.partition(":")[2]])
        # by an independent reader
        shown = subprocess.run(
            ["skopeo", "inspect", "--no-tags", "--tls-verify=false", "--creds", "%s:%s" % (
                self.registry.login["username"], self.registry.login["password"]),
             "docker://%s-source@%s" % (self.tag, digest)], capture_output=True, check=True, text=True)
        self.assertEqual(json.loads(shown.stdout)["Layers"], [manifest["layers"][0]["digest"]])

    def test_the_same_again_uploads_nothing_and_patches_nothing(self):
        self.start()
        write_tree(self.path("dist"), TREE)
        first = self.good("dist")
        methods = [method for method, _, _ in self.registry.requests()]
        self.assertEqual((methods.count("POST"), methods.count("PUT")), (2, 3))
        since, generation = self.now(), self.image()["metadata"]["generation"]
        result = self.local("dist")
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.registry.requests(), [
            ("GET", "/v2/", 401), ("HEAD", "/v2/%s/manifests/%s" % (self.repository_name, first), 200)])
        self.assertFalse([line for line in self.asked(since) if line.startswith("patch")])
        self.assertEqual(self.image()["metadata"]["generation"], generation)
        self.assertIn("-source@%s is there already\n" % first, result.stderr)

    def test_the_digest_is_of_the_content_alone(self):
        self.start()
        write_tree(self.path("one"), TREE)
        first = self.good("one")
        for name in reversed(list(TREE)):  # another order, other times, another umask
            path = self.path("two", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if not isinstance(TREE[name], str) and TREE[name] is not None:
                shutil.copyfile(self.path("one", name), path)
                os.chmod(path, 0o700 if isinstance(TREE[name], tuple) else 0o600)
                os.utime(path, (1, 1))
            elif TREE[name] is None:
                os.makedirs(path, exist_ok=True)
                os.chmod(path, 0o700)
            else:
                os.symlink(TREE[name], path)
        self.assertEqual(self.good("two"), first)
        changed = {"folder/b": b"B" * 512, "empty": (b"",), "latest": "folder/b", "added": b""}
        for name, content in changed.items():
            write_tree(self.path("with " + name[:2]), {**TREE, name: content})
            self.assertNotEqual(self.good("with " + name[:2]), first)
        self.assertEqual(self.good("one"), first)

    def test_what_is_changed_is_said(self):
        self.start()
        write_tree(self.path("dist"), {"a": b"a"})
        result = self.local("dist")
        lines = result.stderr.splitlines()
        reference = self.image()["spec"]["source"]["registry"]["image"]
        self.assertEqual([line for line in lines if "source" in line], [
            "source 'dist': 1 files and folders, 0.0 MB compressed", "pushed to " + reference, "- source.git",
            "+ source.registry.image " + reference])

    def test_with_a_folder_to_build_in(self):
        self.start()
        write_tree(self.path("dist"), TREE)
        self.good("dist", {"sub_path": "folder"})
        self.assertEqual(self.image()["spec"]["source"]["subPath"], "folder")

    def test_the_whole_build_folder(self):
        self.start()
        write_tree(self.path("dist"), {"a": b"a"})
        self.assertEqual(read_layer(self.layer(self.good("."))), {"dist": None, "dist/a": b"a"})

    def test_a_missing_image_is_created_of_it(self):
        write_tree(self.path("dist"), TREE)
        result = self.local("dist", {"create": True, "tag": self.tag + ":1", "wait": True})
        spec = self.image()["spec"]
        reference, _, digest = spec["source"]["registry"]["image"].partition("@")
        self.assertEqual((reference, spec["tag"]), (self.tag + "-source", self.tag + ":1"))
        self.assertEqual(read_layer(self.layer(digest)), TREE)
        self.assertIn("image '%s' was created" % self.name, result.stderr)


class Refusals(Local):
    def test_folders_that_are_refused(self):
        self.start()
        os.mkdir(self.path("empty"))
        self.nothing_happens("empty", "^out: params.local_path: 'empty': holds nothing$")
        os.mkdir(self.path("pipe"))
        os.mkfifo(self.path("pipe", "fifo"))
        self.nothing_happens("pipe", "'fifo' in it is neither a file, a folder nor a symbolic link$")
        os.makedirs(self.path("deep", *["d"] * 140))
        self.nothing_happens("deep", "in it is more than 128 folders deep$")

    def test_a_way_out(self):
        self.start()
        write_tree(os.path.join(self.folder, "outside"), {"secret": b"x"})
        os.symlink(os.path.join(self.folder, "outside"), self.path("link"))
        for path in ("../outside", "link", os.path.join("link", "secret"), "/etc"):
            self.nothing_happens(path, "^out: params.local_path: '.*' (leads out of the build directory|is not there)")

    def test_a_tag_without_a_registry(self):
        self.create(revision=self.repository.first, tag="team/app")
        self.built(1)
        write_tree(self.path("dist"), {"a": b"a"})
        self.nothing_happens("dist", "^out: params.local_path: the Image's tag: 'team/app' does not name its registry")

    def test_logins_that_are_refused(self):
        self.start()
        write_tree(self.path("dist"), {"a": b"a"})
        login = self.registry.login
        self.nothing_happens("dist", r"cannot be pushed to: .*authentication required.* \(401\): "
                             "give 'username' and 'password' in 'source.registry'$", registry={"ca_certs": login["ca_certs"]})
        self.nothing_happens("dist", r"\(401\): may the user of 'source.registry' push there\?$",
                             registry={**login, "password": "wrong"})
        self.nothing_happens("dist", "certificate is not trusted .*: add its issuer to 'source.registry.ca_certs'$",
                             registry={**login, "ca_certs": []})
        self.nothing_happens("dist", "^out: source.registry.password: is required beside 'username'$",
                             registry={"username": "x"})
        self.nothing_happens("dist", "^out: source.registry: 'insecure' and 'ca_certs' exclude each other$",
                             registry={**login, "insecure": True})

    def test_a_certificate_that_is_not_asked_for(self):
        self.start()
        write_tree(self.path("dist"), {"a": b"a"})
        login = {**self.registry.login, "insecure": True, "ca_certs": []}
        self.good("dist", registry=login)


class Clear(Local):
    registry_options = {"with_tls": False, "with_user": False}

    def test_without_tls_only_where_that_is_said(self):
        self.start()
        write_tree(self.path("dist"), {"a": b"a"})
        self.failed(self.local("dist", registry=None), r"^out: 127\.0\.0\.1:\d+/demo/%s-source: " % self.name)
        self.assertEqual(read_layer(self.layer(self.good("dist", registry={"insecure": True}))), {"a": b"a"})

    def test_it_is_built(self):
        self.start()
        script = b"#!/bin/sh\nset -e\ncp data \"$1\"\n"
        write_tree(self.path("dist"), {"app": None, "app/build.sh": (script,), "app/data": b"1"})
        again = {"wait": True, "sub_path": "app"}
        result = self.local("dist", again, registry={"insecure": True})
        self.made(result, 2)
        self.assertEqual(result.headings(), PHASES)
        reference = self.image()["spec"]["source"]["registry"]["image"]
        self.assertIn('Successfully pulled %s in path "/workspace"\n' % reference, result.stderr)
        self.assertEqual(self.build(2)["spec"]["source"], {"registry": {"image": reference}, "subPath": "app"})
        result = self.local("dist", again, registry={"insecure": True})
        self.made(result, 2)
        self.assertEqual(result.headings(), [])
        write_tree(self.path("dist"), {"app/data": b"2"})
        self.made(self.local("dist", again, registry={"insecure": True}), 3)

    def test_a_missing_image_is_created_and_built(self):
        write_tree(self.path("dist"), {"build.sh": (b"#!/bin/sh\nset -e\ncp build.sh \"$1\"\n",)})
        result = self.local("dist", {"create": True, "tag": self.tag + ":1", "wait": True}, registry={"insecure": True})
        self.built(1)
        self.made(result, 1)
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(self.image()["spec"]["tag"], self.tag + ":1")


del Local

if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is shipped: the programs, and the image as a registry and a Concourse worker read it."""

import gzip
import json
import os
import subprocess
import tarfile
import tempfile
import unittest

import tap

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
MAKE = ("make", "-s", "--no-print-directory", "-C", TOP)


def run(*command, **options):
    """Its output; what it says where it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "BIN")}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=environment, check=False, **options)
    if done.returncode != 0:
        raise AssertionError("%s: status %d\n%s" % (" ".join(command), done.returncode, done.stdout.decode()))
    return done.stdout.decode()


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.deps, cls.gpgv = (run(TOP + "/ci/deps", "--path", name).strip() for name in ("musl", "gpgv"))
        cls.version = read(TOP + "/VERSION").decode().strip()
        cls.build = os.path.join(cls.folder.name, "build")
        cls.archive = os.path.join(cls.build, "image/build-service-resource-%s.tar" % cls.version)
        run(*MAKE, "image", "B=" + cls.build)
        cls.root = os.path.join(cls.folder.name, "root")
        with tarfile.open(cls.build + "/image/rootfs.tar") as tar:
            cls.entries = tar.getmembers()
            tar.extractall(cls.root)

    def test_built_elsewhere_from_nothing_it_is_the_same(self):
        again = os.path.join(self.folder.name, "again")
        run(*MAKE, "image", "B=" + again)
        for name in ("rootfs.tar", os.path.basename(self.archive)):
            self.assertEqual(read(self.build + "/image/" + name), read(again + "/image/" + name), name)

    def test_a_registry_tool_reads_it(self):
        config = json.loads(run("skopeo", "inspect", "--config", "oci-archive:" + self.archive))
        self.assertNotIn("User", config["config"])
        self.assertEqual(config["config"]["Labels"]["org.opencontainers.image.version"], self.version)
        self.assertEqual(config["config"]["Labels"]["org.opencontainers.image.licenses"], "Apache-2.0")
        copy = "dir:" + os.path.join(self.folder.name, "copy")
        run("skopeo", "--insecure-policy", "copy", "-q", "oci-archive:" + self.archive, copy)  # checks every digest

    def test_an_old_docker_reads_it(self):
        run("skopeo", "inspect", "docker-archive:" + self.archive)

    def test_the_programs_run_in_it_alone(self):
        enter = ("unshare", *(() if os.geteuid() == 0 else ("--map-root-user",)))
        if subprocess.run((*enter, "true"), stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("this machine gives its users no namespaces")
        for verb in ("check", "in", "out"):
            said = run(*enter, "--root", self.root, "/opt/resource/" + verb, "--version")
            self.assertTrue(said.startswith("%s (build-service-resource) %s\n" % (verb, self.version)), said)
            for line in read(self.deps + "/packages").decode().splitlines():
                self.assertIn(" ".join(line.split()[:2]), said)
        self.assertIn("gpgv (GnuPG) ", run(*enter, "--root", self.root, "/opt/resource/gpgv", "--version"))

    def test_it_holds_what_a_step_needs_and_belongs_to_root(self):
        modes = {entry.name: entry.mode for entry in self.entries}
        self.assertEqual(modes["tmp"], 0o1777)
        self.assertEqual(modes["opt/resource/check"], 0o755)
        self.assertTrue(read(self.root + "/etc/passwd").startswith(b"root:x:0:0:"))
        self.assertTrue(read(self.root + "/etc/group").startswith(b"root:x:0:"))
        self.assertEqual({(entry.uid, entry.gid, entry.uname, entry.gname) for entry in self.entries}, {(0, 0, "", "")})
        self.assertLessEqual(sum(entry.size for entry in self.entries), 14_000_000)

    def test_certificates_are_found_by_hash(self):
        folder = self.root + "/usr/share/build-service-resource/certs"
        self.assertFalse(os.path.exists(self.root + "/etc/ssl/certs"), "a worker mounts its own there")
        names = os.listdir(folder)
        self.assertGreater(len(names), 100)
        for name in names[:5]:
            run("openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath", folder, os.path.join(folder, name))

    def test_licences_of_all_that_is_linked_are_in_it(self):
        notice = gzip.decompress(read(self.root + "/usr/share/doc/build-service-resource/NOTICE.gz")).decode()
        for line in (read(self.deps + "/packages") + read(self.gpgv + "/packages")).decode().splitlines():
            name, version, _ = line.split()
            self.assertIn("\n%s %s (built from Debian's" % (name, version), notice)
            self.assertRegex(read(TOP + "/NOTICE").decode(), "(?im)^%s " % name)

    def test_an_image_that_is_too_large_is_refused(self):
        large = os.path.join(self.folder.name, "large")
        os.mkdir(large)
        for name in ("check", "in", "out", "gpgv"):
            with open(os.path.join(large, name), "wb") as file:
                file.truncate(4_000_000)
        with self.assertRaisesRegex(AssertionError, "bytes unpacked, more than"):
            run(TOP + "/ci/image", large, self.version, self.deps, self.gpgv)


class Program(unittest.TestCase):
    """What the build refuses to call finished."""

    def finish(self, *flags):
        with tempfile.TemporaryDirectory() as folder:
            source, linked = folder + "/main.c", folder + "/main"
            with open(source, "w", encoding="ascii") as file:
                file.write("int main(void) { return 0; }\n")
            run("gcc", *flags, "-o", linked, source)
            run(TOP + "/ci/lib/finish", linked, folder + "/program")

    def test_dynamic_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "not a static program"):
            self.finish("-pie", "-fPIE", "-Wl,-z,relro,-z,now,-z,pack-relative-relocs")

    def test_without_relro_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "linked without GNU_RELRO"):
            self.finish("-static-pie", "-fPIE", "-Wl,-z,norelro,-z,now,-z,pack-relative-relocs")

    def test_with_a_fixed_address_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "linked without"):
            self.finish("-static", "-no-pie", "-Wl,-z,relro,-z,now")

    def test_static_pie_is_accepted(self):
        self.finish("-static-pie", "-fPIE", "-Wl,-z,relro,-z,now,-z,pack-relative-relocs")


if __name__ == "__main__":
    tap.main()

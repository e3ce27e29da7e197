#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image with local_path: a zip or jar file is the folder that it was made of, or is refused."""

import os
import re
import time
import zipfile

import tap
from local_world import TREE, Local, read_layer, write_tree, write_zip

RSS_MAX_KB = 16 << 10


class Archives(Local):
    def test_an_archive_is_what_it_was_made_of(self):
        self.start()
        write_tree(self.path("dist"), TREE)
        digest = self.good("dist")
        write_zip(self.path("all.zip"), TREE)
        self.assertEqual(self.good("all.zip"), digest)
        write_zip(self.path("stored.jar"), TREE, compression=zipfile.ZIP_STORED)
        self.assertEqual(self.good("stored.jar"), digest)
        write_zip(self.path("turned.zip"), dict(reversed(TREE.items())))
        self.assertEqual(self.good("turned.zip"), digest)

    def test_folders_that_an_archive_does_not_name(self):
        self.start()
        tree = {name: content for name, content in TREE.items()
                if content is not None or any(other.startswith(name + "/") for other in TREE)}
        write_tree(self.path("dist"), tree)
        write_zip(self.path("all.zip"), tree, folders=False)
        self.assertEqual(self.good("all.zip"), self.good("dist"))

    def test_an_archive_of_java_does_not_say_who_may_execute(self):
        self.start()
        write_zip(self.path("app.jar"), {"META-INF": None, "META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n",
                                         "run": b"#!/bin/sh\n"}, system=0)
        self.assertEqual(read_layer(self.layer(self.good("app.jar"))), {
            "META-INF": None, "META-INF/MANIFEST.MF": (b"Manifest-Version: 1.0\n",), "run": (b"#!/bin/sh\n",)})

    def test_a_jar_that_begins_with_a_script(self):
        self.start()
        write_zip(self.path("plain.jar"), TREE)
        with open(self.path("plain.jar"), "rb") as file:
            plain = file.read()
        with open(self.path("script.jar"), "wb") as file:
            file.write(b"#!/bin/sh\nexec java -jar $0\n" + plain)
        self.assertEqual(self.good("script.jar"), self.good("plain.jar"))

    def test_a_large_jar_takes_little_memory(self):
        self.start()
        piece = os.urandom(1 << 20)
        with zipfile.ZipFile(self.path("app.jar"), "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(40):
                archive.writestr("BOOT-INF/lib/%03d.jar" % number, piece[number:] + piece[:number])
        request = {"source": self.source(), "params": {"local_path": "app.jar", "wait": False}}
        process = self.start_program("out", request, self.step)
        looks, named, most = 0, 0, 0
        while process.poll() is None:
            looks += 1
            named += len(os.listdir(self.tmp))
            with open("/proc/%d/status" % process.pid, encoding="ascii") as file:
                peak = re.search(r"VmHWM:\s*(\d+) kB", file.read())
            most = max(most, int(peak[1]) if peak else 0)
            time.sleep(0.05)
        result = self.finish(process)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertIn("uploading", result.stderr)
        self.assertLess(named, looks / 2)   # where a file cannot be made without a name, it has one for a moment
        self.assertGreater(most, 1000)
        self.assertLess(most, RSS_MAX_KB)

    def test_a_put_that_is_stopped_leaves_nothing(self):
        self.start()
        with zipfile.ZipFile(self.path("app.jar"), "w") as archive:
            for number in range(16):
                archive.writestr("%d" % number, os.urandom(1 << 20))
        request = {"source": self.source(debug=True), "params": {"local_path": "app.jar", "wait": False}}
        for words in "images/%s: 200" % self.name, "uploading ":    # when it packs, and when it sends
            process = self.start_program("out", request, self.step)
            self.hear(process, words)
            result = self.finish(process, stop=True)
            self.assertEqual(os.listdir(self.tmp), [])
            if result.status == 0:  # it was faster
                continue
            self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
            self.assertIn("stopped by a signal", result.error)

    def test_archives_that_are_refused(self):
        self.start()
        write_zip(self.path("good.zip"), {"a": b"a" * 1000})
        with open(self.path("good.zip"), "rb") as file:
            good = file.read()
        bad = {
            "above.zip": ({"../a": b"x"}, "entry 1 of it has a name that leads elsewhere"),
            "root.zip": ({"/a": b"x"}, "entry 1 of it has a name that leads elsewhere"),
            "inner.zip": ({"ok": b"", "a/../b": b"x"}, "entry 2 of it has a name that leads elsewhere"),
            "windows.zip": ({"a\\b": b"x"}, "entry 1 of it has a name that leads elsewhere"),
            "both.zip": ({"a": b"x", "a/b": b"x"}, "'a' in it is a file and a folder"),
        }
        for name, (tree, words) in bad.items():
            write_zip(self.path(name), tree)
            self.nothing_happens(name, r"^out: params.local_path: '%s': %s" % (name, re.escape(words)))
        with zipfile.ZipFile(self.path("twice.zip"), "w") as archive:
            archive.writestr("a", "1")
            archive.writestr("b", "2")
        with open(self.path("twice.zip"), "r+b") as file:
            text = file.read()
            file.seek(0)
            file.write(text.replace(b"b", b"a"))
        self.nothing_happens("twice.zip", "^out: params.local_path: 'twice.zip': 'a' in it stands there twice$")
        for name, text, words in (
                ("cut.zip", good[:-30], "is neither a folder nor a zip or jar file"),
                ("text", b"no archive", "is neither a folder nor a zip or jar file"),
                ("none", b"", "is neither a folder nor a zip or jar file"),
                ("sum.zip", good.replace(zipfile.ZipFile(self.path("good.zip")).getinfo("a").CRC.to_bytes(4, "little"),
                                         b"\1\2\3\4"), "'a' in it is damaged: its checksum is wrong"),
                ("secret.zip", good.replace(b"PK\1\2\x14\x03\x14\0\0\0", b"PK\1\2\x14\x03\x14\0\1\0"),
                 "'a' in it is encrypted")):
            with open(self.path(name), "wb") as file:
                file.write(text)
            self.nothing_happens(name, "^out: params.local_path: '%s': %s$" % (name, re.escape(words)))


del Local

if __name__ == "__main__":
    tap.main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the ATC does to a resource type: how it calls, interrupts, kills and calls again."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import tap
from git_world import BIN, World

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
VERBS = ("check", "in", "out")
TIMEOUT_S = 120
STOP_S = 5  # who waits on takes a minute; the ATC kills after ten seconds
KUBECONFIG = {
    "apiVersion": "v1", "kind": "Config", "current-context": "c",
    "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "apps"}}],
    "clusters": [{"name": "c", "cluster": {}}], "users": [{"name": "u", "user": {}}]}
DIGEST = "registry.example.com/app@sha256:" + 64 * "a"


def environment(**more):
    """Nothing of ours but what a sanitizer needs."""
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"NO_COLOR": "1", **kept, **more}


def program(verb):
    return os.path.join(BIN, verb)


def run(verb, request, *arguments, **options):
    """Run a program on a request: JSON, or bytes as they are."""
    text = request if isinstance(request, bytes) else json.dumps(request).encode()
    options.setdefault("env", environment())
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([program(verb), *arguments], input=text, stderr=subprocess.PIPE,
                          cwd="/", timeout=TIMEOUT_S, check=False, **options)


class Silent:
    """A server that takes connections and never says a word."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.connected = threading.Event()
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                self.connections.append(self.listener.accept()[0])
                self.connected.set()
        except OSError:
            pass

    def close(self):
        """Close everything."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            connection.close()


class Calls(unittest.TestCase):
    def failed(self, done, message):
        self.assertEqual((done.returncode, done.stdout or b"", done.stderr.decode()), (1, b"", message + "\n"))

    def test_version_names_program_release_and_libraries(self):
        with open(os.path.join(TOP, "VERSION"), encoding="ascii") as file:
            release = file.read().strip()
        for verb in VERBS:
            done = run(verb, b"", "--version")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            first, libraries = done.stdout.decode().splitlines()
            self.assertEqual(first, "%s (build-service-resource) %s" % (verb, release))
            for library in ("libgit2", "curl", "openssl|libssl", "jansson", "libssh2"):
                self.assertRegex(libraries, r"\b(%s) \d+\.\d" % library)

    def test_help_says_how_it_is_called(self):
        for verb, usage in zip(VERBS, ("check <", "in DIRECTORY <", "out DIRECTORY <")):
            done = run(verb, b"", "--help")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.decode().startswith("usage: %s " % usage), done.stdout)

    def test_check_does_not_look_at_arguments(self):
        # an old ATC gave it a folder
        self.failed(run("check", b"{}", "/tmp/build/check", "x"),
                    "check: source: must hold 'uri' (git) or 'image' (image)")

    def test_in_and_out_need_a_folder(self):
        for verb in ("in", "out"):
            done = run(verb, b"{}")
            self.failed(done, "usage: %s DIRECTORY < request.json > answer.json" % verb)

    def test_a_request_may_come_in_pieces(self):
        process = subprocess.Popen([program("check")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment())
        for byte in b'{"source": {"uri": "/srv/app", "brnch": "x"}}\n':
            process.stdin.write(bytes([byte]))
            process.stdin.flush()
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual((process.returncode, stdout), (1, b""))
        self.assertEqual(stderr, b"check: source.brnch: is not a known key, did you mean 'branch'?\n")

    def test_go_s_escapes_are_understood(self):
        done = run("check", b'{"source":{"uri":"/srv/\\u003ca\\u0026b\\u003e\\ud83d\\ude00"}}')
        self.assertEqual(done.returncode, 1)
        self.assertIn("/srv/<a&b>\U0001f600", done.stderr.decode())

    def test_a_request_of_the_largest_size_is_read(self):
        start = b'{"source":{"urk":1}'
        done = run("check", start + b" " * ((16 << 20) - len(start) - 1) + b"}")
        self.failed(done, "check: source: must hold 'uri' (git) or 'image' (image)")

    def test_a_larger_request_is_refused(self):
        self.failed(run("check", b" " * ((16 << 20) + 1)), "check: stdin: is larger than 16777216 bytes")

    def test_standard_files_that_are_closed(self):
        for redirection, status in (("<&-", 1), ("2>&-", 1)):
            for verb in VERBS:
                done = subprocess.run(
                    ["sh", "-c", 'exec "$0" "$1" ' + redirection, program(verb), "/tmp"], cwd="/",
                    input=b"{}", capture_output=True, env=environment(), timeout=TIMEOUT_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (status, b""), (verb, redirection))
                if redirection == "<&-":
                    self.assertEqual(done.stderr.decode(),
                                     "%s: stdin: is empty, a request in JSON must be there\n" % verb)

    def test_a_closed_standard_file_is_not_taken_by_another(self):
        # were it, the repository's files would be written into by the log
        world = World("local")
        self.addCleanup(world.close)
        tip = world.commit("first")
        world.publish()
        folder = world.path("got")
        request = {"source": world.source(), "version": {"ref": tip}}
        done = subprocess.run(["sh", "-c", 'exec "$0" "$1" >&- 2>&-', program("in"), folder], cwd="/",
                              input=json.dumps(request).encode(), env=environment(), timeout=TIMEOUT_S,
                              check=False)
        self.assertEqual(done.returncode, 0)
        world.run("git", "fsck", "--strict", cwd=folder)
        self.assertEqual(world.git("status", "--porcelain", cwd=folder), "")


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World("local")
        cls.addClassCleanup(cls.world.close)
        cls.first = cls.world.commit("first")
        cls.tip = cls.world.commit("second")
        cls.world.publish()

    def test_stdout_holds_one_line_and_that_is_the_answer(self):
        done = run("check", {"source": self.world.source(), "version": {"ref": self.first}})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.decode(), '[{"ref":"%s"},{"ref":"%s"}]\n' % (self.first, self.tip))

    def test_null_version_and_null_params_are_none(self):
        for request in ({"version": None}, {"version": {}}, {"params": None}, {}):
            done = run("check", {"source": self.world.source(), **request})
            self.assertEqual(json.loads(done.stdout), [{"ref": self.tip}], done.stderr)

    def test_a_disk_that_is_full(self):
        with open("/dev/full", "wb") as full:
            done = run("check", {"source": self.world.source()}, stdout=full)
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"check: stdout: cannot be written: No space left on device\n"))

    def test_a_reader_that_is_gone(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            done = run("check", {"source": self.world.source()}, stdout=pipe)
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"check: stdout: cannot be written: Broken pipe\n"))

    def test_neither_folder_nor_environment_is_needed(self):
        with tempfile.TemporaryDirectory() as gone:
            code = 'cd "$1" && rmdir "$1" && exec env -i "$0"'
            done = subprocess.run(["sh", "-c", code, program("check"), gone], capture_output=True, check=False,
                                  input=json.dumps({"source": self.world.source()}).encode(),
                                  timeout=TIMEOUT_S, env=environment())
            os.mkdir(gone)
        self.assertEqual(json.loads(done.stdout), [{"ref": self.tip}], done.stderr)

    def test_what_a_get_leaves_depends_on_the_version_alone(self):
        trees = []
        for number, more in enumerate(({}, {"BUILD_ID": "7", "BUILD_NAME": "3", "TZ": "Asia/Tokyo",
                                            "HOME": "/nowhere", "ATC_EXTERNAL_URL": "https://ci"})):
            folder = self.world.path("pure-%d" % number)
            done = run("in", {"source": self.world.source(), "version": {"ref": self.first}}, folder,
                       env=environment(**more))
            self.assertEqual(done.returncode, 0, done.stderr)
            trees.append((done.stdout, self.files(folder)))
        self.assertEqual(trees[0], trees[1])

    @staticmethod
    def files(folder):
        """Every file but the index, which holds when the others were written."""
        tree = {}
        for parent, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)
                if name != "index":
                    with open(path, "rb") as file:
                        tree[os.path.relpath(path, folder)] = (os.stat(path).st_mode, file.read())
        return tree


class Circle(unittest.TestCase):
    """What one verb answers, the others take."""

    def test_out_check_and_in_agree_on_a_version(self):
        world = World()
        self.addCleanup(world.close)
        world.commit("first")
        world.publish()
        tip = world.commit("second")
        put = world.put(os.path.basename(world.work))
        self.assertEqual(put.status, 0, put.stderr)
        version = put.answer["version"]
        self.assertEqual(version, {"ref": tip})
        self.assertEqual(world.check(version["ref"]).answer, [version])
        got = world.get(version["ref"], "got")
        self.assertEqual(got.answer["version"], version)
        for row in put.answer["metadata"] + got.answer["metadata"]:
            self.assertEqual([type(row[key]) for key in ("name", "value")], [str, str])


class Stops(unittest.TestCase):
    def setUp(self):
        self.silent = Silent()
        self.addCleanup(self.silent.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("tmp", "dir"):
            os.mkdir(os.path.join(self.folder, name))

    def image(self):
        config = json.loads(json.dumps(KUBECONFIG))
        config["clusters"][0]["cluster"]["server"] = self.silent.url
        return {"image": "app", "kubeconfig": config}

    def git(self):
        return {"uri": self.silent.url + "/app.git", "branch": "main"}

    def start(self, verb):
        return subprocess.Popen(
            [program(verb), os.path.join(self.folder, "dir")], stdin=subprocess.PIPE, cwd="/",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(TMPDIR=os.path.join(self.folder, "tmp")))

    def stop(self, process, number, verb):
        """Signal it, and look at how it ends."""
        began = time.monotonic()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        self.assertLess(time.monotonic() - began, STOP_S)
        self.assertGreater(process.returncode, 0, "died of the signal")
        self.assertEqual(stdout, b"")
        self.assertRegex(stderr.decode(), r"(?m)\A(.*\n)*%s: .*stopped by a signal\n\Z" % verb)
        self.assertEqual(os.listdir(os.path.join(self.folder, "tmp")), [])

    def test_while_the_request_is_on_its_way(self):
        for verb in VERBS:
            for number in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(verb=verb, signal=number.name):
                    process = self.start(verb)
                    process.stdin.write(b'{"source":')
                    process.stdin.flush()
                    self.wait_until_it_reads(process)
                    self.stop(process, number, verb)

    def test_while_a_server_is_silent(self):
        requests = {
            "check": [{"source": self.git()}, {"source": self.image()}],
            "in": [{"source": self.git(), "version": {"ref": 40 * "a"}},
                   {"source": self.image(), "version": {"build": "1", "image": DIGEST}}],
            "out": [{"source": self.image(), "params": {"commitish": "ref"}}],
        }
        with open(os.path.join(self.folder, "dir", "ref"), "w", encoding="ascii") as file:
            file.write(40 * "a" + "\n")
        for verb, sources in requests.items():
            for request in sources:
                with self.subTest(verb=verb, source=sorted(request["source"])):
                    self.silent.connected.clear()
                    folder = os.path.join(self.folder, "dir")
                    if verb == "in":
                        os.rename(folder, folder + "-put")
                        os.mkdir(folder)
                    process = self.start(verb)
                    process.stdin.write(json.dumps(request).encode())
                    process.stdin.close()
                    process.stdin = None
                    self.assertTrue(self.silent.connected.wait(TIMEOUT_S))
                    self.stop(process, signal.SIGTERM, verb)
                    if verb == "in":
                        os.rename(folder, "%s-got-%d" % (folder, process.pid))
                        os.rename(folder + "-put", folder)

    @staticmethod
    def wait_until_it_reads(process):
        """Until it took the bytes that were written, and so installed its handlers."""
        end = time.monotonic() + TIMEOUT_S
        while time.monotonic() < end:
            with open("/proc/%d/stat" % process.pid, encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "S":
                    return
            time.sleep(0.005)
        raise AssertionError("it never waited")


class Kills(unittest.TestCase):
    def kill_anywhere(self, kind, steps):
        """Kill a get at so many moments; each time the next one leaves what an undisturbed one leaves."""
        world = World(kind)
        self.addCleanup(world.close)
        for number in range(40):
            world.write("files/%d.txt" % number, "line\n" * 2000 * (number % 7))
        tip = world.commit("many files")
        world.publish()
        request = json.dumps({"source": world.source(), "version": {"ref": tip}}).encode()
        began = time.monotonic()
        self.assertEqual(world.get(tip, "whole").status, 0)
        whole_s = time.monotonic() - began
        # complete, but nobody heard of it
        self.assertEqual(world.get(tip, "whole").status, 0)
        whole = self.names(world.path("whole"))
        killed = 0
        for step in range(steps):
            folder = world.path("killed-%d" % step)
            process = subprocess.Popen([program("in"), folder], stdin=subprocess.PIPE, env=environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
            process.stdin.write(request)
            process.stdin.close()
            began = time.monotonic()
            try:
                process.wait(whole_s * step / steps)
                whole_s = time.monotonic() - began  # something else was slow the first time
            except subprocess.TimeoutExpired:
                process.kill()
            killed += process.wait() == -signal.SIGKILL
            again = world.get(tip, folder)
            self.assertEqual(again.status, 0, again.stderr)
            self.assertEqual(self.names(folder), whole)
            self.assertEqual(world.git("rev-parse", "HEAD", cwd=folder), tip)
            self.assertEqual(world.git("status", "--porcelain", cwd=folder), "")
            world.run("git", "fsck", "--strict", cwd=folder)
        self.assertGreater(killed, steps // 4, "it was always faster")

    @staticmethod
    def names(folder):
        """Of all that lies there; a pack may be made anew by the server, and have another name."""
        return sorted(re.sub(r"pack-\w+", "pack", os.path.relpath(os.path.join(parent, name), folder))
                      for parent, folders, files in os.walk(folder) for name in folders + files)

    def test_a_get_that_was_killed_anywhere_can_be_run_again(self):
        for kind, steps in (("v2", 12), ("ssh", 8)):
            with self.subTest(kind):
                self.kill_anywhere(kind, steps)


if __name__ == "__main__":
    tap.main()

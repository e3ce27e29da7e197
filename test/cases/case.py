# SPDX-License-Identifier: Apache-2.0
"""One case: a folder of test/cases, whose files README.md describes, and a run of it."""

import base64
import dataclasses
import functools
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile

from scripted import Server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sandbox"))
from gitserver import tls as certificates  # noqa: E402

VERBS = ("check", "in", "out")
TIMEOUT_S = 120
AGENT = re.compile(rb"[0-9a-f]{4}agent=build-service-resource/[0-9.]+\n?")  # a packet of git's
SANITIZERS = {"ASAN_OPTIONS": "exitcode=99:detect_stack_use_after_return=1",
              "LSAN_OPTIONS": "print_suppressions=0:suppressions="
                              + os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaks"),
              "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99"}


@dataclasses.dataclass
class Outcome:
    """What a run left behind, with placeholders where the run's own values stood."""
    stdout: bytes
    stderr: bytes
    status: int
    requests: list
    files: dict      # of @DIR@, path: contents
    leftovers: list  # paths in TMPDIR


def read_tree(folder):
    """Every file of a folder, by its path in it."""
    tree = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                tree[os.path.relpath(path, folder)] = file.read()
    return tree


@functools.lru_cache(maxsize=1)
def authority():
    """(the PEM text of a CA, a server's context with a certificate of it), made once."""
    with tempfile.TemporaryDirectory(prefix="case-ca-") as folder:
        with open(certificates.make_ca(folder), "rb") as file:
            pem = file.read()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificates.make_server_certificate(folder))
        return pem, context


class Case:
    """A folder of test/cases."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        self.verb = self.name.split("-", 1)[0]
        if self.verb not in VERBS:
            raise ValueError("%s: the name does not begin with a program's" % self.name)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name, default=b""):
        """A file of the case, or `default`."""
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return default

    @property
    def status(self):
        has_answer = os.path.exists(self.path("stdout"))
        return int(self.read("status", b"0" if has_answer else b"1"))

    @property
    def has_server(self):
        return os.path.exists(self.path("server/1.reply"))

    @property
    def wants_tls(self):
        return b"@CA" in self.read("request.json")

    @property
    def expected_files(self):
        """What must lie in @DIR@, or None."""
        return read_tree(self.path("files")) if os.path.isdir(self.path("files")) else None

    def numbered(self, kind):
        """The files server/1.KIND, server/2.KIND, ... up to the first that is missing."""
        contents = []
        while os.path.exists(self.path("server/%d.%s" % (len(contents) + 1, kind))):
            contents.append(self.read("server/%d.%s" % (len(contents) + 1, kind)))
        return contents

    def replies(self, port):
        """The replies as they are sent by the server on that port."""
        return [_framed(_with_port(reply, port)) for reply in self.numbered("reply")]

    def run(self, programs, cut=None):
        """Run the case's program; the outcome, or None where it did not end."""
        with tempfile.TemporaryDirectory(prefix="case-") as top:
            directory = os.path.join(top, "dir")
            temporary = os.path.join(top, "tmp")
            os.mkdir(temporary)
            if os.path.isdir(self.path("dir")):
                shutil.copytree(self.path("dir"), directory)
            else:
                os.mkdir(directory)
            server = Server(cut, authority()[1] if self.wants_tls else None)
            server.replies = self.replies(server.port)
            with server:
                done = self._execute(programs, directory, temporary, server.port)
            return done and self._outcome(done, directory, temporary, server)

    def _execute(self, programs, directory, temporary, port):
        fill = lambda text: _with_port(text.replace(b"@DIR@", directory.encode()), port)
        default = b"" if self.verb == "check" else b"@DIR@\n"
        arguments = fill(self.read("args", default)).decode().splitlines()
        stdin = self.read("stdin", None)
        if stdin is None:
            stdin = fill(self.read("request.json"))
            if self.wants_tls:
                pem = authority()[0]
                stdin = stdin.replace(b"http://", b"https://") \
                    .replace(b'"@CA@"', json.dumps(pem.decode()).encode()) \
                    .replace(b"@CA_DATA@", base64.b64encode(pem))
        try:
            return subprocess.run([os.path.join(programs, self.verb), *arguments], input=stdin,
                                  cwd="/", env={"NO_COLOR": "1", "TMPDIR": temporary, **SANITIZERS},
                                  capture_output=True, timeout=TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            return None

    def _outcome(self, done, directory, temporary, server):
        blank = lambda text: text.replace(b"127.0.0.1:%d" % server.port, b"127.0.0.1:@PORT@") \
            .replace(directory.encode(), b"@DIR@")
        stderr = re.sub(rb"\b\d+ ms\b", b"@MS@ ms", blank(done.stderr))
        return Outcome(blank(done.stdout), stderr, done.returncode,
                       [AGENT.sub(b"@AGENT@", blank(request)) for request in server.requests],
                       read_tree(directory), sorted(read_tree(temporary)))


def _with_port(text, port):
    return text.replace(b"@URL@", b"http://127.0.0.1:@PORT@").replace(b"@PORT@", b"%d" % port)


def _framed(reply):
    head, end, body = reply.partition(b"\n\n")
    if end and b"\r" not in head:
        reply = head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body
    body = reply.partition(b"\r\n\r\n")[2]
    return reply.replace(b"@LENGTH@", b"%d" % len(body), 1)

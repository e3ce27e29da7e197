# SPDX-License-Identifier: Apache-2.0
"""GitServer: starts, feeds and stops one Apache."""

import ctypes
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time

from . import accesslog, httpd, tls

APACHE = shutil.which("apache2", path=os.environ.get("PATH", "") + ":/usr/sbin")
MODULE_DIR = "/usr/lib/apache2/modules"
UNPRIVILEGED_USER = "nobody"
START_ATTEMPTS = 5
START_TIMEOUT_S = 60
LOG_TIMEOUT_S = 60
PR_SET_PDEATHSIG = 1


class ServerError(Exception):
    """The server could not be started, or a repository could not be made."""


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _let_others_pass(directory):
    """A temporary directory is 0700; the unprivileged server must reach what lies in it."""
    top = os.path.realpath(tempfile.gettempdir())
    directory = os.path.realpath(directory)
    while directory not in ("/", top):
        mode = os.stat(directory).st_mode
        if not mode & stat.S_IXOTH:
            os.chmod(directory, stat.S_IMODE(mode) | stat.S_IXOTH)
        directory = os.path.dirname(directory)


class GitServer:
    """One server for the bare repositories of one directory.

    v0_only       drop the Git-Protocol header, as an old proxy does: no protocol v2
    allow_filter  uploadpack.allowFilter of the repositories made from now on
    anonymous     ask for no credentials (the password is still accepted)
    client_certificates  take only clients with a certificate of the server's CA; client.crt and client.key
                  are one
    """

    def __init__(self, directory, *, v0_only=False, allow_filter=True, anonymous=False,
                 client_certificates=False):
        if APACHE is None:
            raise ServerError("apache2 is missing: install Debian's package apache2-bin")
        self.directory = os.path.abspath(directory)
        self.username = "git-user"
        self.password = secrets.token_urlsafe(18)
        self.allow_filter = allow_filter
        self._options = {"v0_only": v0_only, "anonymous": anonymous,
                         "client_certificates": client_certificates}
        self._as_user = UNPRIVILEGED_USER if os.geteuid() == 0 else None
        self._process = None
        os.makedirs(self._path("repositories"), exist_ok=True)
        self.ca_file = tls.make_ca(self.directory)
        tls.make_server_certificate(self.directory)
        tls.make_client_certificate(self.directory)
        self._write_users()
        self.port = self._start_somewhere()

    @property
    def pid(self):
        """The process of the server, while it runs."""
        return self._process.pid

    def url(self, repository=""):
        """The address of a repository, without credentials."""
        return "https://127.0.0.1:%d/%s" % (self.port, repository)

    def path(self, repository):
        """The bare repository on disk."""
        return os.path.join(self.directory, "repositories", repository)

    def create(self, repository, branch="main"):
        """Make an empty bare repository; returns its address."""
        path = self.path(repository)
        self._git("init", "--quiet", "--bare", "--initial-branch=" + branch, path)
        self.git(repository, "config", "http.receivepack", "true")
        self.git(repository, "config", "uploadpack.allowFilter", str(self.allow_filter).lower())
        return self.url(repository)

    def git(self, repository, *arguments):
        """Run git in the bare repository, as its administrator would; returns its output."""
        output = self._git("-C", self.path(repository), *arguments)
        self._give_away()
        return output

    def requests(self):
        """Every request so far, in the order in which they ended; all that were answered are there."""
        self._wait_for_the_log()
        return accesslog.read(self._path("access.log"))

    def forget_requests(self):
        """Begin a new list of requests."""
        self._wait_for_the_log()
        for name in ("access.log", "begun.log"):
            with open(self._path(name), "r+", encoding="utf-8") as log:
                log.truncate(0)

    def _wait_for_the_log(self):
        """Apache logs a request after its answer, but that it began before: until all that began are logged."""
        deadline = time.monotonic() + LOG_TIMEOUT_S
        while left := accesslog.unlogged(self._path("begun.log")):
            if time.monotonic() > deadline:
                raise ServerError("requests that do not end: %s" % sorted(left))
            time.sleep(0.005)

    def error_log(self):
        """What Apache and git http-backend complained of."""
        try:
            with open(self._path("error.log"), encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def start_again(self):
        """Start it on its old port after a stop()."""
        if not self._start(self.port):
            raise ServerError("apache2 did not start again: " + self.error_log()[-500:])

    def stop(self):
        """End the server; the repositories stay."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _git(self, *arguments):
        # Root makes the repositories that the unprivileged server owns afterwards.
        done = subprocess.run(["git", "-c", "safe.directory=*", *arguments],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerError("git %s: %s" % (" ".join(arguments), done.stderr.strip()))
        return done.stdout

    def _give_away(self):
        if self._as_user is None:
            return
        _let_others_pass(self.directory)
        for parent, _, files in os.walk(self.directory):
            shutil.chown(parent, self._as_user)
            for name in files:
                shutil.chown(os.path.join(parent, name), self._as_user, "nogroup")

    def _write_users(self):
        digest = subprocess.run(["openssl", "passwd", "-apr1", "-stdin"], input=self.password,
                                check=True, capture_output=True, text=True).stdout.strip()
        with open(self._path("users"), "w", encoding="ascii") as users:
            users.write("%s:%s\n" % (self.username, digest))

    def _start_somewhere(self):
        # Apache cannot take port 0, so a port may be gone before it listens: try another one.
        for _ in range(START_ATTEMPTS):
            port = _free_port()
            if self._start(port):
                return port
        raise ServerError("apache2 did not start: " + self.error_log()[-500:])

    def _start(self, port):
        exec_path = subprocess.run(["git", "--exec-path"], check=True, capture_output=True,
                                   text=True).stdout.strip()
        static = subprocess.run([APACHE, "-l"], check=True, capture_output=True, text=True).stdout
        with open(self._path("httpd.conf"), "w", encoding="utf-8") as config:
            config.write(httpd.configure(self.directory, port, exec_path + "/git-http-backend",
                                         accesslog.FORMAT, MODULE_DIR, static, **self._options))
        with open(self._path("begun.log"), "wb"):  # what a stop left in it never ends
            pass
        self._give_away()
        with open(self._path("start.log"), "ab") as log:
            self._process = subprocess.Popen(
                [APACHE, "-f", self._path("httpd.conf"), "-DFOREGROUND"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                user=self._as_user, group="nogroup" if self._as_user else None,
                extra_groups=[] if self._as_user else None, preexec_fn=_die_with_parent,
                start_new_session=True)     # Ctrl-C is for whoever uses the server
        return self._wait_until_it_listens(port)

    def _wait_until_it_listens(self, port):
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return False
            # The pid file comes after the sockets are bound, so this port is ours.
            if os.path.exists(self._path("httpd.pid")):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        return True
            time.sleep(0.02)
        self.stop()
        return False

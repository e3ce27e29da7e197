# SPDX-License-Identifier: Apache-2.0
"""OpenSSH's server, and git's own daemon, in front of the repositories of this machine.

    with SshServer(directory) as server:
        server.authorize(public_key_line)
        server.url("/srv/app.git")      # ssh://USER@127.0.0.1:PORT/srv/app.git
        server.known_hosts("ed25519")   # a line of a known_hosts file

Whoever starts it is also the user that is logged in: OpenSSH lets nobody else in without root.
"""

import os
import pwd
import shutil
import subprocess

from .inetd import Inetd

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
PRIVILEGE_SEPARATION_DIR = "/run/sshd"
HOST_KEY_TYPES = ("ed25519", "ecdsa", "rsa")

CONFIG = """\
{host_keys}
AuthorizedKeysFile {directory}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
LogLevel VERBOSE
{options}
"""


def make_key(path, *options, passphrase=""):
    """An SSH key by ssh-keygen; returns the path."""
    subprocess.run(["ssh-keygen", "-q", "-N", passphrase, "-C", "test", "-f", path, *options],
                   check=True, stdin=subprocess.DEVNULL)
    return path


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


class SshServer(Inetd):
    """One sshd a connection. `options` are lines of sshd_config; without AcceptEnv git speaks v0."""

    def __init__(self, directory, host_key_types=HOST_KEY_TYPES, options=("AcceptEnv GIT_PROTOCOL",)):
        if SSHD is None:
            raise FileNotFoundError("sshd is missing: install Debian's package openssh-server")
        self.directory = os.path.abspath(directory)
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self._host_key_types = host_key_types
        self._options = options
        if os.geteuid() == 0:
            os.makedirs(PRIVILEGE_SEPARATION_DIR, mode=0o755, exist_ok=True)
        os.makedirs(self.directory, exist_ok=True)
        self.make_host_keys()
        with open(self._path("authorized_keys"), "w", encoding="ascii"):
            pass
        super().__init__(self._path("log"))

    def make_host_keys(self):
        """New ones: later connections are shown them."""
        for kind in self._host_key_types:
            for name in (self._path("host_" + kind), self._path("host_" + kind + ".pub")):
                if os.path.exists(name):
                    os.remove(name)
            make_key(self._path("host_" + kind), "-t", kind, *(["-b", "2048"] if kind == "rsa" else []))
        with open(self._path("sshd_config"), "w", encoding="ascii") as config:
            config.write(CONFIG.format(
                directory=self.directory, options="\n".join(self._options),
                host_keys="\n".join("HostKey " + self._path("host_" + kind)
                                    for kind in self._host_key_types)))

    def command(self):
        return [SSHD, "-i", "-e", "-f", self._path("sshd_config")]

    def authorize(self, public_key):
        """Let in who has the private key to this line."""
        with open(self._path("authorized_keys"), "a", encoding="ascii") as keys:
            keys.write(public_key.strip() + "\n")

    def url(self, path):
        """The address of a repository."""
        return "ssh://%s@127.0.0.1:%d%s" % (self.user, self.port, path)

    def public_key(self, kind):
        """"ssh-ed25519 AAAA…" of the host."""
        return " ".join(read(self._path("host_%s.pub" % kind)).split()[:2])

    def known_hosts(self, kind):
        """The line that lists the host."""
        return "[127.0.0.1]:%d %s\n" % (self.port, self.public_key(kind))

    def fingerprint(self, kind):
        """"SHA256:…" as ssh-keygen prints it."""
        return subprocess.run(["ssh-keygen", "-lf", self._path("host_%s.pub" % kind)], check=True,
                              capture_output=True, text=True).stdout.split()[1]

    def _path(self, name):
        return os.path.join(self.directory, name)


class GitDaemon(Inetd):
    """git daemon for the repositories below a folder; `options` are more of its arguments."""

    def __init__(self, base, log, *options):
        self.base = base
        self._options = options
        super().__init__(log)

    def command(self):
        return ["git", "-c", "safe.directory=*", "daemon", "--inetd", "--export-all",
                "--base-path=" + self.base, *self._options, self.base]

    def url(self, path):
        """The address of a repository, by its path below the folder."""
        return "git://127.0.0.1:%d/%s" % (self.port, path)

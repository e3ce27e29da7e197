# SPDX-License-Identifier: Apache-2.0
"""A real git server on loopback: Debian's Apache with TLS in front of `git http-backend`.

    with GitServer(directory) as server:
        server.create("app.git")
        server.url("app.git")     # https://127.0.0.1:PORT/app.git
        server.ca_file, server.username, server.password
        server.requests()         # what was asked of it, one Request a request

The port is chosen by the kernel, the certificate comes from a CA of the server's own, Basic
authentication guards every repository, and any user may start it: root hands the server to an
unprivileged user, because Apache serves nothing as root.
"""

from .server import GitServer, ServerError
from .accesslog import Request
from .sshd import GitDaemon, SshServer

__all__ = ["GitDaemon", "GitServer", "Request", "ServerError", "SshServer"]

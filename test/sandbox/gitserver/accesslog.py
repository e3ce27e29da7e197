# SPDX-License-Identifier: Apache-2.0
"""The access log: a format for Apache, and its lines as Python objects."""

from dataclasses import dataclass
from urllib.parse import parse_qs

# Fields are separated by tabs: Apache escapes a tab inside a value as \t.
FORMAT = "\\t".join([
    "%{remote}p",        # the client's port: one number, one connection
    "%k",                # how many requests came before on this connection
    "%u",                # the authenticated user, or -
    "%m", "%U", "%q",    # method, path, query
    "%>s",               # final status
    "%{Git-Protocol}i", "%{User-Agent}i",
    "%I", "%O",          # bytes on the wire, in and out
    "%D",                # microseconds
])


@dataclass(frozen=True)
class Request:
    """One request as the server saw it."""
    connection: int
    before_on_connection: int
    user: str
    method: str
    path: str
    query: str
    status: int
    git_protocol: str
    user_agent: str
    bytes_in: int
    bytes_out: int
    microseconds: int

    @property
    def service(self):
        """git-upload-pack, git-receive-pack or '' for anything else."""
        asked = parse_qs(self.query.lstrip("?")).get("service", [""])[0]
        last = self.path.rsplit("/", 1)[-1]
        return asked or (last if last.startswith("git-") else "")


def parse_line(line):
    """One line of the log as a Request."""
    port, before, user, method, path, query, status, protocol, agent, size_in, size_out, took = \
        line.rstrip("\n").split("\t")
    text = lambda value: "" if value == "-" else value
    return Request(int(port), int(before), text(user), method, path, query, int(status),
                   text(protocol), text(agent), int(size_in), int(size_out), int(took))


def unlogged(path):
    """The requests of a forensic log, "+ID|..." as one begins and "-ID" once it is logged, that are not yet."""
    left = set()
    with open(path, "rb") as log:
        for line in log:
            if line.startswith(b"-"):
                left.discard(line[1:].strip())
            else:
                left.add(line[1:].partition(b"|")[0])
    return left


def read(path):
    """Every complete line of the log; a missing file is an empty log."""
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            return [parse_line(line) for line in log if line.endswith("\n")]
    except FileNotFoundError:
        return []

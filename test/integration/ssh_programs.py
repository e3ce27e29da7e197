# SPDX-License-Identifier: Apache-2.0
"""Run check, in and out, and make the repositories and keys that they are tried with over SSH."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.environ.get("BIN", os.path.join(HERE, "../../build"))
TIMEOUT_S = 120

sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from gitserver.sshd import make_key, read  # pylint: disable=wrong-import-position,unused-import


def environment(**variables):
    """Nothing of the machine's own proxies, keys and git configuration."""
    own = {name: value for name, value in os.environ.items()
           if not name.lower().endswith("_proxy") and not name.startswith(("GIT_", "SSH_"))}
    own.update(NO_COLOR="1", GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", **variables)
    return own


class Outcome:
    """What a program answered, what it logged, and how it ended."""

    def __init__(self, status, stdout, stderr, seconds):
        self.status = status
        self.stdout = stdout.decode("utf-8", "replace")
        self.log = stderr.decode("utf-8", "replace")
        self.seconds = seconds

    @property
    def answer(self):
        return json.loads(self.stdout)

    @property
    def error(self):
        """The last line, which says why it failed."""
        return self.log.splitlines()[-1] if self.log else ""


def run(verb, source, directory=None, variables=None, **request):
    """Run a program once."""
    started = time.monotonic()
    done = subprocess.run([os.path.join(BIN, verb)] + ([directory] if directory else []),
                          input=json.dumps(dict(request, source=source)).encode(), check=False,
                          capture_output=True, timeout=TIMEOUT_S, env=environment(**(variables or {})))
    return Outcome(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def git(*arguments, cwd=None):
    """Run git as somebody; returns its output."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "safe.directory=*"]
    done = subprocess.run(["git", *who, *arguments], cwd=cwd, check=False, capture_output=True,
                          text=True, env=environment(), timeout=TIMEOUT_S)
    if done.returncode != 0:
        raise AssertionError("git %s: %s" % (" ".join(arguments), done.stderr))
    return done.stdout.strip()


class Repository:
    """A bare repository, and a clone in which commits are made."""

    def __init__(self, path, allow_filter=True):
        self.path = path
        self.work = path + ".work"
        git("init", "--quiet", "--bare", "--initial-branch=main", path)
        git("config", "uploadpack.allowFilter", str(allow_filter).lower(), cwd=path)
        git("init", "--quiet", "--initial-branch=main", self.work)

    def commit(self, text, name="file", force=False):
        """Commit a file and push; returns the commit's id."""
        with open(os.path.join(self.work, name), "w", encoding="utf-8") as file:
            file.write(text)
        git("add", name, cwd=self.work)
        git("commit", "--quiet", "--message", text, cwd=self.work)
        git("push", "--quiet", *(["--force"] if force else []), self.path, "main", cwd=self.work)
        return self.tip()

    def tip(self):
        return git("rev-parse", "main", cwd=self.path)


class Case(unittest.TestCase):
    """A folder that is cleaned up, and what every failure looks like."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ssh-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def assert_refused(self, outcome, message):
        """It failed, said so in one line, and answered nothing; the message is a regular expression."""
        self.assertEqual((outcome.status, outcome.stdout), (1, ""), outcome.log)
        self.assertTrue(re.fullmatch(message, outcome.error),
                        "%r is not %r" % (outcome.error, message))

    def assert_answers(self, outcome, refs):
        """check answered with these commits."""
        self.assertEqual(outcome.status, 0, outcome.log)
        self.assertEqual([version["ref"] for version in outcome.answer], refs)

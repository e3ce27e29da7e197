# SPDX-License-Identifier: Apache-2.0
"""The git program, as the controller and the build pods use it, and kpack's git secrets."""

import base64
import os
import subprocess
from urllib.parse import urlsplit

from .client import Refused

TIMEOUT = 30

#: What git asks for a user name or a password is answered from the environment, so that neither is
#: ever on a command line or in a file.
ASKPASS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "askpass")


class Failed(Exception):
    """git's own words on why."""


def credentials(client, namespace, service_account, url):
    """(name of the secret, user, password) of the service account's secret for the URL's host, or
    None. kpack finds it by the annotation kpack.io/git."""
    try:
        account = client.get("v1", "serviceaccounts", namespace, service_account)
        for ref in account.get("secrets", ()):
            secret = client.get("v1", "secrets", namespace, ref["name"])
            host = (secret["metadata"].get("annotations") or {}).get("kpack.io/git", "")
            if secret.get("type") == "kubernetes.io/basic-auth" and same_host(host, url):
                return (ref["name"], *user_password(secret))
    except Refused as refused:
        if refused.code != 404:
            raise
    return None


def user_password(secret):
    return tuple(base64.b64decode(secret["data"].get(k, "")).decode()
                 for k in ("username", "password"))


def same_host(annotation, url):
    wanted = urlsplit(annotation if "://" in annotation else "https://" + annotation)
    return bool(annotation) and wanted.netloc.lower() == urlsplit(url).netloc.lower()


def environment(url, ca_file=None, secret=None):
    """What git runs with: nothing of the machine's configuration, and no prompt."""
    env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent",
           "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
           "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": "2",
           "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
           "GIT_CONFIG_KEY_1": "advice.detachedHead", "GIT_CONFIG_VALUE_1": "false"}
    if ca_file:
        env["GIT_SSL_CAINFO"] = ca_file
    if secret:
        env.update(GIT_ASKPASS=ASKPASS, SANDBOX_GIT_USERNAME=secret[1],
                   SANDBOX_GIT_PASSWORD=secret[2])
    return env


def run(arguments, env, cwd=None):
    """git's standard output; Failed with the last line it said."""
    try:
        done = subprocess.run(["git", *arguments], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as err:
        raise Failed("git %s took longer than %d s" % (arguments[0], TIMEOUT)) from err
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Failed(words[-1] if words else "git %s: exit %d" % (arguments[0], done.returncode))
    return done.stdout.decode("utf-8", "replace")


def ls_remote(url, env):
    """{ref: oid} of the branches and tags, peeled ones aside"""
    listed = run(["ls-remote", "--refs", "--", url], env)
    return {ref: oid for oid, ref in (line.split("\t") for line in listed.splitlines())}

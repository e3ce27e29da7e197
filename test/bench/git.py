# SPDX-License-Identifier: Apache-2.0
"""What a git resource costs: on a large repository, beside many refs, and against the git program."""

import glob
import itertools
import os
import shutil
import subprocess

import git_repository
from gitserver import GitServer
from measure import BIN, FASTER, LESS_CPU, OFTEN, RUNS, Row, Work

CACHE = os.path.join(BIN, "bench")
TIP = {"requests": 2, "connections": 1, "CPU ms": 15, "RSS MB": 8}
NEW = 50  # commits, of which
NEW_FIRST = 10  # are first parents
FEW = 3  # runs of what takes long

# What the git resource's `in` does, by the commands that it calls; jq and the rest of its shell are not in it.
GET = """set -e
git clone --quiet --single-branch --branch main "$1" "$2"
cd "$2"
git fetch --quiet origin 'refs/notes/*:refs/notes/*'
git checkout --quiet "$3"
git log -1 --oneline
git clean --force --force -d
git submodule sync
git submodule update --init --recursive
git rev-parse HEAD > .git/commit
git log -1 --format=%ae > .git/committer
git log -1 --format=%an > .git/committer_name
git log -1 --format=%B > .git/commit_message
git log -1 --format=%ci > .git/commit_timestamp
git describe --always --dirty --broken > .git/describe_ref
"""

# What in and out tell Concourse.
TELL = """git rev-parse HEAD
git log -1 --format=%an
git log -1 --format=%ai
git log -1 --format=%cn
git log -1 --format=%ci
git show-ref --heads
git tag --points-at HEAD
git log -1 --format=%B
git remote get-url --all origin
"""

PUT = """set -e
cd "$2"
git push --quiet --tags "$1" HEAD:refs/heads/theirs
"""

SEARCH = """set -e
git clone --quiet --bare --filter=blob:none "$1" "$2"
git -C "$2" rev-list --first-parent -1 main -- "$3"
"""


class Git:
    """The real git server with the generated repositories."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count()
        self.tmp = os.path.join(folder, "tmp")
        os.makedirs(self.tmp)
        self.server = GitServer(os.path.join(folder, "server"))
        with open(self.server.ca_file, encoding="ascii") as file:
            self.ca_certs = file.read()
        config = os.path.join(folder, "gitconfig")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[http]\n\tsslCAInfo = %s\n" % self.server.ca_file)
            file.write("[user]\n\tname = git\n\temail = git@localhost\n")
        self.by_git = {"PATH": os.environ["PATH"], "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
                       "GIT_CONFIG_GLOBAL": config, "GIT_TERMINAL_PROMPT": "0"}
        self.ours = {"NO_COLOR": "1", "TMPDIR": self.tmp}

    def serve(self, name, path, bitmap=True):
        """Serve a copy of a generated repository, with the bitmap that `git repack` made of it or without."""
        self.server.create(name)
        bare = self.server.path(name)
        shutil.copytree(os.path.join(path, "objects"), os.path.join(bare, "objects"), dirs_exist_ok=True)
        shutil.copy(os.path.join(path, "packed-refs"), bare)
        for file in glob.glob(os.path.join(bare, "objects/pack/*.bitmap")) if not bitmap else ():
            os.unlink(file)
        self.server.git(name, "config", "gc.auto", "0")

    def revision(self, name, revision):
        """An id."""
        return self.server.git(name, "rev-parse", revision).strip()

    def source(self, name, **more):
        """Of a pipeline."""
        return {"uri": self.server.url(name), "branch": "main", "ca_certs": self.ca_certs,
                "username": self.server.username, "password": self.server.password, **more}

    def url(self, name):
        """As the git program gets its credentials."""
        return self.server.url(name).replace("//", "//%s:%s@" % (self.server.username, self.server.password))

    def traffic(self):
        """(requests, connections, kilobytes received) since the last call."""
        requests = self.server.requests()
        self.server.forget_requests()
        return (len(requests), len({request.connection for request in requests}),
                sum(request.bytes_out for request in requests) / 1000)

    def fresh(self):
        """A name for a new folder."""
        return os.path.join(self.folder, "got-%d" % next(self.numbers))

    def script(self, text, *arguments):
        """A command of the git program's steps."""
        return ["sh", "-c", text, "steps", *arguments]

    def first_check(self):
        """check, without what an earlier one has left."""
        for name in os.listdir(self.tmp):
            os.unlink(os.path.join(self.tmp, name))
        return [os.path.join(BIN, "check")]

    def check(self, name, version=None, *, expect=None, again=False, **source):
        """One of our checks; `again`: with what the last one left."""
        request = {"source": self.source(name, **source)}
        if version:
            request["version"] = {"ref": version}
        return Work([os.path.join(BIN, "check")] if again else self.first_check, request, environment=self.ours,
                    traffic=self.traffic, expect=expect)

    def steps(self, command):
        """The same by the git program."""
        return Work(command, environment=self.by_git, traffic=self.traffic)


def by_git(row):
    """The row of the same by the git program."""
    return Row("%s, by the git program" % row.name)


def refs_rows(bench, git):
    """Nothing new, beside ever more refs: the cost must not grow with them."""
    cpu = None
    for count in (1000, 1000000):
        name = "refs-%d.git" % count
        git.serve(name, git_repository.many_refs(CACHE, count))
        tip = git.revision(name, "main")
        row = Row("git check, version = tip, %s refs" % format(count, ","), dict(TIP))
        if cpu:
            row.limits["CPU ms"] = min(row.limits["CPU ms"], 1.5 * cpu)
        work = git.check(name, tip, expect=lambda answer, tip=tip: answer == [{"ref": tip}])
        bench.measure(row, work)
        cpu = row.values["CPU ms"]


def size_of(git, name, start):
    """Kilobytes of a pack of the commits since `start`, as the git program packs them for a fetch."""
    bare = git.server.path(name)
    commits = git_repository.git(bare, "rev-list", "main", "^" + start)
    return len(git_repository.git(bare, "pack-objects", "-q", "--stdout", "--delta-base-offset", input=commits)) / 1000


def large_rows(bench, git):
    """Commits of a long history."""
    name = "large.git"
    git.serve(name, git_repository.large(CACHE))
    tip, before = git.revision(name, "main"), git.revision(name, "main~%d" % NEW_FIRST)
    commits = size_of(git, name, before)
    asked = Row("git check, version = tip, 100,000 commits", TIP)
    bench.measure(asked, git.check(name, tip, expect=lambda answer: answer == [{"ref": tip}]))
    bench.measure(Row("git check, first", {"received kB": 100}),
                  git.check(name, expect=lambda answer: answer == [{"ref": tip}]))
    limit = 1.2 * commits + asked.values["received kB"]
    bench.measure(Row("git check, %d new commits, which are %.1f kB" % (NEW, commits), {"received kB": limit}),
                  git.check(name, before, expect=lambda answer: len(answer) == NEW_FIRST + 1))


def paths_rows(bench, git):
    """Paths of a long history, against a clone without contents and rev-list. Bitmaps, which some servers make when they
    pack anew, halve such a clone and change nothing for a check: what is promised is of a server without."""
    name, packed = "pushed.git", "large.git"
    git.serve(name, git_repository.large(CACHE), bitmap=False)
    git.serve(packed, git_repository.large(CACHE))
    tip, before = git.revision(name, "main"), git.revision(name, "main~%d" % NEW_FIRST)
    near, wanted = nearest(git, name)
    never = "no/such/path"
    clone = lambda path, name=name: lambda: git.script(SEARCH, git.url(name), git.fresh(), path)
    for server, what, least in ((name, "", {FASTER: 100}), (packed, ", where bitmaps are", {})):
        row = Row("git check with paths, first" + what, {"received kB": 60, "requests": 5}, least)
        bench.compare(row, git.check(server, paths=[near], expect=lambda answer: answer == [{"ref": wanted}]),
                      by_git(row), git.steps(clone(near, server)), runs=FEW)
    row = Row("git check with a path that never existed", {"RSS MB": 32})
    work = git.check(name, paths=[never], expect=lambda answer: answer == [])
    bench.compare(row, work, by_git(row), git.steps(clone(never)), runs=FEW,
                  limits=lambda values: {"received kB": values["received kB"]})
    bench.measure(Row("git check with a path that never existed, again", TIP), git.check(
        name, paths=[never], expect=lambda answer: answer == [], again=True))
    bench.measure(Row("git check with paths, %d new" % NEW, {"received kB": 60}), git.check(name, before, paths=[near]))
    bench.measure(Row("git check with paths, %d new, none wanted" % NEW, {"received kB": 60}), git.check(
        name, before, paths=[never], expect=lambda answer: answer == [{"ref": before}]))
    bench.measure(Row("git check with paths, %d new, none wanted, again" % NEW, TIP), git.check(
        name, before, paths=[never], expect=lambda answer: answer == [{"ref": before}], again=True))


def nearest(git, name):
    """A folder in which a commit near the tip changes a file and none after it does, and that commit."""
    for number in range(7, 10):
        commit = git.revision(name, "main~%d" % number)
        for file in git.server.git(name, "diff", "--name-only", commit + "^1", commit).split():
            path = os.path.dirname(file)
            if git.server.git(name, "rev-list", "--first-parent", "-1", "main", "--", path).strip() == commit:
                return path, commit
    raise SystemExit("no folder was changed near the tip")


def get_rows(bench, git):
    """in, and the steps of the git resource."""
    git.serve("small.git", git_repository.small(CACHE))
    git.serve("large.git", git_repository.large(CACHE))
    small = {FASTER: 5, LESS_CPU: 5}
    for name, what, least, runs in (("small.git", "small", small, RUNS), ("large.git", "whole, 100,000 commits", {}, 1)):
        tip = git.revision(name, "main")
        work = Work(lambda: [os.path.join(BIN, "in"), git.fresh()],
                    {"source": git.source(name), "version": {"ref": tip}}, environment=git.ours, traffic=git.traffic,
                    expect=lambda answer, tip=tip: answer["version"] == {"ref": tip})
        steps = git.steps(lambda name=name, tip=tip: git.script(GET + TELL, git.url(name), git.fresh(), tip))
        row = Row("git in, " + what, least=least)
        bench.compare(row, work, by_git(row), steps, runs=runs)


def put_rows(bench, git):
    """out, and the steps of the git resource."""
    name = "put.git"
    git.serve(name, git_repository.small(CACHE))
    ours, theirs = git.fresh(), git.fresh()
    run = lambda *command: subprocess.run(["git", *command], check=True, env=git.by_git, stdout=subprocess.PIPE)
    for folder in (ours, theirs):
        run("clone", "--quiet", git.url(name), folder)

    def commit(folder):
        run("-C", folder, "commit", "--quiet", "--allow-empty", "-m", "one more")

    def put():
        commit(ours)
        return [os.path.join(BIN, "out"), git.folder]

    def push():
        commit(theirs)
        return git.script(PUT + TELL, git.url(name), theirs)

    request = {"source": git.source(name, branch="ours"), "params": {"repository": os.path.basename(ours)}}
    row = Row("git out, one commit", least={FASTER: 3})
    bench.compare(row, Work(put, request, environment=git.ours, traffic=git.traffic), by_git(row), git.steps(push), runs=OFTEN)


PARTS = {"git-refs": refs_rows, "git-history": large_rows, "git-paths": paths_rows, "git-in": get_rows, "git-out": put_rows}


def git_rows(bench, folder, names):
    """Those of these names, or of `git` all of them."""
    parts = [PARTS[name] for name in PARTS if name in names or "git" in names]
    if not parts:
        return
    os.makedirs(folder)
    git = Git(folder)
    try:
        for part in parts:
            part(bench, git)
    finally:
        git.server.stop()

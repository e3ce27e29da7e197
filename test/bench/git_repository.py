# SPDX-License-Identifier: Apache-2.0
"""Generated repositories, the same each time, kept in a folder because they take a while to make.

    large(folder)            100,000 commits of which 20,000 are first parents, 10,000 files, 1,000 tags
    small(folder)            200 commits of 100 files
    many_refs(folder, n)     that one with n branches

Each gives the path of a bare repository whose branch is main.
"""

import os
import shutil
import subprocess

FIRST_PARENTS = 20000
SIDE = 4  # commits of the branch that each of them merges
CHANGED = 3  # files that each of those changes
FILES = 10000
TAGS = 1000
SMALL_COMMITS = 200
SMALL_FILES = 100
BEGAN = 1500000000
MARKS = 1000000  # of files, above those of commits


def git(folder, *arguments, **options):
    """Run git there, without this machine's configuration."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull)
    return subprocess.run(["git", "-c", "safe.directory=*", "-C", folder, *arguments], check=True, env=environment,
                          stdout=subprocess.PIPE, **options).stdout


WORDS = ("the", "of", "a", "client", "server", "request", "answer", "cache", "retry", "when", "before", "timeout", "is",
         "session", "module", "does", "not", "value", "list", "of", "user", "which", "handler", "was", "removed", "and")


def prose(number):
    """Some lines of a message: as long as those of real commits, and no two alike."""
    seed, lines = number, []
    for _ in range(3 + number % 7):
        words = []
        for _ in range(11):
            seed = (seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            words.append(WORDS[(seed >> 33) % len(WORDS)] if seed >> 60 else "%x" % (seed >> 40))
        lines.append(" ".join(words))
    return "\n".join(lines)


def large_path(number):
    """20 folders of 25 folders of 20 files."""
    return "part-%02d/module-%02d/file-%02d.txt" % (number % 20, number // 20 % 25, number // 500)


def small_path(number):
    """10 folders of 10 files."""
    return "src/part-%d/file-%02d.txt" % (number % 10, number)


def content(number, commit, lines):
    """Of a file, as a commit leaves it: most lines stay."""
    return "".join("line %d of file %d, last touched by commit %d\n" % (
        line, number, commit if line == commit % lines else 0) for line in range(lines))


class Stream:
    """What git fast-import reads. Commits are numbered from 1; each is a minute after the one before."""

    def __init__(self, path_of, lines):
        self.path_of = path_of
        self.lines = lines  # of each file
        self.commits = 0
        self.blobs = 0

    def blob(self, number):
        """A file as the next commit leaves it: (its part of the stream, its mark)."""
        text = content(number, self.commits + 1, self.lines)
        self.blobs += 1
        mark = MARKS + self.blobs
        return "blob\nmark :%d\ndata %d\n%s\n" % (mark, len(text), text), (self.path_of(number), mark)

    def commit(self, branch, parents, message, changes):
        """A commit that puts these (path, mark)."""
        self.commits += 1
        date = BEGAN + 60 * self.commits
        links = "".join("%s :%d\n" % pair for pair in zip(("from", "merge"), parents))
        files = "".join("M 100644 :%d %s\n" % (mark, path) for path, mark in changes)
        return ("commit refs/heads/%s\nmark :%d\nauthor A U Thor <author@example.com> %d +0100\n"
                "committer C O Mitter <committer@example.com> %d +0100\ndata %d\n%s\n%s%s\n" % (
                    branch, self.commits, date, date, len(message), message, links, files))

    def change(self, branch, parents, message, numbers):
        """A commit that changes these files, which it also gives, after its stream."""
        blobs = [self.blob(number) for number in numbers]
        changes = [change for _, change in blobs]
        return "".join(text for text, _ in blobs) + self.commit(branch, parents, message, changes), changes


def large_stream():
    """Merges of side branches, each commit of which changes some files."""
    stream = Stream(large_path, 6)
    yield stream.change("main", (), "begin\n", range(FILES))[0]
    first = stream.commits
    for number in range(FIRST_PARENTS - 1):
        merged = []
        for _ in range(SIDE):
            name = stream.commits * 7919
            text, changes = stream.change("side", (first if not merged else stream.commits,),
                                          "change %d\n\n%s\n" % (name, prose(name)),
                                          [(name + 613 * other) % FILES for other in range(CHANGED)])
            merged += changes
            yield text
        yield stream.commit("main", (first, stream.commits), "Merge pull request %d\n\n%s\n" % (number, prose(number)),
                            merged)
        first = stream.commits
        if number % (FIRST_PARENTS // TAGS) == 0:
            yield "reset refs/tags/v%d\nfrom :%d\n\n" % (number // (FIRST_PARENTS // TAGS), first)
    yield "done\n"


def small_stream():
    """A line of commits."""
    stream = Stream(small_path, 120)
    for number in range(SMALL_COMMITS):
        files = [number % SMALL_FILES] if number else range(SMALL_FILES)
        yield stream.change("main", (number,) if number else (), "commit %d\n" % number, files)[0]
    yield "done\n"


def make(folder, name, stream):
    """The repository of that name, made if it is not there."""
    path = os.path.join(folder, name)
    if os.path.isdir(path):
        return path
    making = path + ".making"
    shutil.rmtree(making, True)
    os.makedirs(folder, exist_ok=True)
    git(folder, "init", "-q", "--bare", "--initial-branch=main", making)
    with subprocess.Popen(["git", "-c", "safe.directory=*", "-C", making, "fast-import", "--quiet", "--done"],
                          stdin=subprocess.PIPE) as importing:
        for piece in stream:
            importing.stdin.write(piece.encode())
        importing.stdin.close()
    if importing.returncode:
        raise SystemExit("%s: git fast-import failed" % name)
    if subprocess.run(["git", "-C", making, "rev-parse", "-q", "--verify", "refs/heads/side"], check=False,
                      capture_output=True).returncode == 0:
        git(making, "update-ref", "-d", "refs/heads/side")
    git(making, "-c", "pack.writeReverseIndex=true", "repack", "-adq")  # as newer versions of git do by default
    git(making, "pack-refs", "--all")
    os.rename(making, path)
    return path


def large(folder):
    """The large one."""
    return make(folder, "large-3.git", large_stream())


def small(folder):
    """The small one."""
    return make(folder, "small-4.git", small_stream())


def many_refs(folder, count):
    """The small one, with branches."""
    path = os.path.join(folder, "refs-%d-4.git" % count)
    if os.path.isdir(path):
        return path
    source = small(folder)
    making = path + ".making"
    shutil.rmtree(making, True)
    shutil.copytree(source, making)
    tip = git(source, "rev-parse", "main").decode().strip()
    with open(os.path.join(making, "packed-refs"), "w", encoding="ascii") as file:
        file.write("# pack-refs with: peeled fully-peeled sorted \n%s refs/heads/main\n" % tip)
        file.writelines("%s refs/heads/other/%07d\n" % (tip, number) for number in range(count - 1))
    os.rename(making, path)
    return path

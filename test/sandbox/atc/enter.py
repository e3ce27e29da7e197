#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Enter a container and run one program in it: what runc and gdn-init are to a Concourse worker.

Started by container.py with the number of a pipe that holds a JSON specification and the number of a
pipe that takes the reason when the container cannot be entered. The program keeps this process's
standard streams; its exit status becomes ours, 128 + N when a signal ended it.

Three processes: this one waits outside; process 1 of the new PID namespace mounts, waits and
forwards SIGTERM; the program is its child, because process 1 would ignore signals.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import stat
import sys

LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID = 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_CAPBSET_DROP = 1, 24
MOUNT_SETATTR, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, 0x8000, 1
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

CONCOURSE_CAPABILITIES = 0xa80425fb
LAST_CAPABILITY = 63
OPEN_FILES = 20000
STACK_BYTES = 8 << 20
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2",
         "ptmx": "pts/ptmx"}


class CannotEnter(Exception):
    """The container cannot be set up on this machine."""


def _check(status, what):
    if status != 0:
        raise CannotEnter("%s: %s" % (what, os.strerror(ctypes.get_errno())))


def _mount(source, target, kind, flags, data=None):
    encode = lambda text: None if text is None else os.fsencode(text)
    _check(LIBC.mount(encode(source), encode(target), encode(kind), flags, encode(data)),
           "mount %s" % target)


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _unshare():
    """New namespaces in which the caller, whoever it is, is root and only itself."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        os.setgroups([])
    flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS
    _check(LIBC.unshare(flags), "unshare")
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", "0 %d 1" % user)
        _write("/proc/self/gid_map", "0 %d 1" % group)
    except OSError as error:
        raise CannotEnter("map the user: %s" % error) from None


def _bind(source, target, readonly=False, recursive=False):
    """Bind a file or folder; the place to bind to is made where it is missing."""
    if not os.path.lexists(target):
        if os.path.isdir(source):
            os.makedirs(target)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            _write(target, "")
    _mount(source, target, None, MS_BIND | (MS_REC if recursive else 0))
    if readonly:
        # A user namespace may not drop the flags that the original mount has.
        kept = os.statvfs(target).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
        _mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept)


def _mount_dev(dev):
    os.makedirs(dev, exist_ok=True)
    _mount("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755,size=65536k")
    for name in DEVICES:
        if os.path.exists("/dev/" + name):
            _bind("/dev/" + name, os.path.join(dev, name))
    for name, target in LINKS.items():
        os.symlink(target, os.path.join(dev, name))
    for name, kind, data in (("pts", "devpts", "newinstance,ptmxmode=0666,mode=0620"),
                             ("shm", "tmpfs", "mode=1777,size=65536k")):
        os.mkdir(os.path.join(dev, name))
        try:
            _mount(kind, os.path.join(dev, name), kind, MS_NOSUID, data)
        except CannotEnter:
            pass  # no resource needs a terminal or shared memory


def _mount_proc(proc):
    os.makedirs(proc, exist_ok=True)
    try:
        _mount("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    except CannotEnter:
        # Inside another container parts of /proc are hidden, and a new one is refused.
        _bind("/proc", proc, recursive=True)


def _host_read_only(root):
    """The root of a task: the host's files, read-only, with an empty /tmp."""
    _mount("/", root, None, MS_BIND | MS_REC)
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY, 0, 0, 0)
    if LIBC.syscall(MOUNT_SETATTR, -100, os.fsencode(root), AT_RECURSIVE, attributes, 32) != 0:
        kept = os.statvfs(root).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
        _mount(None, root, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept)
    _mount("tmpfs", root + "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")


def _mount_everything(spec):
    root = spec["root"]
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    if spec["host_tools"]:
        _host_read_only(root)
    else:
        _mount(root, root, None, MS_BIND | MS_REC)
        _mount_dev(root + "/dev")
    _mount_proc(root + "/proc")
    for bind in spec["binds"]:
        _bind(bind["source"], root + bind["target"], bind.get("readonly", False),
              bind.get("recursive", False))
    os.chdir(root)
    _check(LIBC.syscall(PIVOT_ROOT[platform.machine()], b".", b"."), "pivot_root")
    _check(LIBC.umount2(b".", MNT_DETACH), "umount the host")


def _chroot(spec):
    root = spec["root"]
    os.makedirs(root + "/dev", exist_ok=True)
    for name in DEVICES:
        place = "%s/dev/%s" % (root, name)
        if os.path.exists("/dev/" + name) and not os.path.exists(place):
            try:
                os.mknod(place, 0o666 | stat.S_IFCHR, os.stat("/dev/" + name).st_rdev)
                os.chmod(place, 0o666)
            except OSError:
                pass  # a machine that forbids this forbids it to every container engine
    os.chroot(root)


def _drop_capabilities():
    for capability in range(LAST_CAPABILITY + 1):
        if not CONCOURSE_CAPABILITIES >> capability & 1:
            LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def _limit(kind, soft):
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(kind, (soft, hard))


def _become(spec, report):
    """The program's own process: never returns."""
    try:
        os.setsid()
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(signum, signal.SIG_DFL)
        _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_STACK, STACK_BYTES)
        if spec["mode"] != "plain":
            _drop_capabilities()
        os.umask(0o022)
        os.chdir(spec["cwd"])
        os.execve(spec["argv"][0], spec["argv"], spec["env"])
    except OSError as error:
        os.write(report, ("run %s: %s" % (spec["argv"][0], error.strerror)).encode())
    os._exit(127)


def _wait_for(child):
    """Forward SIGTERM to a child until it ends; its exit status as a shell would say it."""
    def forward(*_):
        try:
            os.kill(child, signal.SIGTERM)
        except ProcessLookupError:
            pass

    signal.signal(signal.SIGTERM, forward)
    while True:
        pid, status = os.wait()  # process 1 inherits orphans, too
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _inside(spec, report):
    """Process 1: set up the container, start the program, wait."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        if spec["mode"] == "namespace":
            _mount_everything(spec)
        elif spec["mode"] == "chroot":
            _chroot(spec)
    except (CannotEnter, OSError) as error:
        os.write(report, str(error).encode())
        return 127
    child = os.fork()
    if child == 0:
        _become(spec, report)
    os.close(report)
    return _wait_for(child)


def main():
    """Read the specification, enter, run, and report."""
    spec_fd, report = int(sys.argv[1]), int(sys.argv[2])
    with open(spec_fd, encoding="utf-8") as pipe:
        spec = json.load(pipe)
    os.set_inheritable(report, False)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    try:
        if spec["mode"] == "namespace":
            _unshare()
    except CannotEnter as error:
        os.write(report, str(error).encode())
        return 127
    child = os.fork()
    if child == 0:
        os._exit(_inside(spec, report))
    os.close(report)
    return _wait_for(child)


if __name__ == "__main__":
    sys.exit(main())

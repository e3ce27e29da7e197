# SPDX-License-Identifier: Apache-2.0
"""Containers: an image's root file system, a private copy of it, and programs that run in it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading

GRACE_S = 10            # Concourse waits so long between SIGTERM and SIGKILL
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "enter.py")


class Errored(Exception):
    """The platform, not the program, failed: Concourse shows such a step in orange."""


class TimedOut(Errored):
    """The step ran longer than its `timeout`."""


def unpack_image(archive, directory):
    """Unpack the root file system of `make image`; returns the directory."""
    with tarfile.open(archive) as tar:
        tar.extractall(directory)    # of our own making: everything in it is wanted
    return directory


def assemble_image(programs, directory):
    """A root file system with only the programs of a build folder, where no image was made."""
    place = os.path.join(directory, "opt", "resource")
    os.makedirs(place)
    for name in ("check", "in", "out"):
        shutil.copy2(os.path.join(programs, name), os.path.join(place, name))
    os.makedirs(os.path.join(directory, "tmp"))
    os.chmod(os.path.join(directory, "tmp"), 0o1777)
    os.makedirs(os.path.join(directory, "etc"))
    for name, line in (("passwd", "root:x:0:0:root:/:/sbin/nologin\n"), ("group", "root:x:0:\n")):
        with open(os.path.join(directory, "etc", name), "w", encoding="ascii") as file:
            file.write(line)
    return directory


def copy_tree(source, target):
    """A copy of a folder with everything in it; target must not exist."""
    subprocess.run(["cp", "-a", "--reflink=auto", "--", source, target], check=True)


class Worker:
    """Where containers live. `isolation` is what this machine allows, best first."""

    def __init__(self, directory, *, certs_dir=None, proxies=None, isolation=None):
        self.directory = os.path.abspath(directory)
        self.certs_dir = certs_dir
        self.proxies = proxies or {}
        os.makedirs(os.path.join(self.directory, "volumes"), exist_ok=True)
        self.isolation, self.isolation_note = self._probe(isolation)

    def _probe(self, wanted):
        if wanted:
            return wanted, None
        with tempfile.TemporaryDirectory(dir=self.directory) as root:
            probe = Container(self, root, host_tools=True, mode="namespace")
            try:
                status, _ = probe.run(["/bin/true"], timeout_s=30)
                if status == 0:
                    return "namespace", None
                reason = "/bin/true ended with %d" % status
            except Errored as error:
                reason = str(error)
        mode = "chroot" if os.geteuid() == 0 else "plain"
        note = "only a chroot keeps" if mode == "chroot" else "nothing keeps"
        return mode, ("this machine allows no namespaces (%s): %s a step from the machine's files"
                      % (reason, note))

    def volume(self, name):
        """A new empty folder."""
        return tempfile.mkdtemp(prefix=name + "-", dir=os.path.join(self.directory, "volumes"))

    def resource_container(self, image, kind, inputs=None):
        """A container of a resource's image; kind is check, get or put."""
        root = self.volume(kind)
        os.rmdir(root)
        copy_tree(image, root)
        os.chmod(root, 0o755)
        container = Container(self, root)
        os.makedirs(os.path.join(root, "scratch"), exist_ok=True)
        if kind != "check":
            container.work = "/tmp/build/" + kind
            os.makedirs(root + container.work, mode=0o755)
        for name, folder in (inputs or {}).items():
            copy_tree(folder, os.path.join(root + container.work, name))
        container.inputs = list(inputs or {})
        return container

    def task_container(self):
        """A container for a task: the host's files instead of the task's image."""
        container = Container(self, self.volume("task-root"), host_tools=True)
        container.folder = self.volume("task")
        container.work = "/tmp/build/" + os.path.basename(container.folder)
        return container


class Container:
    """One root file system in which programs run, one at a time."""

    def __init__(self, worker, root, *, host_tools=False, mode=None):
        self.worker = worker
        self.root = root
        self.host_tools = host_tools
        self.mode = mode or worker.isolation
        if host_tools and self.mode == "chroot":
            self.mode = "plain"
        self.work = None
        self.folder = None
        self.inputs = []

    @property
    def work_on_host(self):
        """Where the host sees the folder that the step works in."""
        return self.folder or self.root + self.work

    def path_inside(self, path):
        """How a path of the container is written for the program."""
        if self.mode != "plain":
            return path
        if self.host_tools:
            return path.replace(self.work, self.folder, 1) if self.work else path
        return self.root + path

    def run(self, argv, *, cwd="/", env=None, stdin=b"", on_stderr=None, on_stdout=None,
            timeout_s=None, stop=None):
        """Run a program; returns its exit status and what it wrote on standard output.

        on_stderr and on_stdout get the bytes as they come; stdout with a listener is not kept.
        stop, an Event, ends the program as a user's abort does.
        """
        spec = {"mode": self.mode, "root": self.root, "host_tools": self.host_tools, "cwd": cwd,
                "argv": argv, "env": {**(env or {}), **self.worker.proxies},
                "binds": self._binds() if self.mode == "namespace" else []}
        spec["env"].setdefault("PATH", DEFAULT_PATH)
        spec["env"].setdefault("HOME", "/")
        process, report = self._start(spec)
        output = bytearray()
        pumps = [_pump(process.stdout, on_stdout or output.extend),
                 _pump(process.stderr, on_stderr or (lambda data: None)),
                 _feed(process.stdin, stdin)]
        status = _wait(process, timeout_s, stop)
        for pump in pumps:
            pump.join()
        with report:
            reason = report.read().decode()
        if reason:
            raise Errored(reason)
        return status, bytes(output)

    def _start(self, spec):
        spec_read, spec_write = os.pipe()
        report_read, report_write = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", ENTER, str(spec_read), str(report_write)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=(spec_read, report_write), start_new_session=True)
        os.close(spec_read)
        os.close(report_write)
        try:
            with open(spec_write, "w", encoding="utf-8") as pipe:
                json.dump(spec, pipe)
        except BrokenPipeError:
            pass  # the report says why it went away
        return process, open(report_read, "rb")

    def _binds(self):
        """The mounts that a Concourse worker adds to an image."""
        if self.host_tools:
            return [{"source": self.folder, "target": self.work}] if self.folder else []
        etc = self.root + ".etc"
        binds = [{"source": os.path.join(etc, name), "target": "/etc/" + name}
                 for name in self._network_files(etc)]
        binds += [{"source": "/sys", "target": "/sys", "recursive": True,
                   "readonly": True}] \
            if os.path.isdir("/sys/kernel") else []
        binds.append({"source": self.root + "/scratch", "target": "/scratch"})
        if self.work:
            binds.append({"source": self.root + self.work, "target": self.work})
        # Every input of a put is a mount of its own, as a rename between two of them would show.
        binds += [{"source": os.path.join(self.root + self.work, name),
                   "target": os.path.join(self.work, name)} for name in self.inputs]
        if self.worker.certs_dir:
            binds.append({"source": self.worker.certs_dir, "target": "/etc/ssl/certs",
                          "readonly": True})
        return binds

    def _network_files(self, etc):
        files = ("hosts", "hostname", "resolv.conf")
        if not os.path.isdir(etc):
            os.mkdir(etc)
            for name in files:
                place = os.path.join(etc, name)
                if name == "hostname" or not os.path.exists("/etc/" + name):
                    with open(place, "w", encoding="utf-8") as file:
                        file.write(socket.gethostname() + "\n" if name == "hostname" else "")
                else:
                    shutil.copyfile("/etc/" + name, place)
        return files

    def destroy(self):
        """Remove the container's files."""
        for path in (self.root, self.root + ".etc", self.folder):
            if path:
                shutil.rmtree(path, ignore_errors=True)


def _pump(stream, sink):
    def copy():
        with stream:
            while data := stream.read1(65536):
                sink(data)
    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    return thread


def _feed(stream, data):
    def write():
        try:
            with stream:
                stream.write(data)
        except BrokenPipeError:
            pass  # the program did not read its request; its exit status decides
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def _end(process):
    """SIGTERM, ten seconds of grace, SIGKILL."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process, timeout_s, stop):
    if stop is None:
        try:
            return process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _end(process)
            raise TimedOut("timeout exceeded") from None
    waited = 0.0
    while process.poll() is None:
        if stop.wait(0.05):
            _end(process)
            raise Errored("aborted")
        waited += 0.05
        if timeout_s is not None and waited >= timeout_s:
            _end(process)
            raise TimedOut("timeout exceeded")
    return process.returncode

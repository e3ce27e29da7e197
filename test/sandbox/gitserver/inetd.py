# SPDX-License-Identifier: Apache-2.0
"""A listener on loopback that gives each connection to a program of its own, as inetd did."""

import ctypes
import signal
import socket
import subprocess
import threading

PR_SET_PDEATHSIG = 1
GRACE_S = 5


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Inetd:
    """Runs command() with a connection as its input and output; the port is chosen by the kernel."""

    def __init__(self, log):
        self.log = log          # the path of a file for what the programs complain of
        self.connections = 0
        self._running = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def command(self):
        """The arguments of the program for the next connection."""
        raise NotImplementedError

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, open(self.log, "ab") as log:
                self._running.append(subprocess.Popen(
                    self.command(), stdin=connection, stdout=connection, stderr=log, cwd="/",
                    preexec_fn=_die_with_parent))
            self._running = [process for process in self._running if process.poll() is None]

    def complaints(self):
        """What the programs wrote to their standard error."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self):
        """End the listener and what it started."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(GRACE_S)
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

# SPDX-License-Identifier: Apache-2.0
"""What stands before a server and passes its answers on only so far."""

import socket
import threading


class Cutter:
    """Passes a connection on to a port until so many bytes came back, then cuts it: `limits` of each connection in
    turn, the last of them for all that follow. One that falls `silent` instead stays open, without another word."""

    def __init__(self, port, *limits, silent=False):
        self.target, self.limits = port, limits
        self.connections = 0
        self.passed = 0  # bytes that came back, of all connections
        self.silence = threading.Event() if silent else None  # has begun
        self.closed = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            limit = self.limits[min(self.connections, len(self.limits) - 1)]
            self.connections += 1
            threading.Thread(target=self._serve, args=(client, limit), daemon=True).start()

    def _serve(self, client, left):
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            threading.Thread(target=self._forth, args=(client, server), daemon=True).start()
            while left > 0:
                data = server.recv(left)
                if not data:
                    return
                left -= len(data)
                self.passed += len(data)
                try:
                    client.sendall(data)
                except OSError:  # it has left
                    return
            if self.silence:
                self.silence.set()
                self.closed.wait()
            for side in client, server:
                try:
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    @staticmethod
    def _forth(client, server):
        try:
            for data in iter(lambda: client.recv(65536), b""):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.closed.set()
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept()
        self.listener.close()

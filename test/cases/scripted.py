# SPDX-License-Identifier: Apache-2.0
"""A server on loopback that answers with prepared bytes, one reply a request, in their order.

    server = Server()              # on server.port
    server.replies = [b"HTTP/1.1 204 No Content\\r\\n\\r\\n"]
    with server:
        ...
    server.requests                # as texts, without the headers that say nothing
    server.connections             # how many there were

A reply that frames itself leaves the connection open, any other ends it. `cut=(reply, count)` closes
the connection after `count` bytes of that reply, once: what is asked again is answered whole. With
an ssl.SSLContext as `tls` the server speaks TLS.
"""

import socket
import threading

UNTOLD = ("host", "user-agent", "content-length", "transfer-encoding", "connection", "expect")
NOT_IN_THE_SCRIPT = b"HTTP/1.1 501 Not In The Script\r\nContent-Length: 0\r\n\r\n"


def _headers(head):
    """(name in lower case, line) for each header of a request or a reply."""
    return [(line.split(":", 1)[0].strip().lower(), line)
            for line in head.decode("latin-1").split("\r\n")[1:] if line]


def _value(head, name):
    values = [line.split(":", 1)[1].strip() for found, line in _headers(head) if found == name]
    return values[0] if values else ""


def frames_itself(reply):
    """Whether a client can tell where the reply ends without the connection's end."""
    head, end, body = reply.partition(b"\r\n\r\n")
    if not end or _value(head, "connection").lower() == "close":
        return False
    if head.split(b" ", 2)[1:2] in ([b"204"], [b"304"]):
        return True
    if _value(head, "transfer-encoding").lower() == "chunked":
        return body.endswith(b"0\r\n\r\n")
    length = _value(head, "content-length")
    return length.isdigit() and int(length) == len(body)


class Server:
    """One script, from the first connection to `__exit__`."""

    def __init__(self, cut=None, tls=None):
        self.replies = []
        self.requests = []
        self.connections = 0
        self._cut = cut
        self._tls = tls
        self._lock = threading.Lock()
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the client was faster
        for thread in self._threads:
            thread.join()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True,
                                                   do_handshake_on_connect=False)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        try:
            with connection.makefile("rb") as stream:
                request = _read_request(stream, connection)
                while request is not None and self._answer(connection, request):
                    request = _read_request(stream, connection)
        except OSError:
            pass  # the client went away
        with self._lock:
            self._open.discard(connection)
            connection.close()

    def _answer(self, connection, request):
        """Send the next reply; False where the connection ends with it."""
        with self._lock:
            index = len(self.requests)
            self.requests.append(request)
            reply = self.replies[index] if index < len(self.replies) else NOT_IN_THE_SCRIPT
            cut = self._cut is not None and self._cut[0] == index
            if cut:
                reply = reply[:self._cut[1]]
                self._cut = None
                self.requests.pop()
        connection.sendall(reply)
        return not cut and frames_itself(reply)


def _read_request(stream, connection):
    """One request as text: its line, the headers that matter, and the body. None at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    if _value(head, "expect"):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    told = [line for name, line in _headers(head) if name not in UNTOLD]
    text = "\n".join([head.split(b"\r\n", 1)[0].decode("latin-1"), *told]) + "\n"
    body = _read_body(stream, head)
    return text.encode("latin-1") + (b"\n" + body if body else b"")


def _read_body(stream, head):
    if _value(head, "transfer-encoding").lower() != "chunked":
        return stream.read(int(_value(head, "content-length") or 0))
    body = b""
    while True:
        size = int(stream.readline().split(b";")[0] or b"0", 16)
        body += stream.read(size)
        stream.readline()
        if size == 0:
            return body

# SPDX-License-Identifier: Apache-2.0
"""An HTTP server on loopback that answers what a test says, byte by byte, and remembers what it was asked.

    with Server() as server:
        server.on("/path", answer(b"hello"))           # bytes
        server.on("/path", [answer(status=503), answer(b"hello")])     # in turn, the last one again
        server.on("/path", lambda request, connection: ...)            # whatever it sends itself
        ... server.url("/path") ... server.requests ...

A connection is kept open after an answer, unless the handler closes it.
"""

import socket
import ssl
import struct
import threading
from urllib.parse import urlsplit

REASONS = {200: "OK"}


def answer(body=b"", status=200, **headers):
    """The bytes of an answer; header names are given with _ for -, and None leaves one out."""
    fields = {"Content-Length": str(len(body)), "Content-Type": "text/plain"}
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "HTTP/1.1 %d %s\r\n" % (status, REASONS.get(status, "Answer"))
    head += "".join("%s: %s\r\n" % field for field in fields.items() if field[1] is not None)
    return head.encode("latin-1") + b"\r\n" + body


def chunked(pieces, **headers):
    """The same with the body in chunks."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece)
    return answer(Content_Length=None, Transfer_Encoding="chunked", **headers) + body + b"0\r\n\r\n"


class Request:
    """What was asked."""

    def __init__(self, method, target, headers, connection):
        self.method = method
        self.target = target
        self.headers = headers  # names in lower case
        self.connection = connection
        self.body = b""
        self.complete = False

    def __repr__(self):
        return "%s %s" % (self.method, self.target)


class Connection:
    """One accepted connection."""

    def __init__(self, plain, number):
        self.socket = plain
        self.number = number
        self.buffer = b""

    def send(self, data):
        """Send it all; False where nobody is there any more."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def reset(self):
        """End it with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        """End it."""
        try:
            self.socket.close()
        except OSError:
            pass

    def is_gone(self, seconds):
        """Whether the client hangs up within so long."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except socket.timeout:
            return False
        except OSError:
            return True

    def fill(self):
        """Read some more; False at the end."""
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b""
        self.buffer += data
        return bool(data)

    def take(self, count):
        """Exactly so many bytes, or fewer at the end."""
        while len(self.buffer) < count and self.fill():
            pass
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def take_line(self):
        """A line without its end; None at the end."""
        while b"\n" not in self.buffer:
            if not self.fill():
                return None
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def take_head(self):
        """The request line and the headers; None at the end."""
        line = self.take_line()
        if not line:
            return None
        method, target, _ = line.split(" ", 2)
        headers = {}
        for line in iter(self.take_line, ""):
            if line is None:
                return None
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return Request(method, target, headers, self.number)

    def take_body(self, request):
        """Fill in the body and whether it was complete."""
        length = int(request.headers.get("content-length", 0))
        if request.headers.get("transfer-encoding") != "chunked":
            request.body = self.take(length)
            request.complete = len(request.body) == length
            return
        pieces = []
        for line in iter(self.take_line, None):
            size = int(line, 16)
            pieces.append(self.take(size))
            self.take_line()
            if size == 0:
                request.complete = True
                break
        request.body = b"".join(pieces)


class Server:
    """Listens from the beginning, serves between enter and exit."""

    def __init__(self, tls=None):
        self.tls = tls  # ssl.SSLContext
        self.requests = []
        self.certificates = []  # what clients showed, one for each TLS connection
        self.handlers = {}
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for connection in self.connections:
            connection.close()
        self.thread.join(5)

    def url(self, path="/", host="127.0.0.1"):
        """Of a path here."""
        return "%s://%s:%d%s" % ("https" if self.tls else "http", host, self.port, path)

    def on(self, path, handler):
        """What to do when it is asked for; a path without query."""
        self.handlers[path] = list(handler) if isinstance(handler, list) else [handler]

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(plain, len(self.connections) + 1)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.tls:
                self._shake_hands(connection)
            self.talk(connection)
        except (OSError, ssl.SSLError, ValueError):
            pass
        connection.close()

    def _shake_hands(self, connection):
        plain = connection.socket.dup()
        try:
            connection.socket = self.tls.wrap_socket(connection.socket, server_side=True)
            self.certificates.append(connection.socket.getpeercert(binary_form=True))
        except ssl.SSLError:
            # what was not read would turn the end into a RST, and that would overtake the alert
            plain.shutdown(socket.SHUT_WR)
            plain.settimeout(2)
            while plain.recv(65536):
                pass
            raise
        finally:
            plain.close()

    def talk(self, connection):
        """Answer until somebody hangs up."""
        while connection.socket.fileno() >= 0:
            request = connection.take_head()
            if request is None:
                return
            self.requests.append(request)
            connection.take_body(request)
            self.handle(request, connection)

    def handle(self, request, connection):
        """Answer one request."""
        handlers = self.handlers.get(request.target.split("?")[0], [answer(b"not here", 404)])
        handler = handlers.pop(0) if len(handlers) > 1 else handlers[0]
        if callable(handler):
            handler(request, connection)
        else:
            connection.send(handler)


def pass_on(request, connection, url, context, headers):
    """Ask the https `url` what was asked here, with these headers, and give its answer back."""
    parts = urlsplit(url)
    target = url.split(parts.netloc, 1)[1]
    head = "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n" % (
        request.method, target, parts.netloc, len(request.body))
    head += "".join("%s: %s\r\n" % field for field in headers.items())
    with socket.create_connection((parts.hostname, parts.port)) as plain, \
            context.wrap_socket(plain, server_hostname=parts.hostname) as upstream:
        upstream.sendall(head.encode("latin-1") + b"\r\n" + request.body)
        for data in iter(lambda: upstream.recv(65536), b""):
            if not connection.send(data):
                break
    connection.close()


class Proxy(Server):
    """CONNECT and whole URLs. Answers `refuses` to what it is asked, where that is given."""

    def __init__(self, tls=None, refuses=None):
        super().__init__(tls)
        self.refuses = refuses

    def handle(self, request, connection):
        if self.refuses:
            connection.send(self.refuses)
            return
        if request.method == "CONNECT":
            host, port = request.target.rsplit(":", 1)
            path = None
        else:
            authority, path = request.target.split("//", 1)[1].split("/", 1)
            host, port = authority.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 5) as upstream:
            if path is None:
                connection.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                head = "%s /%s HTTP/1.1\r\nConnection: close\r\n" % (request.method, path)
                head += "".join("%s: %s\r\n" % field for field in request.headers.items()
                                if not field[0].startswith("proxy-"))
                upstream.sendall(head.encode("latin-1") + b"\r\n" + request.body)
            relay(connection, upstream)


def relay(connection, upstream):
    """Both ways until one side ends."""
    def pump(source, target):
        try:
            for data in iter(lambda: source.recv(65536), b""):
                target.sendall(data)
        except OSError:
            pass
        for side in (source, target):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    back = threading.Thread(target=pump, args=(upstream, connection.socket), daemon=True)
    back.start()
    pump(connection.socket, upstream)
    back.join(5)
    connection.close()

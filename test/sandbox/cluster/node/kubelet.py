# SPDX-License-Identifier: Apache-2.0
"""The kubelet's HTTPS server: containerLogs, asked by the API server."""

import http.server
import ssl
from urllib.parse import parse_qs, urlsplit

from listener import Listener


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        query = {k: v[-1] for k, v in parse_qs(url.query).items()}
        parts = url.path.strip("/").split("/")
        run = self.server.find(*parts[1:3]) if len(parts) == 4 and parts[0] == "containerLogs" \
            else None
        if run is None or parts[3] not in run.states:
            self._text(404, "")
            return
        container = parts[3]
        why = run.why_waiting(container)
        if why:
            self._text(400, 'container "%s" in pod "%s" is waiting to start: %s' % (
                container, parts[2], why))
            return
        try:
            self._stream(run.logs[container], query)
        except OSError:
            self.close_connection = True

    def _text(self, code, text):
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _stream(self, log, query):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        stamps = query.get("timestamps") == "true"
        tail = int(query["tailLines"]) if "tailLines" in query else None
        left = int(query["limitBytes"]) if "limitBytes" in query else None
        since = query.get("sinceTime", "").rstrip("Z")
        begun = False       # whether the last line still lacks its end
        for when, text in log.follow(query.get("follow") == "true", since, tail):
            if not text:
                continue
            data = text if begun or not stamps else when + " " + text
            begun = not text.endswith("\n")
            data = data.encode()[:left]
            if left is not None:
                left -= len(data)
            if data:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            if left == 0:
                break
        self.wfile.write(b"0\r\n\r\n")


class Server(Listener):
    def __init__(self, find, certificate, key):
        self.find = find
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        super().__init__(Handler, context)
        self.start()

# SPDX-License-Identifier: Apache-2.0
"""What a stand-in listens with: a thread a connection, on a port of loopback that the kernel chooses.

A client that hangs up, or that does not speak TLS where that is wanted, is nothing to talk of: tests do
that. What else goes wrong in a handler is a fault of the stand-in and is shown.
"""

import socketserver
import sys
import threading


class Listener(socketserver.ThreadingTCPServer):
    """Gives each connection to a `handler`; over TLS where there is a `context`. Listens from the beginning."""

    daemon_threads = True
    request_queue_size = 128  # a connection that finds no place is tried again after a second

    def __init__(self, handler, context=None):
        self.context = context
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def port(self):
        """Where it listens."""
        return self.server_address[1]

    def start(self):
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """Serve no more."""
        self.shutdown()
        self.server_close()

    def get_request(self):
        connection, address = super().get_request()
        if self.context:  # hands are shaken in the connection's own thread, where it first reads
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

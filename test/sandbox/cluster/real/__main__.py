# SPDX-License-Identifier: Apache-2.0
"""Run etcd, kube-apiserver, kpack's webhooks and the gate before them.

Prints one line of JSON when all of them answer: the gate's port, and the API server's own.
"""

import argparse
import json
import os

from .. import auth
from ..client import Client, until_parent_ends
from ..server import Server, tls_context
from . import webhooks
from .etcd import Etcd
from .gate import Gate
from .processes import Servers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", required=True, help="folder of etcd and kube-apiserver")
    parser.add_argument("--folder", required=True, help="of the certificates and tokens.csv")
    parser.add_argument("--audit", required=True, help="where the audit log goes")
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    tokens = auth.load_tokens(os.path.join(folder, "tokens.csv"))
    admin = next(token for token, (_, groups) in tokens.items() if auth.MASTERS in groups)
    context = tls_context(*(os.path.join(folder, name) for name in
                            ("apiserver.crt", "apiserver.key", "ca.crt")))
    servers = Servers(options.binaries, folder, options.audit, admin)
    try:
        client = Client("https://127.0.0.1:%d" % servers.port, servers.tls, admin)
        client.apply(webhooks.configurations(webhooks.serve(context), servers.ca))
        gate = Server(Gate(tokens, servers, Etcd(servers.etcd_port, servers.etcd_tls)), context)
        gate.start()
        print(json.dumps({"port": gate.port, "direct": servers.port}), flush=True)
        until_parent_ends()
    finally:
        servers.end()


if __name__ == "__main__":
    main()

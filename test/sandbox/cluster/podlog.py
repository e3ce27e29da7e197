# SPDX-License-Identifier: Apache-2.0
"""pods/NAME/log: asked of the kubelet whose address the pod's Node object holds."""

import http.client
import re
import ssl
from urllib.parse import urlencode

from . import status
from .exchange import Cut, EndStream

PASSED = ("follow", "timestamps", "sinceTime", "sinceSeconds", "tailLines", "limitBytes",
          "previous")


def containers(pod):
    return ([c["name"] for c in pod["spec"].get("initContainers", ())],
            [c["name"] for c in pod["spec"].get("containers", ())])


def chosen(pod, asked):
    """The container to read, checked as the API server does."""
    name = pod["metadata"]["name"]
    init, main = containers(pod)
    if asked:
        if asked not in init + main:
            raise status.bad_request("container %s is not valid for pod %s" % (asked, name))
        return asked
    if len(main) == 1 and not init:
        return main[0]
    words = "a container name must be specified for pod %s, choose one of: [%s]" % (
        name, " ".join(main))
    if init:
        words += " or one of the init containers: [%s]" % " ".join(init)
    raise status.bad_request(words)


def kubelet(node):
    addresses = {a["type"]: a["address"] for a in node.get("status", {}).get("addresses", ())}
    port = node.get("status", {}).get("daemonEndpoints", {}).get("kubeletEndpoint", {}).get("Port")
    address = addresses.get("Hostname") or addresses.get("InternalIP")
    if not address or not port:
        raise status.ApiError(500, "", "no preferred addresses found; known addresses: []")
    return address, port


def translate(code, text, pod):
    """The API server's words for an answer of the kubelet that is not 200."""
    if code == 400:
        return status.bad_request(text)
    if code == 404:
        return status.ApiError(404, "NotFound", "the server could not find the requested resource "
                               "( pods/log %s)" % pod, {"name": pod, "kind": "pods/log"})
    return status.ApiError(code, "InternalError",
                           "an error on the server (%s) has prevented the request from succeeding "
                           "( pods/log %s)" % ('"%s"' % text if text else "unknown", pod))


def serve(api, exchange, resource):
    request = exchange.request
    entry = api.store.get(resource, request.namespace, request.name)
    if entry is None:
        raise status.not_found(resource, request.name)
    container = chosen(entry.obj, request.query.get("container"))
    node_name = entry.obj["spec"].get("nodeName")
    if not node_name:       # not scheduled yet: the API server answers with nothing
        exchange.reply(200, b"", "text/plain")
        return
    nodes = api.registry.find("", "v1", "nodes")
    node = api.store.get(nodes, None, node_name)
    if node is None:
        raise status.not_found(nodes, node_name)
    address, port = kubelet(node.obj)
    path = "/containerLogs/%s/%s/%s" % (request.namespace, request.name, container)
    options = {k: request.query[k] for k in PASSED if k in request.query}
    if "sinceTime" in options:      # it passes on whole seconds
        options["sinceTime"] = re.sub(r"\.\d+", "", options["sinceTime"])
    query = urlencode(options)
    target = path + ("?" + query if query else "")
    # like an API server without --kubelet-certificate-authority
    context = ssl._create_unverified_context()
    upstream = http.client.HTTPSConnection(address, port, context=context)
    try:
        try:
            upstream.request("GET", target)
            answer = upstream.getresponse()
        except OSError as err:
            raise status.ApiError(500, "", 'Get "https://%s:%d%s": dial tcp %s:%d: connect: %s' % (
                address, port, target, address, port,
                (err.strerror or str(err)).lower())) from err
        if answer.status != 200:
            raise translate(answer.status, answer.read(51200).decode("utf-8", "replace"),
                            request.name)
        relay(api, exchange, answer)
    finally:
        upstream.close()


def relay(api, exchange, answer):
    exchange.stream("text/plain")
    by_line = bool(set(exchange.fault) & {"end", "cut_events", "slow", "half", "garbage"})
    with api.streams_lock:
        api.streams.add(exchange)
    try:
        while True:
            data = answer.readline() if by_line else answer.read1(65536)
            if not data:
                break
            exchange.event(data)
    except EndStream:
        pass
    except (OSError, ValueError, http.client.HTTPException) as err:
        raise Cut from err
    finally:
        with api.streams_lock:
            api.streams.discard(exchange)
    exchange.finish()

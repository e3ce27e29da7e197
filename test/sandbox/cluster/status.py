# SPDX-License-Identifier: Apache-2.0
"""The API server's errors: Status bodies in its own words."""


class ApiError(Exception):
    """An answer that is a Status of failure."""

    def __init__(self, code, reason, message, details=None, retry_after=None, meta=None):
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = dict(details or {})
        self.retry_after = retry_after
        self.meta = meta or {}
        if retry_after is not None:
            self.details["retryAfterSeconds"] = retry_after

    def body(self):
        status = {
            "kind": "Status", "apiVersion": "v1", "metadata": self.meta, "status": "Failure",
            "message": self.message, "reason": self.reason, "details": self.details,
            "code": self.code,
        }
        if not self.details:
            del status["details"]
        if not self.reason:
            del status["reason"]
        return status


def details_of(resource, name=None):
    details = {}
    if name:
        details["name"] = name
    if resource.group:
        details["group"] = resource.group
    details["kind"] = resource.plural
    return details


def success(resource, name, uid):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
            "details": {**details_of(resource, name), "uid": uid}}


def unauthorized():
    return ApiError(401, "Unauthorized", "Unauthorized")


def forbidden(user, verb, group, resource, subresource, namespace, name):
    """What RBAC says about a resource; resource is the plural."""
    what = resource + ("/" + subresource if subresource else "")
    qualified = resource + ("." + group if group else "")
    where = 'in the namespace "%s"' % namespace if namespace else "at the cluster scope"
    message = '%s%s is forbidden: User "%s" cannot %s resource "%s" in API group "%s" %s' % (
        qualified, ' "%s"' % name if name else "", user, verb, what, group, where)
    details = {"kind": resource}
    if name:
        details["name"] = name
    if group:
        details["group"] = group
    return ApiError(403, "Forbidden", message, details)


def forbidden_path(user, verb, path):
    return ApiError(403, "Forbidden",
                    'forbidden: User "%s" cannot %s path "%s"' % (user, verb, path))


def not_found(resource, name):
    return ApiError(404, "NotFound", '%s "%s" not found' % (resource.qualified, name),
                    details_of(resource, name))


def already_exists(resource, name):
    return ApiError(409, "AlreadyExists", '%s "%s" already exists' % (resource.qualified, name),
                    details_of(resource, name))


def conflict(resource, name):
    return ApiError(409, "Conflict",
                    'Operation cannot be fulfilled on %s "%s": the object has been modified; '
                    "please apply your changes to the latest version and try again"
                    % (resource.qualified, name), details_of(resource, name))


def bad_request(message):
    return ApiError(400, "BadRequest", message)


def invalid(resource, name, field, problem):
    kind = resource.kind + ("." + resource.group if resource.group else "")
    details = {"name": name, "group": resource.group, "kind": resource.kind,
               "causes": [{"reason": "FieldValueInvalid", "message": problem, "field": field}]}
    return ApiError(422, "Invalid", '%s "%s" is invalid: %s: %s' % (kind, name, field, problem),
                    details)


def denied(message):
    """What kpack's validating webhook says."""
    return bad_request('admission webhook "validation.webhook.kpack.io" denied the request: '
                       "validation failed: " + message)


def expired(asked, oldest):
    return ApiError(410, "Expired", "too old resource version: %d (%d)" % (asked, oldest))


def expired_continue(token):
    return ApiError(
        410, "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can "
        "start a new list without the continue parameter, or use the continue token in this "
        "response to retrieve the remainder of the results. Continuing with the provided token "
        "results in an inconsistent list - objects that were created, modified, or deleted "
        "between the time the first chunk was returned and now may show up in the list.",
        meta={"continue": token})


def unsupported_media_type(accepted):
    return ApiError(415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types "
                    "include: " + ", ".join(accepted))


def not_acceptable(accepted):
    return ApiError(406, "NotAcceptable",
                    "only the following media types are accepted: " + ", ".join(accepted))


def method_not_allowed():
    return ApiError(405, "MethodNotAllowed",
                    "the server does not allow this method on the requested resource")


def too_many_requests(retry_after):
    return ApiError(429, "TooManyRequests",
                    "Too many requests, please try again later.", retry_after=retry_after)


def storage_initializing():
    return ApiError(429, "TooManyRequests", "storage is (re)initializing", retry_after=1)


def conversion_failed(resource):
    return ApiError(
        500, "",
        "conversion webhook for %s/%s, Kind=%s failed: Post "
        '"https://kpack-webhook.kpack.svc:443/convert?timeout=30s": '
        'service "kpack-webhook" not found' % (resource.group, resource.storage, resource.kind))


#: What a fault of that code says, where the fault brings no words of its own.
FAULTS = {
    400: ("BadRequest", "the request was made bad by the sandbox"),
    410: ("Expired", "too old resource version: 1 (2)"),
    429: ("TooManyRequests", "Too many requests, please try again later."),
    500: ("InternalError", "Internal error occurred: etcdserver: leader changed"),
    502: ("", "bad gateway"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: ("Timeout", "Timeout: request did not complete within the allotted timeout"),
}


def of_code(code, message=None, retry_after=None):
    reason, words = FAULTS.get(code, ("", "the sandbox answers %d" % code))
    return ApiError(code, reason, message or words, retry_after=retry_after)

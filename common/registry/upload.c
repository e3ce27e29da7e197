/* SPDX-License-Identifier: Apache-2.0 */
/* upload: a blob on its way: POST for a place, PUT of all of it there, and again from the start where that failed in
 * a way that may pass. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "net/url.h"
#include "registry/parts.h"

struct upload {
	struct registry *registry;
	const char *digest;
	struct spool *blob;
	bool again;  /* another attempt may help */
	int wait_ms; /* that the registry asks for before it; 0: none */
};

static int has_blob(struct upload *upload, struct err *err)
{
	auto_free char *url = registry_url(upload->registry, "blobs", upload->digest);
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	struct http_request request = {
		.method = HTTP_HEAD,
		.url = url,
		.repeatable = true,
	};

	if (registry_ask(upload->registry, &request, &response, err) < 0)
		return -1;
	return response.status == 200;
}

/* Ask for a place to send it to, which may lie on another server; the caller's. NULL with err. */
static char *begin(struct upload *upload, struct err *err)
{
	struct registry *registry = upload->registry;
	auto_free char *url = registry_url(registry, "blobs", "uploads/");
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	struct http_request request = {
		.method = HTTP_POST,
		.url = url,
		.repeatable = true,
		.no_redirects = true,
	};

	if (registry_ask(registry, &request, &response, err) < 0)
		return NULL;
	if (response.status != 202)
		(void)registry_refused(registry, "it cannot be pushed to", &response, err);
	else if (!response.location)
		(void)err_set(err, ERR_REMOTE, "%s: the registry names no place to upload to",
			registry->shown);
	else if (span_starts(span_of(registry->base), "https:") &&
		!span_starts(span_of(response.location), "https:"))
		(void)err_set(err, ERR_REMOTE,
			"%s: the registry names a place to upload to that has no TLS",
			registry->shown);
	else
		return TAKE(response.location);
	return NULL;
}

static char *add_digest(const char *place, const char *digest)
{
	auto_buf struct buf url = BUF(2 * LIMIT_URL);

	/* the place is a URL, and those have a maximum already */
	if (buf_format(&url, "%s%sdigest=", place, strchr(place, '?') ? "&" : "?") < 0 ||
		url_add_encoded(&url, digest) < 0)
		buf_clear(&url);
	return buf_detach(&url);
}

static long read_blob(void *context, char *data, size_t size, struct err *err)
{
	const struct upload *upload = context;
	long count = spool_read(upload->blob, data, size, err);

	if (upload->blob->size > MIB)
		log_progress(upload->blob->read == upload->blob->size, "uploading %.1f of %.1f MB",
			(double)upload->blob->read / 1e6, (double)upload->blob->size / 1e6);
	return count;
}

/* Statuses after which another attempt may do better: the place, or the token, is gone; the server had
 * trouble of its own. */
static bool may_pass(int status)
{
	return status == 401 || status == 404 || status == 416 || status == 429 || status >= 500;
}

static int attempt(struct upload *upload, struct err *err)
{
	struct registry *registry = upload->registry;
	auto_free char *place = begin(upload, err);
	auto_free char *url = NULL;
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	struct http_request request = {
		.method = HTTP_PUT,
		.content_type = "application/octet-stream",
		.body_read = read_blob,
		.body_context = upload,
		.body_length = upload->blob->size,
		.no_redirects = true,
		.total_timeout_ms = -1,
	};

	upload->again = false;
	upload->wait_ms = 0;
	if (!place)
		return -1;
	url = add_digest(place, upload->digest);
	request.url = url;
	spool_rewind(upload->blob);
	if (registry_authorize(registry, &request, err) < 0)
		return -1;
	if (http_fetch(registry->http, &request, &response, err) < 0) {
		upload->again = err->kind == ERR_NETWORK;
		return err_wrap(err, "%s", registry->shown);
	}
	if (response.status == 201)
		return 0;
	upload->again = may_pass(response.status);
	if (response.status == 401)
		secret_free(TAKE(registry->token));
	if (response.retry_after_ms > 0)
		upload->wait_ms = response.retry_after_ms;
	return registry_refused(registry, "the upload was not taken", &response, err);
}

int registry_push_blob(
	struct registry *registry, const char *digest, struct spool *blob, struct err *err)
{
	struct upload upload = { .registry = registry, .digest = digest, .blob = blob };
	int there = has_blob(&upload, err);

	if (there)
		return there < 0 ? -1 : 0;
	for (int number = 1;; number++) {
		int wait = RETRY_FIRST_MS << (number - 1);

		if (attempt(&upload, err) == 0)
			return 0;
		if (!upload.again || number == UPLOAD_ATTEMPTS ||
			upload.wait_ms > RETRY_AFTER_MAX_MS)
			return -1;
		wait = upload.wait_ms > wait ? upload.wait_ms : wait;
		log_warning("%s; trying again in %.1f s", err->message, wait / 1000.0);
		clock_sleep_ms(wait);
		if (stop_check(err) < 0)
			return -1;
	}
}

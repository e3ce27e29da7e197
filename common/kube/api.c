/* SPDX-License-Identifier: Apache-2.0 */
/* api: a client of the Kubernetes API. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "kube/api.h"
#include "kube/identity.h"
#include "kube/object.h"
#include "kube/status.h"

struct kube {
	struct http *http;
	char *server;
	struct kube_identity identity;
};

int kube_open(struct kube **kube, struct cluster *cluster, const char *field, struct err *err)
{
	auto_kube struct kube *opened = mem_alloc(sizeof(*opened));
	struct http_options options = {
		.ca_certs = cluster->ca_certs.count ? &cluster->ca_certs : NULL,
		.ca_field = field,
		.skip_verify = cluster->skip_verify,
		.client_cert = cluster->client_cert,
		.client_key = cluster->client_key,
		.client_field = "client-certificate-data",
		.tls_server_name = cluster->tls_server_name,
		.proxy = cluster->proxy,
	};

	if (http_open(&opened->http, &options, err) < 0)
		return -1;
	opened->server = TAKE(cluster->server);
	identity_take(&opened->identity, cluster, opened->server);
	*kube = TAKE(opened);
	return 0;
}

void kube_close(struct kube *kube)
{
	if (!kube)
		return;
	http_close(kube->http);
	free(kube->server);
	identity_release(&kube->identity);
	free(kube);
}

void kube_close_pointer(struct kube **kube)
{
	kube_close(*kube);
}

struct http *kube_http(struct kube *kube)
{
	return kube->http;
}

int kube_authorize(
	struct kube *kube, struct http_request *request, unsigned *renewals, struct err *err)
{
	return identity_authorize(&kube->identity, request, renewals, err);
}

bool kube_worth_again(struct kube *kube, unsigned renewals, int status)
{
	return identity_worth_again(&kube->identity, renewals, status);
}

char *kube_url(const struct kube *kube, const struct kube_path *path,
	const struct kube_parameter *parameters)
{
	return path_url(kube->server, path, parameters);
}

int kube_wrap(const struct kube *kube, struct err *err)
{
	auto_free char *server = http_show_url(kube->server);

	return err_wrap(err, "%s", server);
}

/* Credentials follow no redirect, so what it leads to is not asked. */
static int refuse_redirect(const struct kube *kube, int status, struct err *err)
{
	(void)err_set(err, ERR_REMOTE,
		"the answer leads elsewhere (%d), is this a Kubernetes API server?", status);
	return kube_wrap(kube, err);
}

static const char *method_name(enum http_method method)
{
	if (method == HTTP_PATCH)
		return "PATCH";
	return method == HTTP_POST ? "POST" : "GET";
}

/* One exchange: 0 with the body of its answer, or RENEWED where it is to be repeated with another
 * token. */
enum { RENEWED = 1 };
static int fetch_once(struct kube *kube, const struct kube_path *path, struct http_request *request,
	struct buf *body, struct err *err)
{
	auto_response struct http_response response = { .body = BUF(LIMIT_JSON_BODY) };
	unsigned renewals;

	/* the transport's own errors name the host already */
	if (kube_authorize(kube, request, &renewals, err) < 0 ||
		http_fetch(kube->http, request, &response, err) < 0)
		return -1;
	log_debug("%s %s: %d, %zu bytes", method_name(request->method), request->url,
		response.status, response.body.length);
	if (kube_worth_again(kube, renewals, response.status))
		return RENEWED;
	if (response.status >= 300 && response.status < 400)
		return refuse_redirect(kube, response.status, err);
	if (response.status >= 400) {
		(void)status_error(response.status, buf_span(&response.body), path->api, err);
		return kube_wrap(kube, err);
	}
	buf_release(body);
	*body = response.body;
	response.body = BUF(0);
	return 0;
}

static int fetch(struct kube *kube, const struct kube_path *path, struct http_request *request,
	struct buf *body, struct err *err)
{
	int status;

	do
		status = fetch_once(kube, path, request, body, err);
	while (status == RENEWED);
	return status;
}

static json_t *parse(const struct kube *kube, struct span body, struct err *err)
{
	json_error_t error;
	json_t *object = json_loadb(body.data, body.length, 0, &error);

	if (object && json_is_object(object))
		return object;
	json_decref(object);
	(void)err_set(err, ERR_REMOTE,
		"the answer is not a JSON object, is this a Kubernetes API server?");
	(void)kube_wrap(kube, err);
	return NULL;
}

/* What is not there reads as empty, so another object would pass for one that says nothing. */
static int fetch_object(struct kube *kube, const struct kube_path *path,
	struct http_request *request, json_t **object, struct err *err)
{
	auto_buf struct buf body = BUF(LIMIT_JSON_BODY);
	json_auto_t *parsed = NULL;

	if (fetch(kube, path, request, &body, err) < 0)
		return -1;
	parsed = parse(kube, buf_span(&body), err);
	if (!parsed)
		return -1;
	if (strcmp(object_text(parsed, "metadata.name"), path->name) != 0) {
		(void)err_set(err, ERR_REMOTE,
			"the answer is not the object that was asked for, is this a Kubernetes API "
			"server?");
		return kube_wrap(kube, err);
	}
	*object = TAKE(parsed);
	return 0;
}

int kube_get(struct kube *kube, const struct kube_path *path, json_t **object, struct err *err)
{
	auto_free char *url = kube_url(kube, path, NULL);
	struct http_request request = {
		.url = url,
		.repeatable = true,
		.no_redirects = true,
	};

	return fetch_object(kube, path, &request, object, err);
}

static const struct kube_parameter field_manager[] = {
	{ "fieldManager", "build-service-resource" },
	{ NULL, NULL },
};

int kube_create(struct kube *kube, const struct kube_path *path, json_t *object, json_t **created,
	struct err *err)
{
	struct kube_path collection = *path;
	auto_free char *url = NULL;
	auto_free char *body = json_dumps(object, JSON_COMPACT);
	struct http_request request = {
		.method = HTTP_POST,
		.content_type = "application/json",
		.body = span_of(body),
		.repeatable = true,
		.no_redirects = true,
	};

	collection.name = NULL;
	url = kube_url(kube, &collection, field_manager);
	request.url = url;
	return fetch_object(kube, path, &request, created, err);
}

int kube_again(int again, struct err *err)
{
	if (err->kind != ERR_CONFLICT || again == KUBE_RETRY_MAX)
		return -1;
	log_debug("again, because %s", err->message);
	clock_sleep_ms(KUBE_RETRY_MS << again);
	return stop_check(err);
}

/* What http_fetch does not repeat: a lost race of writers, which a patch without a resourceVersion
 * does not mind. */
static int patch_object(struct kube *kube, const struct kube_path *path,
	struct http_request *request, bool guarded, json_t **object, struct err *err)
{
	for (int again = 0;; again++) {
		if (fetch_object(kube, path, request, object, err) == 0)
			return 0;
		if (guarded || kube_again(again, err) < 0)
			return -1;
	}
}

int kube_patch(struct kube *kube, const struct kube_path *path, json_t *patch, json_t **object,
	struct err *err)
{
	bool guarded = *object_text(patch, "metadata.resourceVersion");
	auto_free char *url = kube_url(kube, path, field_manager);
	auto_free char *body = json_dumps(patch, JSON_COMPACT);
	struct http_request request = {
		.method = HTTP_PATCH,
		.url = url,
		.content_type = "application/merge-patch+json",
		.body = span_of(body),
		.repeatable = true,
		.no_redirects = true,
	};

	return patch_object(kube, path, &request, guarded, object, err);
}

/* One page of a list, in `body`. */
static int fetch_page(struct kube *kube, const struct kube_path *path,
	const struct kube_selector *selector, const char *token, struct buf *body, struct err *err)
{
	struct kube_parameter parameters[] = {
		{ "labelSelector", selector->labels },
		{ "fieldSelector", selector->fields },
		{ "limit", KUBE_PAGE },
		{ "continue", token },
		{ NULL, NULL },
	};
	auto_free char *url = kube_url(kube, path, parameters);
	struct http_request request = {
		.url = url,
		.accept_gzip = true,
		.repeatable = true,
		.no_redirects = true,
	};

	return fetch(kube, path, &request, body, err);
}

/* A list that is under way. */
struct listing {
	struct list_page page; /* the last one */
	char *token;           /* where the next page begins; NULL: at the first */
	int pages;
	int restarts;
};

static void listing_release(struct listing *listing)
{
	free(listing->page.token);
	free(listing->page.resource_version);
	free(listing->token);
}

/* What was seen of it has become too old. */
static int begin_anew(struct listing *listing, list_visit *visit, void *context, struct err *err)
{
	if (err->kind != ERR_EXPIRED || !listing->token || listing->restarts++ == KUBE_RETRY_MAX)
		return -1;
	free(TAKE(listing->token));
	listing->pages = 0;
	return visit(context, NULL, err);
}

/* Whether there is another page: 1 or 0. One that leads to itself has no end. */
static int go_on(struct listing *listing, struct err *err)
{
	auto_free char *before = TAKE(listing->token);

	listing->token = TAKE(listing->page.token);
	if (!listing->token)
		return 0;
	if ((before && strcmp(before, listing->token) == 0) || listing->pages == KUBE_PAGES_MAX)
		return err_set(err, ERR_REMOTE, "the list has no end: there were %d pages of it",
			listing->pages);
	return 1;
}

static int list_pages(struct kube *kube, const struct kube_path *path,
	const struct kube_selector *selector, struct listing *listing, list_visit *visit,
	void *context, struct err *err)
{
	int more = 1;

	while (more) {
		auto_buf struct buf body = BUF(LIMIT_JSON_BODY);

		if (fetch_page(kube, path, selector, listing->token, &body, err) < 0) {
			if (begin_anew(listing, visit, context, err) < 0)
				return -1;
			continue;
		}
		listing->pages++;
		free(TAKE(listing->page.resource_version));
		if (list_walk(buf_span(&body), selector->parts, visit, context, &listing->page,
			    err) < 0 ||
			(more = go_on(listing, err)) < 0)
			return err->kind == ERR_REMOTE ? kube_wrap(kube, err) : -1;
	}
	return 0;
}

int kube_list(struct kube *kube, const struct kube_path *path, const struct kube_selector *selector,
	list_visit *visit, void *context, char **resource_version, struct err *err)
{
	AUTO(listing_release) struct listing listing = { 0 };

	if (list_pages(kube, path, selector, &listing, visit, context, err) < 0)
		return -1;
	if (resource_version)
		*resource_version = TAKE(listing.page.resource_version);
	return 0;
}

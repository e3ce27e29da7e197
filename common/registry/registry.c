/* SPDX-License-Identifier: Apache-2.0 */
/* registry: one repository of an image registry, to push to. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/url.h"
#include "registry/parts.h"

#define FIELD "source.registry"

/* Left of a token, when it is renewed before it is used. */
static const int64_t margin_ms = 5000;

void registry_close(struct registry *registry)
{
	if (!registry)
		return;
	http_close(registry->http);
	free(registry->base);
	free(registry->repository);
	free(registry->shown);
	challenge_release(&registry->challenge);
	secret_free(registry->token);
	free(registry);
}

void registry_close_pointer(struct registry **registry)
{
	registry_close(*registry);
	*registry = NULL;
}

char *registry_url(const struct registry *registry, const char *what, const char *name)
{
	return mem_format("%s/v2/%s/%s/%s", registry->base, registry->repository, what, name);
}

int registry_authorize(struct registry *registry, struct http_request *request, struct err *err)
{
	const struct registry_source *source = registry->source;

	registry->auth = (struct http_auth){ 0 };
	request->auth = &registry->auth;
	if (!url_same_origin(request->url, registry->base))
		return 0;
	switch (registry->challenge.scheme) {
	case CHALLENGE_NONE:
		break;
	case CHALLENGE_BASIC:
		registry->auth.username = source ? source->username : NULL;
		registry->auth.password = source ? source->password : NULL;
		break;
	case CHALLENGE_BEARER:
		if ((!registry->token ||
			    clock_monotonic_ms() > registry->token_end_ms - margin_ms) &&
			registry_renew(registry, err) < 0)
			return -1;
		registry->auth.bearer = registry->token;
		break;
	}
	return 0;
}

int registry_ask(struct registry *registry, struct http_request *request,
	struct http_response *response, struct err *err)
{
	for (bool again = false;; again = true) {
		if (registry_authorize(registry, request, err) < 0)
			return -1;
		if (http_fetch(registry->http, request, response, err) < 0)
			return err_wrap(err, "%s", registry->shown);
		if (response->status != 401 || again || !registry->auth.bearer)
			return 0;
		secret_free(TAKE(registry->token));
	}
}

static const char *cure(const struct registry *registry, int status)
{
	if (status != 401 && status != 403)
		return "";
	if (!registry->source || !registry->source->password)
		return ": give 'username' and 'password' in '" FIELD "'";
	return ": may the user of '" FIELD "' push there?";
}

int registry_refused(const struct registry *registry, const char *doing,
	const struct http_response *response, struct err *err)
{
	auto_free char *words = http_status_words(buf_span(&response->body));

	return err_set(err, http_status_kind(response->status), "%s: %s: %s (%d)%s",
		registry->shown, doing, words ? words : "the registry does not say why",
		response->status, cure(registry, response->status));
}

static int ask_base(
	struct registry *registry, bool repeatable, struct http_response *response, struct err *err)
{
	auto_free char *url = mem_format("%s/v2/", registry->base);
	const struct http_request request = {
		.method = HTTP_GET,
		.url = url,
		.repeatable = repeatable,
		.no_redirects = true,
	};

	return http_fetch(registry->http, &request, response, err);
}

/* Where there is no TLS, and none is asked for. */
static int ask_in_the_clear(
	struct registry *registry, struct http_response *response, struct err *err)
{
	struct err first = *err;
	auto_free char *guarded = registry->base;

	registry->base = mem_format("http://%s", guarded + strlen("https://"));
	if (ask_base(registry, true, response, err) == 0)
		return 0;
	*err = first;
	return -1;
}

/* GET /v2/: is there a registry, and what does it want to be told? */
static int begin(struct registry *registry, struct err *err)
{
	const struct registry_source *source = registry->source;
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	bool insecure = source && source->insecure;
	int status = ask_base(registry, !insecure, &response, err);

	if (status < 0 && insecure && err->kind == ERR_NETWORK)
		status = ask_in_the_clear(registry, &response, err);
	if (status < 0)
		return err_wrap(err, "%s", registry->shown);
	if (response.status == 401)
		challenge_read(&registry->challenge, &response.challenges);
	if (response.status == 401 && registry->challenge.scheme == CHALLENGE_NONE)
		return err_set(err, ERR_REMOTE,
			"%s: the registry wants a login of a kind that is not known here (401)",
			registry->shown);
	if (response.status != 401 && response.status != 200)
		return registry_refused(registry, "no image registry answers", &response, err);
	return 0;
}

int registry_open(struct registry **registry, const struct reference *reference,
	const struct registry_source *source, struct err *err)
{
	const struct http_options options = {
		.ca_certs = source && source->ca_certs.count ? &source->ca_certs : NULL,
		.ca_field = FIELD ".ca_certs",
		.skip_verify = source && source->insecure,
	};
	auto_registry struct registry *opened = mem_alloc(sizeof(*opened));

	opened->source = source;
	opened->base = mem_format("https://%s", reference->host);
	opened->repository = mem_copy_string(reference->repository);
	opened->shown = mem_format("%s/%s", reference->host, reference->repository);
	if (http_open(&opened->http, &options, err) < 0 || begin(opened, err) < 0)
		return -1;
	*registry = TAKE(opened);
	return 0;
}

int registry_has_manifest(
	struct registry *registry, const char *type, const char *digest, struct err *err)
{
	auto_free char *accept = mem_format("Accept: %s", type);
	auto_free char *url = registry_url(registry, "manifests", digest);
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	const char *const headers[] = { accept, NULL };
	struct http_request request = {
		.method = HTTP_HEAD,
		.url = url,
		.headers = headers,
		.repeatable = true,
	};

	if (registry_ask(registry, &request, &response, err) < 0)
		return -1;
	/* one that may not be looked at may still be pushed to; what is wrong is said there in words */
	return response.status == 200;
}

int registry_push_manifest(struct registry *registry, const char *type, const char *tag,
	struct span manifest, struct err *err)
{
	auto_free char *url = registry_url(registry, "manifests", tag);
	auto_response struct http_response response = { .body = BUF(LIMIT_REGISTRY_ANSWER) };
	struct http_request request = {
		.method = HTTP_PUT,
		.url = url,
		.content_type = type,
		.body = manifest,
		.repeatable = true,
		.no_redirects = true,
	};

	if (registry_ask(registry, &request, &response, err) < 0)
		return -1;
	if (response.status != 201 && response.status != 200)
		return registry_refused(registry, "the manifest was not taken", &response, err);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* http: a git server over HTTP, by protocol v2 where it speaks it (gitprotocol-http). */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/remote/http.h"
#include "git/remote/transport.h"

static void http_remote_close(void *state)
{
	struct http_remote *remote = state;

	login_release(&remote->login);
	free(remote->base);
	free(remote->address);
	free(remote->field);
	capabilities_release(&remote->capabilities);
	capabilities_release(&remote->push_capabilities);
	refs_release(&remote->advertised);
	free(remote);
}

static void drop_end_slashes(char *url)
{
	size_t length = strlen(url);

	while (length && url[length - 1] == '/')
		url[--length] = '\0';
}

static int http_remote_open(
	void **state, struct access *access, const struct place *place, struct err *err)
{
	struct http_remote *remote = mem_alloc(sizeof(*remote));

	if (login_open(&remote->login, access, place, err) < 0 ||
		access_http(&remote->http, access, place->uri, err) < 0) {
		http_remote_close(remote);
		return -1;
	}
	remote->base = mem_copy_string(remote->login.url);
	drop_end_slashes(remote->base);
	remote->address = http_show_url(remote->base);
	remote->field = mem_format(
		span_starts(span_of(place->field), "source.") ? "'%s'" : "%s", place->field);
	access_warn(access, "http");
	if (!remote->login.known)
		access_warn(access, "credential");
	remote->asks_version2 = access->version == 2;
	remote->trusted = true;
	*state = remote;
	return 0;
}

static const char *http_remote_address(const void *state)
{
	const struct http_remote *remote = state;

	return remote->address;
}

/* "scheme://host:port" */
static struct span origin_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t length = host ? (size_t)(host - url) + 3 : 0;

	return (struct span){ url, length + strcspn(url + length, "/?#") };
}

/* Whether it is the server of the login that answered. */
static bool is_home(const struct http_remote *remote, const struct http_response *response)
{
	return span_equal(origin_of(response->url ? response->url : ""), origin_of(remote->base));
}

/* All later requests go where the first one was led; the credentials only within their origin. */
static int follow(struct http_remote *remote, const char *led_to, struct err *err)
{
	struct span base = span_of(led_to);
	char *moved;

	if (!led_to || !span_ends(base, "/info/refs"))
		return err_set(err, ERR_REMOTE, "redirects to '%s', which is not a git repository",
			led_to ? led_to : "");
	base.length -= strlen("/info/refs");
	if (span_is(base, remote->base))
		return 0;
	moved = span_copy(base);
	log_debug("git: redirected to %s", moved);
	if (!span_equal(origin_of(moved), origin_of(remote->base)))
		remote->trusted = false;
	free(remote->base);
	remote->base = moved;
	return 0;
}

/* Why there is no advertisement. A redirect may have led to where the credentials are not sent. */
static int no_advertisement(const struct http_remote *remote, const char *service,
	const struct http_response *response, struct err *err)
{
	struct span led_to = span_of(response->url);

	if (http_remote_is_known(remote) && led_to.length && !is_home(remote, response)) {
		if (span_ends(led_to, "/info/refs"))
			led_to.length -= strlen("/info/refs");
		return err_set(err, ERR_AUTH,
			"redirects to %.*s, which is another server and gets no credentials: set "
			"%s to that address",
			SPAN_FORMAT(led_to), remote->field);
	}
	return http_remote_refused(
		remote, service, response->status, buf_span(&response->body), err);
}

/* What proves who we are may have ended before its time. */
static int fetch_authorized(struct http_remote *remote, struct http_request *request,
	struct http_response *response, struct err *err)
{
	do
		if (http_remote_authorize(remote, request, err) < 0 ||
			http_fetch(remote->http, request, response, err) < 0)
			return -1;
	while (is_home(remote, response) && login_worth_again(&remote->login, response->status));
	return 0;
}

/* GET info/refs: what can the server do and, unless it speaks v2, which refs has it? */
static int advertisement(struct http_remote *remote, const char *service, struct refs *refs,
	struct capabilities *capabilities, struct err *err)
{
	static const char *const headers[] = { "Git-Protocol: version=2", NULL };
	auto_free char *url = mem_format("%s/info/refs?service=%s", remote->base, service);
	auto_free char *type = mem_format("application/x-%s-advertisement", service);
	auto_response struct http_response response = { .body = BUF(LIMIT_REFS) };
	struct http_request request = {
		.method = HTTP_GET,
		.url = url,
		.headers = remote->asks_version2 && strcmp(service, UPLOAD_PACK) == 0 ? headers
										      : NULL,
		.accept_gzip = true,
		.repeatable = true,
	};
	struct pkt_reader reader;
	struct span body;

	if (fetch_authorized(remote, &request, &response, err) < 0)
		return -1;
	if (response.status != 200)
		return no_advertisement(remote, service, &response, err);
	body = buf_span(&response.body);
	if (!response.content_type || !span_starts(span_of(response.content_type), type))
		return err_set(err, ERR_REMOTE, "answers, but not as a git server does: check %s",
			remote->field);
	if (follow(remote, response.url, err) < 0)
		return -1;
	pkt_reader_init(&reader, pkt_source_span, &body);
	if (refs_read_advertisement(refs, capabilities, service, &reader, err) < 0)
		return -1;
	log_debug("git: the server speaks protocol version %d", capabilities->version);
	return capabilities_check(capabilities, err);
}

static int ask_once(struct http_remote *remote, struct err *err)
{
	if (remote->asked)
		return 0;
	if (advertisement(remote, UPLOAD_PACK, &remote->advertised, &remote->capabilities, err) < 0)
		return -1;
	remote->asked = true;
	return 0;
}

static int http_remote_refs(
	void *state, const struct refs_query *query, struct refs *refs, struct err *err)
{
	struct http_remote *remote = state;
	auto_buf struct buf body = BUF(LIMIT_GIT_REQUEST);
	auto_response struct http_response response = { .body = BUF(LIMIT_REFS) };
	auto_post struct http_post post = { 0 };
	struct pkt_reader reader;
	struct span answer;

	if (ask_once(remote, err) < 0)
		return -1;
	if (remote->capabilities.version < 2) {
		refs_add_all(refs, &remote->advertised);
		return 0;
	}
	if (refs_write_request(&body, &remote->capabilities, query, err) < 0)
		return -1;
	http_post_init(&post, remote, UPLOAD_PACK);
	post.request.body = buf_span(&body);
	post.request.accept_gzip = true;
	post.request.repeatable = true;
	if (fetch_authorized(remote, &post.request, &response, err) < 0)
		return -1;
	answer = buf_span(&response.body);
	if (response.status != 200)
		return http_remote_refused(remote, UPLOAD_PACK, response.status, answer, err);
	pkt_reader_init(&reader, pkt_source_span, &answer);
	return refs_read(refs, &reader, err);
}

static int http_remote_refs_for_push(void *state, struct refs *refs, struct err *err)
{
	struct http_remote *remote = state;

	capabilities_release(&remote->push_capabilities);
	return advertisement(remote, RECEIVE_PACK, refs, &remote->push_capabilities, err);
}

static bool http_remote_gives_trees(const void *state)
{
	const struct http_remote *remote = state;

	return fetch_gives_trees(&remote->capabilities);
}

static int http_remote_takes_names(void *state, struct err *err)
{
	struct http_remote *remote = state;

	return ask_once(remote, err) < 0 ? -1 : fetch_takes_names(&remote->capabilities);
}

const struct transport http_transport = {
	.open = http_remote_open,
	.close = http_remote_close,
	.address = http_remote_address,
	.refs = http_remote_refs,
	.gives_trees = http_remote_gives_trees,
	.takes_names = http_remote_takes_names,
	.fetch = http_remote_fetch,
	.refs_for_push = http_remote_refs_for_push,
	.push = http_remote_push,
};

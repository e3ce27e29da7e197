/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_client: net/http.h for the tests in net.py: exchanges as JSON on stdin, results on stdout.
 *
 *	{"options": {...}, "exchanges": [{...}, ...], "together": false}
 *
 * One after another by http_fetch, or by http_stream_read where "stream" is set; all at once by
 * http_wait where "together" is. A stream with "leave_until": N is not read before exchange N ended.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "net/http.h"

#define HEADERS_MAX 8

/* As the tests name them. */
static const char *const kinds[] = {
	[ERR_NONE] = "none",
	[ERR_CONFIG] = "config",
	[ERR_AUTH] = "auth",
	[ERR_MISSING] = "missing",
	[ERR_UNSERVED] = "unserved",
	[ERR_REMOTE] = "remote",
	[ERR_NETWORK] = "network",
	[ERR_EXPIRED] = "expired",
	[ERR_CONFLICT] = "conflict",
	[ERR_STOPPED] = "stopped",
	[ERR_INTERNAL] = "internal",
};

struct exchange {
	json_t *given;
	struct http_request request;
	struct http_auth auth;
	const char *headers[HEADERS_MAX + 1];
	struct secret *password;
	struct secret *bearer;
	struct http_stream *stream;
	struct buf body;
	size_t most;     /* bytes that lay there to be taken */
	long long left;  /* to upload */
	long long fails; /* when so many are left; -1: never */
	bool over;
};

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int number(json_t *object, const char *key)
{
	return (int)json_integer_value(json_object_get(object, key));
}

static bool flag(json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static struct secret *secret(json_t *object, const char *key)
{
	return text(object, key) ? secret_new(span_of(text(object, key))) : NULL;
}

static enum http_method method_of(const char *name)
{
	static const char *const names[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD" };

	for (size_t i = 0; name && i < COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum http_method)i;
	return HTTP_GET;
}

/* An upload is the letter 'u', many times. */
static long upload(void *context, char *data, size_t size, struct err *err)
{
	struct exchange *exchange = context;
	size_t count = (unsigned long long)exchange->left < size ? (size_t)exchange->left : size;

	if (exchange->left <= exchange->fails)
		return err_set(err, ERR_INTERNAL, "the upload's source is broken");
	memset(data, 'u', count);
	exchange->left -= (long long)count;
	return (long)count;
}

static void prepare(struct exchange *exchange, json_t *given)
{
	struct http_request *request = &exchange->request;
	json_t *headers = json_object_get(given, "headers");

	exchange->given = given;
	exchange->password = secret(given, "password");
	exchange->bearer = secret(given, "bearer");
	exchange->auth = (struct http_auth){
		.username = text(given, "username"),
		.password = exchange->password,
		.bearer = exchange->bearer,
	};
	for (size_t i = 0; i < HEADERS_MAX && i < json_array_size(headers); i++)
		exchange->headers[i] = json_string_value(json_array_get(headers, i));
	exchange->left = json_integer_value(json_object_get(given, "upload"));
	exchange->fails = json_object_get(given, "fails") ? number(given, "fails") : -1;
	*request = (struct http_request){
		.method = method_of(text(given, "method")),
		.url = text(given, "url"),
		.auth = &exchange->auth,
		.headers = exchange->headers,
		.content_type = text(given, "content_type"),
		.body = span_of(text(given, "body")),
		.body_read = exchange->left ? upload : NULL,
		.body_context = exchange,
		.accept_gzip = flag(given, "gzip"),
		.repeatable = flag(given, "repeatable"),
		.no_redirects = flag(given, "no_redirects"),
		.connect_timeout_ms = number(given, "connect_ms"),
		.stall_timeout_ms = number(given, "stall_ms"),
		.total_timeout_ms = number(given, "total_ms"),
	};
	exchange->body = BUF(64 * MIB);
}

static void print_result(
	struct exchange *exchange, const struct http_response *response, const struct err *err)
{
	struct span body = buf_span(&exchange->body);
	json_t *result = json_pack("{s:i, s:s?, s:s?, s:i, s:I, s:I}", "status", response->status,
		"url", response->url, "content_type", response->content_type, "retry_after_ms",
		response->retry_after_ms, "length", (json_int_t)body.length, "most",
		(json_int_t)exchange->most);

	(void)json_object_set_new(
		result, "body", json_stringn(body.data, body.length > 4096 ? 4096 : body.length));
	if (err->kind != ERR_NONE) {
		(void)json_object_set_new(result, "kind", json_string(kinds[err->kind]));
		(void)json_object_set_new(result, "error", json_string(err->message));
	}
	(void)json_dumpf(result, stdout, JSON_COMPACT);
	(void)puts("");
	(void)fflush(stdout);
	json_decref(result);
	exchange->over = true;
}

static void fetch(struct http *http, struct exchange *exchange)
{
	int max = number(exchange->given, "max");
	auto_response struct http_response response = { .body = BUF(max ? (size_t)max : 16 * MIB) };
	struct err err = { 0 };

	if (http_fetch(http, &exchange->request, &response, &err) == 0)
		exchange->body = response.body;
	print_result(exchange, &response, &err);
	exchange->body = BUF(64 * MIB);
}

static void pull(struct http *http, struct exchange *exchange)
{
	static const struct http_response none = { 0 };
	static char bytes[50000];
	const struct http_response *response = &none;
	struct err err = { 0 };
	long count;

	if (http_stream_open(&exchange->stream, http, &exchange->request, &err) == 0) {
		while ((count = http_stream_read(exchange->stream, bytes, sizeof(bytes), &err)) > 0)
			(void)!buf_add(&exchange->body, bytes, (size_t)count);
		response = http_stream_response(exchange->stream);
	}
	print_result(exchange, response, &err);
}

/* Take a bit of what is there, so that the rest stays. */
static void take(struct exchange *exchange)
{
	struct span there = http_stream_data(exchange->stream);
	struct span part = there;

	if (there.length > exchange->most)
		exchange->most = there.length;
	if (part.length > 1000)
		part.length = part.length / 2;
	(void)!buf_add_span(&exchange->body, part);
	http_stream_consume(exchange->stream, part.length);
}

/* True if something happened: it is worth another look before the next wait. */
static bool look(struct exchange *exchange, const struct exchange *all)
{
	json_t *until = json_object_get(exchange->given, "leave_until");
	enum http_stream_state state = http_stream_state(exchange->stream);
	struct err err = { 0 };

	if (exchange->over)
		return false;
	if (until && !all[json_integer_value(until)].over) {
		size_t there = http_stream_data(exchange->stream).length;

		exchange->most = there > exchange->most ? there : exchange->most;
		return false;
	}
	if (state == STREAM_FAILED)
		(void)http_stream_error(exchange->stream, &err);
	if (state == STREAM_FAILED || state == STREAM_ENDED) {
		print_result(exchange, http_stream_response(exchange->stream), &err);
		return true;
	}
	if (state == STREAM_DATA)
		take(exchange);
	return state == STREAM_DATA;
}

static bool all_over(const struct exchange *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!all[i].over)
			return false;
	return true;
}

static int together(struct http *http, struct exchange *all, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (http_stream_open(&all[i].stream, http, &all[i].request, err) < 0)
			return -1;
	while (!all_over(all, count)) {
		bool more = false;

		for (size_t i = 0; i < count; i++)
			more = look(&all[i], all) || more;
		if (!more && !all_over(all, count) && http_wait(http, -1, err) < 0)
			return -1;
	}
	return 0;
}

static int run(json_t *given, struct exchange *all, size_t count, struct err *err)
{
	json_t *options = json_object_get(given, "options");
	json_t *certificates = json_object_get(options, "ca_certs");
	auto_strings struct strings ca_certs = { 0 };
	auto_secret struct secret *certificate = secret(options, "client_cert");
	auto_secret struct secret *key = secret(options, "client_key");
	auto_http struct http *http = NULL;

	for (size_t i = 0; i < json_array_size(certificates); i++)
		strings_add(&ca_certs, span_of(json_string_value(json_array_get(certificates, i))));
	if (http_open(&http,
		    &(struct http_options){
			    .ca_certs = certificates ? &ca_certs : NULL,
			    .ca_field = "source.ca_certs",
			    .skip_verify = flag(options, "skip_verify"),
			    .client_cert = certificate,
			    .client_key = key,
			    .tls_server_name = text(options, "tls_server_name"),
			    .proxy = text(options, "proxy"),
		    },
		    err) < 0)
		return -1;
	if (flag(given, "together"))
		return together(http, all, count, err);
	for (size_t i = 0; i < count; i++) {
		if (flag(all[i].given, "stream"))
			pull(http, &all[i]);
		else
			fetch(http, &all[i]);
	}
	return 0;
}

int main(void)
{
	json_t *given = json_loadf(stdin, 0, NULL);
	json_t *exchanges = json_object_get(given, "exchanges");
	size_t count = json_array_size(exchanges);
	struct exchange *all = mem_alloc(sizeof(*all) * (count + 1));
	struct err err = { 0 };

	log_set_debug(true);
	for (size_t i = 0; i < count; i++)
		prepare(&all[i], json_array_get(exchanges, i));
	if (stop_install(&err) < 0 || run(given, all, count, &err) < 0)
		(void)printf(
			"{\"kind\": \"%s\", \"error\": \"%s\"}\n", kinds[err.kind], err.message);
	for (size_t i = 0; i < count; i++) {
		http_stream_close(all[i].stream);
		secret_free(all[i].password);
		secret_free(all[i].bearer);
		buf_release(&all[i].body);
	}
	free(all);
	json_decref(given);
	log_release();
	return err.kind != ERR_NONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4: a URL of AWS that is signed for a while. */
#include <stdio.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/auth/crypt.h"
#include "kube/auth/sigv4.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

void aws_keys_release(struct aws_keys *keys)
{
	free(keys->id);
	secret_free(keys->secret);
	secret_free(keys->session_token);
	*keys = (struct aws_keys){ 0 };
}

/* "20261123T143153Z", of which the first eight are the date */
struct stamp {
	char time[sizeof("20261123T143153Z")];
	char date[sizeof("20261123")];
};

static struct stamp stamp_of(int64_t ms)
{
	char text[CLOCK_RFC3339_SIZE];
	struct stamp stamp;
	size_t length = 0;

	clock_format_rfc3339(ms, text);
	for (const char *c = text; *c && length < sizeof(stamp.time) - 1; c++)
		if (*c != '-' && *c != ':')
			stamp.time[length++] = *c;
	stamp.time[length] = '\0';
	(void)snprintf(stamp.date, sizeof(stamp.date), "%.8s", stamp.time);
	return stamp;
}

static struct span digest_span(const struct digest *digest)
{
	return (struct span){ (const char *)digest->bytes, sizeof(digest->bytes) };
}

/* The query without the signature, in the order of its names. */
static int add_query(struct buf *query, const struct sigv4 *request, const struct aws_keys *keys,
	const struct stamp *stamp, const char *scope)
{
	auto_free char *credential = mem_format("%s/%s", keys->id, scope);
	auto_free char *valid = mem_format("%d", request->valid_s);
	auto_free char *headers = mem_format("host%s%s", request->header_name ? ";" : "",
		request->header_name ? request->header_name : "");
	const struct kube_parameter ours[] = {
		{ "X-Amz-Algorithm", ALGORITHM },
		{ "X-Amz-Credential", credential },
		{ "X-Amz-Date", stamp->time },
		{ "X-Amz-Expires", valid },
		{ "X-Amz-Security-Token", secret_reveal(keys->session_token) },
		{ "X-Amz-SignedHeaders", headers },
		{ NULL, NULL },
	};

	if (path_add_parameters(query, "", request->parameters) < 0)
		return -1;
	return path_add_parameters(query, query->length ? "&" : "", ours);
}

/* The canonical request: method, path, query, headers, their names, the digest of the empty body. */
static int add_canonical(struct buf *text, const struct sigv4 *request, const char *query)
{
	const struct digest nothing = crypt_sha256(span_of(""));
	char body[DIGEST_HEX_SIZE];

	crypt_hex(&nothing, body);
	if (buf_format(text, "GET\n/\n%s\nhost:%s\n", query, request->host) < 0)
		return -1;
	if (request->header_name)
		return buf_format(text, "%s:%s\n\nhost;%s\n%s", request->header_name,
			request->header_value, request->header_name, body);
	return buf_format(text, "\nhost\n%s", body);
}

/* The key of the date, region and service. */
static struct digest signing_key(
	const struct sigv4 *request, const struct aws_keys *keys, const struct stamp *stamp)
{
	const char *const steps[] = { stamp->date, request->region, request->service,
		"aws4_request" };
	auto_free char *first = mem_format("AWS4%s", secret_reveal(keys->secret));
	struct span key = span_of(first);
	struct digest digest = { 0 };

	for (size_t i = 0; i < COUNT(steps); i++) {
		digest = crypt_hmac_sha256(key, span_of(steps[i]));
		key = digest_span(&digest);
	}
	secret_wipe(first, span_of(first).length);
	return digest;
}

int sigv4_presign(struct buf *url, const struct sigv4 *request, const struct aws_keys *keys)
{
	struct stamp stamp = stamp_of(request->now_ms);
	auto_free char *scope = mem_format(
		"%s/%s/%s/aws4_request", stamp.date, request->region, request->service);
	auto_buf struct buf query = BUF_SECRET(LIMIT_URL);
	auto_buf struct buf text = BUF_SECRET(2 * LIMIT_URL);
	auto_free char *to_sign = NULL;
	struct digest digest;
	char hex[DIGEST_HEX_SIZE];

	if (add_query(&query, request, keys, &stamp, scope) < 0 ||
		add_canonical(&text, request, query.data) < 0)
		return -1;
	digest = crypt_sha256(buf_span(&text));
	crypt_hex(&digest, hex);
	to_sign = mem_format(ALGORITHM "\n%s\n%s\n%s", stamp.time, scope, hex);
	digest = signing_key(request, keys, &stamp);
	digest = crypt_hmac_sha256(digest_span(&digest), span_of(to_sign));
	crypt_hex(&digest, hex);
	log_hide(span_of(hex)); /* whoever has the URL may use it for a while */
	return buf_format(url, "https://%s/?%s&X-Amz-Signature=%s", request->host, query.data, hex);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* sts: AWS's Security Token Service. */
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/auth/sts.h"
#include "kube/auth/token.h"
#include "kube/object.h"

/* AWS's partitions: which domain the regions that begin so belong to. */
static const struct partition {
	const char *prefix;
	const char *domain;
} partitions[] = {
	{ "cn-", "amazonaws.com.cn" },
	{ "us-iso-", "c2s.ic.gov" },
	{ "us-isob-", "sc2s.sgov.gov" },
	{ "", "amazonaws.com" },
};

char *sts_host(const char *region)
{
	const struct partition *partition = partitions;

	while (!span_starts(span_of(region), partition->prefix))
		partition++;
	return mem_format("sts.%s.%s", region, partition->domain);
}

/* What an answer says of each key. */
struct texts {
	struct span id;
	struct span secret;
	struct span session;
};

static struct span json_span(json_t *object, const char *key)
{
	return span_of(object_text(object, key));
}

/* Seconds since 1970, or RFC 3339. */
static bool read_end(json_t *value, int64_t *end_ms)
{
	const double latest = 1e12;
	double seconds = json_number_value(value);

	if (json_is_string(value))
		return clock_parse_rfc3339(span_of(json_string_value(value)), end_ms);
	if (!(seconds > 0 && seconds < latest))
		return false;
	*end_ms = (int64_t)(seconds * 1000);
	return true;
}

/* The text of the first element of that name; neither entities nor attributes come here. */
static struct span element(struct span body, const char *name)
{
	auto_free char *begin = mem_format("<%s>", name);
	struct span text = { 0 };
	size_t length = strlen(begin);

	for (; body.length >= length; body.data++, body.length--) {
		if (!span_take(&body, begin))
			continue;
		return span_take_until(&body, "<", &text) ? span_trim(text) : (struct span){ 0 };
	}
	return text;
}

static int keep(struct aws_keys *keys, const struct texts *texts, struct err *err)
{
	if (!token_is_good(texts->id) || !token_is_good(texts->secret) ||
		!token_is_good(texts->session))
		return err_set(err, ERR_REMOTE, "AssumeRole's answer holds no keys");
	*keys = (struct aws_keys){
		.id = span_copy(texts->id),
		.secret = secret_new(texts->secret),
		.session_token = secret_new(texts->session),
	};
	token_hide_encoded(keys->session_token);
	return 0;
}

int sts_read(struct aws_keys *keys, int64_t *end_ms, struct span body, struct err *err)
{
	json_auto_t *json = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	json_t *found = object_value(json, "AssumeRoleResponse.AssumeRoleResult.Credentials");
	struct texts texts;
	int64_t end;

	if (json) {
		texts = (struct texts){ json_span(found, "AccessKeyId"),
			json_span(found, "SecretAccessKey"), json_span(found, "SessionToken") };
		if (!read_end(json_object_get(found, "Expiration"), &end))
			return err_set(err, ERR_REMOTE, "AssumeRole's answer holds no end");
	} else {
		texts = (struct texts){ element(body, "AccessKeyId"),
			element(body, "SecretAccessKey"), element(body, "SessionToken") };
		if (!clock_parse_rfc3339(element(body, "Expiration"), &end))
			return err_set(err, ERR_REMOTE, "AssumeRole's answer holds no end");
	}
	if (keep(keys, &texts, err) < 0)
		return -1;
	*end_ms = end;
	return 0;
}

/* STS's own words, in either form. */
static int refused(int status, struct span body, struct err *err)
{
	json_auto_t *json = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	struct span words = span_of(object_text(json, "Error.Message"));

	if (!words.length)
		words = element(body, "Message");
	if (!words.length)
		return http_status_error("AssumeRole", status, body, err);
	return err_set(err, status < 500 ? ERR_AUTH : ERR_NETWORK,
		"AssumeRole: the server answered %d: %.*s", status, SPAN_FORMAT(words));
}

static int ask(
	struct aws_keys *keys, int64_t *end_ms, struct http *http, const char *url, struct err *err)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	auto_response struct http_response response = { .body = BUF_SECRET(LIMIT_TOKEN_ANSWER) };
	auto_free char *shown = http_show_url(url);
	const struct http_request request = {
		.url = url,
		.headers = headers,
		.repeatable = true,
		.no_redirects = true,
	};
	int status;

	if (http_fetch(http, &request, &response, err) < 0)
		return -1;
	status = response.status >= 300 ? refused(response.status, buf_span(&response.body), err)
					: sts_read(keys, end_ms, buf_span(&response.body), err);
	return status < 0 ? err_wrap(err, "%s", shown) : 0;
}

int sts_assume(struct aws_keys *keys, int64_t *end_ms, struct http *http,
	const struct sts_role *role, const struct aws_keys *own, struct err *err)
{
	const struct kube_parameter parameters[] = {
		{ "Action", "AssumeRole" },
		{ "DurationSeconds", "3600" },
		{ "ExternalId", role->external_id },
		{ "RoleArn", role->arn },
		{ "RoleSessionName", "build-service-resource" },
		{ "Version", "2011-06-15" },
		{ NULL, NULL },
	};
	const struct sigv4 request = {
		.host = role->host,
		.region = role->region,
		.service = "sts",
		.valid_s = 60,
		.now_ms = clock_wall_ms(),
		.parameters = parameters,
	};
	auto_buf struct buf url = BUF_SECRET(LIMIT_URL);

	if (sigv4_presign(&url, &request, own) < 0)
		return err_set(err, ERR_CONFIG, "the credentials are too long");
	return ask(keys, end_ms, http, url.data, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* token: answers of token endpoints, ends of tokens, answers of STS, and what is no key. */
#include "unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/base64.h"
#include "net/jwt.h"
#include "kube/auth/sts.h"
#include "kube/auth/token.h"

static int forget(void **state)
{
	(void)state;
	log_release();
	return 0;
}

static const char *text_of(const struct secret *secret)
{
	return secret ? secret_reveal(secret) : "-";
}

static const struct answer {
	const char *name;
	const char *body;
	const char *tokens; /* access id refresh lifetime; NULL: refused */
	const char *message;
} answers[] = {
	{ "all",
		"{\"access_token\":\"a.b\",\"id_token\":\"c\",\"refresh_token\":\"d\",\"expires_in\":3599}",
		"a.b c d 3599000", NULL },
	{ "none", "{}", "- - - -1", NULL },
	{ "null and empty", "{\"access_token\":null,\"id_token\":\"\"}", "- - - -1", NULL },
	{ "an end as text", "{\"access_token\":\"a\",\"expires_in\":\"60\"}", "a - - 60000", NULL },
	{ "an end as a real number", "{\"expires_in\":1.5}", "- - - 1500", NULL },
	{ "an end that is long past any", "{\"expires_in\":1e300}", "- - - -1", NULL },
	{ "an end that is negative", "{\"expires_in\":-1}", "- - - -1", NULL },
	{ "an end that is words", "{\"expires_in\":\"soon\"}", "- - - -1", NULL },
	{ "no JSON", "<html>", NULL, "the answer is not a JSON object" },
	{ "nothing", "", NULL, "the answer is not a JSON object" },
	{ "a list", "[]", NULL, "the answer is not a JSON object" },
	{ "a number for a token", "{\"access_token\":1}", NULL,
		"the answer's access_token is not a token" },
	{ "a line break in a token", "{\"id_token\":\"a\\nX: b\"}", NULL,
		"the answer's id_token is not a token" },
	{ "a space in a token", "{\"refresh_token\":\"a b\"}", NULL,
		"the answer's refresh_token is not a token" },
};

static void reads_answers(void **state)
{
	const struct answer *row = *state;
	auto_token_answer struct token_answer answer = { .lifetime_ms = 7 };
	auto_free char *text = NULL;
	struct err err = { 0 };
	int status = token_answer_read(&answer, span_of(row->body), &err);

	if (!row->tokens) {
		assert_failed(status, &err, ERR_REMOTE, row->message);
		assert_int_equal(answer.lifetime_ms, 7);
		return;
	}
	assert_int_equal(status, 0);
	text = mem_format("%s %s %s %lld", text_of(answer.access_token), text_of(answer.id_token),
		text_of(answer.refresh_token), (long long)answer.lifetime_ms);
	assert_string_equal(text, row->tokens);
}

static const struct end {
	const char *name;
	const char *token;
	int64_t end_ms; /* 0: it does not say */
} ends[] = {
	{ "RFC 7519's own",
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
		"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
		"LmNvbS9pc19yb290Ijp0cnVlfQ.x",
		1300819380000 },
	{ "a real number", "e30.eyJleHAiOjEuNX0.x", 1500 },
	{ "none", "e30.e30.x", 0 },
	{ "a text", "e30.eyJleHAiOiIxIn0.x", 0 },
	{ "zero", "e30.eyJleHAiOjB9.x", 0 },
	{ "too large to count", "e30.eyJleHAiOjFlMzAwfQ.x", 0 },
	{ "no JSON", "e30.YQ.x", 0 },
	{ "not base64", "e30.?.x", 0 },
	{ "the other alphabet", "e30.eyJleHAiOjEuNX0+/.x", 0 },
	{ "two parts", "e30.e30", 0 },
	{ "one part", "opaque", 0 },
	{ "nothing", "", 0 },
};

static void reads_ends(void **state)
{
	const struct end *row = *state;
	int64_t end_ms = -7;

	assert_int_equal(jwt_end_ms(span_of(row->token), &end_ms), row->end_ms != 0);
	assert_true(end_ms == (row->end_ms ? row->end_ms : -7));
}

static const struct role {
	const char *name;
	const char *body;
	const char *keys; /* NULL: refused */
	const char *message;
} roles[] = {
	{ "JSON",
		"{\"AssumeRoleResponse\":{\"AssumeRoleResult\":{\"Credentials\":{\"AccessKeyId\":\"a\","
		"\"SecretAccessKey\":\"b\",\"SessionToken\":\"c\",\"Expiration\":1.7E9}}}}",
		"a b c 1700000000000", NULL },
	{ "JSON with a time as text",
		"{\"AssumeRoleResponse\":{\"AssumeRoleResult\":{\"Credentials\":{\"AccessKeyId\":\"a\","
		"\"SecretAccessKey\":\"b\",\"SessionToken\":\"c\",\"Expiration\":"
		"\"1970-01-01T00:00:01Z\"}}}}",
		"a b c 1000", NULL },
	{ "XML",
		"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
		"<AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId>\n<SecretAccessKey> b "
		"</SecretAccessKey><SessionToken>c+/=</SessionToken>"
		"<Expiration>1970-01-01T00:00:02Z</Expiration></Credentials>",
		"a b c+/= 2000", NULL },
	{ "XML with a line break in a key",
		"<AccessKeyId>a\nb</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c"
		"</SessionToken><Expiration>1970-01-01T00:00:02Z</Expiration>",
		NULL, "AssumeRole's answer holds no keys" },
	{ "JSON without its end",
		"{\"AssumeRoleResponse\":{\"AssumeRoleResult\":{\"Credentials\":{\"AccessKeyId\":\"a\"}}}}",
		NULL, "AssumeRole's answer holds no end" },
	{ "JSON without keys",
		"{\"AssumeRoleResponse\":{\"AssumeRoleResult\":{\"Credentials\":{\"Expiration\":1}}}}",
		NULL, "AssumeRole's answer holds no keys" },
	{ "XML that is cut", "<AccessKeyId>a</AccessKeyId><SecretAccessKey>b", NULL,
		"AssumeRole's answer holds no end" },
	{ "nothing", "", NULL, "AssumeRole's answer holds no end" },
};

static void reads_roles(void **state)
{
	const struct role *row = *state;
	auto_aws_keys struct aws_keys keys = { 0 };
	auto_free char *text = NULL;
	struct err err = { 0 };
	int64_t end_ms = -7;
	int status = sts_read(&keys, &end_ms, span_of(row->body), &err);

	if (!row->keys) {
		assert_failed(status, &err, ERR_REMOTE, row->message);
		assert_true(end_ms == -7);
		return;
	}
	assert_int_equal(status, 0);
	text = mem_format("%s %s %s %lld", keys.id, secret_reveal(keys.secret),
		secret_reveal(keys.session_token), (long long)end_ms);
	assert_string_equal(text, row->keys);
}

static const struct host {
	const char *name;
	const char *host;
} hosts[] = {
	{ "eu-west-1", "sts.eu-west-1.amazonaws.com" },
	{ "cn-north-1", "sts.cn-north-1.amazonaws.com.cn" },
	{ "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com" },
	{ "us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov" },
	{ "us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov" },
};

static void finds_sts(void **state)
{
	const struct host *row = *state;
	auto_free char *host = sts_host(row->name);

	assert_string_equal(host, row->host);
}

static const struct bad_key {
	const char *name;
	const char *pem;
} bad_keys[] = {
	{ "words", "words" },
	{ "nothing in it", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n" },
	{ "another kind of key",
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
		"-----END PRIVATE KEY-----\n" }, /* RFC 8410, 10.3: Ed25519 */
};

static void refuses_keys(void **state)
{
	const struct bad_key *row = *state;
	auto_secret struct secret *key = secret_new(span_of(row->pem));
	json_auto_t *claims = json_object();
	struct secret *token = NULL;
	struct err err = { 0 };

	assert_failed(jwt_sign(&token, claims, NULL, key, &err), &err, ERR_CONFIG,
		"is not an RSA key in PEM (-----BEGIN PRIVATE KEY-----)");
	assert_null(token);
}

static const struct url {
	const char *name;
	const char *url;
	bool good;
} urls[] = {
	{ "https", "https://idp.test/x", true },
	{ "http", "http://idp.test/x", false },
	{ "no scheme", "idp.test", false },
	{ "a user", "https://bob@idp.test", false },
	{ "a query", "https://idp.test/?x", false },
	{ "nothing", "", false },
};

static void checks_urls(void **state)
{
	const struct url *row = *state;
	struct err err = { 0 };
	int status = token_check_url(row->url, "source.x", &err);

	if (row->good)
		assert_int_equal(status, 0);
	else
		assert_failed(status, &err, ERR_CONFIG,
			"source.x: must be an https URL without user, query and fragment");
}

static void a_lifetime_is_what_is_left(void **state)
{
	int64_t exp = clock_wall_ms() / 1000 + 100;
	auto_free char *claims = mem_format("{\"exp\":%lld}", (long long)exp);
	auto_buf struct buf token = BUF(256);
	auto_secret struct secret *good = NULL;
	auto_secret struct secret *past = secret_new(span_of("e30.eyJleHAiOjEuNX0.x"));
	auto_secret struct secret *opaque = secret_new(span_of("opaque"));
	int64_t left;
	(void)state;

	assert_int_equal(buf_add_string(&token, "e30."), 0);
	assert_true(base64url_encode(span_of(claims), &token));
	assert_int_equal(buf_add_string(&token, ".x"), 0);
	good = secret_new(buf_span(&token));
	left = token_lifetime_ms(good);
	assert_true(left > 90 * 1000 && left <= 100 * 1000);
	assert_true(token_lifetime_ms(past) == 0);
	assert_true(token_lifetime_ms(opaque) == -1);
	assert_true(token_lifetime_ms(NULL) == -1);
}

int main(void)
{
	UNIT_ROWS(reads_answers, answers);
	UNIT_ROWS(reads_ends, ends);
	UNIT_ROWS(reads_roles, roles);
	UNIT_ROWS(finds_sts, hosts);
	UNIT_ROWS(refuses_keys, bad_keys);
	UNIT_ROWS(checks_urls, urls);
	UNIT_TEST(a_lifetime_is_what_is_left);
	return unit_run_with(NULL, forget);
}

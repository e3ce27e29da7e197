/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4: signatures that AWS's own SDK makes of the same, and what a verifier asks of the URL. */
#include "unit.h"

#include "base/log.h"
#include "kube/auth/crypt.h"
#include "kube/auth/sigv4.h"

static int forget(void **state)
{
	(void)state;
	log_release();
	return 0;
}

static const struct keyed {
	const char *name;
	const char *key;
	const char *text;
	const char *hex;
} keyed[] = {
	/* RFC 4231, test cases 1 and 2, and the empty text */
	{ "RFC 4231, 1",
		"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
		"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "RFC 4231, 2", "Jefe", "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ "nothing", "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
};

static void signs_by_hmac(void **state)
{
	const struct keyed *row = *state;
	struct digest digest = crypt_hmac_sha256(span_of(row->key), span_of(row->text));
	char hex[DIGEST_HEX_SIZE];

	crypt_hex(&digest, hex);
	assert_string_equal(hex, row->hex);
}

static void digests(void **state)
{
	struct digest digest = crypt_sha256(span_of("abc"));
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	crypt_hex(&digest, hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#define ID "AKIAIOSFODNN7EXAMPLE"
#define TIME_MS 1795462417000 /* 2026-11-23T19:33:37Z */

static struct aws_keys keys_of(const char *session)
{
	return (struct aws_keys){
		.id = mem_copy_string(ID),
		.secret = secret_new(span_of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
		.session_token = session ? secret_new(span_of(session)) : NULL,
	};
}

/* By botocore's SigV4QueryAuth, with the parameters in the order of their names. */
static const struct presigned {
	const char *name;
	const char *host;
	const char *session;
	const char *cluster;
	const char *url;
} presigned[] = {
	{ "a token of EKS", "sts.us-east-1.amazonaws.com", NULL, "production",
		"https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity"
		"&Version=2011-06-15"
		"&X-Amz-Algorithm=AWS4-HMAC-SHA256"
		"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Fus-east-1%2Fsts%2Faws4_request"
		"&X-Amz-Date=20261123T193337Z"
		"&X-Amz-Expires=60"
		"&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"
		"&X-Amz-Signature=1bab6af87adfe00c34e13f9c7d05735cb163b62cbe59f1d9de3260cb83c2629a" },
	{ "temporary keys", "sts.us-east-1.amazonaws.com", "IQoJb3JpZ2luX2VjE+/x==", "production",
		"https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity"
		"&Version=2011-06-15"
		"&X-Amz-Algorithm=AWS4-HMAC-SHA256"
		"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Fus-east-1%2Fsts%2Faws4_request"
		"&X-Amz-Date=20261123T193337Z"
		"&X-Amz-Expires=60"
		"&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE%2B%2Fx%3D%3D"
		"&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"
		"&X-Amz-Signature=4298547980173a0ccd913ef69432ce9836f1a463d070747748affb4485b7c041" },
	{ "a port, and no header", "127.0.0.1:8443", NULL, NULL,
		"https://127.0.0.1:8443/?Action=GetCallerIdentity"
		"&Version=2011-06-15"
		"&X-Amz-Algorithm=AWS4-HMAC-SHA256"
		"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Fus-east-1%2Fsts%2Faws4_request"
		"&X-Amz-Date=20261123T193337Z"
		"&X-Amz-Expires=60"
		"&X-Amz-SignedHeaders=host"
		"&X-Amz-Signature=f0f28315a2f93e990e3efa181551adc4d40aab0e9cbbdb563434469a3bdbc467" },
};

static void presigns(void **state)
{
	const struct presigned *row = *state;
	static const struct kube_parameter parameters[] = {
		{ "Action", "GetCallerIdentity" },
		{ "Version", "2011-06-15" },
		{ NULL, NULL },
	};
	const struct sigv4 request = {
		.host = row->host,
		.region = "us-east-1",
		.service = "sts",
		.header_name = row->cluster ? "x-k8s-aws-id" : NULL,
		.header_value = row->cluster,
		.valid_s = 60,
		.now_ms = TIME_MS,
		.parameters = parameters,
	};
	auto_aws_keys struct aws_keys keys = keys_of(row->session);
	auto_buf struct buf url = BUF(4096);

	assert_int_equal(sigv4_presign(&url, &request, &keys), 0);
	assert_string_equal(url.data, row->url);
}

static void a_full_buffer_is_an_error(void **state)
{
	const struct sigv4 request = { .host = "h", .region = "r", .service = "sts" };
	auto_aws_keys struct aws_keys keys = keys_of(NULL);
	auto_buf struct buf url = BUF(64);

	(void)state;
	assert_int_equal(sigv4_presign(&url, &request, &keys), -1);
	assert_int_equal(url.length, 0);
}

int main(void)
{
	UNIT_ROWS(signs_by_hmac, keyed);
	UNIT_TEST(digests);
	UNIT_ROWS(presigns, presigned);
	UNIT_TEST(a_full_buffer_is_an_error);
	return unit_run_with(NULL, forget);
}

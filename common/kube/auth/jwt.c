/* SPDX-License-Identifier: Apache-2.0 */
/* jwt: JSON Web Tokens. */
#include "base/limits.h"
#include "base/mem.h"
#include "kube/auth/crypt.h"
#include "kube/auth/jwt.h"

static bool add_json(struct buf *token, json_t *object)
{
	auto_free char *text = json_dumps(object, JSON_COMPACT);

	return text && crypt_base64url(span_of(text), token);
}

static int too_long(struct err *err)
{
	return err_set(err, ERR_CONFIG, "makes a token that is too long");
}

int jwt_sign(struct secret **token, json_t *claims, const char *key_id, const struct secret *key,
	struct err *err)
{
	json_auto_t *header = json_pack(
		"{s:s, s:s, s:s*}", "alg", "RS256", "typ", "JWT", "kid", key_id);
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN);
	auto_buf struct buf signature = BUF(LIMIT_TOKEN);

	if (!add_json(&text, header) || buf_add_string(&text, ".") < 0 || !add_json(&text, claims))
		return too_long(err);
	if (crypt_sign_rs256(key, buf_span(&text), &signature, err) < 0)
		return -1;
	if (buf_add_string(&text, ".") < 0 || !crypt_base64url(buf_span(&signature), &text))
		return too_long(err);
	*token = secret_new(buf_span(&text));
	return 0;
}

bool jwt_end_ms(struct span token, int64_t *end_ms)
{
	const double latest = 1e12; /* seconds; the year 33658 */
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN);
	json_auto_t *claims = NULL;
	struct span header;
	struct span payload;
	double end;

	if (!span_take_until(&token, ".", &header) || !span_take(&token, ".") ||
		!span_take_until(&token, ".", &payload) || !crypt_unbase64url(payload, &text))
		return false;
	claims = json_loadb(text.data ? text.data : "", text.length, 0, NULL);
	end = json_number_value(json_object_get(claims, "exp"));
	if (!(end > 0 && end < latest))
		return false;
	*end_ms = (int64_t)(end * 1000);
	return true;
}

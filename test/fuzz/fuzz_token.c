/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_token: whatever those who issue tokens may answer: OAuth's token endpoints, STS, and the tokens
 * themselves. The first byte chooses the question.
 */
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "net/jwt.h"
#include "kube/auth/sts.h"
#include "kube/auth/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void must_be_token(const struct secret *token)
{
	const char *text = secret_reveal(token);

	must(!text || (*text && strlen(text) == secret_length(token) && !strpbrk(text, "\r\n ")));
}

static void read_answer(struct span text)
{
	auto_token_answer struct token_answer answer = { 0 };
	struct err err = { 0 };

	if (token_answer_read(&answer, text, &err) < 0) {
		must(err.kind == ERR_REMOTE && *err.message && !strchr(err.message, '\n'));
		return;
	}
	must_be_token(answer.access_token);
	must_be_token(answer.id_token);
	must_be_token(answer.refresh_token);
	must(answer.lifetime_ms >= -1);
	must(token_lifetime_ms(answer.id_token) >= -1);
}

static void read_role(struct span text)
{
	auto_aws_keys struct aws_keys keys = { 0 };
	struct err err = { 0 };
	int64_t end_ms = -1;

	if (sts_read(&keys, &end_ms, text, &err) < 0)
		must(err.kind == ERR_REMOTE && *err.message && !keys.id);
	else
		must(*keys.id && secret_length(keys.secret) && secret_length(keys.session_token));
}

static void read_end(struct span text)
{
	int64_t end_ms = -1;

	must(jwt_end_ms(text, &end_ms) == (end_ms >= 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text;

	if (!size)
		return 0;
	text = (struct span){ (const char *)data + 1, size - 1 };
	switch (data[0] % 3) {
	case 0:
		read_answer(text);
		break;
	case 1:
		read_role(text);
		break;
	default:
		read_end(text);
	}
	log_release();
	return 0;
}

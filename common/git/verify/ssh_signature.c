/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_signature: what git commit -S leaves with gpg.format=ssh. */
#include <openssl/evp.h>

#include "base/base64.h"
#include "base/limits.h"
#include "git/verify/ssh_signature.h"
#include "net/ssh_verify.h"
#include "net/ssh_wire.h"

#define BEGIN "-----BEGIN SSH SIGNATURE-----"
#define END "-----END SSH SIGNATURE-----"
#define MAGIC "SSHSIG"
#define NAMESPACE "git"

enum { VERSION = 1 };

bool ssh_signature_is(struct span text)
{
	return span_starts(text, BEGIN);
}

/* The base64 between the two lines, and nothing after them. */
static bool take_body(struct span text, struct span *body)
{
	struct span line;
	const char *begin;

	if (!span_take_line(&text, &line) || !span_is(line, BEGIN))
		return false;
	for (begin = text.data; span_take_line(&text, &line);) {
		if (!span_starts(line, "-"))
			continue;
		*body = (struct span){ begin, (size_t)(line.data - begin) };
		return span_is(line, END) && span_trim(text).length == 0;
	}
	return false;
}

static bool take_parts(struct span from, struct ssh_signature *signature)
{
	uint32_t version;

	return span_take(&from, MAGIC) && ssh_take_number(&from, &version) && version == VERSION &&
		ssh_take_string(&from, &signature->key) &&
		ssh_take_string(&from, &signature->namespace) &&
		ssh_take_string(&from, &signature->reserved) &&
		ssh_take_string(&from, &signature->hash) &&
		ssh_take_string(&from, &signature->signature) && from.length == 0;
}

int ssh_signature_read(
	struct ssh_signature *signature, struct span text, struct buf *bytes, struct err *err)
{
	struct ssh_signature read;
	struct span body;

	if (!take_body(text, &body) || !base64_decode(body, bytes) ||
		!take_parts(buf_span(bytes), &read))
		return err_set(err, ERR_REMOTE, "its SSH signature is malformed");
	*signature = read;
	return 0;
}

/* What the key signs: the message's digest, bound to what else the signature says. */
static int signed_data(const struct ssh_signature *signature, struct span message, struct buf *data,
	struct err *err)
{
	const EVP_MD *algorithm = span_is(signature->hash, "sha512") ? EVP_sha512()
		: span_is(signature->hash, "sha256")                 ? EVP_sha256()
								     : NULL;
	char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	if (!algorithm)
		return err_set(err, ERR_REMOTE,
			"its SSH signature is by a digest that is neither sha256 nor sha512");
	if (!EVP_Digest(message.data, message.length, (unsigned char *)digest, &length, algorithm,
		    NULL))
		return err_set(err, ERR_INTERNAL, "SHA-2 is not available");
	if (buf_add_string(data, MAGIC) < 0 || ssh_add_string(data, signature->namespace) < 0 ||
		ssh_add_string(data, signature->reserved) < 0 ||
		ssh_add_string(data, signature->hash) < 0 ||
		ssh_add_string(data, (struct span){ digest, length }) < 0)
		return err_set(err, ERR_REMOTE, "its SSH signature is too large");
	return 0;
}

int ssh_signature_verify(
	const struct ssh_signature *signature, struct span message, struct err *err)
{
	auto_buf struct buf data = BUF(2 * LIMIT_SIGNATURE);

	if (!span_is(signature->namespace, NAMESPACE))
		return err_set(err, ERR_REMOTE,
			"its SSH signature is for something else than git: its namespace is not '" NAMESPACE
			"'");
	if (signed_data(signature, message, &data, err) < 0)
		return -1;
	if (ssh_verify(signature->key, signature->signature, buf_span(&data), err) < 0)
		return err_wrap(err, "its SSH signature");
	return 0;
}

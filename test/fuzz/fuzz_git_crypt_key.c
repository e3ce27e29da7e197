/* SPDX-License-Identifier: Apache-2.0 */
/* git_crypt_key: any bytes as git-crypt's key file; what is taken of it lies inside and is of its size. */
#include <string.h>

#include "git/crypt/key.h"

static bool is_inside(struct span part, const uint8_t *data, size_t size)
{
	const uint8_t *begin = (const uint8_t *)part.data;

	return !part.length || (begin >= data && begin + part.length <= data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span file = { (const char *)data, size };
	struct crypt_key key = { 0 };
	struct err err = { 0 };

	if (crypt_key_parse(&key, file, &err) < 0) {
		if (err.kind != ERR_CONFIG || key.aes.length)
			abort();
		return 0;
	}
	if (key.aes.length != CRYPT_AES_LENGTH || key.hmac.length != CRYPT_HMAC_LENGTH ||
		key.name.length > CRYPT_NAME_MAX ||
		(key.name.length &&
			(memchr(key.name.data, '/', key.name.length) ||
				memchr(key.name.data, '\0', key.name.length))))
		abort();
	if (!is_inside(key.name, data, size) || !is_inside(key.aes, data, size) ||
		!is_inside(key.hmac, data, size))
		abort();
	return 0;
}

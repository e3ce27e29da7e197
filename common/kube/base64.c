/* SPDX-License-Identifier: Apache-2.0 */
/* base64: RFC 4648's decoder by OpenSSL, made strict. */
#include <limits.h>
#include <string.h>
#include <openssl/evp.h>

#include "base/secret.h"
#include "kube/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Copy `text` without its white space; -1 unless what is left is alphabet, then up to two '='. */
static int compact(struct span text, struct buf *plain, size_t *padding)
{
	*padding = 0;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (memchr(" \t\r\n", c, 4))
			continue;
		if (c == '=')
			(*padding)++;
		else if (*padding || !c || !strchr(alphabet, c))
			return -1;
		if (*padding > 2 || buf_add(plain, &c, 1) < 0)
			return -1;
	}
	return plain->length % 4 ? -1 : 0;
}

int base64_decode(struct span text, struct buf *bytes)
{
	auto_buf struct buf plain = BUF(text.length);
	size_t padding;
	char *end;
	int count;

	if (text.length > INT_MAX || compact(text, &plain, &padding) < 0)
		return -1;
	end = buf_reserve(bytes, plain.length / 4 * 3);
	if (!end)
		return -1;
	count = EVP_DecodeBlock((unsigned char *)end, (const unsigned char *)buf_span(&plain).data,
		(int)plain.length);
	if (plain.data)
		secret_wipe(plain.data, plain.length);
	if (count < (int)padding)
		return -1;
	bytes->length += (size_t)count - padding;
	bytes->data[bytes->length] = '\0';
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cipher: what git-crypt encrypts a file with. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/digest.h"
#include "git/crypt/cipher.h"

/* OpenSSL counts in int. */
enum { PIECE = 1 << 30 };

static void free_context(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

static const unsigned char *bytes_of(struct span span)
{
	return (const unsigned char *)span.data;
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct crypt_key *key, struct span nonce,
	struct span sealed, char *plain)
{
	unsigned char counter[16] = { 0 };
	struct span piece;
	int count;

	memcpy(counter, nonce.data, CRYPT_NONCE_LENGTH);
	if (!EVP_DecryptInit_ex(context, EVP_aes_256_ctr(), NULL, bytes_of(key->aes), counter))
		return false;
	while (sealed.length) {
		size_t length = sealed.length < PIECE ? sealed.length : PIECE;

		if (!span_take_bytes(&sealed, length, &piece) ||
			!EVP_DecryptUpdate(context, (unsigned char *)plain, &count, bytes_of(piece),
				(int)piece.length))
			return false;
		plain += count;
	}
	return true;
}

int cipher_open(const struct crypt_key *key, struct span nonce, struct span sealed, char *plain,
	struct err *err)
{
	AUTO(free_context) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const struct span whole = { plain, sealed.length };
	unsigned char digest[DIGEST_SHA1_SIZE];

	if (!context || !decrypt(context, key, nonce, sealed, plain))
		return err_set(err, ERR_INTERNAL, "AES-256 is not available");
	if (digest_hmac_sha1(key->hmac, whole, digest, err) < 0)
		return -1;
	if (CRYPTO_memcmp(digest, nonce.data, CRYPT_NONCE_LENGTH) != 0)
		return err_set(err, ERR_CONFIG,
			"another key than source.git_crypt_key has encrypted it, or it was "
			"changed since");
	return 0;
}

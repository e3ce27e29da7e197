/* SPDX-License-Identifier: Apache-2.0 */
/* openpgp: is a commit's OpenPGP signature one by a key of a keyring? */
#include <string.h>

#include "base/limits.h"
#include "git/verify/armor.h"
#include "git/verify/gpgv.h"
#include "git/verify/openpgp.h"
#include "git/verify/packet.h"

/* The digests by their numbers (RFC 9580, section 9.5) for which two texts can be made that share one. */
enum { DIGEST_MD5 = 1, DIGEST_SHA1 = 2, DIGEST_RIPEMD160 = 3 };

/* What else gpgv says of a signature that it has read, and what that means. */
static const struct refusal {
	const char *word, *why;
} refusals[] = {
	{ "BADSIG", "does not match: the commit is not what was signed" },
	{ "EXPSIG", "has expired" },
	{ "EXPKEYSIG", "is by a key that has expired" },
	{ "REVKEYSIG", "is by a key that was revoked" },
	{ "NO_PUBKEY", "is by a key that is not one of those allowed" },
	{ "ERRSIG", "cannot be verified: its algorithms are not known, or its key is not whole" },
};

struct said {
	unsigned good, valid;
	const char *refused; /* NULL: not */
	struct span key_id;  /* that the refusal names */
	struct span fingerprint, primary;
	uint64_t digest;
};

static struct span take_word(struct span *from)
{
	struct span word = *from;

	if (span_take_until(from, " ", &word))
		(void)span_take(from, " ");
	else
		*from = (struct span){ from->data + from->length, 0 };
	return word;
}

/* "fingerprint date time expires version reserved algorithm digest class primary" */
static void take_valid(struct said *said, struct span line)
{
	enum { BETWEEN = 6 };
	struct span word;

	said->valid++;
	said->fingerprint = take_word(&line);
	for (unsigned i = 0; i < BETWEEN; i++)
		(void)take_word(&line);
	word = take_word(&line);
	if (!span_take_number(&word, 255, &said->digest) || word.length)
		said->digest = 0;
	(void)take_word(&line);
	said->primary = take_word(&line);
}

static void take_status(struct said *said, struct span line)
{
	struct span word;

	if (!span_take(&line, "[GNUPG:] "))
		return;
	word = take_word(&line);
	said->good += span_is(word, "GOODSIG");
	if (span_is(word, "VALIDSIG"))
		take_valid(said, line);
	for (size_t i = 0; i < COUNT(refusals); i++)
		/* ERRSIG comes first where the key is missing */
		if (span_is(word, refusals[i].word) &&
			(!said->refused || span_is(word, "NO_PUBKEY"))) {
			said->refused = refusals[i].why;
			said->key_id = take_word(&line);
		}
}

static bool is_forgeable(uint64_t digest)
{
	return digest == DIGEST_MD5 || digest == DIGEST_SHA1 || digest == DIGEST_RIPEMD160;
}

static bool copy_fingerprint(char to[static 41], struct span from)
{
	struct span digits;

	if (!span_take_hex(&from, 40, &digits) || from.length)
		return false;
	memcpy(to, digits.data, 40);
	to[40] = '\0';
	return true;
}

int openpgp_judge(struct span status, const struct strings *allowed, struct openpgp_signer *signer,
	struct err *err)
{
	struct said said = { 0 };
	struct openpgp_signer read;
	struct span line, digits;

	while (span_take_line(&status, &line))
		take_status(&said, line);
	if (said.refused && span_take_hex(&said.key_id, 16, &digits))
		return err_set(err, ERR_REMOTE, "its OpenPGP signature, by the key %.*s, %s",
			SPAN_FORMAT(digits), said.refused);
	if (said.refused)
		return err_set(err, ERR_REMOTE, "its OpenPGP signature %s", said.refused);
	if (said.good != 1 || said.valid != 1 || !said.digest ||
		!copy_fingerprint(read.key, said.fingerprint) ||
		!copy_fingerprint(read.primary, said.primary))
		return err_set(err, ERR_REMOTE, "its OpenPGP signature cannot be verified");
	if (!strings_have(allowed, read.primary))
		return err_set(err, ERR_REMOTE,
			"its OpenPGP signature is by the key %s, which is not one of those allowed",
			read.primary);
	if (is_forgeable(said.digest))
		return err_set(err, ERR_REMOTE,
			"its OpenPGP signature, by the key %s, is made with %s, which can be forged: "
			"sign by SHA-256 or better",
			read.primary, said.digest == DIGEST_SHA1 ? "SHA-1" : "an old digest");
	*signer = read;
	return 0;
}

/* One packet, and nothing beside it: gpgv could take other packets for what was signed. */
static int read_signature(struct span armored, struct buf *bytes, struct err *err)
{
	struct packet packet;
	struct span rest;
	int found = armor_take(&armored, "PGP SIGNATURE", bytes, err);

	if (found < 0)
		return err_set(err, ERR_REMOTE, "its OpenPGP signature is malformed");
	rest = buf_span(bytes);
	if (!found || span_trim(armored).length || !packet_take(&rest, &packet) ||
		packet.tag != PACKET_SIGNATURE || rest.length)
		return err_set(
			err, ERR_REMOTE, "it is not signed by exactly one OpenPGP signature");
	return 0;
}

int openpgp_verify(const struct keyring *keyring, struct span armored, struct span payload,
	struct openpgp_signer *signer, struct err *err)
{
	auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
	auto_buf struct buf status = BUF(LIMIT_GPGV_STATUS);
	struct gpgv_work work = { .keyring = buf_span(&keyring->bytes), .payload = payload };

	if (read_signature(armored, &bytes, err) < 0)
		return -1;
	work.signature = buf_span(&bytes);
	if (gpgv_run(&work, &status, err) < 0)
		return -1;
	return openpgp_judge(buf_span(&status), &keyring->fingerprints, signer, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_signature: what a commit is signed by, what a pipeline and a key server say of keys, and what gpgv
 * answers.
 *
 * The first byte chooses which; the rest is the text.
 */
#include <string.h>

#include "base/limits.h"
#include "git/verify/allowed_signers.h"
#include "git/verify/armor.h"
#include "git/verify/keyring.h"
#include "git/verify/openpgp.h"
#include "git/verify/packet.h"
#include "git/verify/ssh_signature.h"
#include "net/ssh_verify.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Blocks are taken from the front, and packets are no larger than what they are taken from. */
static void armor(struct span text)
{
	struct err err = { 0 };

	for (;;) {
		auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
		size_t before = text.length;
		int found = armor_take(&text, "PGP SIGNATURE", &bytes, &err);
		struct span rest = buf_span(&bytes);
		struct packet packet;

		if (found <= 0) {
			must(text.length == before && (found == 0 || *err.message));
			return;
		}
		must(text.length < before && bytes.length);
		while (packet_take(&rest, &packet))
			must(packet.whole.length > packet.body.length);
	}
}

static void keys(struct span text)
{
	auto_keyring struct keyring keyring = KEYRING;
	struct err err = { 0 };
	int added = keyring_add(&keyring, text, NULL, &err);

	must(added < 0 ? *err.message != '\0' : (size_t)added == keyring.fingerprints.count);
	must((keyring.bytes.length > 0) == (added > 0));
	for (size_t i = 0; i < keyring.fingerprints.count; i++)
		must(strlen(keyring.fingerprints.items[i]) == 40);
}

static void ssh(struct span text)
{
	auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
	struct ssh_signature signature;
	struct err err = { 0 };

	if (ssh_signature_read(&signature, text, &bytes, &err) < 0) {
		must(*err.message != '\0');
		return;
	}
	if (ssh_verify_check(signature.key, &err) < 0)
		must(*err.message != '\0');
	/* no text of the fuzzer's signs this */
	must(ssh_signature_verify(&signature, text, &err) < 0 && *err.message);
}

static void allowed(struct span text)
{
	struct err err = { 0 };
	struct span principals;

	if (allowed_signers_check(text, &err) < 0) {
		must(*err.message != '\0');
		return;
	}
	must(allowed_signers_find(text, (struct span){ "none", 4 }, 0, &principals, &err) < 0);
}

static void status(struct span text)
{
	static char fingerprint[] = "0123456789ABCDEF0123456789ABCDEF01234567";
	static char *items[] = { fingerprint };
	static const struct strings known = { items, 1 };
	struct openpgp_signer signer;
	struct err err = { 0 };

	if (openpgp_judge(text, &known, &signer, &err) < 0)
		must(*err.message != '\0');
	else
		must(strcmp(signer.primary, fingerprint) == 0 && strlen(signer.key) == 40);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static void (*const targets[])(struct span) = { armor, keys, ssh, allowed, status };

	if (size)
		targets[data[0] % COUNT(targets)](
			(struct span){ (const char *)data + 1, size - 1 });
	return 0;
}

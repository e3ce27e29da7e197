/* SPDX-License-Identifier: Apache-2.0 */
/* keyring: OpenPGP keys as gpgv reads them. */
#include "base/mem.h"
#include "git/hash.h"
#include "git/verify/armor.h"
#include "git/verify/keyring.h"
#include "git/verify/packet.h"

enum { KEY_VERSION = 4, KEY_MAX = 0xffff };

void keyring_release(struct keyring *keyring)
{
	buf_release(&keyring->bytes);
	strings_release(&keyring->fingerprints);
}

/* SHA-1 of the packet in its oldest form (RFC 9580, section 5.5.4.2). */
static bool fingerprint(struct span body, struct oid *digest)
{
	const char head[] = { (char)0x99, (char)(body.length >> 8 & 0xff),
		(char)(body.length & 0xff) };
	struct digest *hash;

	if (!body.length || body.data[0] != KEY_VERSION || body.length > KEY_MAX)
		return false;
	hash = digest_new(DIGEST_SHA1);
	digest_add(hash, (struct span){ head, sizeof(head) });
	digest_add(hash, body);
	hash_take(hash, digest);
	digest_free(hash);
	for (char *c = digest->hex; *c; c++)
		if (*c >= 'a')
			*c = (char)(*c - 'a' + 'A');
	return true;
}

static int add_packet(
	struct keyring *keyring, struct packet packet, const char *id, bool *taken, struct err *err)
{
	struct oid digest;

	switch ((enum packet_tag)packet.tag) {
	case PACKET_SECRET_KEY:
	case PACKET_SECRET_SUBKEY:
		return err_set(err, ERR_CONFIG, "it is a private key: the public one is wanted");
	case PACKET_PUBLIC_KEY:
		if (!fingerprint(packet.body, &digest))
			return err_set(err, ERR_CONFIG,
				"it is a key of another version than %d, which cannot be used",
				KEY_VERSION);
		*taken = !id || span_ends(span_of(digest.hex), id);
		if (*taken)
			strings_add(&keyring->fingerprints, span_of(digest.hex));
		break;
	case PACKET_SIGNATURE:
	case PACKET_USER_ID:
	case PACKET_PUBLIC_SUBKEY:
	case PACKET_USER_ATTRIBUTE:
		if (!keyring->fingerprints.count && !id)
			return err_set(err, ERR_CONFIG, "it does not begin with a key");
		break;
	case PACKET_MARKER:
	case PACKET_TRUST:
		return 0;
	default:
		return err_set(err, ERR_CONFIG, "it holds something else than keys");
	}
	if (*taken && buf_add_span(&keyring->bytes, packet.whole) < 0)
		return err_set(err, ERR_CONFIG, "it is too large");
	return 0;
}

static int add_packets(struct keyring *keyring, struct span bytes, const char *id, struct err *err)
{
	struct packet packet;
	bool taken = false;

	while (bytes.length) {
		if (!packet_take(&bytes, &packet))
			return err_set(err, ERR_CONFIG, "it is cut short or no OpenPGP key");
		if (add_packet(keyring, packet, id, &taken, err) < 0)
			return -1;
	}
	return 0;
}

static int read_text(struct keyring *keyring, struct span text, const char *id, struct err *err)
{
	for (;;) {
		auto_buf struct buf bytes = BUF(LIMIT_OPENPGP_KEYS);
		int found = armor_take(&text, "PGP PUBLIC KEY BLOCK", &bytes, err);

		if (found <= 0)
			return found;
		if (add_packets(keyring, buf_span(&bytes), id, err) < 0)
			return -1;
	}
}

int keyring_add(struct keyring *keyring, struct span text, const char *id, struct err *err)
{
	auto_keyring struct keyring read = KEYRING;

	if (read_text(&read, text, id, err) < 0)
		return -1;
	if (id && read.fingerprints.count > 1)
		return err_set(err, ERR_CONFIG, "it holds two keys with that id");
	if (buf_add_span(&keyring->bytes, buf_span(&read.bytes)) < 0)
		return err_set(err, ERR_CONFIG, "it is too large");
	for (size_t i = 0; i < read.fingerprints.count; i++)
		strings_add(&keyring->fingerprints, span_of(read.fingerprints.items[i]));
	return (int)read.fingerprints.count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* verify: what is read of keys and signatures before anything is verified, and of gpgv's answer. */
#include "unit.h"

#include "base/limits.h"
#include "git/verify/allowed_signers.h"
#include "git/verify/armor.h"
#include "git/verify/keyring.h"
#include "git/verify/openpgp.h"
#include "git/verify/packet.h"
#include "git/verify/ssh_signature.h"

#define BEGIN "-----BEGIN PGP SIGNATURE-----\n"
#define END "-----END PGP SIGNATURE-----\n"

static const struct armor {
	const char *name, *text;
	int status;
	const char *bytes; /* or the message */
} armors[] = {
	{ "with a checksum", BEGIN "\naGVsbG8=\n=R/WK\n" END, 1, "hello" },
	{ "without one", BEGIN "\naGVsbG8=\n" END, 1, "hello" },
	{ "with headers", BEGIN "Version: 1\nComment: a: b\n\naGVsbG8=\n" END, 1, "hello" },
	{ "indented, with CR LF",
		"  -----BEGIN PGP SIGNATURE-----\r\n  \r\n  aGVs\r\n  bG8=\r\n"
		"  -----END PGP SIGNATURE-----\r\n",
		1, "hello" },
	{ "text in front", "what follows is\n\n" BEGIN "\naGVsbG8=\n" END, 1, "hello" },
	{ "nothing at all", "", 0, "" },
	{ "other text", "hello\n=R/WK\n", 0, "" },
	{ "a wrong checksum", BEGIN "\naGVsbG8=\n=R/WQ\n" END, -1,
		"its checksum does not match: it was changed or cut" },
	{ "a cut checksum", BEGIN "\naGVsbG8=\n=R/W\n" END, -1, "its checksum is malformed" },
	{ "no empty line", BEGIN "aGVsbG8=\n" END, -1,
		"there is no empty line in front of its base64" },
	{ "no end", BEGIN "\naGVsbG8=\n", -1, "its END line is missing" },
	{ "no end behind the checksum", BEGIN "\naGVsbG8=\n=R/WK\n", -1,
		"its END line is missing" },
	{ "the end of another kind", BEGIN "\naGVsbG8=\n-----END PGP MESSAGE-----\n", -1,
		"its END line is missing" },
	{ "more behind the checksum", BEGIN "\naGVsbG8=\n=R/WK\naGVs\n" END, -1,
		"its END line is missing" },
	{ "nothing in it", BEGIN "\n" END, -1, "it is not base64, or too large" },
	{ "not base64", BEGIN "\na?Vs\n" END, -1, "it is not base64, or too large" },
	{ "too large", BEGIN "\naGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsbw==\n" END, -1,
		"it is not base64, or too large" },
	{ "another kind", "-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n" END, -1,
		"it is another kind of block than a 'PGP SIGNATURE'" },
};

static void take_armor(void **state)
{
	const struct armor *row = *state;
	auto_buf struct buf bytes = BUF(16);
	struct span text = span_of(row->text);
	struct err err = { 0 };

	assert_int_equal(armor_take(&text, "PGP SIGNATURE", &bytes, &err), row->status);
	if (row->status < 0) {
		assert_string_equal(err.message, row->bytes);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
	if (row->status <= 0) {
		assert_span_is(text, row->text);
		assert_int_equal(bytes.length, 0);
	} else {
		assert_span_is(buf_span(&bytes), row->bytes);
		assert_int_equal(text.length, 0);
	}
}

static const struct framing {
	const char *name, *bytes;
	size_t length;
	unsigned tag; /* 0: refused */
	size_t body;
} framings[] = {
	{ "an old one, one octet", "\x88\x02xy", 4, PACKET_SIGNATURE, 2 },
	{ "an old one, two octets", "\x99\x00\x01z", 4, PACKET_PUBLIC_KEY, 1 },
	{ "an old one, four octets", "\x9a\x00\x00\x00\x01z", 6, PACKET_PUBLIC_KEY, 1 },
	{ "an old one without a length", "\x8bxy", 3, 0, 0 },
	{ "a new one, one octet", "\xc2\x01z", 3, PACKET_SIGNATURE, 1 },
	{ "a new one, five octets", "\xc6\xff\x00\x00\x00\x01z", 7, PACKET_PUBLIC_KEY, 1 },
	{ "a new one, empty", "\xcd\x00", 2, PACKET_USER_ID, 0 },
	{ "a new one in parts", "\xc2\xe0z", 3, 0, 0 },
	{ "a new one, two octets, cut", "\xc2\xc0\x00z", 4, 0, 0 },
	{ "a body that is cut", "\x88\x03xy", 4, 0, 0 },
	{ "a length that is cut", "\xc2\xff\x00\x00", 4, 0, 0 },
	{ "a length beyond everything", "\xc2\xff\xff\xff\xff\xffz", 7, 0, 0 },
	{ "not a packet", "\x08\x01z", 3, 0, 0 },
	{ "nothing", "", 0, 0, 0 },
};

static void take_packet(void **state)
{
	const struct framing *row = *state;
	struct span from = { row->bytes, row->length };
	struct packet packet = { .tag = 99 };

	assert_int_equal(packet_take(&from, &packet), row->tag != 0);
	if (!row->tag) {
		assert_ptr_equal(from.data, row->bytes);
		assert_int_equal(packet.tag, 99);
		return;
	}
	assert_int_equal(packet.tag, row->tag);
	assert_int_equal(packet.body.length, row->body);
	assert_int_equal(packet.whole.length, row->length);
	assert_int_equal(from.length, 0);
}

#define KEY(base64) \
	"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" base64 "\n-----END PGP PUBLIC KEY BLOCK-----\n"

/* Packets of two octets of body: version and a rest; the fingerprint is of nothing but those. */
static const struct ring {
	const char *name, *text, *id;
	int status;
	const char *said; /* the first fingerprint, or the message */
} rings[] = {
	{ "a key", KEY("xgIEAA=="), NULL, 1, "C62CE68657A0A5FBBA52F08876E13DA542D507A5" },
	{ "another version", KEY("xgIGAA=="), NULL, -1,
		"it is a key of another version than 4, which cannot be used" },
	{ "a private key", KEY("xQIEAA=="), NULL, -1,
		"it is a private key: the public one is wanted" },
	{ "a user in front", KEY("zQIEAA=="), NULL, -1, "it does not begin with a key" },
	{ "a message", KEY("ywIEAA=="), NULL, -1, "it holds something else than keys" },
	{ "cut", KEY("xgME"), NULL, -1, "it is cut short or no OpenPGP key" },
	{ "not the one asked for", KEY("xgIEAA=="), "0000000000000000", 0, NULL },
	{ "none", "", NULL, 0, NULL },
};

static void add_keys(void **state)
{
	const struct ring *row = *state;
	auto_keyring struct keyring keyring = KEYRING;
	struct err err = { 0 };

	assert_int_equal(keyring_add(&keyring, span_of(row->text), row->id, &err), row->status);
	if (row->status < 0)
		assert_string_equal(err.message, row->said);
	if (row->status <= 0)
		assert_int_equal(keyring.bytes.length + keyring.fingerprints.count, 0);
	else
		assert_string_equal(keyring.fingerprints.items[0], row->said);
}

static void a_key_is_known_by_its_end(void **state)
{
	auto_keyring struct keyring keyring = KEYRING;
	auto_keyring struct keyring found = KEYRING;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(keyring_add(&keyring, span_of(KEY("xgIEAA==")), NULL, &err), 1);
	assert_int_equal(keyring_add(&found, span_of(KEY("xgIEAcYCBAA=")),
				 keyring.fingerprints.items[0] + 24, &err),
		1);
	assert_string_equal(found.fingerprints.items[0], keyring.fingerprints.items[0]);
	assert_int_equal(found.bytes.length, 4);
	assert_memory_equal(found.bytes.data, "\xc6\x02\x04", 4);
}

#define ONE "0123456789ABCDEF0123456789ABCDEF01234567"
#define TWO "89ABCDEF0123456789ABCDEF0123456789ABCDEF"
#define GOOD "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 89ABCDEF01234567 Me <me@example.com>\n"
#define VALID(key, digest, primary) \
	"[GNUPG:] VALIDSIG " key " 2026-11-23 1795444313 0 4 0 22 " digest " 00 " primary "\n"
#define KEY_ID "89ABCDEF01234567"

static const struct judged {
	const char *name, *status;
	const char *said; /* NULL: good */
} judgements[] = {
	{ "good", GOOD VALID(ONE, "8", ONE), NULL },
	{ "by a subkey", GOOD VALID(TWO, "10", ONE), NULL },
	{ "by a key that is not allowed", GOOD VALID(ONE, "8", TWO),
		"its OpenPGP signature is by the key " TWO ", which is not one of those allowed" },
	{ "SHA-1", GOOD VALID(ONE, "2", ONE),
		"its OpenPGP signature, by the key " ONE
		", is made with SHA-1, which can be forged: sign by SHA-256 or better" },
	{ "MD5", GOOD VALID(ONE, "1", ONE),
		"its OpenPGP signature, by the key " ONE
		", is made with an old digest, which can be forged: sign by SHA-256 or better" },
	{ "valid and not good", VALID(ONE, "8", ONE), "its OpenPGP signature cannot be verified" },
	{ "good and not valid", GOOD, "its OpenPGP signature cannot be verified" },
	{ "good twice", GOOD VALID(ONE, "8", ONE) GOOD VALID(ONE, "8", ONE),
		"its OpenPGP signature cannot be verified" },
	{ "a fingerprint that is cut", GOOD VALID(ONE, "8", "0123"),
		"its OpenPGP signature cannot be verified" },
	{ "a digest that is none", GOOD VALID(ONE, "x", ONE),
		"its OpenPGP signature cannot be verified" },
	{ "a key that has expired", "[GNUPG:] EXPKEYSIG " KEY_ID " Me\n" VALID(ONE, "8", ONE),
		"its OpenPGP signature, by the key " KEY_ID ", is by a key that has expired" },
	{ "one good, one bad", GOOD VALID(ONE, "8", ONE) "[GNUPG:] BADSIG " KEY_ID " Me\n",
		"its OpenPGP signature, by the key " KEY_ID
		", does not match: the commit is not what was signed" },
	{ "no key",
		"[GNUPG:] ERRSIG " KEY_ID " 22 8 00 1795444313 9\n[GNUPG:] NO_PUBKEY " KEY_ID "\n",
		"its OpenPGP signature, by the key " KEY_ID
		", is by a key that is not one of those allowed" },
	{ "an algorithm that is not known", "[GNUPG:] ERRSIG " KEY_ID " 99 8 00 1795444313 4\n",
		"its OpenPGP signature, by the key " KEY_ID
		", cannot be verified: its algorithms are not known, or its key is not whole" },
	{ "a refusal without a key", "[GNUPG:] EXPSIG\n", "its OpenPGP signature has expired" },
	{ "words for people", "gpgv: Good signature GOODSIG VALIDSIG " ONE "\n",
		"its OpenPGP signature cannot be verified" },
	{ "nothing", "", "its OpenPGP signature cannot be verified" },
};

static void judge(void **state)
{
	const struct judged *row = *state;
	auto_strings struct strings allowed = { 0 };
	struct openpgp_signer signer = { "", "" };
	struct err err = { 0 };

	strings_add(&allowed, span_of(ONE));
	if (row->said) {
		assert_failed(openpgp_judge(span_of(row->status), &allowed, &signer, &err), &err,
			ERR_REMOTE, row->said);
		assert_string_equal(signer.primary, "");
		return;
	}
	assert_int_equal(openpgp_judge(span_of(row->status), &allowed, &signer, &err), 0);
	assert_string_equal(signer.primary, ONE);
}

#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFIdD1jA1NW1Cjdxa33xj6uL9PBOdb6w6Iq6Po69V/b"
#define FORM "line 1: is not of the form: principals, options, type of the key, key"
#define OPTIONS \
	"line 1: has an option that is none of namespaces=\"…\", valid-after=\"…\" and valid-before=\"…\""

static const struct lines {
	const char *name, *text;
	const char *said; /* NULL: good */
} lines[] = {
	{ "a principal and a key", "me@example.com " ED25519, NULL },
	{ "two lines, a comment, an empty one", "# us\n\nme " ED25519 "\r\nyou " ED25519 " you\n",
		NULL },
	{ "every option",
		"me namespaces=\"git,file\",valid-after=\"20200101\",valid-before=\"20300101Z\" " ED25519,
		NULL },
	{ "a comma in quotes", "\"me,you\" namespaces=\"a,b\" " ED25519, NULL },
	{ "nobody", "# me\n", "names no key" },
	{ "nothing", "", "names no key" },
	{ "no key", "me", FORM },
	{ "no key behind the type", "me ssh-ed25519", FORM },
	{ "options alone", "me namespaces=\"git\"", FORM },
	{ "another type than the key's",
		"me ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIFFIdD1jA1NW1Cjdxa33xj6uL9PBOdb6w6Iq6Po69V/b",
		FORM },
	{ "not base64", "me ssh-ed25519 AAAA?", FORM },
	{ "a quote that does not end", "\"me " ED25519, "line 1: has a quote that does not end" },
	{ "the second line", "me " ED25519 "\nyou",
		"line 2: is not of the form: principals, options, type of the key, key" },
	{ "an authority", "me cert-authority " ED25519,
		"line 1: 'cert-authority' is not supported: list the keys themselves" },
	{ "an authority with more", "me namespaces=\"git\",CERT-AUTHORITY " ED25519,
		"line 1: 'cert-authority' is not supported: list the keys themselves" },
	{ "an unknown option", "me verify-required " ED25519, OPTIONS },
	{ "no quotes", "me namespaces=git " ED25519, OPTIONS },
	{ "an empty option", "me namespaces=\"git\",, " ED25519, OPTIONS },
	{ "a day that is not", "me valid-before=\"20230229\" " ED25519,
		"line 1: 'valid-before' is not of the form YYYYMMDD[HHMM[SS]]" },
	{ "an hour that is not", "me valid-after=\"202301012400\" " ED25519,
		"line 1: 'valid-after' is not of the form YYYYMMDD[HHMM[SS]]" },
	{ "more than a time", "me valid-after=\"20230101123456789\" " ED25519,
		"line 1: 'valid-after' is not of the form YYYYMMDD[HHMM[SS]]" },
	{ "never valid", "me valid-after=\"20230101\",valid-before=\"20220101\" " ED25519,
		"line 1: 'valid-before' is not after 'valid-after'" },
	{ "a type that is not verified", "me ssh-dss AAAAB3NzaC1kc3MAAAAA",
		"line 1: the key: is of the type 'ssh-dss', which cannot be verified by: Ed25519, ECDSA and RSA can" },
	{ "a key that is cut", "me ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAFFI",
		"line 1: the key: is not a whole key of its type" },
};

static void check_lines(void **state)
{
	const struct lines *row = *state;
	struct err err = { 0 };

	if (row->said)
		assert_failed(allowed_signers_check(span_of(row->text), &err), &err, ERR_CONFIG,
			row->said);
	else
		assert_int_equal(allowed_signers_check(span_of(row->text), &err), 0);
}

static const struct malformed {
	const char *name, *text;
} malformed[] = {
	{ "nothing", "" },
	{ "no end", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n" },
	{ "nothing in it", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n" },
	{ "not base64", "-----BEGIN SSH SIGNATURE-----\n?\n-----END SSH SIGNATURE-----\n" },
	{ "the magic alone",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n" },
	{ "another version",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END SSH SIGNATURE-----\n" },
	{ "more behind it",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END SSH SIGNATURE-----\nx\n" },
	{ "more in it",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END SSH SIGNATURE-----\n" },
};

static void refuse_signature(void **state)
{
	const struct malformed *row = *state;
	auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
	struct ssh_signature signature;
	struct err err = { 0 };

	assert_failed(ssh_signature_read(&signature, span_of(row->text), &bytes, &err), &err,
		ERR_REMOTE, "its SSH signature is malformed");
}

static void an_empty_signature_is_for_nothing(void **state)
{
	auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
	struct ssh_signature signature;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		ssh_signature_read(&signature,
			span_of("-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
				"-----END SSH SIGNATURE-----\n"),
			&bytes, &err),
		0);
	assert_failed(ssh_signature_verify(&signature, span_of("x"), &err), &err, ERR_REMOTE,
		"its SSH signature is for something else than git: its namespace is not 'git'");
}

int main(void)
{
	UNIT_ROWS(take_armor, armors);
	UNIT_ROWS(take_packet, framings);
	UNIT_ROWS(add_keys, rings);
	UNIT_TEST(a_key_is_known_by_its_end);
	UNIT_ROWS(judge, judgements);
	UNIT_ROWS(check_lines, lines);
	UNIT_ROWS(refuse_signature, malformed);
	UNIT_TEST(an_empty_signature_is_for_nothing);
	return unit_run();
}

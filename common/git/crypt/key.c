/* SPDX-License-Identifier: Apache-2.0 */
/* key: git-crypt's key file. */
#include <ctype.h>

#include "git/crypt/key.h"

#define MAGIC SPAN_LITERAL("\0GITCRYPTKEY")

enum { FORMAT_VERSION = 2 };
enum { FIELD_END = 0 };
enum { HEADER_KEY_NAME = 1 };
enum { ENTRY_VERSION = 1, ENTRY_AES_KEY = 3, ENTRY_HMAC_KEY = 5 };

struct field {
	uint32_t id;
	struct span value; /* none for FIELD_END */
};

struct entry {
	uint32_t version;
	struct span aes, hmac;
};

static int malformed(struct err *err)
{
	return err_set(err, ERR_CONFIG,
		"is not a key file of git-crypt: give what 'git-crypt export-key' writes, in "
		"base64");
}

static int unknown(struct err *err, const char *what, uint32_t number)
{
	return err_set(err, ERR_CONFIG,
		"is a key file of a newer git-crypt: its %s %u is not known here", what, number);
}

/* Big-endian, as all numbers of the file. */
static bool take_number(struct span *from, uint32_t *number)
{
	struct span bytes;

	if (!span_take_bytes(from, sizeof(*number), &bytes))
		return false;
	*number = 0;
	for (size_t i = 0; i < bytes.length; i++)
		*number = *number << 8 | (unsigned char)bytes.data[i];
	return true;
}

static bool take_field(struct span *from, struct field *field)
{
	struct span left = *from;
	uint32_t length;

	*field = (struct field){ 0 };
	if (!take_number(&left, &field->id))
		return false;
	if (field->id != FIELD_END &&
		(!take_number(&left, &length) || !span_take_bytes(&left, length, &field->value)))
		return false;
	*from = left;
	return true;
}

static bool is_critical(const struct field *field)
{
	return field->id & 1;
}

/* Part of the name of a driver and of a file; "default" is the file of the key without a name. */
static bool is_name(struct span name)
{
	for (size_t i = 0; i < name.length; i++) {
		unsigned char c = (unsigned char)name.data[i];

		if (!isalnum(c) && c != '-' && c != '_')
			return false;
	}
	return name.length && name.length <= CRYPT_NAME_MAX && !span_is(name, "default");
}

static int take_header(struct span *from, struct span *name, struct err *err)
{
	struct field field;

	for (;;) {
		if (!take_field(from, &field))
			return malformed(err);
		if (field.id == FIELD_END)
			return 0;
		if (field.id == HEADER_KEY_NAME && !is_name(field.value))
			return malformed(err);
		if (field.id == HEADER_KEY_NAME)
			*name = field.value;
		else if (is_critical(&field))
			return unknown(err, "field", field.id);
	}
}

static int set_part(struct entry *entry, const struct field *field, struct err *err)
{
	struct span left = field->value;

	if (field->id == ENTRY_VERSION)
		return take_number(&left, &entry->version) && !left.length ? 0 : malformed(err);
	if (field->id == ENTRY_AES_KEY)
		entry->aes = field->value;
	else if (field->id == ENTRY_HMAC_KEY)
		entry->hmac = field->value;
	else if (is_critical(field))
		return unknown(err, "field", field->id);
	return 0;
}

static int take_entry(struct span *from, struct entry *entry, struct err *err)
{
	struct field field;

	*entry = (struct entry){ 0 };
	for (;;) {
		if (!take_field(from, &field))
			return malformed(err);
		if (field.id == FIELD_END)
			break;
		if (set_part(entry, &field, err) < 0)
			return -1;
	}
	if (entry->aes.length != CRYPT_AES_LENGTH || entry->hmac.length != CRYPT_HMAC_LENGTH)
		return malformed(err);
	return 0;
}

int crypt_key_parse(struct crypt_key *key, struct span file, struct err *err)
{
	struct crypt_key found = { 0 };
	struct span magic;
	uint32_t format;

	if (!span_take_bytes(&file, MAGIC.length, &magic) || !span_equal(magic, MAGIC) ||
		!take_number(&file, &format))
		return malformed(err);
	if (format != FORMAT_VERSION)
		return unknown(err, "format", format);
	if (take_header(&file, &found.name, err) < 0)
		return -1;
	while (file.length) {
		struct entry entry;

		if (take_entry(&file, &entry, err) < 0)
			return -1;
		if (entry.version != 0)
			continue;
		found.aes = entry.aes;
		found.hmac = entry.hmac;
	}
	if (!found.aes.length)
		return err_set(err, ERR_CONFIG,
			"holds no version 0 of the key, which files are encrypted with");
	*key = found;
	return 0;
}

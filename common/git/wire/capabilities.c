/* SPDX-License-Identifier: Apache-2.0 */
/* capabilities: what a git server says it can do. */
#include "git/wire/capabilities.h"
#include "git/wire/words.h"

/* A server that names more than this is not one. */
enum { CAPABILITIES_MAX = 4096 };

void capabilities_add_words(struct capabilities *capabilities, struct span words)
{
	struct span word;

	while (words.length && capabilities->items.count < CAPABILITIES_MAX) {
		if (span_take(&words, " "))
			continue;
		if (!span_take_until(&words, " ", &word)) {
			word = words;
			words.length = 0;
		}
		strings_add(&capabilities->items, word);
	}
}

/* The item is `name` (an empty value) or "name=value". */
static bool item_value(struct span item, const char *name, struct span *value)
{
	if (!span_take(&item, name) || (item.length && !span_take(&item, "=")))
		return false;
	*value = item;
	return true;
}

struct span capabilities_value(
	const struct capabilities *capabilities, const char *name, size_t index)
{
	struct span value;

	for (size_t i = 0; i < capabilities->items.count; i++)
		if (item_value(span_of(capabilities->items.items[i]), name, &value) && index-- == 0)
			return value;
	return span_of("");
}

bool capabilities_have(const struct capabilities *capabilities, const char *name)
{
	struct span value;

	for (size_t i = 0; i < capabilities->items.count; i++)
		if (item_value(span_of(capabilities->items.items[i]), name, &value))
			return true;
	return false;
}

bool capabilities_offer(
	const struct capabilities *capabilities, const char *name, const char *feature)
{
	struct span words = capabilities_value(capabilities, name, 0);
	struct span word;

	while (words.length) {
		if (span_take(&words, " "))
			continue;
		if (!span_take_until(&words, " ", &word)) {
			word = words;
			words.length = 0;
		}
		if (span_is(word, feature))
			return true;
	}
	return false;
}

int capabilities_read(struct capabilities *capabilities, struct pkt_reader *reader, struct err *err)
{
	struct span line;
	int more;

	while ((more = pkt_read_item(reader, &line, "capabilities", err)) > 0) {
		if (capabilities->items.count == CAPABILITIES_MAX)
			return err_set(
				err, ERR_REMOTE, "the server's list of capabilities is too long");
		strings_add(&capabilities->items, line);
	}
	return more;
}

int capabilities_check(const struct capabilities *capabilities, struct err *err)
{
	struct span format = capabilities_value(capabilities, "object-format", 0);
	auto_free char *shown = words_of(format);

	if (!format.length || span_is(format, "sha1"))
		return 0;
	return err_set(err, ERR_REMOTE,
		"the repository's object format is '%s': only 'sha1' repositories can be used",
		shown);
}

void capabilities_release(struct capabilities *capabilities)
{
	strings_release(&capabilities->items);
	oids_release(&capabilities->shallow);
	*capabilities = (struct capabilities){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* pathspec_read: the magic words of a pathspec and its path. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/match/wildmatch.h"
#include "git/paths/pathspec.h"

/* One item while it is read. */
struct reading {
	struct pathspec_item item;
	bool literal, top, has_magic;
	const char *whole; /* for messages */
	const char *field;
};

static int refuse(const struct reading *reading, const char *why, struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s: '%s' %s", reading->field, reading->whole, why);
}

static int take_word(struct reading *reading, struct span word, struct err *err)
{
	if (span_is(word, "exclude"))
		reading->item.exclude = true;
	else if (span_is(word, "icase"))
		reading->item.icase = true;
	else if (span_is(word, "glob"))
		reading->item.whole = true;
	else if (span_is(word, "literal"))
		reading->literal = true;
	else if (span_starts(word, "attr:"))
		return refuse(reading, "asks for git attributes, which check does not read", err);
	else if (span_is(word, "top"))
		reading->top = true;
	else if (word.length)
		return refuse(reading,
			"has magic that git does not know: use top, literal, glob, icase or exclude",
			err);
	return 0;
}

/* ":(word,word)path" */
static int take_words(struct reading *reading, struct span *text, struct err *err)
{
	struct span words, word;

	if (!span_take_until(text, ")", &words))
		return refuse(reading, "lacks the ')' that ends its magic", err);
	(void)span_take(text, ")");
	while (span_take_until(&words, ",", &word)) {
		(void)span_take(&words, ",");
		if (take_word(reading, word, err) < 0)
			return -1;
	}
	if (take_word(reading, words, err) < 0)
		return -1;
	if (reading->literal && reading->item.whole)
		return refuse(reading, "is both literal and glob", err);
	return 0;
}

/* What git reserves for signs that may come. */
static bool is_reserved(char c)
{
	return c && strchr("\"#%&',-;<=>@_`~", c);
}

/* ":/!path", ":!:path" */
static int take_signs(struct reading *reading, struct span *text, struct err *err)
{
	for (;;) {
		if (span_take(text, "^") || span_take(text, "!"))
			reading->item.exclude = true;
		else if (span_take(text, "/"))
			reading->top = true;
		else
			break;
	}
	if (span_take(text, ":"))
		return 0;
	/* behind our own sign for what is excluded, the name begins here */
	if (text->length && is_reserved(text->data[0]) && !reading->has_magic)
		return refuse(reading, "has a sign behind ':' that git does not know", err);
	return 0;
}

static int take_magic(struct reading *reading, struct span *text, struct err *err)
{
	if (!span_take(text, ":"))
		return 0;
	if (span_take(text, "("))
		return take_words(reading, text, err);
	return take_signs(reading, text, err);
}

static void drop_component(struct buf *path)
{
	if (path->length)
		path->length--; /* its slash */
	while (path->length && path->data[path->length - 1] != '/')
		path->length--;
}

/* Without ".", ".." and doubled slashes; a slash at the end stays. With :(top) git takes it as it is. */
static int normalize(struct reading *reading, struct span text, struct err *err)
{
	auto_buf struct buf path = BUF(text.length + 1);
	struct span component;

	if (span_starts(text, "/"))
		return refuse(
			reading, "begins with '/': paths are relative to the repository", err);
	if (reading->top) {
		reading->item.length = text.length;
		reading->item.text = mem_copy(text.data, text.length);
		return 0;
	}
	while (text.length) {
		bool last = !span_take_until(&text, "/", &component);

		if (last) {
			component = text;
			text.length = 0;
		}
		(void)span_take(&text, "/");
		if (component.length == 0 || span_is(component, "."))
			continue;
		if (span_is(component, "..")) {
			if (!path.length)
				return refuse(reading, "leads out of the repository", err);
			drop_component(&path);
			continue;
		}
		if (buf_add_span(&path, component) < 0 || (!last && buf_add_string(&path, "/") < 0))
			return refuse(reading, "is too long", err);
	}
	reading->item.length = path.length;
	reading->item.text = mem_copy(path.length ? path.data : "", path.length);
	return 0;
}

static void add_item(struct pathspec *pathspec, const struct reading *reading)
{
	struct pathspec_item item = reading->item;
	struct span text = { item.text, item.length };

	item.literal = reading->literal ? item.length : wildmatch_literal(text);
	item.deep = !item.whole || strstr(item.text, "**") != NULL;
	for (size_t i = 0; i < item.length; i++)
		item.down += item.text[i] == '/';
	pathspec->items = mem_resize(
		pathspec->items, pathspec->count + 1, sizeof(*pathspec->items));
	pathspec->items[pathspec->count++] = item;
}

static int read_item(
	struct pathspec *pathspec, struct reading *reading, struct span text, struct err *err)
{
	if (text.length == 0)
		return err_set(err, ERR_CONFIG,
			"%s: holds an empty string: use '.' for the whole repository",
			reading->field);
	if ((reading->has_magic && !span_starts(text, ":") ? take_signs(reading, &text, err)
							   : take_magic(reading, &text, err)) < 0 ||
		normalize(reading, text, err) < 0)
		return -1;
	add_item(pathspec, reading);
	return 0;
}

int pathspec_add(struct pathspec *pathspec, const char *text, const char *field, struct err *err)
{
	struct reading reading = { .whole = text, .field = field };

	return read_item(pathspec, &reading, span_of(text), err);
}

int pathspec_add_excluded(
	struct pathspec *pathspec, const char *text, const char *field, struct err *err)
{
	struct reading reading = {
		.item = { .exclude = true },
		.has_magic = true,
		.whole = text,
		.field = field,
	};

	return read_item(pathspec, &reading, span_of(text), err);
}

void pathspec_finish(struct pathspec *pathspec)
{
	const struct reading everything = { .item = { .text = mem_copy_string("") } };

	for (size_t i = 0; i < pathspec->count; i++) {
		if (!pathspec->items[i].exclude) {
			free(everything.item.text);
			return;
		}
	}
	add_item(pathspec, &everything);
}

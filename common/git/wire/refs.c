/* SPDX-License-Identifier: Apache-2.0 */
/* refs: the refs of a server, asked for by prefix or advertised whole. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/wire/agent.h"
#include "git/wire/refs.h"
#include "git/wire/words.h"

static int compare(const void *a, const void *b)
{
	const struct ref *left = a, *right = b;

	return strcmp(left->name, right->name);
}

void refs_sort(struct refs *refs)
{
	if (refs->count)
		qsort(refs->items, refs->count, sizeof(*refs->items), compare);
	refs->sorted = true;
}

static const struct ref *search(const struct refs *refs, const char *name)
{
	size_t low = 0, high = refs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(refs->items[middle].name, name);

		if (order == 0)
			return &refs->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct ref *refs_find(const struct refs *refs, const char *name)
{
	if (refs->sorted)
		return search(refs, name);
	for (size_t i = 0; i < refs->count; i++)
		if (strcmp(refs->items[i].name, name) == 0)
			return &refs->items[i];
	return NULL;
}

const struct oid *ref_commit(const struct ref *ref)
{
	return oid_is_set(&ref->peeled) ? &ref->peeled : &ref->oid;
}

void refs_add(struct refs *refs, struct span name, const struct oid *oid, const struct oid *peeled,
	struct span target)
{
	struct ref *ref;

	/* doubled at each power of two, so that a million refs cost few copies */
	if ((refs->count & (refs->count - 1)) == 0)
		refs->items = mem_resize(
			refs->items, refs->count ? 2 * refs->count : 1, sizeof(*refs->items));
	refs->sorted = false;
	ref = &refs->items[refs->count++];
	*ref = (struct ref){ .name = span_copy(name) };
	if (oid)
		ref->oid = *oid;
	if (peeled)
		ref->peeled = *peeled;
	if (target.length)
		ref->target = span_copy(target);
}

void refs_add_all(struct refs *to, const struct refs *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct ref *ref = &from->items[i];

		refs_add(to, span_of(ref->name), &ref->oid, &ref->peeled, span_of(ref->target));
	}
}

void refs_release(struct refs *refs)
{
	for (size_t i = 0; i < refs->count; i++) {
		free(refs->items[i].name);
		free(refs->items[i].target);
	}
	free(refs->items);
	*refs = (struct refs){ 0 };
}

int refs_write_request(struct buf *out, const struct capabilities *capabilities,
	const struct refs_query *query, struct err *err)
{
	if (pkt_format(out, err, "command=ls-refs\n") < 0 ||
		agent_write(out, capabilities, err) < 0 || pkt_add_delim(out, err) < 0 ||
		pkt_format(out, err, "symrefs\n") < 0)
		return -1;
	if (query->peel && pkt_format(out, err, "peel\n") < 0)
		return -1;
	if (capabilities_offer(capabilities, "ls-refs", "unborn") &&
		pkt_format(out, err, "unborn\n") < 0)
		return -1;
	for (size_t i = 0; i < query->count; i++)
		if (pkt_format(out, err, "ref-prefix %s\n", query->prefixes[i]) < 0)
			return -1;
	return pkt_add_flush(out, err);
}

static int bad_line(struct span line, struct err *err)
{
	auto_free char *shown = words_of(line);

	return err_set(err, ERR_REMOTE,
		"the server's list of refs holds a line that is not one: '%s'", shown);
}

static struct span take_word(struct span *line)
{
	struct span word;

	if (!span_take_until(line, " ", &word)) {
		word = *line;
		line->length = 0;
	}
	return word;
}

/* "(<oid> | unborn) SP <name> *(SP (symref-target:<name> | peeled:<oid>))" */
static int add_line(struct refs *refs, struct span line, struct err *err)
{
	struct span whole = line, name, target = { "", 0 };
	struct oid oid = { 0 }, peeled = { 0 };

	if (!oid_take(&line, &oid) && !span_take(&line, "unborn"))
		return bad_line(whole, err);
	if (!span_take(&line, " "))
		return bad_line(whole, err);
	name = take_word(&line);
	while (span_take(&line, " ")) {
		struct span word = take_word(&line);

		if (span_take(&word, "symref-target:"))
			target = word;
		else if (span_take(&word, "peeled:") && !oid_parse(word, &peeled))
			return bad_line(whole, err);
	}
	if (!name.length || memchr(name.data, '\0', name.length))
		return bad_line(whole, err);
	refs_add(refs, name, &oid, &peeled, target);
	return 0;
}

/* The next line, as pkt_read_item(). HTTP's answers have a maximum of their own; these count. */
static int next_line(
	struct pkt_reader *reader, struct span *line, size_t *received, struct err *err)
{
	int more = pkt_read_item(reader, line, "refs", err);

	if (more <= 0)
		return more;
	*received += line->length;
	if (*received > LIMIT_REFS)
		return err_set(err, ERR_REMOTE, "the server's list of refs is larger than %d bytes",
			LIMIT_REFS);
	return more;
}

int refs_read(struct refs *refs, struct pkt_reader *reader, struct err *err)
{
	size_t received = 0;
	struct span line;
	int more;

	while ((more = next_line(reader, &line, &received, err)) > 0)
		if (add_line(refs, line, err) < 0)
			return -1;
	return more;
}

/* The first line of v0 carries the capabilities behind a NUL; an empty repository has only them. */
static int take_first(struct capabilities *capabilities, struct span *line)
{
	const char *nul = memchr(line->data, '\0', line->length);
	size_t length;

	if (!nul)
		return 0;
	length = (size_t)(nul - line->data);
	capabilities_add_words(capabilities, (struct span){ nul + 1, line->length - length - 1 });
	line->length = length;
	return span_ends(*line, " capabilities^{}");
}

/* "<oid> SP <name>"; "<name>^{}" gives what the tag before it names. "shallow SP <oid>" ends the list. */
static int add_advertised(
	struct refs *refs, struct capabilities *capabilities, struct span line, struct err *err)
{
	struct span whole = line;
	struct oid oid = { 0 };

	if (span_take(&line, "shallow ")) {
		if (!oid_parse(line, &oid))
			return bad_line(whole, err);
		oids_add(&capabilities->shallow, &oid);
		return 0;
	}
	if (!oid_take(&line, &oid) || !span_take(&line, " ") || !line.length ||
		memchr(line.data, '\0', line.length))
		return bad_line(whole, err);
	if (span_ends(line, "^{}")) {
		line.length -= 3;
		if (refs->count && span_is(line, refs->items[refs->count - 1].name))
			refs->items[refs->count - 1].peeled = oid;
		return 0;
	}
	refs_add(refs, line, &oid, NULL, span_of(""));
	return 0;
}

/* "symref=HEAD:refs/heads/main" among the capabilities of v0. */
static void set_targets(struct refs *refs, const struct capabilities *capabilities)
{
	struct span value, name;

	for (size_t i = 0; (value = capabilities_value(capabilities, "symref", i)).length; i++) {
		if (!span_take_until(&value, ":", &name) || !span_take(&value, ":"))
			continue;
		for (size_t j = 0; j < refs->count; j++)
			if (span_is(name, refs->items[j].name) && !refs->items[j].target)
				refs->items[j].target = span_copy(value);
	}
}

static int read_advertised(struct refs *refs, struct capabilities *capabilities, struct span line,
	struct pkt_reader *reader, struct err *err)
{
	bool empty = take_first(capabilities, &line);
	size_t received = 0;
	int more;

	if (capabilities_check(capabilities, err) < 0) /* its ids are of another length */
		return -1;
	do {
		if (!empty && add_advertised(refs, capabilities, line, err) < 0)
			return -1;
		empty = false;
		more = next_line(reader, &line, &received, err);
	} while (more > 0);
	if (more < 0)
		return -1;
	set_targets(refs, capabilities);
	return 0;
}

int refs_read_advertisement(struct refs *refs, struct capabilities *capabilities,
	const char *service, struct pkt_reader *reader, struct err *err)
{
	auto_free char *heading = mem_format("# service=%s", service);
	struct span line;
	int kind = pkt_read_line(reader, &line, err);

	if (kind == PKT_DATA && span_is(line, heading)) {
		kind = pkt_read_line(reader, &line, err);
		if (kind == PKT_FLUSH)
			kind = pkt_read_line(reader, &line, err);
	}
	if (kind == PKT_DATA && span_is(line, "version 2")) {
		capabilities->version = 2;
		return capabilities_read(capabilities, reader, err);
	}
	if (kind == PKT_DATA && span_is(line, "version 1")) {
		capabilities->version = 1;
		kind = pkt_read_line(reader, &line, err);
	}
	if (kind < 0)
		return -1;
	if (kind == PKT_FLUSH) /* an empty repository of a server without capabilities^{} */
		return 0;
	if (kind != PKT_DATA)
		return err_set(err, ERR_REMOTE, "the server's list of refs is empty");
	return read_advertised(refs, capabilities, line, reader, err);
}

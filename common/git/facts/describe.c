/* SPDX-License-Identifier: Apache-2.0 */
/* describe: a commit named by the nearest tag before it. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/facts/describe.h"
#include "git/lib.h"

enum { ABBREVIATION_MIN = 7, CANDIDATES = 10, CANDIDATES_MAX = 1000 };

/* git's own measure: half the bits of the number of objects, as hexadecimal digits. */
static unsigned int abbreviation_for(uint64_t objects)
{
	unsigned int bits = 0;

	while (objects >>= 1)
		bits++;
	bits = (bits + 1 + 1) / 2;
	return bits < ABBREVIATION_MIN ? ABBREVIATION_MIN : bits;
}

static const struct {
	const char *word;
	size_t offset; /* of a bool; what is just checked out is neither dirty nor broken */
	bool ignored;
} switches[] = {
	{ "--tags", offsetof(struct describe_options, tags) },
	{ "--all", offsetof(struct describe_options, all) },
	{ "--always", offsetof(struct describe_options, always) },
	{ "--long", offsetof(struct describe_options, long_form) },
	{ "--first-parent", offsetof(struct describe_options, first_parent) },
	{ "--dirty", .ignored = true },
	{ "--broken", .ignored = true },
};

static bool take_switch(struct describe_options *options, struct span word)
{
	for (size_t i = 0; i < COUNT(switches); i++) {
		if (!span_is(word, switches[i].word))
			continue;
		if (!switches[i].ignored)
			*(bool *)((char *)options + switches[i].offset) = true;
		return true;
	}
	return span_starts(word, "--dirty=") || span_starts(word, "--broken=");
}

static bool take_count(struct span word, const char *name, uint64_t max, unsigned int *count)
{
	uint64_t value;

	if (!span_take(&word, name) || !span_take_number(&word, max, &value) || word.length)
		return false;
	*count = (unsigned int)value;
	return true;
}

static bool take_word(struct describe_options *options, struct span word)
{
	if (take_switch(options, word))
		return true;
	if (span_is(word, "--exact-match")) {
		options->candidates = 0;
		return true;
	}
	if (span_is(word, "--no-abbrev"))
		word = span_of("--abbrev=0");
	if (take_count(word, "--abbrev=", OID_HEX, &options->abbreviation)) {
		options->has_abbreviation = true;
		return true;
	}
	if (take_count(word, "--candidates=", CANDIDATES_MAX, &options->candidates))
		return true;
	if (!options->match && span_take(&word, "--match=")) {
		options->match = span_copy(word);
		return true;
	}
	return false;
}

static int bad_word(struct span word, struct err *err)
{
	return err_set(err, ERR_CONFIG,
		"params.describe_ref_options: '%.*s' is not supported: use --tags, --all, "
		"--always, --long, --first-parent, --exact-match, --abbrev=N, --candidates=N, one "
		"--match=GLOB, --dirty and --broken",
		SPAN_FORMAT(word));
}

int describe_parse(struct describe_options *options, const char *words, struct err *err)
{
	struct span rest = span_of(words ? words : "--always --dirty --broken");

	*options = (struct describe_options){ .candidates = CANDIDATES };
	for (rest = span_trim(rest); rest.length; rest = span_trim(rest)) {
		struct span word = rest, next;

		if (!span_take_until(&rest, " \t\n", &word))
			rest.length = 0;
		/* "--match GLOB" is two words */
		if (span_is(word, "--match") && !options->match) {
			rest = span_trim(rest);
			next = rest;
			if (!span_take_until(&rest, " \t\n", &next))
				rest.length = 0;
			options->match = span_copy(next);
		} else if (!take_word(options, word)) {
			return bad_word(word, err);
		}
	}
	return 0;
}

void describe_release(struct describe_options *options)
{
	free(options->match);
	options->match = NULL;
}

static int describe(git_buf *text, const struct describe_options *wanted,
	git_repository *repository, const git_oid *id, uint64_t objects)
{
	auto_git(object) git_object *commit = NULL;
	auto_git(describe_result) git_describe_result *result = NULL;
	git_describe_options options = GIT_DESCRIBE_OPTIONS_INIT;
	git_describe_format_options format = GIT_DESCRIBE_FORMAT_OPTIONS_INIT;
	int status;

	options.max_candidates_tags = wanted->candidates;
	options.describe_strategy = wanted->all ? GIT_DESCRIBE_ALL
		: wanted->tags                  ? GIT_DESCRIBE_TAGS
						: GIT_DESCRIBE_DEFAULT;
	options.pattern = wanted->match;
	options.only_follow_first_parent = wanted->first_parent;
	options.show_commit_oid_as_fallback = wanted->always;
	format.always_use_long_format = wanted->long_form;
	format.abbreviated_size = wanted->has_abbreviation ? wanted->abbreviation
							   : abbreviation_for(objects);
	status = git_object_lookup(&commit, repository, id, GIT_OBJECT_COMMIT);
	if (status == 0)
		status = git_describe_commit(&result, commit, &options);
	return status == 0 ? git_describe_format(text, result, &format) : status;
}

/* Of all refs git gives the name below refs/, where libgit2 gives an annotated tag's own name. */
static const char *missing_prefix(
	const struct describe_options *options, const struct oid *oid, struct span text)
{
	bool is_id = span_starts(span_of(oid->hex), text.data);

	if (!options->all || is_id || span_starts(text, "tags/") || span_starts(text, "heads/") ||
		span_starts(text, "remotes/"))
		return "";
	return "tags/";
}

static bool may_name(
	const struct describe_options *options, git_odb *odb, const git_reference *reference)
{
	const git_oid *id = git_reference_target(reference);
	git_object_t type;
	size_t size;

	if (options->tags || !id)
		return true;
	return git_odb_read_header(&size, &type, odb, id) < 0 || type == GIT_OBJECT_TAG;
}

/* Where nothing can give a name, libgit2 looks through all of the history for it. */
static bool has_names(const struct describe_options *options, git_repository *repository)
{
	auto_git(odb) git_odb *odb = NULL;
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	git_reference *next;

	if (options->all || git_repository_odb(&odb, repository) < 0 ||
		git_reference_iterator_glob_new(&iterator, repository, "refs/tags/*") < 0)
		return true;
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *reference = next;

		if (may_name(options, odb, reference))
			return true;
	}
	return false;
}

/* The id, as short as names only one object, and not shorter than it is wanted. */
static char *shorten(const struct describe_options *options, git_repository *repository,
	const struct oid *oid, uint64_t objects)
{
	unsigned int size = options->has_abbreviation ? options->abbreviation
						      : abbreviation_for(objects);
	auto_git(odb) git_odb *odb = NULL;
	git_oid id = lib_oid(oid), found;

	if (git_repository_odb(&odb, repository) < 0)
		return mem_copy_string(oid->hex);
	while (size < OID_HEX && git_odb_exists_prefix(&found, odb, &id, size) == GIT_EAMBIGUOUS)
		size++;
	return mem_format("%.*s", (int)size, oid->hex);
}

char *describe_commit(const struct describe_options *options, struct git_repository *repository,
	const struct oid *oid, uint64_t objects)
{
	auto_git_buf git_buf text = { 0 };
	git_oid id = lib_oid(oid);

	if (options->always && !has_names(options, repository))
		return shorten(options, repository, oid, objects);
	if (describe(&text, options, repository, &id, objects) < 0) {
		const git_error *why = git_error_last();

		log_debug("git: no name for describe_ref: %s",
			why && why->message ? why->message : "");
		return mem_copy_string("");
	}
	if (!text.ptr)
		return mem_copy_string("");
	return mem_format("%s%s", missing_prefix(options, oid, span_of(text.ptr)), text.ptr);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* pathspec: which paths are meant, as `git diff --name-only <empty tree> HEAD -- <pathspecs>` says. */
#include "git/paths/pathspec.h"
#include "unit.h"

#define FIELD "source.paths"

/* Up to three pathspecs; of all the paths below, those that are meant. A submodule ends in "@". */
static const char *const paths[] = { "A/x.C", "README", "a*/x", "a/b/c.c", "a/b/d.h", "a/x.c",
	"ab/x.c", "lib@", "x.c", "z/a/x.c" };

static const struct row {
	const char *name;
	const char *specs[3];
	const char *meant;
} rows[] = {
	{ "a folder", { "a" }, "a/b/c.c a/b/d.h a/x.c" },
	{ "a folder with a slash", { "a/" }, "a/b/c.c a/b/d.h a/x.c" },
	{ "a folder, not normalized", { "./ab/..//a/." }, "a/b/c.c a/b/d.h a/x.c" },
	{ "a file", { "a/x.c" }, "a/x.c" },
	{ "a file with a slash", { "a/x.c/" }, "" },
	{ "a submodule", { "lib" }, "lib@" },
	{ "a submodule with a slash", { "lib/" }, "lib@" },
	{ "what is in a submodule", { "lib/x" }, "" },
	{ "a star crosses slashes", { "*.c" }, "a/b/c.c a/x.c ab/x.c x.c z/a/x.c" },
	{ "a star in the middle", { "a*x.c" }, "a/x.c ab/x.c" },
	{ "a star that names only a folder", { "a/*b" }, "" },
	{ "a question mark crosses slashes", { "a?x.c" }, "a/x.c" },
	{ "a set", { "[xz]*" }, "x.c z/a/x.c" },
	{ "a star that a name has", { "a*/x" }, "a*/x" },
	{ "literal", { ":(literal)a*/x" }, "a*/x" },
	{ "literal of a glob", { ":(literal)*.c" }, "" },
	{ "escaped", { "a\\*/*" }, "a*/x" },
	{ "glob stays in a folder", { ":(glob)*.c" }, "x.c" },
	{ "glob, two components", { ":(glob)*/*.c" }, "a/x.c ab/x.c" },
	{ "glob, any depth", { ":(glob)**/*.c" }, "a/b/c.c a/x.c ab/x.c x.c z/a/x.c" },
	{ "glob, all below", { ":(glob)a/**" }, "a/b/c.c a/b/d.h a/x.c" },
	{ "glob is a folder too", { ":(glob)a" }, "a/b/c.c a/b/d.h a/x.c" },
	{ "icase", { ":(icase)A" }, "A/x.C a/b/c.c a/b/d.h a/x.c" },
	{ "icase glob", { ":(icase)*.C" }, "A/x.C a/b/c.c a/x.c ab/x.c x.c z/a/x.c" },
	{ "icase and glob", { ":(icase,glob)A/*.c" }, "A/x.C a/x.c" },
	{ "top", { ":/a/x.c" }, "a/x.c" },
	{ "top in words", { ":(top)a/x.c" }, "a/x.c" },
	{ "top is not normalized", { "x.c", ":(top)." }, "x.c" },
	{ "colon alone", { ":" },
		"A/x.C README a*/x a/b/c.c a/b/d.h a/x.c ab/x.c lib@ x.c z/a/x.c" },
	{ "everything", { "." },
		"A/x.C README a*/x a/b/c.c a/b/d.h a/x.c ab/x.c lib@ x.c z/a/x.c" },
	{ "all but a folder", { ":!a" }, "A/x.C README a*/x ab/x.c lib@ x.c z/a/x.c" },
	{ "all but, ^", { ":^a", ":^z" }, "A/x.C README a*/x ab/x.c lib@ x.c" },
	{ "all but, words", { ":(exclude)*.c" }, "A/x.C README a*/x a/b/d.h lib@" },
	{ "a folder without a folder", { "a", ":!a/b" }, "a/x.c" },
	{ "without first", { ":!*.h", "a" }, "a/b/c.c a/x.c" },
	{ "nothing is left", { "a/b", ":!a" }, "" },
	{ "without everything", { "a", ":!." }, "" },
	{ "several signs", { ":/!a" }, "A/x.C README a*/x ab/x.c lib@ x.c z/a/x.c" },
	{ "signs and their end", { ":!/:a" }, "A/x.C README a*/x ab/x.c lib@ x.c z/a/x.c" },
	{ "words are not read behind a sign", { ":!(icase)A" },
		"A/x.C README a*/x a/b/c.c a/b/d.h a/x.c ab/x.c lib@ x.c z/a/x.c" },
	{ "exclude, icase", { "*.c", ":(exclude,icase)A" }, "ab/x.c x.c z/a/x.c" },
	{ "a prefix is no folder", { "REA" }, "" },
};

static void read_all(struct pathspec *pathspec, const struct row *row)
{
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT(row->specs) && row->specs[i]; i++)
		assert_int_equal(pathspec_add(pathspec, row->specs[i], FIELD, &err), 0);
	pathspec_finish(pathspec);
}

static bool is_listed(const char *list, const char *path)
{
	struct span left = span_of(list), word;

	while (span_take_until(&left, " ", &word)) {
		if (span_is(word, path))
			return true;
		(void)span_take(&left, " ");
	}
	return span_is(left, path);
}

/* A folder's extent must agree with what is meant below it. */
static void extents_agree(const struct pathspec *pathspec, const char *path, bool meant)
{
	for (size_t i = 0; path[i]; i++) {
		enum pathspec_extent extent;

		if (path[i] != '/')
			continue;
		extent = pathspec_extent(pathspec, (struct span){ path, i + 1 });
		assert_int_not_equal(extent, meant ? PATHSPEC_NONE : PATHSPEC_ALL);
	}
}

static void meant(void **state)
{
	const struct row *row = *state;
	auto_pathspec struct pathspec pathspec = { 0 };

	read_all(&pathspec, row);
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct span path = span_of(paths[i]);
		bool submodule = span_ends(path, "@"), found;

		path.length -= submodule;
		found = pathspec_matches(&pathspec, path, submodule);
		if (found != is_listed(row->meant, paths[i]))
			fail_msg("%s: %s", paths[i], found ? "is meant" : "is not meant");
		extents_agree(&pathspec, paths[i], found);
	}
}

/* How far one must look: what is decided by a folder's name alone is not asked for. */
static const struct extent {
	const char *name;
	const char *specs[3];
	const char *folder;
	enum pathspec_extent extent;
} extents[] = {
	{ "itself", { "a/b" }, "a/b/", PATHSPEC_ALL },
	{ "below", { "a" }, "a/b/", PATHSPEC_ALL },
	{ "above", { "a/b" }, "a/", PATHSPEC_SOME },
	{ "beside", { "a/b" }, "ab/", PATHSPEC_NONE },
	{ "a longer name", { "a" }, "ab/", PATHSPEC_NONE },
	{ "a file of that name's beginning", { "a/bc" }, "a/b/", PATHSPEC_NONE },
	{ "any folder", { "*.c" }, "a/", PATHSPEC_SOME },
	{ "all in a folder", { "a/*" }, "a/", PATHSPEC_ALL },
	{ "all in a folder, below", { "a/*" }, "a/b/", PATHSPEC_ALL },
	{ "a star's beginning", { "a*" }, "ab/", PATHSPEC_ALL },
	{ "an escaped star at the end", { "a\\*" }, "a*/", PATHSPEC_SOME },
	{ "a glob's depth", { ":(glob)*.c" }, "a/", PATHSPEC_NONE },
	{ "a glob's depth, two", { ":(glob)*/*.c" }, "a/", PATHSPEC_SOME },
	{ "a glob of any depth", { ":(glob)a/**/x" }, "a/b/c/d/", PATHSPEC_SOME },
	{ "a glob's end", { ":(glob)a/**" }, "a/b/", PATHSPEC_ALL },
	{ "without it", { ".", ":!a" }, "a/", PATHSPEC_NONE },
	{ "without a part", { ".", ":!a/b" }, "a/", PATHSPEC_SOME },
	{ "without another", { ".", ":!a/b" }, "c/", PATHSPEC_ALL },
	{ "case", { ":(icase)A/B" }, "a/b/", PATHSPEC_ALL },
};

static void extent(void **state)
{
	const struct extent *row = *state;
	auto_pathspec struct pathspec pathspec = { 0 };
	const struct row specs = { .specs = { row->specs[0], row->specs[1], row->specs[2] } };

	read_all(&pathspec, &specs);
	assert_int_equal(pathspec_extent(&pathspec, span_of(row->folder)), row->extent);
}

static const struct refusal {
	const char *name;
	const char *spec;
	const char *message;
} refusals[] = {
	{ "empty", "", FIELD ": holds an empty string: use '.' for the whole repository" },
	{ "absolute", "/a", FIELD ": '/a' begins with '/': paths are relative to the repository" },
	{ "outside", "a/../../b", FIELD ": 'a/../../b' leads out of the repository" },
	{ "unknown word", ":(icas)a",
		FIELD ": ':(icas)a' has magic that git does not know: use top, literal, glob, "
		      "icase or exclude" },
	{ "attributes", ":(attr:x)a",
		FIELD ": ':(attr:x)a' asks for git attributes, which check does not read" },
	{ "no end", ":(icase", FIELD ": ':(icase' lacks the ')' that ends its magic" },
	{ "literal and glob", ":(literal,glob)a",
		FIELD ": ':(literal,glob)a' is both literal and glob" },
	{ "unknown sign", ":-a", FIELD ": ':-a' has a sign behind ':' that git does not know" },
};

static void refused(void **state)
{
	const struct refusal *row = *state;
	auto_pathspec struct pathspec pathspec = { 0 };
	struct err err = { 0 };

	assert_failed(
		pathspec_add(&pathspec, row->spec, FIELD, &err), &err, ERR_CONFIG, row->message);
	assert_int_equal(pathspec.count, 0);
}

/* Items of ignore_paths need no sign, and may have one: as git reads them behind `:!`, or by their magic. */
static const struct place {
	const char *name;
	const char *spec;
	const char *text;
	bool icase, glob, literal;
} places[] = {
	{ "a path", "a/b", "a/b", .literal = true },
	{ "a sign of git's in front", "_build", "_build", .literal = true },
	{ "another", "-x", "-x", .literal = true },
	{ "a slash", "/a", "a", .literal = true },
	{ "the sign again", "!a", "a", .literal = true },
	{ "the signs' end", ":a", "a", .literal = true },
	{ "the sign with its colon", ":!a", "a", .literal = true },
	{ "the other sign", ":^a", "a", .literal = true },
	{ "from the top", ":/a", "a", .literal = true },
	{ "a word", ":(icase)A*", "A*", .icase = true },
	{ "two words", ":(exclude,glob)**/a", "**/a", .glob = true },
	{ "literal", ":(literal)a*", "a*", .literal = true },
};

static void excluded_by_its_place(void **state)
{
	const struct place *row = *state;
	auto_pathspec struct pathspec pathspec = { 0 };
	struct pathspec_item *item;
	struct err err = { 0 };

	assert_int_equal(pathspec_add_excluded(&pathspec, row->spec, FIELD, &err), 0);
	item = &pathspec.items[0];
	assert_string_equal(item->text, row->text);
	assert_true(item->exclude);
	assert_int_equal(item->icase, row->icase);
	assert_int_equal(item->whole, row->glob);
	assert_int_equal(item->literal == item->length, row->literal);
}

static void excluded_by_its_place_and_refused(void **state)
{
	auto_pathspec struct pathspec pathspec = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_failed(pathspec_add_excluded(&pathspec, ":(icas)a", FIELD, &err), &err, ERR_CONFIG,
		FIELD ": ':(icas)a' has magic that git does not know: use top, literal, glob, "
		      "icase or exclude");
}

int main(void)
{
	UNIT_ROWS(meant, rows);
	UNIT_ROWS(extent, extents);
	UNIT_ROWS(refused, refusals);
	UNIT_ROWS(excluded_by_its_place, places);
	UNIT_TEST(excluded_by_its_place_and_refused);
	return unit_run();
}

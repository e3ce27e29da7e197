/* SPDX-License-Identifier: Apache-2.0 */
/* commit: commit objects, people and dates, and the pages of forges. */
#include "unit.h"

#include "git/commit.h"
#include "git/oid_map.h"
#include "resource/page.h"

#define T "1111111111111111111111111111111111111111"
#define P "2222222222222222222222222222222222222222"
#define Q "3333333333333333333333333333333333333333"

static const struct object {
	const char *name;
	const char *text;
	bool is_commit;
	size_t parents;
	const char *author, *mail, *date, *message;
} objects[] = {
	{ "a root",
		"tree " T
		"\nauthor A U <a@b> 1700000000 +0100\ncommitter C <c@d> 1 +0000\n\nsubject\n\nbody\n",
		true, 0, "A U", "a@b", "2023-11-14 23:13:20 +0100", "subject\n\nbody\n" },
	{ "a merge", "tree " T "\nparent " P "\nparent " Q "\nauthor A <a> 0 -0730\n\nm", true, 2,
		"A", "a", "1969-12-31 16:30:00 -0730", "m" },
	{ "a signature and an encoding",
		"tree " T
		"\nauthor A <a> 86400 +0000\nencoding X\ngpgsig -----BEGIN\n author Z <z> 1 +0000\n \n -----END\n\nm\n",
		true, 0, "A", "a", "1970-01-02 00:00:00 +0000", "m\n" },
	{ "an empty name and mail", "tree " T "\nauthor  <> 1 +0000\n\n", true, 0, "", "",
		"1970-01-01 00:00:01 +0000", "" },
	{ "angle brackets in the name", "tree " T "\nauthor A <b <a@b> 1 +0000\n\n", true, 0, "A",
		"b <a@b", "1970-01-01 00:00:01 +0000", "" },
	{ "an author that is none", "tree " T "\nauthor nobody\n\nm", true, 0, "nobody", "",
		"1970-01-01 00:00:00 +0000", "m" },
	{ "a time before 1970", "tree " T "\nauthor A <a> -1 +0000\n\n", true, 0, "A", "a",
		"1969-12-31 23:59:59 +0000", "" },
	{ "a time that no calendar holds", "tree " T "\nauthor A <a> 9223372036854775807 +0100\n\n",
		true, 0, "A", "a", "1970-01-01 00:00:00 +0000", "" },
	{ "a time so long ago", "tree " T "\nauthor A <a> -9223372036854775807 -0100\n\n", true, 0,
		"A", "a", "1970-01-01 00:00:00 +0000", "" },
	{ "no message at all", "tree " T "\nauthor A <a> 1 +0000", true, 0, "A", "a",
		"1970-01-01 00:00:01 +0000", "" },
	{ "a CR stays", "tree " T "\nauthor A <a> 1 +0000\n\na\r\nb\r\n", true, 0, "A", "a",
		"1970-01-01 00:00:01 +0000", "a\r\nb\r\n" },
	{ "a tag", "object " T "\ntype commit\n", false, 0, NULL, NULL, NULL, NULL },
	{ "a short tree", "tree 123\n", false, 0, NULL, NULL, NULL, NULL },
	{ "a short parent", "tree " T "\nparent 123\n", false, 0, NULL, NULL, NULL, NULL },
	{ "nothing", "", false, 0, NULL, NULL, NULL, NULL },
};

static void parse(void **state)
{
	const struct object *row = *state;
	struct commit commit = { .parent_count = 99 };
	char date[PERSON_DATE_SIZE];

	assert_int_equal(commit_parse(span_of(row->text), &commit), row->is_commit);
	if (!row->is_commit) {
		assert_int_equal(commit.parent_count, 99);
		return;
	}
	assert_string_equal(commit.tree.hex, T);
	assert_int_equal(commit.parent_count, row->parents);
	assert_string_equal(commit.first_parent.hex, row->parents ? P : "");
	assert_span_is(commit.author.name, row->author);
	assert_span_is(commit.author.mail, row->mail);
	person_date(&commit.author, date);
	assert_string_equal(date, row->date);
	assert_span_is(commit.message, row->message);
}

static const struct page {
	const char *name;
	const char *origin;
	const char *page; /* without the id; NULL: none */
} pages[] = {
	{ "GitHub", "https://github.com/a/b.git", "https://github.com/a/b/commit/" },
	{ "GitHub by SSH", "git@github.com:a/b", "https://github.com/a/b/commit/" },
	{ "GitHub by an ssh url", "ssh://git@github.com/a/b.git",
		"https://github.com/a/b/commit/" },
	{ "GitHub Enterprise", "http://github.example.com/a/b",
		"https://github.example.com/a/b/commit/" },
	{ "with a port", "https://github.com:443/a/b", "https://github.com:443/a/b/commit/" },
	{ "Gogs", "https://try.gogs.io/a/b.git", "https://try.gogs.io/a/b/commit/" },
	{ "GitLab", "https://gitlab.com/a/b/c.git", "https://gitlab.com/a/b/c/-/commit/" },
	{ "Bitbucket", "https://bitbucket.org/a/b", "https://bitbucket.org/a/b/commits/" },
	{ "userinfo is left out", "https://user:secret@github.com/a/b.git",
		"https://github.com/a/b/commit/" },
	{ "only one .git", "https://github.com/a/b.git.git", "https://github.com/a/b.git/commit/" },
	{ "another host", "https://git.example.com/a/b", NULL },
	{ "a forge's name in the path", "https://git.example.com/github/b", NULL },
	{ "another user by SSH", "ssh://me@github.com/a/b", NULL },
	{ "a path", "/srv/github/b", NULL },
	{ "no path", "https://github.com", NULL },
	{ "nothing", "", NULL },
};

static void page(void **state)
{
	const struct page *row = *state;
	auto_free char *found = page_of_commit(row->origin, T);
	auto_free char *expected = row->page ? mem_format("%s" T, row->page) : NULL;

	if (!expected)
		assert_null(found);
	else
		assert_string_equal(found, expected);
}

static void ids(void **state)
{
	struct span text = span_of("ABCDEF0123456789abcdef0123456789ABCDEF01 x");
	struct oid oid = { "unset" };

	(void)state;
	assert_false(oid_parse(text, &oid));
	assert_string_equal(oid.hex, "unset");
	assert_true(oid_take(&text, &oid));
	assert_span_is(text, " x");
	assert_string_equal(oid.hex, "abcdef0123456789abcdef0123456789abcdef01");
	assert_true(oid_is_set(&oid));
	assert_false(oid_is_set(&(struct oid){ OID_ZERO }));
	assert_false(oid_is_set(&(struct oid){ "" }));
}

static void a_map_keeps_a_thousand_ids(void **state)
{
	struct oid_map map = { 0 };
	struct oid oid = { T };
	size_t value, listed = 0;

	(void)state;
	assert_false(oid_map_get(&map, &oid, &value));
	for (size_t i = 0; i < 1000; i++) {
		memcpy(oid.hex,
			(char[]){ (char)('0' + i % 10), (char)('0' + i / 10 % 10),
				(char)('0' + i / 100) },
			3);
		oid_map_put(&map, &oid, i);
	}
	assert_int_equal(map.count, 1000);
	oid_map_put(&map, &oid, 7);
	assert_int_equal(map.count, 1000);
	assert_true(oid_map_get(&map, &oid, &value));
	assert_int_equal(value, 7);
	memcpy(oid.hex, "210", 3);
	assert_true(oid_map_get(&map, &oid, &value));
	assert_int_equal(value, 12);
	assert_true(oid_map_has(&map, &oid));
	assert_false(oid_map_add(&map, &oid));
	assert_true(oid_map_get(&map, &oid, &value));
	assert_int_equal(value, 12); /* what was there stays */
	for (size_t position = 0; oid_map_next(&map, &position, &oid);)
		listed += oid_map_has(&map, &oid);
	assert_int_equal(listed, map.count);
	oid_map_release(&map);
}

int main(void)
{
	UNIT_ROWS(parse, objects);
	UNIT_ROWS(page, pages);
	UNIT_TEST(ids);
	UNIT_TEST(a_map_keeps_a_thousand_ids);
	return unit_run();
}

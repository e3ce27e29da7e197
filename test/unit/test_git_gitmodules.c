/* SPDX-License-Identifier: Apache-2.0 */
/* gitmodules: git's configuration format, what .gitmodules says in it, and what of that is believed. */
#include "unit.h"

#include "git/config.h"
#include "git/submodule/gitmodules.h"

/* "key=value LF", and "key LF" where there is no value. */
static const struct row {
	const char *name;
	const char *text;
	const char *entries;
} rows[] = {
	{ "nothing", "", "" },
	{ "a section alone", "[core]", "" },
	{ "an assignment", "[core]\n\tbare = false\n", "core.bare=false\n" },
	{ "no line break at the end", "[core]\nbare = false", "core.bare=false\n" },
	{ "behind the section", "[core] bare = false", "core.bare=false\n" },
	{ "no blanks", "[core]bare=false", "core.bare=false\n" },
	{ "lower case", "[CoRe]\nBaRe = No\n", "core.bare=No\n" },
	{ "a subsection", "[submodule \"My Lib\"]\npath = x\n", "submodule.My Lib.path=x\n" },
	{ "quotes in a subsection", "[a \"b\\\"c\\\\d\\e\"]\nx = 1", "a.b\"c\\de.x=1\n" },
	{ "dots in a subsection", "[a \"b.c\"]\nx = 1", "a.b.c.x=1\n" },
	{ "an empty subsection", "[a \"\"]\nx = 1", "a..x=1\n" },
	{ "the old form", "[a.B]\nx = 1", "a.b.x=1\n" },
	{ "a name alone", "[a]\nx\ny = \n", "a.x\na.y=\n" },
	{ "a name alone at the end", "[a]\nx", "a.x\n" },
	{ "a name and blanks", "[a]\nx \t\n", "a.x\n" },
	{ "digits and dashes in a name", "[a]\nx-1 = y", "a.x-1=y\n" },
	{ "blanks around a value", "[a]\nx =  \t b  c \t\n", "a.x=b  c\n" },
	{ "quotes keep blanks", "[a]\nx = \" b \"\n", "a.x= b \n" },
	{ "quotes in the middle", "[a]\nx = b\" ; \"c ; d\n", "a.x=b ; c\n" },
	{ "an empty value in quotes", "[a]\nx = \"\"\n", "a.x=\n" },
	{ "escapes", "[a]\nx = \\\"\\\\\\t\\n\n", "a.x=\"\\\t\n\n" },
	{ "a continued line", "[a]\nx = b\\\n  c\n", "a.x=b  c\n" },
	{ "comments", "# x\n[a] ; y\n; [b]\nx = 1 # z\ny = 2;z", "a.x=1\na.y=2\n" },
	{ "a comment goes on to the end", "[a]\nx = 1 # \"\ny = 2", "a.x=1\na.y=2\n" },
	{ "CR LF", "[a]\r\nx = 1\r\ny\r\n", "a.x=1\na.y\n" },
	{ "a byte order mark", "\xef\xbb\xbf[a]\nx = 1", "a.x=1\n" },
	{ "no section", "x = 1", "x=1\n" },
	{ "UTF-8", "[a \"ü\"]\nx = ä\n", "a.ü.x=ä\n" },
	{ "what is included is not read", "[include]\npath = /etc/passwd\n",
		"include.path=/etc/passwd\n" },
};

static void read_config(void **state)
{
	const struct row *row = *state;
	auto_config_reader struct config_reader reader;
	auto_buf struct buf found = BUF(4096);
	struct config_entry entry;
	struct err err = { 0 };
	int more;

	config_reader_init(&reader, span_of(row->text));
	while ((more = config_next(&reader, &entry, &err)) > 0)
		assert_int_equal(buf_add_span(&found, entry.key) |
				buf_add_string(&found, entry.has_value ? "=" : "") |
				buf_add_span(&found, entry.value) | buf_add_string(&found, "\n"),
			0);
	assert_int_equal(more, 0);
	assert_span_is(buf_span(&found), row->entries);
}

static const struct malformed {
	const char *name;
	const char *text;
	unsigned line;
} malformed[] = {
	{ "an open section", "[a", 1 },
	{ "an open subsection", "[a \"b", 1 },
	{ "a line break in a section", "[a\n]", 1 },
	{ "a line break in a subsection", "[a \"b\n\"]", 1 },
	{ "an escaped line break in a subsection", "[a \"b\\\n\"]", 1 },
	{ "something behind a subsection", "[a \"b\" c]", 1 },
	{ "no quotes", "[a b]", 1 },
	{ "another sign in a section", "[a_b]", 1 },
	{ "an open value", "[a]\nx = \"b\ny = 1", 2 },
	{ "an unknown escape", "[a]\n\nx = \\x\n", 3 },
	{ "a backslash at the end", "[a]\nx = b\\", 2 },
	{ "a name that is none", "[a]\n1x = 1", 2 },
	{ "another sign in a name", "[a]\nx_y = 1", 2 },
	{ "a conflict", "[a]\nx = 1\n<<<<<<< HEAD\n", 3 },
};

static void refuse_config(void **state)
{
	const struct malformed *row = *state;
	auto_free char *message = mem_format(
		"line %u is not in git's configuration format", row->line);
	auto_gitmodules struct gitmodules modules = { 0 };
	struct err err = { 0 };

	assert_failed(
		gitmodules_parse(&modules, span_of(row->text), &err), &err, ERR_REMOTE, message);
	assert_int_equal(modules.count, 0);
}

static void what_it_says_of_a_submodule(void **state)
{
	static const char text[] = "[submodule \"my lib\"]\n"
				   "\tpath = libs/my lib\n"
				   "\turl = ../lib.git\n"
				   "\tfetchRecurseSubmodules = true\n"
				   "\tignore = dirty\n"
				   "[submodule \"a.b\"]\n"
				   "\tpath = other\n"
				   "\tbranch = .\n"
				   "\tupdate = none\n"
				   "\tshallow\n"
				   "[submodule]\n"
				   "\tpath = nobody's\n"
				   "[other \"my lib\"]\n"
				   "\turl = another\n"
				   "[submodule \"my lib\"]\n"
				   "\tpath = src/my lib\n"
				   "\tshallow = no\n";
	auto_gitmodules struct gitmodules modules = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(gitmodules_parse(&modules, span_of(text), &err), 0);
	assert_int_equal(modules.count, 2);
	assert_string_equal(modules.items[0].name, "my lib");
	assert_string_equal(modules.items[0].path, "src/my lib");
	assert_string_equal(modules.items[0].url, "../lib.git");
	assert_null(modules.items[0].branch);
	assert_null(modules.items[0].update);
	assert_false(modules.items[0].shallow);
	assert_string_equal(modules.items[1].name, "a.b");
	assert_string_equal(modules.items[1].path, "other");
	assert_null(modules.items[1].url);
	assert_string_equal(modules.items[1].branch, ".");
	assert_string_equal(modules.items[1].update, "none");
	assert_true(modules.items[1].shallow);
}

static void a_nul_is_refused(void **state)
{
	static const char text[] = "[submodule \"a\0b\"]\n";
	struct gitmodules modules = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_failed(gitmodules_parse(&modules, SPAN_LITERAL(text), &err), &err, ERR_REMOTE,
		"holds a NUL");
}

#define OUT(name) "its name in .gitmodules, '" name "', leads out of .git/modules"

static const struct check_row {
	const char *name;
	const char *module; /* its name */
	const char *path;
	const char *url;
	const char *update;
	const char *message; /* NULL: it is believed */
} checks[] = {
	{ "a plain one", "lib", "lib", "../lib", NULL, NULL },
	{ "folders and blanks in a name", "a/my lib", "lib", "../lib", NULL, NULL },
	{ "dots in a name", "..a/b../...", "lib", "../lib", NULL, NULL },
	{ "update none", "lib", "lib", "../lib", "none", NULL },
	{ "update rebase", "lib", "lib", "../lib", "rebase", NULL },
	{ "an empty name", "", "lib", "../lib", NULL, OUT("") },
	{ "up", "..", "lib", "../lib", NULL, OUT("..") },
	{ "up in the middle", "a/../../hooks", "lib", "../lib", NULL, OUT("a/../../hooks") },
	{ "up at the end", "a/..", "lib", "../lib", NULL, OUT("a/..") },
	{ "up by backslashes", "a\\..\\b", "lib", "../lib", NULL, OUT("a\\..\\b") },
	{ "from the root", "/etc", "lib", "../lib", NULL, OUT("/etc") },
	{ "a path like an option", "lib", "-x", "../lib", NULL,
		"its path in .gitmodules begins with '-'" },
	{ "no url", "lib", "lib", NULL, NULL, "has no url in .gitmodules" },
	{ "an empty url", "lib", "lib", "", NULL, "has no url in .gitmodules" },
	{ "a command", "lib", "lib", "../lib", "!touch /tmp/x",
		"its update in .gitmodules is a command, which git takes from nobody's repository" },
	{ "an unknown update", "lib", "lib", "../lib", "pull",
		"its update in .gitmodules, 'pull', is none of checkout, rebase, merge, none" },
};

static void check(void **state)
{
	const struct check_row *row = *state;
	auto_free char *name = mem_copy_string(row->module), *path = mem_copy_string(row->path);
	auto_free char *url = mem_copy_string(row->url), *update = mem_copy_string(row->update);
	const struct gitmodule module = {
		.name = name, .path = path, .url = url, .update = update
	};
	struct err err = { 0 };

	if (row->message)
		assert_failed(gitmodule_check(&module, &err), &err, ERR_REMOTE, row->message);
	else
		assert_int_equal(gitmodule_check(&module, &err), 0);
}

int main(void)
{
	UNIT_ROWS(read_config, rows);
	UNIT_ROWS(refuse_config, malformed);
	UNIT_TEST(what_it_says_of_a_submodule);
	UNIT_TEST(a_nul_is_refused);
	UNIT_ROWS(check, checks);
	return unit_run();
}

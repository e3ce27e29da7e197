/* SPDX-License-Identifier: Apache-2.0 */
/* lacking: small histories in memory, whose commits are letters. */
#include <git2/sys/mempack.h>

#include "unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "git/lib.h"
#include "git/pack/lacking.h"

enum { LETTERS = 26 };

static git_repository *repository;

/* The history of a row: the ids of its letters. */
struct history {
	struct oid oids[LETTERS];
};

static struct oid write_object(git_object_t type, struct span text)
{
	auto_git(odb) git_odb *odb = NULL;
	git_oid id;

	assert_int_equal(git_repository_odb(&odb, repository), 0);
	assert_int_equal(git_odb_write(&id, odb, text.data, text.length, type), 0);
	return lib_oid_back(&id);
}

static struct oid *of(struct history *history, char letter)
{
	return &history->oids[letter - 'a'];
}

/* "c20ba": c, at 20, whose parents are b and a. */
static void add_commit(struct history *history, struct span word)
{
	auto_buf struct buf text = BUF(4 * KIB);
	struct span letter;
	uint64_t seconds;
	int room = 0;

	assert_true(span_take_bytes(&word, 1, &letter));
	assert_true(span_take_number(&word, UINT32_MAX, &seconds));
	/* the empty tree, which libgit2 always has */
	room |= buf_add_string(&text, "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n");
	for (size_t i = 0; i < word.length; i++)
		room |= buf_format(&text, "parent %s\n", of(history, word.data[i])->hex);
	room |= buf_format(&text, "author %c <a@example.com> 1 +0000\n", *letter.data);
	room |= buf_format(
		&text, "committer C <c@example.com> %u +0000\n\nx\n", (unsigned int)seconds);
	assert_int_equal(room, 0);
	*of(history, *letter.data) = write_object(GIT_OBJECT_COMMIT, buf_span(&text));
}

static void make(struct history *history, const char *words)
{
	struct span left = span_of(words), word;

	while (left.length) {
		if (!span_take_until(&left, " ", &word)) {
			word = left;
			left.length = 0;
		}
		add_commit(history, word);
		(void)span_take(&left, " ");
	}
}

/* 'X' is a tag of x; '?' an id that is nowhere; '!' a blob. */
static struct oid named(struct history *history, char letter)
{
	struct oid oid = { "1111111111111111111111111111111111111111" };

	if (letter == '!')
		return write_object(GIT_OBJECT_BLOB, span_of("content"));
	if (letter >= 'A' && letter <= 'Z') {
		auto_free char *text = mem_format("object %s\ntype commit\ntag t\n"
						  "tagger T <t@example.com> 1 +0000\n\nt\n",
			of(history, (char)(letter - 'A' + 'a'))->hex);

		return write_object(GIT_OBJECT_TAG, span_of(text));
	}
	return letter == '?' ? oid : *of(history, letter);
}

static void list(struct oids *oids, struct history *history, const char *letters)
{
	for (; *letters; letters++) {
		struct oid oid = named(history, *letters);

		oids_add(oids, &oid);
	}
}

static void assert_letters(struct history *history, const struct oids *found, const char *letters)
{
	char shown[LETTERS + 1] = "";
	size_t count = 0;

	for (char letter = 'a'; letter <= 'z'; letter++)
		if (oid_is_set(of(history, letter)) && oids_have(found, of(history, letter)))
			shown[count++] = letter;
	assert_string_equal(shown, letters);
	assert_int_equal(found->count, count);
}

#define LINE "a10 b20a c30b d40c"
#define FORK "a10 b20a c30b d25b e40cd f50e"

static const struct question {
	const char *name;
	const char *history, *wants, *haves;
	const char *commits, *tips, *edge;
} questions[] = {
	{ "all", LINE, "d", "", "abcd", "d", "" },
	{ "what is above a have", LINE, "d", "b", "cd", "d", "b" },
	{ "nothing", LINE, "d", "d", "", "", "" },
	{ "nothing, by a have above", LINE, "b", "d", "", "", "" },
	{ "a want below another", LINE, "bd", "a", "bcd", "d", "a" },
	{ "twice", LINE, "dd", "bb", "cd", "d", "b" },
	{ "by tags", LINE, "D", "B", "cd", "d", "b" },
	{ "unknown haves", LINE, "d", "?b?", "cd", "d", "b" },
	{ "what is no commit", LINE, "d!", "!b", "cd", "d", "b" },
	{ "a merge", FORK, "f", "b", "cdef", "f", "b" },
	{ "one side of a merge", FORK, "f", "c", "def", "f", "bc" },
	{ "two tips", FORK, "cd", "b", "cd", "cd", "b" },
	{ "a have on another branch", FORK, "c", "d", "c", "c", "b" },
	{ "no root in common", "a10 b20a c15 d30c", "b", "d", "ab", "b", "" },
	{ "a have of long ago", "a10 b20a c30b d40c e1c", "d", "e", "d", "d", "c" },
	{ "a have with a clock that was early", "a10 b20a c30b d40c e90b", "d", "e", "cd", "d",
		"b" },
	{ "a commit with a clock that was late", "a10 b20a c1b d40c e30c", "d", "e", "d", "d",
		"c" },
	{ "all at once", "a5 b5a c5b d5c e5b", "d", "e", "cd", "d", "b" },
};

static void find(void **state)
{
	const struct question *row = *state;
	struct history history = { 0 };
	auto_oids struct oids wants = { 0 }, haves = { 0 };
	auto_lacking struct lacking lacking = { 0 };
	struct err err = { 0 };

	make(&history, row->history);
	list(&wants, &history, row->wants);
	list(&haves, &history, row->haves);
	assert_int_equal(lacking_find(&lacking, repository, &wants, &haves, &err), 0);
	assert_letters(&history, &lacking.commits, row->commits);
	assert_letters(&history, &lacking.tips, row->tips);
	assert_letters(&history, &lacking.edge, row->edge);
}

static void a_parent_that_is_not_there_is_said(void **state)
{
	const struct oid nowhere = { "1111111111111111111111111111111111111111" };
	struct history history = { 0 };
	auto_oids struct oids wants = { 0 }, haves = { 0 };
	auto_lacking struct lacking lacking = { 0 };
	struct err err = { 0 };

	(void)state;
	*of(&history, 'a') = nowhere;
	make(&history, "b20a");
	list(&wants, &history, "b");
	assert_int_equal(lacking_find(&lacking, repository, &wants, &haves, &err), -1);
	assert_non_null(
		strstr(err.message, "the commit 1111111111111111111111111111111111111111 "));
	assert_int_equal(err.kind, ERR_INTERNAL);
}

static int begin(void **state)
{
	auto_git(odb) git_odb *odb = NULL;
	git_odb_backend *memory = NULL;
	struct err err = { 0 };

	(void)state;
	if (lib_start(&err) < 0 || git_odb_new(&odb) < 0 || git_mempack_new(&memory) < 0)
		return -1;
	if (git_odb_add_backend(odb, memory, 1) < 0)
		return -1;
	return git_repository_wrap_odb(&repository, odb);
}

static int end(void **state)
{
	(void)state;
	git_repository_free(repository);
	return 0;
}

int main(void)
{
	UNIT_ROWS(find, questions);
	UNIT_TEST(a_parent_that_is_not_there_is_said);
	return unit_run_with(begin, end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* paths: the filter of commits by what they change. */
#include <string.h>

#include "base/mem.h"
#include "git/paths/level.h"
#include "git/paths/paths.h"

/* What one level of trees decides: did the commit change what is meant in this folder? */
struct question {
	size_t commit;
	size_t before, after; /* trees of the level */
};

struct questions {
	struct question *items;
	size_t count;
	struct level level;
};

enum answer { UNDECIDED, NO, YES };

/* A block of commits that is judged. */
struct judging {
	struct paths *paths;
	enum answer *answers;
	size_t count;  /* commits */
	size_t enough; /* of them are needed, the first */
};

static void ask(struct questions *questions, size_t commit, const char *folder,
	const struct oid *before, const struct oid *after)
{
	struct question question = {
		.commit = commit,
		.before = level_need(&questions->level, before, folder),
		.after = level_need(&questions->level, after, folder),
	};

	if ((questions->count & (questions->count - 1)) == 0)
		questions->items = mem_resize(questions->items,
			questions->count ? 2 * questions->count : 1, sizeof(*questions->items));
	questions->items[questions->count++] = question;
}

static void questions_release(struct questions *questions)
{
	free(questions->items);
	level_release(&questions->level);
	*questions = (struct questions){ 0 };
}

static const char *folder_of(const struct level *level, const struct question *question)
{
	size_t known = question->after == LEVEL_NONE ? question->before : question->after;

	return level->trees[known].folder;
}

/* Compare the two trees; what they leave open is asked at the next level. */
static void compare(struct judging *judging, const struct questions *now,
	const struct question *question, struct questions *next)
{
	const struct seen *before = level_seen(&now->level, question->before);
	const struct seen *after = level_seen(&now->level, question->after);
	struct seen_place place = { 0 };
	struct seen_change change;

	if (judging->answers[question->commit] == YES)
		return;
	if (!oid_equal(&before->digest, &after->digest)) {
		judging->answers[question->commit] = YES;
		return;
	}
	while (seen_next_change(before, after, &place, &change)) {
		auto_free char *folder = mem_format("%s%.*s", folder_of(&now->level, question),
			(int)change.name.length, change.name.data);

		ask(next, question->commit, folder, &change.before, &change.after);
	}
}

/* The first commit that does not matter, because enough before it are wanted. */
static size_t end_of_interest(const struct judging *judging)
{
	size_t found = 0;

	for (size_t i = 0; i < judging->count; i++) {
		if (judging->answers[i] == YES && ++found == judging->enough)
			return i + 1;
	}
	return judging->count;
}

/* Leave out what was decided meanwhile, so that no tree is asked for in vain. */
static void compare_all(struct judging *judging, struct questions *now, struct questions *next)
{
	struct questions open = { 0 };
	size_t end;

	for (size_t i = 0; i < now->count; i++)
		compare(judging, now, &now->items[i], &open);
	end = end_of_interest(judging);
	for (size_t i = 0; i < open.count; i++) {
		const struct question *question = &open.items[i];
		const struct level_tree *trees = open.level.trees;
		struct oid before = { 0 }, after = { 0 };

		if (judging->answers[question->commit] == YES || question->commit >= end)
			continue;
		if (question->before != LEVEL_NONE)
			before = trees[question->before].oid;
		if (question->after != LEVEL_NONE)
			after = trees[question->after].oid;
		ask(next, question->commit, folder_of(&open.level, question), &before, &after);
	}
	questions_release(&open);
}

static int judge_all(struct judging *judging, struct questions *questions, struct err *err)
{
	struct paths *paths = judging->paths;

	while (questions->count) {
		struct questions next = { 0 };

		if (level_fetch(&questions->level, &paths->source, &paths->pathspec, err) < 0)
			return -1;
		compare_all(judging, questions, &next);
		questions_release(questions);
		*questions = next;
	}
	return 0;
}

static int judge(void *context, const struct history_commit *commits, size_t count, size_t enough,
	bool *wanted, struct err *err)
{
	auto_free enum answer *answers = mem_alloc(count * sizeof(*answers));
	struct judging judging = { context, answers, count, enough };
	struct questions questions = { 0 };
	int status;

	if (paths_source_begin(&judging.paths->source, commits, count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (wanted[i] && !oid_equal(&commits[i].parent_tree, &commits[i].commit.tree))
			ask(&questions, i, "", &commits[i].parent_tree, &commits[i].commit.tree);
	status = judge_all(&judging, &questions, err);
	questions_release(&questions);
	for (size_t i = 0; i < count && status == 0; i++)
		wanted[i] = answers[i] == YES;
	return status;
}

/* Those who had to quote a path with a blank for the git resource's shell did it so. */
static char *unquoted(const char *text)
{
	size_t length = strlen(text);

	if (length > 2 && (text[0] == '\'' || text[0] == '"') && text[length - 1] == text[0])
		return mem_copy(text + 1, length - 2);
	return mem_copy_string(text);
}

typedef int add_path(struct pathspec *, const char *, const char *, struct err *);

static int add_all(struct paths *paths, const struct strings *texts, const char *field,
	add_path *add, struct err *err)
{
	for (size_t i = 0; i < texts->count; i++) {
		auto_free char *text = unquoted(texts->items[i]);

		if (add(&paths->pathspec, text, field, err) < 0)
			return -1;
	}
	return 0;
}

int paths_read(struct paths *paths, const struct git_source *source, struct err *err)
{
	bool all = source->paths.count == 1 && strcmp(source->paths.items[0], ".") == 0;

	if (all && !source->ignore_paths.count)
		return 0;
	if (add_all(paths, &source->paths, "source.paths", pathspec_add, err) < 0 ||
		add_all(paths, &source->ignore_paths, "source.ignore_paths", pathspec_add_excluded,
			err) < 0)
		return -1;
	if (paths->pathspec.count)
		pathspec_finish(&paths->pathspec);
	return 0;
}

void paths_add(struct history_filters *filters, struct paths *paths, struct remote *remote)
{
	const struct history_filter filter = {
		.judge = judge, .context = paths, .comparing = true
	};

	paths->source.remote = remote;
	if (paths->pathspec.count)
		history_filters_add(filters, &filter);
}

void paths_release(struct paths *paths)
{
	pathspec_release(&paths->pathspec);
	paths_source_release(&paths->source);
}

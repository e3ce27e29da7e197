/* SPDX-License-Identifier: Apache-2.0 */
/* renames: pairs of what a side removed and what it added. */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/combine/folders.h"
#include "git/combine/renames.h"
#include "git/combine/similar.h"
#include "git/oid_map.h"

/* For each added file git keeps so many removed ones in mind. Two files of one name need less of a look at
 * the others. More files than merge.renameLimit are not compared. */
enum { CANDIDATES = 4, SAME_NAME_LEAST = 45000, LIMIT = 7000, IDENTICAL_MAX = 100 };

/* A file that was removed or added. */
struct file {
	const git_diff_file *file;
	const char *name;  /* behind the last slash */
	struct file *is;   /* the other one of its pair */
	struct file *next; /* removed, with the same content */
	bool relevant; /* a removed one that the other side changed too, or of a folder that is gone */
	bool is_sized, is_read;
	size_t size;
	struct pieces pieces;
};

struct files {
	struct file *items;
	size_t count;
};

struct finding {
	git_odb *odb;
	struct files removed, added;
};

struct candidate {
	int score; /* 0: none */
	bool same_name;
	size_t from, to;
	size_t order; /* among equals */
};

const git_diff_delta *renames_change(const git_diff *diff, const char *path)
{
	size_t low = 0, high = git_diff_num_deltas(diff);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const git_diff_delta *delta = git_diff_get_delta(diff, middle);
		int order = strcmp(path, delta->old_file.path);

		if (order == 0)
			return delta;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void add(struct files *files, const git_diff_file *file, bool relevant)
{
	files->items[files->count++] = (struct file){
		.file = file,
		.name = file_base_name(file->path),
		.relevant = relevant,
	};
}

/* An empty file is like any other: git pairs none. */
static bool is_empty(const git_diff_file *file)
{
	static const char empty[] = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

	return git_oid_streq(&file->id, empty) == 0;
}

static void list(struct finding *finding, const git_diff *side, const git_diff *other,
	const struct strings *gone)
{
	size_t count = git_diff_num_deltas(side);

	finding->removed.items = mem_alloc(count * sizeof(struct file));
	finding->added.items = mem_alloc(count * sizeof(struct file));
	for (size_t i = 0; i < count; i++) {
		const git_diff_delta *delta = git_diff_get_delta(side, i);

		if (delta->status == GIT_DELTA_DELETED && !is_empty(&delta->old_file))
			add(&finding->removed, &delta->old_file,
				renames_change(other, delta->old_file.path) ||
					folders_hold(gone, delta->old_file.path));
		else if (delta->status == GIT_DELTA_ADDED && !is_empty(&delta->new_file))
			add(&finding->added, &delta->new_file, false);
	}
}

static void pair(struct file *from, struct file *to)
{
	from->is = to;
	to->is = from;
}

static bool is_regular(const struct file *file)
{
	return S_ISREG(file->file->mode);
}

static bool fits(const struct file *from, const struct file *to)
{
	return (is_regular(from) && is_regular(to)) || from->file->mode == to->file->mode;
}

/* Of those with its content the first with its name, else the first. */
static void pair_identical(struct file *from, struct file *to)
{
	struct file *best = NULL;

	for (int looked = 0; from && looked < IDENTICAL_MAX; from = from->next) {
		bool same_name = strcmp(from->name, to->name) == 0;

		if (!fits(from, to))
			continue;
		looked++;
		if (from->is || (best && !same_name))
			continue;
		best = from;
		if (same_name)
			break;
	}
	if (best)
		pair(best, to);
}

static void find_identical(struct finding *finding)
{
	struct files *removed = &finding->removed;
	struct oid_map first = { 0 };
	struct oid oid;
	size_t place;

	for (size_t i = removed->count; i > 0; i--) {
		struct file *file = &removed->items[i - 1];

		oid = lib_oid_back(&file->file->id);
		if (oid_map_get(&first, &oid, &place))
			file->next = &removed->items[place];
		oid_map_put(&first, &oid, i - 1);
	}
	for (size_t i = 0; i < finding->added.count; i++) {
		oid = lib_oid_back(&finding->added.items[i].file->id);
		if (oid_map_get(&first, &oid, &place))
			pair_identical(&removed->items[place], &finding->added.items[i]);
	}
	oid_map_release(&first);
}

static int size_of(struct finding *finding, struct file *file, struct err *err)
{
	git_object_t type;

	if (!file->is_sized &&
		git_odb_read_header(&file->size, &type, finding->odb, &file->file->id) < 0)
		return lib_error(err, "%s: its content cannot be read", file->file->path);
	file->is_sized = true;
	return 0;
}

static int read_pieces(struct finding *finding, struct file *file, struct err *err)
{
	auto_git(odb_object) git_odb_object *object = NULL;

	if (file->is_read)
		return 0;
	if (git_odb_read(&object, finding->odb, &file->file->id) < 0)
		return lib_error(err, "%s: its content cannot be read", file->file->path);
	pieces_of(&file->pieces,
		(struct span){ git_odb_object_data(object), git_odb_object_size(object) });
	file->is_read = true;
	return 0;
}

static int compare(
	int *score, struct finding *finding, struct file *from, struct file *to, struct err *err)
{
	*score = 0;
	if (!is_regular(from) || !is_regular(to))
		return 0;
	if (size_of(finding, from, err) < 0 || size_of(finding, to, err) < 0)
		return -1;
	if (similar_never(from->size, to->size))
		return 0;
	if (read_pieces(finding, from, err) < 0 || read_pieces(finding, to, err) < 0)
		return -1;
	*score = similar_score(&from->pieces, &to->pieces);
	return 0;
}

/* The one that has this name among those without a pair; NULL where there are more, or none. */
static struct file *only_one(struct files *files, const char *name)
{
	struct file *found = NULL;

	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i].is || strcmp(files->items[i].name, name) != 0)
			continue;
		if (found)
			return NULL;
		found = &files->items[i];
	}
	return found;
}

/* Files that have kept their name, where there is no other of that name. */
static int find_by_name(struct finding *finding, struct err *err)
{
	for (size_t i = 0; i < finding->removed.count; i++) {
		struct file *from = &finding->removed.items[i], *to;
		int score;

		if (from->is || !from->relevant || only_one(&finding->removed, from->name) != from)
			continue;
		to = only_one(&finding->added, from->name);
		if (!to)
			continue;
		if (compare(&score, finding, from, to, err) < 0)
			return -1;
		if (score >= SAME_NAME_LEAST)
			pair(from, to);
	}
	return 0;
}

/* The better first. */
static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->same_name != b->same_name)
		return a->same_name ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Take the place of the worst, where it is better; among equals the first one came first. */
static void keep(struct candidate kept[static CANDIDATES], const struct candidate *candidate)
{
	struct candidate *worst = kept;

	for (size_t i = 1; i < CANDIDATES; i++)
		if (kept[i].score < worst->score ||
			(kept[i].score == worst->score && kept[i].same_name < worst->same_name))
			worst = &kept[i];
	if (candidate->score > worst->score ||
		(candidate->score == worst->score && candidate->same_name > worst->same_name)) {
		size_t order = worst->order;

		*worst = *candidate;
		worst->order = order;
	}
}

static int find_candidates(
	struct candidate *kept, struct finding *finding, size_t number, struct err *err)
{
	struct file *to = &finding->added.items[number];

	for (size_t i = 0; i < finding->removed.count; i++) {
		struct file *from = &finding->removed.items[i];
		struct candidate candidate = { .from = i, .to = number };

		if (from->is || !from->relevant)
			continue;
		if (compare(&candidate.score, finding, from, to, err) < 0)
			return -1;
		candidate.same_name = strcmp(from->name, to->name) == 0;
		if (candidate.score >= SIMILAR_LEAST)
			keep(kept, &candidate);
	}
	return 0;
}

static size_t left_of(const struct files *files, bool relevant)
{
	size_t count = 0;

	for (size_t i = 0; i < files->count; i++)
		count += !files->items[i].is && (!relevant || files->items[i].relevant);
	return count;
}

/* All that are left, with each other. */
static int find_similar(struct finding *finding, struct err *err)
{
	size_t added = left_of(&finding->added, false), removed = left_of(&finding->removed, true);
	auto_free struct candidate *candidates = NULL;
	size_t count = 0;

	if (!added || !removed || added > (size_t)LIMIT * LIMIT / removed)
		return 0;
	candidates = mem_alloc(added * CANDIDATES * sizeof(*candidates));
	for (size_t i = 0; i < finding->added.count; i++) {
		if (finding->added.items[i].is)
			continue;
		for (size_t j = count; j < count + CANDIDATES; j++)
			candidates[j].order = j;
		if (stop_check(err) < 0 || find_candidates(&candidates[count], finding, i, err) < 0)
			return -1;
		count += CANDIDATES;
	}
	qsort(candidates, count, sizeof(*candidates), compare_candidates);
	for (size_t i = 0; i < count && candidates[i].score; i++) {
		struct file *from = &finding->removed.items[candidates[i].from];
		struct file *to = &finding->added.items[candidates[i].to];

		if (!from->is && !to->is)
			pair(from, to);
	}
	return 0;
}

static void tell(struct renames *renames, const struct files *removed)
{
	renames->items = mem_alloc(removed->count * sizeof(*renames->items));
	for (size_t i = 0; i < removed->count; i++)
		if (removed->items[i].is)
			renames->items[renames->count++] = (struct rename){
				removed->items[i].file,
				removed->items[i].is->file,
			};
}

static void release(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		pieces_release(&files->items[i].pieces);
	free(files->items);
}

int renames_find(struct renames *renames, git_repository *repository, const git_diff *side,
	const git_diff *other, const struct strings *gone, struct err *err)
{
	struct finding finding = { 0 };
	int status = 0;

	*renames = (struct renames){ 0 };
	if (git_repository_odb(&finding.odb, repository) < 0)
		return lib_error(err, "the objects cannot be read");
	list(&finding, side, other, gone);
	find_identical(&finding);
	if (find_by_name(&finding, err) < 0 || find_similar(&finding, err) < 0)
		status = -1;
	else
		tell(renames, &finding.removed);
	release(&finding.removed);
	release(&finding.added);
	git_odb_free(finding.odb);
	return status;
}

void renames_release(struct renames *renames)
{
	free(renames->items);
	*renames = (struct renames){ 0 };
}

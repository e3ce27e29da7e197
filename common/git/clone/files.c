/* SPDX-License-Identifier: Apache-2.0 */
/* files: the index and the working tree, of all files or of those that sparse patterns take. */
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/clone/gitlinks.h"
#include "git/clone/parts.h"
#include "git/match/sparse.h"
#include "git/driver/driver.h"
#include "git/lfs/lfs.h"
#include "git/oid_map.h"

struct files {
	git_repository *repository;
	git_index *index;
	char **taken; /* paths */
	size_t count;
	bool has_attributes;
	struct gitlinks gitlinks;
	struct lfs *lfs;
	struct oid_map left_out; /* contents that are wanted, each once */
	struct oids wants;
};

static void files_release(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->taken[i]);
	free(files->taken);
	gitlinks_release(&files->gitlinks);
	lfs_free(files->lfs);
	git_index_free(files->index);
	git_repository_free(files->repository);
	oid_map_release(&files->left_out);
	oids_release(&files->wants);
}

/* The index before the files, so that attributes are read from it, wherever they stand. */
static int fill_index(struct files *files, const struct clone *clone, struct err *err)
{
	auto_git(object) git_object *commit = NULL;
	auto_git(object) git_object *tree = NULL;
	git_oid id = lib_oid(&clone->head);

	if (git_object_lookup(&commit, files->repository, &id, GIT_OBJECT_COMMIT) < 0)
		return err_set(err, ERR_CONFIG, "%s'%s' is not a commit",
			clone->options->worktree ? "" : "version.ref: ", clone->options->ref);
	if (git_object_peel(&tree, commit, GIT_OBJECT_TREE) < 0 ||
		git_repository_index(&files->index, files->repository) < 0 ||
		git_index_read_tree(files->index, (git_tree *)tree) < 0)
		return lib_error(
			err, "%s: the files of %s cannot be written", clone->path, clone->head.hex);
	return 0;
}

/* Two files in one folder, of whose entries the first was looked at. */
static bool is_beside(const char *path, const char *before)
{
	size_t length = (size_t)(file_base_name(path) - path);

	return (size_t)(file_base_name(before) - before) == length &&
		memcmp(path, before, length) == 0;
}

/* Whether a folder above the file is a file as well, which no tree is that git makes. */
static bool is_below_a_file(git_index *index, const char *path)
{
	auto_free char *above = mem_copy_string(path);

	for (char *slash = strrchr(above, '/'); slash; slash = strrchr(above, '/')) {
		*slash = '\0';
		if (git_index_get_bypath(index, above, 0))
			return true;
	}
	return false;
}

/* Of the two, the one would be written over the other, or through it. */
static int refuse_file_and_folder(
	const struct files *files, const struct clone *clone, struct err *err)
{
	size_t count = git_index_entrycount(files->index);
	const char *before = "";

	for (size_t i = 0; i < count; i++) {
		const char *path = git_index_get_byindex(files->index, i)->path;

		if (!is_beside(path, before) && is_below_a_file(files->index, path))
			return err_set(err, ERR_REMOTE,
				"%s: the files of %s cannot be written: '%s' is below another file",
				clone->path, clone->head.hex, path);
		before = path;
	}
	return 0;
}

static void want_contents(struct files *files, git_odb *odb, const git_index_entry *entry)
{
	struct oid oid = lib_oid_back(&entry->id);
	size_t seen;

	if (entry->mode == GIT_FILEMODE_COMMIT || oid_map_get(&files->left_out, &oid, &seen) ||
		lib_have(odb, &oid))
		return;
	oid_map_put(&files->left_out, &oid, 0);
	oids_add(&files->wants, &oid);
}

static bool is_named(const char *path, const char *name)
{
	return strcmp(file_base_name(path), name) == 0;
}

/*
 * These say how files are written, what else is fetched and what is ignored, taken themselves or not:
 * `git status` reads those that are not there from the index, and asks for none from anywhere.
 */
static bool is_read(const char *path)
{
	return strcmp(path, ".gitmodules") == 0 || strcmp(path, ".lfsconfig") == 0 ||
		is_named(path, ".gitattributes") || is_named(path, ".gitignore");
}

static int choose(struct files *files, const struct clone *clone, struct err *err)
{
	auto_sparse struct sparse sparse = { 0 };
	auto_git(odb) git_odb *odb = NULL;
	size_t count = git_index_entrycount(files->index);
	bool all = clone->options->sparse->count == 0;

	if (clone_open_odb(&odb, clone, err) < 0)
		return -1;
	sparse_init(&sparse, clone->options->sparse);
	files->taken = mem_alloc((count + 1) * sizeof(*files->taken));
	for (size_t i = 0; i < count; i++) {
		const git_index_entry *entry = git_index_get_byindex(files->index, i);
		bool taken = all || sparse_takes(&sparse, span_of(entry->path));

		if (entry->mode == GIT_FILEMODE_COMMIT &&
			gitlinks_add(&files->gitlinks, files->index, entry, taken, err) < 0)
			return -1;
		files->has_attributes |= is_named(entry->path, ".gitattributes");
		if (taken)
			files->taken[files->count++] = mem_copy_string(entry->path);
		if (clone->filtered && (taken || is_read(entry->path)))
			want_contents(files, odb, entry);
	}
	return 0;
}

static int fetch_contents(
	const struct files *files, struct clone *clone, struct remote *remote, struct err *err)
{
	for (size_t i = 0; i < files->wants.count; i += FETCH_WANTS_MAX) {
		const struct oids wants = oids_slice(&files->wants, i, FETCH_WANTS_MAX);
		const struct fetch_request request = { .wants = &wants };

		if (clone_receive(clone, remote, &request, err) < 0)
			return err_wrap(err, "the contents of the files to be written");
	}
	return 0;
}

static int get_large_files(
	struct files *files, struct clone *clone, struct remote *remote, struct err *err)
{
	auto_free char *ref = clone->branch.name ? mem_format("refs/heads/%s", clone->branch.name)
						 : NULL;
	const struct lfs_files large = {
		.repository = files->repository,
		.index = files->index,
		.paths = files->taken,
		.count = files->count,
		.git_config = clone->options->git_config,
		.ref = ref,
	};

	if (clone->options->without_lfs)
		return 0;
	if (lfs_get(&files->lfs, &large, remote, err) < 0)
		return -1;
	clone->has_lfs = files->lfs != NULL;
	return 0;
}

/* Which of the files come next, of how many in all. */
struct writing {
	git_checkout_options options;
	size_t done, all;
};

static void on_progress(const char *path, size_t done, size_t all, void *context)
{
	const struct writing *writing = context;

	(void)path;
	(void)all;
	if (writing->all)
		log_progress(false, "writing files: %3zu%% (%zu/%zu)",
			(writing->done + done) * 100 / writing->all, writing->done + done,
			writing->all);
}

/* Those of the taken files that are executable, and the others; both arrays have room for all. */
static void part_kinds(const struct files *files, git_strarray *programs, git_strarray *others)
{
	for (size_t i = 0; i < files->count; i++) {
		const git_index_entry *entry = git_index_get_bypath(
			files->index, files->taken[i], 0);
		git_strarray *kind = others;

		if (!entry)
			continue;
		if (entry->mode == GIT_FILEMODE_BLOB_EXECUTABLE)
			kind = programs;
		kind->strings[kind->count++] = files->taken[i];
	}
}

static int write_some(
	const struct files *files, struct writing *writing, const git_strarray *paths, mode_t mode)
{
	static const git_strarray all = { NULL, 0 };

	if (paths->count == 0)
		return 0; /* no paths would mean all paths */
	writing->options.paths = paths->count == git_index_entrycount(files->index) ? all : *paths;
	writing->options.file_mode = mode;
	if (git_checkout_index(files->repository, files->index, &writing->options) < 0)
		return -1;
	writing->done += paths->count;
	return 0;
}

/*
 * As git, with all permissions that the umask leaves: libgit2 can be told one mode for all that it writes. Symbolic
 * links come last, as it writes them after files, so that no file is written through one.
 */
static int write_kinds(const struct files *files, struct writing *writing)
{
	const size_t room = (files->count + 1) * sizeof(*files->taken);
	git_strarray programs = { mem_alloc(room), 0 }, others = { mem_alloc(room), 0 };
	int status;

	part_kinds(files, &programs, &others);
	writing->all = programs.count + others.count;
	status = write_some(files, writing, &programs, 0777);
	if (status == 0)
		status = write_some(files, writing, &others, 0666);
	free(programs.strings);
	free(others.strings);
	return status;
}

static int write_contents(struct files *files, const struct clone *clone, struct err *err)
{
	struct writing writing = { .options = GIT_CHECKOUT_OPTIONS_INIT };
	git_checkout_options *options = &writing.options;
	const struct driver drivers[] = { crypt_driver(clone->crypt), lfs_driver(files->lfs) };
	int status;

	options->checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DONT_WRITE_INDEX |
		GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
	/* nothing then says that a file is to be another than its content: libgit2 would ask for each */
	options->disable_filters = !files->has_attributes && !clone->options->git_config->count;
	options->baseline_index = files->index; /* not HEAD, which has the submodules as well */
	options->dir_mode = 0777;
	options->progress_cb = on_progress;
	options->progress_payload = &writing;
	if (drivers_begin(drivers, COUNT(drivers), err) < 0)
		return -1;
	status = write_kinds(files, &writing);
	if (drivers_end(err) < 0)
		return -1;
	if (status < 0)
		return lib_error(
			err, "%s: the files of %s cannot be written", clone->path, clone->head.hex);
	if (writing.done)
		log_progress(true, "writing files: 100%% (%zu/%zu)", writing.done, writing.all);
	return 0;
}

static int write_taken(struct files *files, const struct clone *clone, struct err *err)
{
	if (gitlinks_take_out(&files->gitlinks, files->index, err) < 0 ||
		write_contents(files, clone, err) < 0 ||
		gitlinks_put_back(&files->gitlinks, files->index, err) < 0)
		return -1;
	return gitlinks_make_folders(&files->gitlinks, clone->path, err);
}

/* `taken` has the order of the index. */
static int mark_others(struct files *files, const struct clone *clone, struct err *err)
{
	size_t count = git_index_entrycount(files->index), next = 0;

	for (size_t i = 0; i < count && clone->options->sparse->count; i++) {
		git_index_entry entry = *git_index_get_byindex(files->index, i);

		if (next < files->count && strcmp(files->taken[next], entry.path) == 0) {
			next++;
			continue;
		}
		entry.flags_extended |= GIT_INDEX_ENTRY_SKIP_WORKTREE;
		if (git_index_add(files->index, &entry) < 0)
			return lib_error(err, "%s: cannot be left out", entry.path);
	}
	return git_index_write(files->index) < 0 ? lib_error(err, "the index cannot be written")
						 : 0;
}

static int write_all(
	struct files *files, struct clone *clone, struct remote *remote, struct err *err)
{
	if (lib_open(&files->repository, clone->path, err) < 0 ||
		fill_index(files, clone, err) < 0 ||
		refuse_file_and_folder(files, clone, err) < 0 || choose(files, clone, err) < 0 ||
		fetch_contents(files, clone, remote, err) < 0 ||
		get_large_files(files, clone, remote, err) < 0 ||
		write_taken(files, clone, err) < 0 || lib_set_strict(false, err) < 0 ||
		mark_others(files, clone, err) < 0)
		return -1;
	return lib_set_strict(true, err);
}

int clone_write_files(struct clone *clone, struct remote *remote, struct err *err)
{
	struct files files = { 0 };
	int status = write_all(&files, clone, remote, err);

	files_release(&files);
	return status;
}

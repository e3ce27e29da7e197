/* SPDX-License-Identifier: Apache-2.0 */
/* lib: the border to libgit2. */
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"

/* Only the repository's own configuration counts: what else lies on this machine is not ours. */
static int set_options(void)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL };
	int status = 0;

	for (size_t i = 0; i < COUNT(levels); i++)
		status |= git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	/* a volume of Concourse may belong to another user */
	status |= git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	/* every object was hashed when its pack was indexed */
	status |= git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	return status;
}

int lib_start(struct err *err)
{
	static bool started;

	if (started)
		return 0;
	if (git_libgit2_init() < 0 || set_options() < 0)
		return lib_error(err, "libgit2 cannot begin");
	started = true;
	return 0;
}

int lib_error(struct err *err, const char *format, ...)
{
	const git_error *last = git_error_last();
	char text[ERR_MESSAGE_MAX];
	va_list args;

	if (stop_requested())
		return stop_check(err);
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return err_set(err, ERR_INTERNAL, "%s: %s", text,
		last && last->message ? last->message : "libgit2 does not say why");
}

git_oid lib_oid(const struct oid *oid)
{
	git_oid id = { 0 };

	(void)git_oid_fromstr(&id, oid->hex);
	return id;
}

struct oid lib_oid_back(const git_oid *oid)
{
	struct oid id = { 0 };

	(void)git_oid_tostr(id.hex, sizeof(id.hex), oid);
	return id;
}

/* Has no object, and is asked before the backends that have some. */
static int read_none(
	void **data, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	(void)data;
	(void)size;
	(void)type;
	(void)backend;
	(void)id;
	return stop_requested() ? GIT_EUSER : GIT_ENOTFOUND;
}

static int read_no_header(
	size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	return read_none(NULL, size, type, backend, id);
}

static void free_backend(git_odb_backend *backend)
{
	free(backend);
}

/* libgit2's own callbacks come before the first file of a check-out, and not at all in a walk. */
static int heed_stop(git_repository *repository, struct err *err)
{
	git_odb_backend *backend = mem_alloc(sizeof(*backend));
	auto_git(odb) git_odb *odb = NULL;

	*backend = (git_odb_backend){
		.version = GIT_ODB_BACKEND_VERSION,
		.read = read_none,
		.read_header = read_no_header,
		.free = free_backend,
	};
	if (git_repository_odb(&odb, repository) == 0 &&
		git_odb_add_backend(odb, backend, INT_MAX) == 0)
		return 0;
	free(backend);
	return lib_error(err, "libgit2 cannot read objects");
}

int lib_open(git_repository **repository, const char *path, struct err *err)
{
	auto_git(repository) git_repository *opened = NULL;
	int status;

	if (lib_start(err) < 0)
		return -1;
	status = git_repository_open_ext(&opened, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (status == GIT_ENOTFOUND)
		return err_set(err, ERR_MISSING, "%s: is not a git repository", path);
	if (status < 0)
		return lib_error(err, "%s: cannot be opened as a git repository", path);
	if (heed_stop(opened, err) < 0)
		return -1;
	*repository = TAKE(opened);
	return 0;
}

int lib_set_strict(bool strict, struct err *err)
{
	if (git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, strict ? 1 : 0) < 0)
		return lib_error(err, "libgit2 cannot begin");
	return 0;
}

int lib_write_commit(git_oid *id, git_repository *repository, struct span text, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (git_repository_odb(&odb, repository) < 0 ||
		git_odb_write(id, odb, text.data, text.length, GIT_OBJECT_COMMIT) < 0)
		return lib_error(err, "a commit cannot be written");
	return 0;
}

int lib_write_tree(git_oid *id, git_index *index, git_repository *repository, struct err *err)
{
	int status;

	if (lib_set_strict(false, err) < 0)
		return -1;
	status = git_index_write_tree_to(id, index, repository);
	if (status < 0)
		(void)lib_error(err, "the tree cannot be written");
	return lib_set_strict(true, err) < 0 || status < 0 ? -1 : 0;
}

int lib_add_shallow(git_repository *repository, struct oids *shallow, struct err *err)
{
	auto_free char *path = mem_format("%sshallow", git_repository_commondir(repository));
	auto_buf struct buf text = BUF(LIMIT_REFS);
	struct span left, line;
	struct oid oid;

	if (git_repository_is_shallow(repository) != 1)
		return 0;
	if (file_read(AT_FDCWD, path, &text, err) < 0)
		return -1;
	left = buf_span(&text);
	while (span_take_line(&left, &line))
		if (oid_parse(line, &oid))
			oids_add(shallow, &oid);
	return 0;
}

int lib_without_index(git_repository *repository, struct err *err)
{
	auto_git(index) git_index *none = NULL;

	if (git_index_new(&none) < 0 || git_repository_set_index(repository, none) < 0)
		return lib_error(err, "libgit2 cannot work without an index");
	return 0;
}

int lib_walk_next(git_oid *id, git_revwalk *walk, struct err *err)
{
	int status = git_revwalk_next(id, walk);

	if (status == GIT_ITEROVER)
		return 0;
	return status < 0 ? lib_error(err, "the history cannot be read") : 1;
}

bool lib_is_ref_name(const char *name)
{
	int valid = 0;

	return git_reference_name_is_valid(&valid, name) == 0 && valid;
}

bool lib_have(git_odb *odb, const struct oid *oid)
{
	git_oid id = lib_oid(oid);

	return git_odb_exists_ext(odb, &id, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

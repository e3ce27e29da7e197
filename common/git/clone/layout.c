/* SPDX-License-Identifier: Apache-2.0 */
/* layout: the files of .git that `git clone --single-branch` leaves. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/clone/layout.h"
#include "git/lib.h"

int layout_init(const char *path, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;
	git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;

	options.flags = GIT_REPOSITORY_INIT_MKDIR;
	if (lib_start(err) < 0)
		return -1;
	if (git_repository_init_ext(&repository, path, &options) < 0)
		return lib_error(err, "%s: no repository can be made there", path);
	return 0;
}

static int open_git(const struct layout *layout, struct err *err)
{
	auto_free char *path = mem_format("%s/.git", layout->path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_errno(err, "%s: cannot be opened", path) : fd;
}

/* A value or a subsection's name in double quotes, as git-config reads it. */
static int add_quoted(struct buf *out, const char *text)
{
	int room = buf_add_string(out, "\"");

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			room |= buf_add_string(out, "\\");
		if (*text == '\n')
			room |= buf_add_string(out, "\\n");
		else
			room |= buf_add(out, text, 1);
	}
	return room | buf_add_string(out, "\"");
}

/* git quotes a value only where it must. */
static int add_value(struct buf *out, const char *text)
{
	size_t length = strlen(text);
	bool plain = length && !strpbrk(text, "\"\\\n;#") && text[0] != ' ' &&
		text[length - 1] != ' ';

	return plain ? buf_add_string(out, text) : add_quoted(out, text);
}

static int add_branch(struct buf *out, const char *branch)
{
	auto_free char *spec = mem_format("+refs/heads/%s:refs/remotes/origin/%s", branch, branch);
	auto_free char *full = mem_format("refs/heads/%s", branch);
	int room = buf_add_string(out, "\tfetch = ") | add_value(out, spec) |
		buf_add_string(out, "\n[branch ") | add_quoted(out, branch) |
		buf_add_string(out, "]\n\tremote = origin\n\tmerge = ") | add_value(out, full);

	return room | buf_add_string(out, "\n");
}

int layout_write_config(const struct layout *layout, bool guarded, struct err *err)
{
	auto_fd int git = open_git(layout, err);
	auto_buf struct buf text = BUF(64 * KIB);
	int room = buf_add_string(&text,
		"[core]\n"
		"\trepositoryformatversion = 0\n"
		"\tfilemode = true\n"
		"\tbare = false\n"
		"\tlogallrefupdates = true\n");

	if (git < 0)
		return -1;
	if (guarded)
		room |= buf_add_string(&text, "\tprotectHFS = true\n\tprotectNTFS = true\n");
	room |= buf_add_string(&text, "[remote \"origin\"]\n\turl = ") |
		add_value(&text, layout->address) | buf_add_string(&text, "\n");
	if (layout->branch)
		room |= add_branch(&text, layout->branch);
	if (room < 0)
		return err_set(err, ERR_CONFIG, "source.uri or source.branch: is too long");
	return file_write(git, "config", buf_span(&text), err);
}

static int compare_names(const void *a, const void *b)
{
	const struct ref *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static int add_packed(struct buf *out, const struct ref *ref)
{
	int room = buf_format(out, "%s %s\n", ref->oid.hex, ref->name);

	if (oid_is_set(&ref->peeled))
		room |= buf_format(out, "^%s\n", ref->peeled.hex);
	return room;
}

/* Sorted, as its heading promises to those who search it. */
static int write_packed_refs(int git, const struct layout *layout, struct err *err)
{
	auto_free char *tracking = mem_format(
		"refs/remotes/origin/%s", layout->branch ? layout->branch : "");
	struct ref branch = { .name = tracking, .oid = layout->tip };
	auto_free const struct ref **sorted = mem_alloc(
		(layout->kept->count + 1) * sizeof(const struct ref *));
	auto_buf struct buf text = BUF(LIMIT_REFS);
	size_t count = 0;
	int room = buf_add_string(&text, "# pack-refs with: peeled fully-peeled sorted \n");

	if (layout->branch)
		sorted[count++] = &branch;
	for (size_t i = 0; i < layout->kept->count; i++)
		sorted[count++] = &layout->kept->items[i];
	if (count == 0)
		return 0;
	qsort(sorted, count, sizeof(struct ref *), compare_names);
	for (size_t i = 0; i < count; i++)
		room |= add_packed(&text, sorted[i]);
	if (room < 0)
		return err_set(err, ERR_REMOTE, "the repository has too many tags");
	return file_write(git, "packed-refs", buf_span(&text), err);
}

/* Folders above the file of a ref: refs/heads/a/b. */
static int make_parents(int git, const char *name, struct err *err)
{
	auto_free char *path = mem_copy_string(name);

	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(git, path, 0777) < 0 && errno != EEXIST)
			return err_errno(err, ".git/%s: cannot be made", path);
		*slash = '/';
	}
	return 0;
}

static int write_ref(int git, const char *name, const char *value, struct err *err)
{
	auto_free char *line = mem_format("%s\n", value);

	if (make_parents(git, name, err) < 0)
		return -1;
	return file_write(git, name, span_of(line), err);
}

static int write_branch(int git, const struct layout *layout, struct err *err)
{
	auto_free char *name = mem_format("refs/heads/%s", layout->branch);
	auto_free char *link = mem_format("ref: refs/remotes/origin/%s", layout->branch);

	if (write_ref(git, name, layout->tip.hex, err) < 0)
		return -1;
	return layout->is_default ? write_ref(git, "refs/remotes/origin/HEAD", link, err) : 0;
}

static int write_shallow(int git, const struct oids *shallow, struct err *err)
{
	auto_buf struct buf text = BUF(LIMIT_REFS);
	int room = 0;

	if (!shallow->count)
		return 0;
	for (size_t i = 0; i < shallow->count; i++)
		room |= buf_format(&text, "%s\n", shallow->items[i].hex);
	if (room < 0)
		return err_set(
			err, ERR_REMOTE, "the repository's history is cut in too many places");
	return file_write(git, "shallow", buf_span(&text), err);
}

int layout_write(const struct layout *layout, struct err *err)
{
	auto_fd int git = open_git(layout, err);

	if (git < 0 || write_packed_refs(git, layout, err) < 0 ||
		(layout->branch && write_branch(git, layout, err) < 0) ||
		write_shallow(git, layout->shallow, err) < 0)
		return -1;
	return write_ref(git, "HEAD", layout->head.hex, err);
}

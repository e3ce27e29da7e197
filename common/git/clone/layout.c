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

int layout_init(const struct clone *clone, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;
	git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;

	/* bare until its configuration is written: where its files are is said there */
	options.flags = GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_BARE;
	if (lib_start(err) < 0)
		return -1;
	if (git_repository_init_ext(&repository, clone->git, &options) < 0)
		return lib_error(err, "%s: no repository can be made there", clone->git);
	return 0;
}

static int open_git(const struct layout *layout, struct err *err)
{
	const char *path = layout->clone->git;
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

/* Which refs a later `git fetch` gets. */
static int add_fetch(struct buf *out, const struct clone *clone)
{
	const char *tag = clone->options->branch, *branch = clone->branch.name;
	auto_free char *spec = NULL;

	if (clone->options->all_branches)
		spec = mem_copy_string("+refs/heads/*:refs/remotes/origin/*");
	else if (branch)
		spec = mem_format("+refs/heads/%s:refs/remotes/origin/%s", branch, branch);
	else if (tag)
		spec = mem_format("+refs/tags/%s:refs/tags/%s", tag, tag);
	else
		return 0;
	return buf_add_string(out, "\tfetch = ") | add_value(out, spec) | buf_add_string(out, "\n");
}

static int add_origin(struct buf *out, const struct layout *layout)
{
	const struct clone *clone = layout->clone;
	int room = buf_add_string(out, "[remote \"origin\"]\n\turl = ") |
		add_value(out, layout->address) | buf_add_string(out, "\n");

	if (clone->options->tags == CLONE_TAGS_NONE)
		room |= buf_add_string(out, "\ttagOpt = --no-tags\n");
	room |= add_fetch(out, clone);
	if (clone->filtered)
		room |= buf_add_string(
			out, "\tpromisor = true\n\tpartialclonefilter = blob:none\n");
	return room;
}

static int add_branch(struct buf *out, const char *branch)
{
	auto_free char *full = mem_format("refs/heads/%s", branch);
	int room = buf_add_string(out, "[branch ") | add_quoted(out, branch) |
		buf_add_string(out, "]\n\tremote = origin\n\tmerge = ") | add_value(out, full);

	return room | buf_add_string(out, "\n");
}

int layout_write_config(const struct layout *layout, bool guarded, struct err *err)
{
	const struct clone *clone = layout->clone;
	auto_fd int git = open_git(layout, err);
	auto_buf struct buf text = BUF(64 * KIB);
	int room = buf_format(&text,
		"[core]\n"
		"\trepositoryformatversion = %d\n"
		"\tfilemode = true\n"
		"\tbare = false\n"
		"\tlogallrefupdates = true\n",
		clone->filtered ? 1 : 0);

	if (git < 0)
		return -1;
	if (clone->options->worktree)
		room |= buf_add_string(&text, "\tworktree = ") |
			add_value(&text, clone->options->worktree) | buf_add_string(&text, "\n");
	if (guarded)
		room |= buf_add_string(&text, "\tprotectHFS = true\n\tprotectNTFS = true\n");
	if (clone->options->sparse->count)
		room |= buf_add_string(
			&text, "\tsparseCheckout = true\n\tsparseCheckoutCone = false\n");
	room |= add_origin(&text, layout);
	if (clone->branch.name)
		room |= add_branch(&text, clone->branch.name);
	if (room < 0)
		return err_set(err, ERR_CONFIG, "source.uri or source.branch: is too long");
	return file_write(git, "config", buf_span(&text), err);
}

static int add_packed(struct buf *out, const struct ref *ref)
{
	int room = buf_format(out, "%s %s\n", ref->oid.hex, ref->name);

	if (oid_is_set(&ref->peeled))
		room |= buf_format(out, "^%s\n", ref->peeled.hex);
	return room;
}

/* The remote's branches are known as origin's. */
static void add_tracking(struct refs *refs, const struct clone *clone, const struct ref *ref)
{
	struct span name = span_of(ref->name);
	auto_free char *full = NULL;

	if (!span_take(&name, "refs/heads/")) {
		refs_add(refs, name, &ref->oid, &ref->peeled, span_of(NULL));
		return;
	}
	if (!clone->options->all_branches &&
		!(clone->branch.name && span_is(name, clone->branch.name)))
		return;
	full = mem_format("refs/remotes/origin/%s", ref->name + strlen("refs/heads/"));
	refs_add(refs, span_of(full), &ref->oid, NULL, span_of(NULL));
}

/* Sorted, as its heading promises to those who search it. */
static int write_packed_refs(int git, const struct clone *clone, struct err *err)
{
	auto_refs struct refs refs = { 0 };
	auto_buf struct buf text = BUF(LIMIT_REFS);
	int room = buf_add_string(&text, "# pack-refs with: peeled fully-peeled sorted \n");

	for (size_t i = 0; i < clone->kept.count; i++)
		add_tracking(&refs, clone, &clone->kept.items[i]);
	refs_sort(&refs);
	for (size_t i = 0; i < refs.count; i++)
		room |= add_packed(&text, &refs.items[i]);
	if (room < 0)
		return err_set(err, ERR_REMOTE, "the repository has too many refs");
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
	const struct branch *branch = &layout->clone->branch;
	auto_free char *name = mem_format("refs/heads/%s", branch->name ? branch->name : "");
	auto_free char *link = NULL;

	if (branch->name && write_ref(git, name, branch->tip.hex, err) < 0)
		return -1;
	if (!layout->default_branch)
		return 0;
	link = mem_format("ref: refs/remotes/origin/%s", layout->default_branch);
	return write_ref(git, "refs/remotes/origin/HEAD", link, err);
}

/* Further branches, as `git branch NAME FETCH_HEAD` makes them. */
static int write_fetched(int git, const struct clone *clone, struct err *err)
{
	const struct strings *fetch = clone->options->fetch;

	for (size_t i = 0; i < fetch->count; i++) {
		auto_free char *name = mem_format("refs/heads/%s", fetch->items[i]);
		const struct ref *ref = refs_find(&clone->kept, name);

		if (ref && write_ref(git, name, ref->oid.hex, err) < 0)
			return -1;
	}
	return 0;
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

/* git's own file of patterns that say which files there are. */
static int write_sparse(int git, const struct strings *sparse, struct err *err)
{
	auto_buf struct buf text = BUF(LIMIT_REQUEST);
	int room = 0;

	if (!sparse->count)
		return 0;
	for (size_t i = 0; i < sparse->count; i++)
		room |= buf_format(&text, "%s\n", sparse->items[i]);
	if (room < 0)
		return err_set(err, ERR_CONFIG, "source.sparse_paths: is too long");
	if (mkdirat(git, "info", 0777) < 0 && errno != EEXIST)
		return err_errno(err, ".git/info: cannot be made");
	return file_write(git, "info/sparse-checkout", buf_span(&text), err);
}

int layout_write_packed(const struct layout *layout, struct err *err)
{
	auto_fd int git = open_git(layout, err);

	return git < 0 ? -1 : write_packed_refs(git, layout->clone, err);
}

int layout_write(const struct layout *layout, struct err *err)
{
	const struct clone *clone = layout->clone;
	auto_free char *link = mem_format(
		"ref: refs/heads/%s", clone->branch.name ? clone->branch.name : "");
	auto_fd int git = open_git(layout, err);

	if (git < 0 || write_packed_refs(git, clone, err) < 0 ||
		write_branch(git, layout, err) < 0 || write_fetched(git, clone, err) < 0 ||
		write_shallow(git, &clone->shallow, err) < 0 ||
		write_sparse(git, clone->options->sparse, err) < 0)
		return -1;
	return write_ref(git, "HEAD", clone->attached ? link : clone->head.hex, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* order: what a put is to do, from its params and the files that they name. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/lib.h"
#include "git/push/folder.h"
#include "git/push/order.h"

/* As for git, none begins with a dash, which later commands would take for an option. */
static int check_name(
	const char *ref, const char *field, const char *name, const char *what, struct err *err)
{
	if (*name != '-' && lib_is_ref_name(ref))
		return 0;
	return err_set(
		err, ERR_CONFIG, "%s: '%s' is not a name that a %s can have", field, name, what);
}

static int check_prefix(const char *prefix, struct err *err)
{
	auto_free char *ref = mem_format("%s/x", prefix);

	if (!span_starts(span_of(prefix), "refs/"))
		return err_set(err, ERR_CONFIG, "params.refs_prefix: must begin with 'refs/'");
	if (!lib_is_ref_name(ref))
		return err_set(err, ERR_CONFIG,
			"params.refs_prefix: '%s' is not what a ref's name can begin with", prefix);
	return 0;
}

static int read_branch(struct push_order *order, const struct git_source *source,
	const struct git_put *put, struct err *err)
{
	const char *branch = git_given(put->branch) ? put->branch : git_given(source->branch);
	const char *prefix = git_given(put->refs_prefix) ? put->refs_prefix : "refs/heads";

	if (put->only_tag)
		return 0;
	if (!branch)
		return err_set(err, ERR_CONFIG,
			"source.branch: is required for a put without params.branch or "
			"params.only_tag");
	order->branch = mem_copy_string(branch);
	order->ref = mem_format("%s/%s", prefix, branch);
	if (check_prefix(prefix, err) < 0)
		return -1;
	return check_name(order->ref, branch == put->branch ? "params.branch" : "source.branch",
		branch, "branch", err);
}

static int read_force(struct push_order *order, const struct git_put *put, struct err *err)
{
	if (put->force && put->force_with_lease)
		return err_set(err, ERR_CONFIG,
			"params.force, params.force_with_lease: only one of them can be set");
	order->force = put->force       ? PUSH_FORCED
		: put->force_with_lease ? PUSH_LEASED
					: PUSH_FORWARD;
	return 0;
}

static int read_onto(struct push_order *order, const struct git_put *put, struct err *err)
{
	const char *returning = git_given(put->returning) ? put->returning : "merged";

	if (put->merge && put->rebase)
		return err_set(err, ERR_CONFIG,
			"params.merge, params.rebase: only one of them can be set");
	if (put->force_with_lease && (put->merge || put->rebase))
		return err_set(err, ERR_CONFIG,
			"params.force_with_lease: has no meaning with params.merge or "
			"params.rebase, which build on what is there");
	order->unmerged = put->merge && strcmp(returning, "unmerged") == 0;
	if (strcmp(returning, "merged") != 0 && strcmp(returning, "unmerged") != 0)
		return err_set(err, ERR_CONFIG, "params.returning: must be 'merged' or 'unmerged'");
	if (!put->only_tag)
		order->onto = put->merge ? PUSH_MERGED : put->rebase ? PUSH_REBASED : PUSH_AS_IT_IS;
	if (!put->rebase)
		return 0;
	return combine_strategy_read(
		&order->strategy, put->rebase_strategy, &put->rebase_strategy_option, err);
}

/* The whole of a file of the build directory, which is a text. */
static int read_file(struct buf *text, const struct push_file *file, struct err *err)
{
	auto_free char *path = NULL;

	if (push_file_find(&path, file, err) < 0)
		return -1;
	if (file_read(AT_FDCWD, path, text, err) < 0)
		return err_wrap(err, "%s", file->field);
	if (memchr(text->data, '\0', text->length))
		return err_set(err, ERR_CONFIG, "%s: the file '%s' is not a text", file->field,
			file->name);
	return 0;
}

/* An empty file means no tag, as for the git resource. */
static int read_tag(
	struct push_order *order, const struct git_put *put, const char *dir, struct err *err)
{
	const struct push_file file = { "params.tag", dir, put->tag };
	auto_buf struct buf text = BUF(LIMIT_COMMITISH);
	auto_free char *name = NULL;

	if (!git_given(put->tag))
		return 0;
	if (read_file(&text, &file, err) < 0)
		return -1;
	while (text.length &&
		(text.data[text.length - 1] == '\n' || text.data[text.length - 1] == '\r'))
		text.length--;
	if (!text.length)
		return 0;
	text.data[text.length] = '\0';
	name = mem_format("%s%s", put->tag_prefix ? put->tag_prefix : "", text.data);
	order->tag = mem_format("refs/tags/%s", name);
	return check_name(order->tag, "params.tag", name, "tag", err);
}

static int read_annotation(
	struct push_order *order, const struct git_put *put, const char *dir, struct err *err)
{
	const struct push_file file = { "params.annotate", dir, put->annotate };
	auto_buf struct buf text = BUF(LIMIT_GIT_MESSAGE);

	if (!git_given(put->annotate))
		return 0;
	if (read_file(&text, &file, err) < 0)
		return -1;
	order->annotation = buf_detach(&text);
	return 0;
}

/* White space as git notes add -F leaves it; what is empty then is no note, as there. */
static int read_note(
	struct push_order *order, const struct git_put *put, const char *dir, struct err *err)
{
	const struct push_file file = { "params.notes", dir, put->notes, put->repository };
	auto_buf struct buf text = BUF(LIMIT_GIT_MESSAGE);
	auto_git_buf git_buf note = GIT_BUF_INIT;

	if (!git_given(put->notes) || put->only_tag)
		return 0;
	if (read_file(&text, &file, err) < 0)
		return -1;
	if (git_message_prettify(&note, text.data, 0, '#') < 0)
		return lib_error(err, "params.notes");
	if (note.size)
		order->note = mem_copy_string(note.ptr);
	return 0;
}

static int read_tags(struct push_order *order, const struct git_put *put, struct err *err)
{
	order->all_tags = !git_given(put->tags) || strcmp(put->tags, "all") == 0;
	if (order->all_tags || strcmp(put->tags, "none") == 0)
		return 0;
	return err_set(err, ERR_CONFIG, "params.tags: must be 'all' or 'none'");
}

int push_order_read(struct push_order *order, const struct git_source *source,
	const struct git_put *put, const char *dir, struct err *err)
{
	if (lib_start(err) < 0 || read_branch(order, source, put, err) < 0 ||
		read_onto(order, put, err) < 0 || read_force(order, put, err) < 0 ||
		read_tags(order, put, err) < 0 || read_tag(order, put, dir, err) < 0 ||
		read_annotation(order, put, dir, err) < 0)
		return -1;
	if (read_note(order, put, dir, err) < 0)
		return -1;
	order->atomic = put->atomic;
	order->options = &put->push_options;
	order->settings = &source->git_config;
	return push_folder(&order->path, dir, put->repository, err);
}

void push_order_release(struct push_order *order)
{
	free(order->path);
	free(order->branch);
	free(order->ref);
	free(order->tag);
	free(order->annotation);
	free(order->note);
	*order = (struct push_order){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* in, git: a clone of the branch with the version checked out, ready for any git client. */
#include "base/log.h"
#include "git/clone/clone.h"
#include "git/clone/folder.h"
#include "git/facts/facts.h"
#include "in/in.h"

static int read_version(struct oid *oid, const struct git_version *version, struct err *err)
{
	if (!version)
		return err_set(err, ERR_CONFIG,
			"version.ref: is required: 'in' fetches a version that check or out found");
	if (!oid_parse(span_of(version->ref), oid))
		return err_set(err, ERR_CONFIG,
			"version.ref: must be the id of a commit, 40 hexadecimal digits");
	return 0;
}

static void show_head(const struct facts *facts)
{
	struct span subject = { "", 0 }, message = facts->commit.message;

	(void)span_take_line(&message, &subject);
	log_info("HEAD is now at %.7s %.*s", facts->oid.hex, SPAN_FORMAT(subject));
}

static int tell(const struct clone *clone, const struct facts_style *style, struct answer *answer,
	struct err *err)
{
	auto_facts struct facts facts = { 0 };
	const struct facts_files files = {
		.path = clone->path,
		.ref = clone->head.hex,
		.objects = clone->objects,
		.style = style,
	};
	const struct pair version[] = { { "ref", clone->head.hex } };

	if (facts_collect(&facts, clone->path, &clone->head, err) < 0)
		return -1;
	show_head(&facts);
	answer_add_version(answer, version, COUNT(version));
	facts_add_metadata(&facts, answer);
	return facts_write_files(&facts, &files, answer, err);
}

int in_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	const struct git_get *get = request->params;
	auto_remote struct remote *remote = NULL;
	auto_clone struct clone clone = { .path = request->dir };
	auto_facts_style struct facts_style style = { 0 };

	if (facts_style_read(&style, get->short_ref_format, get->timestamp_format,
		    get->describe_ref_options, err) < 0)
		return -1;
	if (read_version(&clone.head, request->version, err) < 0 ||
		remote_open(&remote, source, err) < 0 || folder_begin(clone.path, err) < 0)
		return -1;
	if (clone_fetch(&clone, remote, source->branch, err) < 0 ||
		clone_check_out(&clone, remote, err) < 0 || tell(&clone, &style, answer, err) < 0)
		return -1;
	return folder_end(clone.path, err);
}

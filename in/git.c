/* SPDX-License-Identifier: Apache-2.0 */
/* in, git: a clone of the branch with the version checked out, ready for any git client. */
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "git/clone/clone.h"
#include "git/clone/folder.h"
#include "git/facts/facts.h"
#include "git/submodule/submodule.h"
#include "git/verify/verify.h"
#include "in/git.h"
#include "in/in.h"

/* The plain path of a repository on this machine: for git all of it is there, so depth means nothing. */
static int depth_of(const struct git_source *source, const struct git_get *get)
{
	if (get->depth && span_starts(span_of(source->uri), "/")) {
		log_warning("depth is ignored for a local path: use file:// instead");
		return 0;
	}
	return get->depth > INT32_MAX / 2 ? 0 : (int)get->depth;
}

static enum clone_tags tags_of(const struct git_source *source, const struct git_get *get)
{
	enum field_switch wanted = get->fetch_tags == SWITCH_UNSET ? source->fetch_tags
								   : get->fetch_tags;

	if (wanted == SWITCH_OFF)
		return CLONE_TAGS_NONE;
	if (wanted == SWITCH_ON || git_given(source->tag_filter) || git_given(source->tag_regex))
		return CLONE_TAGS_ALL;
	return CLONE_TAGS_OF_HISTORY;
}

/* "." alone is every file: so the git resource has it for its default. */
static const struct strings *sparse_of(const struct git_source *source)
{
	static const struct strings all;
	const struct strings *paths = &source->sparse_paths;

	return paths->count == 1 && strcmp(paths->items[0], ".") == 0 ? &all : paths;
}

/* A tagged commit is that of the version, wherever the tag is now. */
static const char *ref_of(const struct git_version *version)
{
	struct oid commit;

	if (version && oid_parse(span_of(version->commit), &commit))
		return version->commit;
	return version ? git_given(version->ref) : NULL;
}

static struct clone_options options_of(const struct request *request)
{
	const struct git_source *source = request->source;
	const struct git_get *get = request->params;
	const struct git_version *version = request->version;
	const char *branch = git_given(version ? version->branch : NULL);
	const char *ref = ref_of(version);
	int depth = depth_of(source, get);

	return (struct clone_options){
		.branch = branch ? branch : git_given(source->branch),
		.ref = ref ? ref : "HEAD",
		.fetch = &get->fetch,
		.sparse = sparse_of(source),
		.git_config = &source->git_config,
		.tags = tags_of(source, get),
		.depth = depth,
		/* as for git clone, whose --depth means --single-branch */
		.all_branches = get->all_branches && !depth,
		.search = source->search_remote_refs,
		.partial = get->partial,
		.without_lfs = get->disable_git_lfs,
	};
}

static void show_head(const struct facts *facts)
{
	struct span subject = { "", 0 }, message = facts->commit.message;

	(void)span_take_line(&message, &subject);
	log_info("HEAD is now at %.7s %.*s", facts->oid.hex, SPAN_FORMAT(subject));
}

static int tell(const struct clone *clone, const struct request *request,
	const struct facts_style *style, struct answer *answer, struct err *err)
{
	const struct git_version *version = request->version;
	const char *ref = git_given(version ? version->ref : NULL);
	auto_facts struct facts facts = { 0 };
	const struct facts_files files = {
		.path = clone->path,
		.ref = ref ? ref : clone->head.hex,
		.objects = clone->objects,
		.style = style,
	};
	const char *tag = git_given(version ? version->tag : NULL);
	const struct pair told[] = { { "ref", files.ref }, { "tag", tag } };

	if (facts_collect(&facts, clone->path, &clone->head, err) < 0)
		return -1;
	show_head(&facts);
	answer_add_version(answer, told, tag ? 2 : 1);
	facts_add_metadata(&facts, answer);
	if (tag && in_git_tell_tag(clone->path, tag, answer, err) < 0)
		return -1;
	return facts_write_files(&facts, &files, answer, err);
}

int in_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	const struct git_version *version = request->version;
	const struct git_get *get = request->params;
	const struct clone_options options = options_of(request);
	auto_access struct access access = { 0 };
	auto_remote struct remote *remote = NULL;
	auto_clone struct clone clone = { .path = request->dir, .options = &options };
	auto_facts_style struct facts_style style = { 0 };
	auto_signers struct signers signers = { 0 };

	if (version && version->branches)
		return in_git_branches(request, answer, err);
	if (facts_style_read(&style, get->short_ref_format, get->timestamp_format,
		    get->describe_ref_options, err) < 0 ||
		signers_open(&signers, source, err) < 0 ||
		crypt_open(&clone.crypt, source->git_crypt_key, err) < 0 ||
		access_open(&access, source, err) < 0 ||
		remote_open_origin(&remote, &access, err) < 0 || folder_begin(clone.path, err) < 0)
		return -1;
	if (clone_fetch(&clone, remote, err) < 0 ||
		verify_commit(&signers, clone.path, &clone.head, err) < 0 ||
		clone_check_out(&clone, remote, err) < 0 ||
		submodules_update(&clone, &access, get, err) < 0 ||
		tell(&clone, request, &style, answer, err) < 0)
		return -1;
	if (get->clean_tags && clone_clean_tags(&clone, remote, err) < 0)
		return -1;
	return folder_end(clone.path, err);
}

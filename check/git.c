/* SPDX-License-Identifier: Apache-2.0 */
/* check, git: the versions since the given one, oldest first; source.version_type says of what. */
#include "check/check.h"
#include "check/git.h"
#include "git/history/rules.h"
#include "git/paths/paths.h"

static int (*const checks[])(const struct git_check *check, struct err *err) = {
	[VERSIONS_COMMITS] = check_git_commits,
	[VERSIONS_TAGGED] = check_git_tagged,
	[VERSIONS_TAG_ANCESTORS] = check_git_tag_ancestors,
	[VERSIONS_TAGS] = check_git_tags,
	[VERSIONS_BRANCHES] = check_git_branches,
};

/* Which key a version has, only its type knows. */
static int check_version(const struct git_version *version, enum version_type type, struct err *err)
{
	const char *name = type == VERSIONS_TAGS ? "tag" : "ref";

	if (!version || type == VERSIONS_BRANCHES ||
		(type == VERSIONS_TAGS ? version->tag : version->ref))
		return 0;
	return err_set(err, ERR_CONFIG, "version.%s: is required", name);
}

int check_git(const struct request *request, struct answer *answer, struct err *err)
{
	const struct git_source *source = request->source;
	auto_access struct access access = { 0 };
	auto_remote struct remote *remote = NULL;
	auto_choice struct choice choice = { 0 };
	auto_rules struct rules rules = { 0 };
	auto_paths struct paths paths = { 0 };
	struct history_filters filters = { 0 };

	if (choice_read(&choice, source, err) < 0 ||
		check_version(request->version, choice.type, err) < 0 ||
		rules_compile(&rules, source, err) < 0 || paths_read(&paths, source, err) < 0 ||
		access_open(&access, source, err) < 0 ||
		remote_open_origin(&remote, &access, err) < 0)
		return -1;
	rules_add(&filters, &rules);
	paths_add(&filters, &paths, remote);
	return checks[choice.type](
		&(struct git_check){
			.answer = answer,
			.source = source,
			.version = request->version,
			.choice = &choice,
			.filters = &filters,
			.remote = remote,
		},
		err);
}

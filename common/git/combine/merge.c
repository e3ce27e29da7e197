/* SPDX-License-Identifier: Apache-2.0 */
/* merge: HEAD and the remote's branch in one merge commit, or in none where that is enough. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/combine/step.h"

/* The address as git's messages show it: without a user, a last slash, and ".git". */
static char *shown(const char *address)
{
	const char *scheme = strstr(address, "://");
	const char *host = scheme ? scheme + 3 : address;
	const char *at = memchr(host, '@', strcspn(host, "/"));
	size_t before = (size_t)(host - address);
	struct span rest = span_of(at && (scheme || strchr(at, ':')) ? at + 1 : host);

	while (rest.length > 1 && rest.data[rest.length - 1] == '/')
		rest.length--;
	if (rest.length > 4 && memcmp(rest.data + rest.length - 4, ".git", 4) == 0)
		rest.length -= 4;
	return mem_format("%.*s%.*s", (int)before, address, (int)rest.length, rest.data);
}

/* As git fmt-merge-msg words it. The caller frees. */
static char *message_of(const struct combine *combine)
{
	auto_git(reference) git_reference *head = NULL;
	const char *into = "HEAD";
	auto_free char *url = shown(combine->address);
	bool silent;

	if (git_reference_lookup(&head, combine->repository, "HEAD") == 0 &&
		git_reference_symbolic_target(head) &&
		span_starts(span_of(git_reference_symbolic_target(head)), "refs/heads/"))
		into = git_reference_symbolic_target(head) + strlen("refs/heads/");
	silent = strcmp(into, "master") == 0 || strcmp(into, "main") == 0;
	return mem_format("Merge branch '%s' of %s%s%s\n", combine->branch, url,
		silent ? "" : " into ", silent ? "" : into);
}

static int merge(struct oid *result, const struct combine *combine, struct err *err)
{
	auto_git(commit) git_commit *ours = NULL;
	auto_git(commit) git_commit *theirs = NULL;
	auto_git(tree) git_tree *tree = NULL;
	auto_free char *message = message_of(combine);
	auto_free char *what = mem_format("the merge with '%s'", combine->branch);
	struct step step = { .message = message };

	if (step_commit(&ours, combine, &combine->ours, err) < 0 ||
		step_commit(&theirs, combine, &combine->theirs, err) < 0 ||
		step_merge(&tree, combine, ours, theirs, what, err) < 0)
		return -1;
	step.tree = tree;
	step.parents[0] = ours;
	step.parents[1] = theirs;
	step.parent_count = 2;
	if (step_write(result, combine, &step, err) < 0)
		return -1;
	log_info("merged %.7s of '%s' into %.7s: %.7s", combine->theirs.hex, combine->branch,
		combine->ours.hex, result->hex);
	return 0;
}

int combine_merge(struct oid *result, const struct combine *combine, struct err *err)
{
	git_oid base, ours = lib_oid(&combine->ours), theirs = lib_oid(&combine->theirs);

	if (step_base(&base, combine, err) < 0)
		return -1;
	if (git_oid_equal(&base, &theirs) || git_oid_equal(&base, &ours)) {
		*result = git_oid_equal(&base, &theirs) ? combine->ours : combine->theirs;
		return 0;
	}
	return merge(result, combine, err);
}

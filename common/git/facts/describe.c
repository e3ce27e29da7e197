/* SPDX-License-Identifier: Apache-2.0 */
/* describe: a commit named by the nearest annotated tag before it. */
#include "base/log.h"
#include "base/mem.h"
#include "git/facts/tell.h"
#include "git/lib.h"

enum { ABBREVIATION_MIN = 7 };

/* git's own measure: half the bits of the number of objects, as hexadecimal digits. */
static unsigned int abbreviation(uint64_t objects)
{
	unsigned int bits = 0;

	while (objects >>= 1)
		bits++;
	bits = (bits + 1 + 1) / 2;
	return bits < ABBREVIATION_MIN ? ABBREVIATION_MIN : bits;
}

/*
 * As `git describe --always`. What was just checked out is neither dirty nor broken, so that nothing
 * has to be compared to say so.
 */
static int describe(git_buf *text, const struct facts *facts, uint64_t objects)
{
	auto_git(object) git_object *commit = NULL;
	auto_git(describe_result) git_describe_result *result = NULL;
	git_describe_options options = GIT_DESCRIBE_OPTIONS_INIT;
	git_describe_format_options format = GIT_DESCRIBE_FORMAT_OPTIONS_INIT;
	git_oid id = lib_oid(&facts->oid);

	options.show_commit_oid_as_fallback = 1;
	format.abbreviated_size = abbreviation(objects);
	if (git_object_lookup(&commit, facts->repository, &id, GIT_OBJECT_COMMIT) < 0 ||
		git_describe_commit(&result, commit, &options) < 0)
		return -1;
	return git_describe_format(text, result, &format);
}

/* A commit that cannot be described is no reason to fail: it has no description then. */
char *facts_describe(const struct facts *facts, uint64_t objects)
{
	auto_git_buf git_buf text = { 0 };
	struct err why = { 0 };

	if (describe(&text, facts, objects) < 0) {
		(void)lib_error(&why, "%s: cannot be described", facts->oid.hex);
		log_debug("git: %s", why.message);
	}
	return mem_copy_string(text.ptr ? text.ptr : "");
}

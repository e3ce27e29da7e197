/* SPDX-License-Identifier: Apache-2.0 */
/* collect: the facts of a commit from its repository. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "base/strings.h"
#include "git/facts/facts.h"
#include "git/lib.h"
#include "resource/page.h"

/* Does the ref name the commit, perhaps by way of tags? */
static bool names_commit(git_reference *reference, const git_oid *id)
{
	auto_git(object) git_object *object = NULL;

	return git_reference_peel(&object, reference, GIT_OBJECT_COMMIT) == 0 &&
		git_oid_equal(git_object_id(object), id);
}

/* The short names below `prefix` of refs that name the commit. */
static int names_below(char **joined, git_repository *repository, const char *prefix,
	const git_oid *id, struct err *err)
{
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	auto_free char *glob = mem_format("%s*", prefix);
	auto_strings struct strings names = { 0 };
	git_reference *next;

	if (git_reference_iterator_glob_new(&iterator, repository, glob) < 0)
		return lib_error(err, "%s: cannot be read", prefix);
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *reference = next;
		struct span name = span_of(git_reference_name(reference));

		if (span_take(&name, prefix) && names_commit(reference, id))
			strings_add(&names, name);
		if (stop_check(err) < 0)
			return -1;
	}
	strings_sort(&names);
	*joined = strings_join(&names, ",");
	return 0;
}

static char *page(git_repository *repository, const struct oid *oid)
{
	auto_git(remote) git_remote *origin = NULL;

	if (git_remote_lookup(&origin, repository, "origin") < 0 || !git_remote_url(origin))
		return NULL;
	return page_of_commit(git_remote_url(origin), oid->hex);
}

static int read_commit(struct facts *facts, const git_oid *id, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;
	struct span text;

	if (git_repository_odb(&odb, facts->repository) < 0 ||
		git_odb_read(&facts->object, odb, id) < 0)
		return lib_error(err, "%s: cannot be read", facts->oid.hex);
	text.data = git_odb_object_data(facts->object);
	text.length = git_odb_object_size(facts->object);
	if (git_odb_object_type(facts->object) != GIT_OBJECT_COMMIT ||
		!commit_parse(text, &facts->commit))
		return err_set(
			err, ERR_REMOTE, "%s: is not a commit that can be read", facts->oid.hex);
	return 0;
}

int facts_collect(struct facts *facts, const char *path, const struct oid *oid, struct err *err)
{
	git_oid id = lib_oid(oid);

	facts->oid = *oid;
	if (lib_open(&facts->repository, path, err) < 0 || read_commit(facts, &id, err) < 0 ||
		names_below(&facts->branches, facts->repository, "refs/heads/", &id, err) < 0 ||
		names_below(&facts->tags, facts->repository, "refs/tags/", &id, err) < 0)
		return -1;
	facts->url = page(facts->repository, oid);
	return 0;
}

void facts_release(struct facts *facts)
{
	git_odb_object_free(facts->object);
	git_repository_free(facts->repository);
	free(facts->branches);
	free(facts->tags);
	free(facts->url);
	*facts = (struct facts){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A stop ends what reads objects of a repository, and is never taken for an answer. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "remove.h"
#include "unit.h"

#include "base/file.h"
#include "base/stop.h"
#include "git/clone/folder.h"
#include "git/combine/combine.h"
#include "git/facts/facts.h"
#include "git/lib.h"
#include "git/pack/build.h"
#include "git/push/plan.h"

#define BRANCH "refs/heads/main"

/* Two commits on one, of a repository on this machine. */
static char folder[] = "/tmp/test-stop-XXXXXX";
static struct oid base, ours, theirs;

static struct oid commit(git_repository *repository, const char *message, const struct oid *parent)
{
	auto_git(signature) git_signature *by = NULL;
	auto_git(tree) git_tree *tree = NULL;
	auto_git(commit) git_commit *before = NULL;
	const git_commit *parents[1];
	git_oid empty, id = { 0 };

	assert_int_equal(git_signature_new(&by, "A", "a@example.com", 1, 0), 0);
	/* the empty tree, which libgit2 always has */
	assert_int_equal(git_oid_fromstr(&empty, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"), 0);
	assert_int_equal(git_tree_lookup(&tree, repository, &empty), 0);
	if (parent) {
		id = lib_oid(parent);
		assert_int_equal(git_commit_lookup(&before, repository, &id), 0);
	}
	parents[0] = before;
	assert_int_equal(git_commit_create(&id, repository, NULL, by, by, NULL, message, tree,
				 parent ? 1 : 0, parents),
		0);
	return lib_oid_back(&id);
}

static int make(void **state)
{
	auto_git(repository) git_repository *repository = NULL;
	auto_git(reference) git_reference *branch = NULL;
	struct err err = { 0 };
	git_oid id;
	(void)state;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(stop_install(&err), 0);
	assert_int_equal(lib_start(&err), 0);
	assert_int_equal(git_repository_init(&repository, folder, 0), 0);
	base = commit(repository, "base", NULL);
	ours = commit(repository, "ours", &base);
	theirs = commit(repository, "theirs", &base);
	id = lib_oid(&ours);
	assert_int_equal(git_reference_create(&branch, repository, BRANCH, &id, 0, NULL), 0);
	return 0;
}

static int list_refs(git_repository *repository, struct err *err)
{
	auto_access struct access access = { 0 };
	auto_remote struct remote *remote = NULL;
	auto_refs struct refs refs = { 0 };
	const struct refs_query all = { 0 };
	struct git_source source = { .uri = folder };
	(void)repository;

	assert_int_equal(access_open(&access, &source, err), 0);
	assert_int_equal(remote_open_origin(&remote, &access, err), 0);
	return remote_refs(remote, &all, &refs, err);
}

static int collect_facts(git_repository *repository, struct err *err)
{
	auto_facts struct facts facts = { 0 };
	(void)repository;

	return facts_collect(&facts, folder, &ours, err);
}

static int decide(git_repository *repository, struct err *err)
{
	auto_refs struct refs there = { 0 };
	auto_push struct push_request request = { 0 };
	char branch[] = "main", ref[] = BRANCH;
	const struct push_order order = { .branch = branch, .ref = ref };
	const struct push_plan plan = { &order, folder, &there };

	refs_add(&there, span_of(BRANCH), &base, NULL, span_of(NULL));
	return push_decide(&request, repository, &plan, &ours, err);
}

static int combined(int (*with)(struct oid *result, const struct combine *combine, struct err *err),
	git_repository *repository, struct err *err)
{
	auto_git(signature) git_signature *by = NULL;
	const struct combine_strategy strategy = { 0 };
	struct combine combine = {
		.repository = repository,
		.strategy = &strategy,
		.branch = "main",
		.address = folder,
		.ours = ours,
		.theirs = theirs,
	};
	struct oid result;

	assert_int_equal(git_signature_new(&by, "A", "a@example.com", 1, 0), 0);
	combine.committer = by;
	return with(&result, &combine, err);
}

static int merge(git_repository *repository, struct err *err)
{
	return combined(combine_merge, repository, err);
}

static int rebase(git_repository *repository, struct err *err)
{
	return combined(combine_rebase, repository, err);
}

static int take(void *context, struct span bytes, struct err *err)
{
	(void)context;
	(void)bytes;
	(void)err;
	return 0;
}

static int pack(git_repository *repository, struct err *err)
{
	auto_oids struct oids wants = { 0 }, shallow = { 0 };
	const struct pack_build build = { .wants = &wants };
	const struct pack_sink sink = { take, NULL };

	oids_add(&wants, &ours);
	return pack_build(repository, &build, &sink, &shallow, err);
}

static int complete(git_repository *repository, struct err *err)
{
	auto_free char *mark = mem_format("%s/.git/build-service-resource-incomplete", folder);
	(void)repository;

	assert_int_equal(file_write(AT_FDCWD, mark, span_of(""), err), 0);
	return folder_end(folder, err);
}

static const struct work {
	const char *name;
	int (*run)(git_repository *repository, struct err *err);
} works[] = {
	{ "the refs of a repository on this machine", list_refs },
	{ "facts", collect_facts },
	{ "what a push moves", decide },
	{ "a merge", merge },
	{ "a rebase", rebase },
	{ "a pack", pack },
	{ "the end of a get", complete },
};

static void ends_at_a_stop_alone(void **state)
{
	const struct work *work = *state;
	auto_git(repository) git_repository *repository = NULL, *stopped = NULL;
	struct err err = { 0 };

	assert_int_equal(lib_open(&repository, folder, &err), 0);
	if (work->run(repository, &err) < 0)
		fail_msg("%s", err.message);
	/* one that has read nothing yet */
	assert_int_equal(lib_open(&stopped, folder, &err), 0);
	(void)raise(SIGTERM);
	assert_failed(work->run(stopped, &err), &err, ERR_STOPPED, "stopped by a signal");
	stop_forget();
}

static int clean_up(void **state)
{
	(void)state;
	return remove_folder(folder);
}

int main(void)
{
	UNIT_ROWS(ends_at_a_stop_alone, works);
	return unit_run_with(make, clean_up);
}

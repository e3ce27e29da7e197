/* SPDX-License-Identifier: Apache-2.0 */
/* plan: which refs a push moves. */
#include <string.h>

#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/push/plan.h"

int push_head(struct oid *head, struct git_repository *repository, struct err *err)
{
	git_oid id;

	if (git_reference_name_to_id(&id, repository, "HEAD") < 0)
		return err_set(err, ERR_CONFIG,
			"HEAD names no commit yet: commit something before the put");
	*head = lib_oid_back(&id);
	return 0;
}

static int behind(const struct push_plan *plan, struct err *err)
{
	return err_set(err, ERR_CONFLICT,
		"'%s' at %s has commits that are not in HEAD (non-fast-forward): get its newest "
		"version and put the change on top of that",
		plan->order->branch, plan->address);
}

static int check_forward(git_repository *repository, const struct push_plan *plan,
	const struct oid *there, const struct oid *head, struct err *err)
{
	git_oid ours = lib_oid(head), theirs = lib_oid(there);

	/* an unknown commit is nobody's ancestor: an error means just that */
	if (git_graph_descendant_of(repository, &ours, &theirs) == 1)
		return 0;
	return stop_check(err) < 0 ? -1 : behind(plan, err);
}

/* As git push --force-with-lease: the branch there must be what the clone's origin was. */
static int check_lease(git_repository *repository, const struct push_plan *plan,
	const struct oid *there, struct err *err)
{
	auto_free char *name = mem_format("refs/remotes/origin/%s", plan->order->branch);
	struct oid seen;
	git_oid id;

	if (git_reference_name_to_id(&id, repository, name) < 0)
		return err_set(err, ERR_CONFIG,
			"params.force_with_lease: the repository has no '%s' that says what '%s' "
			"was",
			name, plan->order->branch);
	seen = lib_oid_back(&id);
	if (oid_equal(&seen, there))
		return 0;
	return err_set(err, ERR_CONFIG,
		"'%s' at %s was moved since the get (stale info): it is %.7s and no longer %.7s",
		plan->order->branch, plan->address, there->hex, seen.hex);
}

static int add_branch(struct push_request *request, git_repository *repository,
	const struct push_plan *plan, const struct oid *head, struct err *err)
{
	const struct push_order *order = plan->order;
	const struct ref *there;

	if (!order->branch)
		return 0;
	there = refs_find(plan->remote, order->ref);
	if (there && oid_equal(&there->oid, head))
		return 0;
	if (there && order->force == PUSH_FORWARD &&
		check_forward(repository, plan, &there->oid, head, err) < 0)
		return -1;
	if (there && order->force == PUSH_LEASED &&
		check_lease(repository, plan, &there->oid, err) < 0)
		return -1;
	push_add(request, order->ref, there ? &there->oid : NULL, head);
	return 0;
}

static int add_tag(struct push_request *request, git_reference *tag, const struct push_plan *plan,
	struct err *err)
{
	const char *name = git_reference_name(tag);
	const struct ref *there = refs_find(plan->remote, name);
	struct oid here;

	if (!git_reference_target(tag))
		return 0; /* a symbolic ref is not pushed as a tag */
	if (!plan->order->all_tags && (!plan->order->tag || strcmp(name, plan->order->tag) != 0))
		return 0;
	here = lib_oid_back(git_reference_target(tag));
	if (there && oid_equal(&there->oid, &here))
		return 0;
	if (there && plan->order->force != PUSH_FORCED)
		return err_set(err, ERR_CONFIG,
			"'%s' at %s is another tag of that name, which only params.force moves: "
			"nothing was pushed",
			name, plan->address);
	push_add(request, name, there ? &there->oid : NULL, &here);
	return 0;
}

/* As `git push --tags`, which the git resource calls. */
static int add_tags(struct push_request *request, git_repository *repository,
	const struct push_plan *plan, struct err *err)
{
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	git_reference *next;

	if (git_reference_iterator_glob_new(&iterator, repository, "refs/tags/*") < 0)
		return lib_error(err, "the tags cannot be read");
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *tag = next;

		if (add_tag(request, tag, plan, err) < 0)
			return -1;
	}
	return 0;
}

int push_decide(struct push_request *request, struct git_repository *repository,
	const struct push_plan *plan, const struct oid *head, struct err *err)
{
	if (add_branch(request, repository, plan, head, err) < 0)
		return -1;
	return add_tags(request, repository, plan, err);
}

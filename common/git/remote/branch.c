/* SPDX-License-Identifier: Apache-2.0 */
/* branch: what source.branch names at the remote. */
#include "base/mem.h"
#include "git/remote/branch.h"

#define HEADS "refs/heads/"

const char *branch_field(const struct branch *branch)
{
	return branch->field ? branch->field : "source.branch";
}

static int no_such_branch(const struct branch *branch, struct remote *remote, const char *name,
	const struct ref *head, struct err *err)
{
	const char *field = branch_field(branch);
	struct span target = span_of(head ? head->target : NULL);

	if (!head || !oid_is_set(&head->oid))
		return err_set(err, ERR_MISSING,
			"%s: '%s' does not exist at %s: the repository is empty, push a "
			"first commit",
			field, name, remote_address(remote));
	if (span_take(&target, HEADS))
		return err_set(err, ERR_MISSING,
			"%s: '%s' does not exist at %s, whose default branch is '%.*s'", field,
			name, remote_address(remote), SPAN_FORMAT(target));
	return err_set(err, ERR_MISSING, "%s: '%s' does not exist at %s", field, name,
		remote_address(remote));
}

/* What is no branch may be a tag, as for `git clone --branch`; it, or a mistake, costs a second
 * question. */
static int take_tag(struct branch *branch, struct remote *remote, const char *name, struct err *err)
{
	auto_free char *tag = mem_format("refs/tags/%s", name);
	const char *const prefixes[] = { tag, "HEAD" };
	const struct refs_query query = { prefixes, COUNT(prefixes), .peel = true };
	auto_refs struct refs refs = { 0 };
	const struct ref *ref;

	if (remote_refs(remote, &query, &refs, err) < 0)
		return -1;
	ref = refs_find(&refs, tag);
	if (!ref)
		return no_such_branch(branch, remote, name, refs_find(&refs, "HEAD"), err);
	branch->tip = *ref_commit(ref);
	return 0;
}

static void take_head(struct branch *branch, const struct ref *head)
{
	struct span target = span_of(head ? head->target : NULL);

	if (span_take(&target, HEADS))
		branch->name = span_copy(target);
	if (head)
		branch->tip = head->oid;
}

static int take(struct branch *branch, struct remote *remote, const char *name,
	const struct refs *refs, struct err *err)
{
	auto_free char *full = mem_format(HEADS "%s", name ? name : "");
	const struct ref *ref = refs_find(refs, name ? full : "HEAD");

	if (!name) {
		take_head(branch, ref);
		return 0;
	}
	if (!ref)
		return take_tag(branch, remote, name, err);
	branch->name = mem_copy_string(name);
	branch->tip = ref->oid;
	return 0;
}

int branch_ask(struct branch *branch, struct remote *remote, const char *name,
	const struct refs_query *more, struct refs *refs, struct err *err)
{
	auto_refs struct refs own = { 0 };
	auto_free char *full = mem_format(HEADS "%s", name ? name : "");
	auto_free const char **prefixes = mem_alloc(
		(1 + (more ? more->count : 0)) * sizeof(*prefixes));
	struct refs_query query = { .prefixes = prefixes, .count = 1 };

	prefixes[0] = name ? full : "HEAD";
	for (size_t i = 0; more && i < more->count; i++)
		prefixes[query.count++] = more->prefixes[i];
	query.peel = more && more->peel;
	if (!refs)
		refs = &own;
	if (remote_refs(remote, &query, refs, err) < 0)
		return -1;
	return take(branch, remote, name, refs, err);
}

void branch_release(struct branch *branch)
{
	free(branch->name);
	*branch = (struct branch){ 0 };
}

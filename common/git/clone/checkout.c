/* SPDX-License-Identifier: Apache-2.0 */
/* checkout: refs, configuration, index and working tree of a clone whose history is there. */
#include <string.h>

#include "git/clone/layout.h"
#include "git/clone/parts.h"
#include "git/clone/settings.h"
#include "git/lfs/lfs.h"

/* The branch that the remote's HEAD names, where it is among those of origin; NULL otherwise. */
static const char *default_branch(const struct clone *clone)
{
	const struct ref *head = refs_find(&clone->refs, "HEAD");
	struct span target;

	if (!head)
		return NULL;
	target = span_of(head->target);
	if (!span_take(&target, "refs/heads/"))
		return NULL;
	if (clone->options->all_branches)
		return refs_find(&clone->kept, head->target) ? target.data : NULL;
	return clone->branch.name && span_is(target, clone->branch.name) ? clone->branch.name
									 : NULL;
}

int clone_check_out(struct clone *clone, struct remote *remote, struct err *err)
{
	const struct layout layout = {
		.clone = clone,
		.address = remote_stored_address(remote),
		.default_branch = default_branch(clone),
	};
	const struct list *git_config = clone->options->git_config;

	if (layout_write(&layout, err) < 0 || layout_write_config(&layout, true, err) < 0 ||
		settings_write(clone->git, git_config, true, err) < 0 ||
		clone_write_files(clone, remote, err) < 0)
		return -1;
	if (layout_write_config(&layout, false, err) < 0 ||
		(clone->has_lfs && lfs_configure(clone->git, err) < 0) ||
		settings_write(clone->git, git_config, clone->options->worktree != NULL, err) < 0)
		return -1;
	return crypt_unlock(clone->crypt, clone->git, err);
}

int clone_clean_tags(struct clone *clone, const struct remote *remote, struct err *err)
{
	const struct layout layout = { .clone = clone, .address = remote_stored_address(remote) };
	struct refs left = { 0 };

	for (size_t i = 0; i < clone->kept.count; i++) {
		const struct ref *ref = &clone->kept.items[i];

		if (!span_starts(span_of(ref->name), "refs/tags/"))
			refs_add(&left, span_of(ref->name), &ref->oid, &ref->peeled, span_of(NULL));
	}
	refs_release(&clone->kept);
	clone->kept = left;
	return layout_write_packed(&layout, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tag: the tag that a put sets on the commit that it pushes. */
#ifndef GIT_PUSH_TAG_H
#define GIT_PUSH_TAG_H

#include "git/oid.h"
#include "git/push/order.h"

struct git_repository;

/*
 * Set the order's tag in the repository, in place of one of that name, as `git tag -f` does; with an
 * annotation, as `git tag -f -a -F`. A tag that says the very same already is kept, so that the put
 * can be run again. Nothing is done where the order has no tag.
 */
MUST_CHECK int tag_set(struct git_repository *repository, const struct push_order *order,
	const struct oid *commit, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan: which refs a push moves, decided before anything is sent: a commit to the branch, and the
 * local tags that the server lacks.
 */
#ifndef GIT_PUSH_PLAN_H
#define GIT_PUSH_PLAN_H

#include "git/push/order.h"
#include "git/wire/push.h"
#include "git/wire/refs.h"

struct git_repository;

struct push_plan {
	const struct push_order *order;
	const char *address;       /* of the remote, for messages */
	const struct refs *remote; /* what it has */
};

/* The commit that HEAD names. ERR_CONFIG where there is none. */
MUST_CHECK int push_head(struct oid *head, struct git_repository *repository, struct err *err);

/*
 * Fill `request` with the commands that bring `head` to the branch, none where the remote has it all.
 * ERR_CONFLICT where the branch there has other commits, ERR_CONFIG where a tag there is another one
 * or the lease has ended: nothing is pushed then.
 */
MUST_CHECK int push_decide(struct push_request *request, struct git_repository *repository,
	const struct push_plan *plan, const struct oid *head, struct err *err);

#endif

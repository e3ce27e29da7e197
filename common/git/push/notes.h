/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notes: the note of the commit that a put pushes. It is added to the notes that the remote has by now,
 * and pushed with the other notes of the repository, after the branch.
 */
#ifndef GIT_PUSH_NOTES_H
#define GIT_PUSH_NOTES_H

#include "git/push/order.h"
#include "git/remote/remote.h"

struct git_repository;

/*
 * Fill `request` with what brings the note of `commit` to the remote: nothing where the order has none,
 * or the remote has it. Notes that are not known here are fetched, after which `there` is asked for
 * again. ERR_CONFIG where the commit has another note, or notes have parted, and the order does not
 * force; ERR_CONFLICT where somebody else pushes notes meanwhile.
 */
MUST_CHECK int notes_decide(struct push_request *request, struct git_repository *repository,
	struct remote *remote, const struct push_order *order, const struct oid *commit,
	struct refs *there, struct err *err);

#endif

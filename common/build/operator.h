/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operator: what Images are built with: ClusterStores, ClusterStacks and ClusterBuilders.
 *
 * A change of them is a merge patch that is waited for until the build service says that it is
 * ready. What comes of it for Images are builds that check finds.
 */
#ifndef BUILD_OPERATOR_H
#define BUILD_OPERATOR_H

#include "build/params.h"
#include "build/service.h"
#include "build/wait.h"

/* ERR_CONFIG where params are not enough for a change. */
MUST_CHECK int operator_check(const struct image_put *params, struct err *err);

/* Make the changes that the params ask for: store, stack, builder, in this order, as each stands on
 * the one before. ERR_REMOTE where one does not become ready, in the build service's words. */
MUST_CHECK int operator_apply(const struct service *service, const struct image_put *params,
	const struct patience *patience, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* quantity: Kubernetes' way to write an amount: "2Gi", "1500M", "0.5Gi". */
#ifndef BUILD_PATCH_QUANTITY_H
#define BUILD_PATCH_QUANTITY_H

#include "base/defs.h"

/* Whether both are the same amount: "2048Mi" is "2Gi". What is no quantity equals only itself. */
bool quantity_equal(const char *a, const char *b);

#endif

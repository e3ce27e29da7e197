/* SPDX-License-Identifier: Apache-2.0 */
/* version_order: the order of names that hold versions, as `sort -V` has it: v1.9 before v1.10. */
#ifndef GIT_MATCH_VERSION_ORDER_H
#define GIT_MATCH_VERSION_ORDER_H

/* Below, at or above 0, as strcmp; 0 only for equal names. */
int version_order(const char *a, const char *b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* table: Builds on the log, as `kp build list` shows them. */
#ifndef BUILD_TABLE_H
#define BUILD_TABLE_H

#include "build/build.h"

/* The newest of them, oldest first, and why the last one failed if it did. */
void table_print(const struct builds *builds);

#endif

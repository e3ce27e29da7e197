/* SPDX-License-Identifier: Apache-2.0 */
/* table: Builds and their Image on the log, as `kp build list` and `kp image status` show them. */
#ifndef BUILD_TABLE_H
#define BUILD_TABLE_H

#include "build/build.h"

/* What `kp image status` says of the Image: its state, its message unless the last build says the
 * same, and its latest image. */
void table_print_status(const struct image *image, const struct builds *builds);

/* The newest of them, oldest first, and why the last one failed if it did. */
void table_print(const struct builds *builds);

#endif

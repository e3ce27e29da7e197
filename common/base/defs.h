/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defs: the attributes that every file may use. No functions with effects live here.
 *
 * A local that owns something says so where it is declared: `auto_free char *name = NULL;`. Each
 * type with a release function defines its own auto_ attribute beside it, by AUTO_RELEASE.
 */
#ifndef BASE_DEFS_H
#define BASE_DEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The cleanup attribute `auto_NAME`, calling `release(&local)` when the scope is left. */
#define AUTO(release) __attribute__((cleanup(release)))

/* Hand an owned pointer over: yields its value and leaves NULL behind. */
#define TAKE(pointer)                                \
	(__extension__({                             \
		__auto_type take_from_ = &(pointer); \
		__auto_type taken_ = *take_from_;    \
		*take_from_ = NULL;                  \
		taken_;                              \
	}))

static inline void defs_free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

/* Closes the descriptor unless it is negative; keeps errno. */
void defs_close_fd(const int *fd);

#define auto_free AUTO(defs_free_pointer)
#define auto_fd AUTO(defs_close_fd)

#endif

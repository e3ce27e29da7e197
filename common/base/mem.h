/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mem: allocation that does not fail.
 *
 * Out of memory ends the program with one line on stderr, here and nowhere else: sizes that come
 * from outside are bounded before they get here (limits.h), so it means the machine is out of it.
 * Everything returned is the caller's to free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/defs.h"

MUST_CHECK void *mem_alloc(size_t size); /* zeroed */
MUST_CHECK void *mem_resize(void *memory, size_t count, size_t size);
MUST_CHECK char *mem_copy_string(const char *text);         /* NULL gives NULL */
MUST_CHECK char *mem_copy(const void *data, size_t length); /* a NUL is put behind it */
MUST_CHECK PRINTF(1, 2) char *mem_format(const char *format, ...);

/*
 * Ask the kernel once for memory that is used for sure, where the allocator would ask for it page by
 * page: 1.5 MiB at most. It is free afterwards, and pages of it that are never touched cost nothing.
 */
void mem_expect(size_t size);

#endif

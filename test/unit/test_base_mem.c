/* SPDX-License-Identifier: Apache-2.0 */
/* mem: memory that is asked for before it is used. */
#define _DEFAULT_SOURCE /* sbrk */
#include "unit.h"

#include <unistd.h>

#define ROOM (1024 * 1024)
#define PIECE 1000

/* The pieces are there until all of them are: nothing is used twice. */
static void what_is_expected_comes_without_the_kernel(void **state)
{
	void *pieces[ROOM / PIECE / 2];
	void *end;

	(void)state;
	if (confstr(_CS_GNU_LIBC_VERSION, NULL, 0)) {
		print_message("memory of glibc: it gives back to the kernel what is free\n");
		skip();
	}
	mem_expect(ROOM);
	end = sbrk(0);
	for (size_t i = 0; i < COUNT(pieces); i++)
		pieces[i] = mem_alloc(PIECE);
	assert_ptr_equal(sbrk(0), end);
	for (size_t i = 0; i < COUNT(pieces); i++)
		free(pieces[i]);
}

int main(void)
{
	UNIT_TEST(what_is_expected_comes_without_the_kernel);
	return unit_run();
}

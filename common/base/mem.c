/* SPDX-License-Identifier: Apache-2.0 */
/* mem: allocation that does not fail. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static NORETURN void out_of_memory(void)
{
	static const char line[] = "out of memory\n";

	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
	_exit(1);
}

void *mem_alloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *mem_resize(void *memory, size_t count, size_t size)
{
	void *resized;

	if (size && count > SIZE_MAX / size)
		out_of_memory();
	size *= count;
	resized = realloc(memory, size ? size : 1);
	if (!resized)
		out_of_memory();
	return resized;
}

char *mem_copy(const void *data, size_t length)
{
	char *copy = mem_alloc(length + 1);

	if (length)
		memcpy(copy, data, length);
	return copy;
}

char *mem_copy_string(const char *text)
{
	return text ? mem_copy(text, strlen(text)) : NULL;
}

char *mem_format(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		out_of_memory();
	text = mem_alloc((size_t)length + 1);
	va_start(args, format);
	(void)vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void mem_expect(size_t size)
{
	/* what is larger than this gets pages of its own, which go back to the kernel at once */
	enum { piece = 192 * 1024 };
	void *pieces[8] = { NULL };

	assert(size <= COUNT(pieces) * piece);
	for (size_t i = 0; i < COUNT(pieces) && i * piece < size; i++)
		pieces[i] = malloc(piece);
	for (size_t i = 0; i < COUNT(pieces); i++)
		free(pieces[i]);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* secret: text that must not be shown. */
#include <malloc.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"

struct secret {
	size_t length;
	char text[];
};

struct secret *secret_new(struct span text)
{
	struct secret *secret = mem_alloc(sizeof(*secret) + text.length + 1);

	secret->length = text.length;
	if (text.length)
		memcpy(secret->text, text.data, text.length);
	log_hide(text);
	return secret;
}

const char *secret_reveal(const struct secret *secret)
{
	return secret ? secret->text : NULL;
}

size_t secret_length(const struct secret *secret)
{
	return secret ? secret->length : 0;
}

void secret_wipe(void *memory, size_t length)
{
	memset(memory, 0, length);
	/* for all the compiler knows, somebody reads it */
	__asm__ volatile("" : : "r"(memory) : "memory");
}

void secret_memory_free(void *memory)
{
	if (memory)
		secret_wipe(memory, malloc_usable_size(memory));
	free(memory);
}

void *secret_memory_resize(void *memory, size_t size)
{
	size_t before = memory ? malloc_usable_size(memory) : 0;
	void *resized = malloc(size);

	if (!resized)
		return NULL;
	if (before)
		memcpy(resized, memory, before < size ? before : size);
	secret_memory_free(memory);
	return resized;
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	secret_wipe(secret->text, secret->length);
	free(secret);
}

void secret_free_pointer(struct secret **secret)
{
	secret_free(*secret);
	*secret = NULL;
}

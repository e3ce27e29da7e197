/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret: text that must not be shown: a password, a token, a key.
 *
 * The bytes are copied once, wiped when freed, and known to the log, which replaces every copy of
 * them by `((redacted))`. There is no way to print one: secret_reveal is for the call that sends it.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/defs.h"
#include "base/span.h"

struct secret;

/* A copy of `text`, registered with the log for as long as the program runs. */
MUST_CHECK struct secret *secret_new(struct span text);

/* The NUL-terminated text; good until secret_free. NULL for NULL. */
const char *secret_reveal(const struct secret *secret);

size_t secret_length(const struct secret *secret); /* 0 for NULL */

/* Wipe and free; NULL is fine. */
void secret_free(struct secret *secret);
void secret_free_pointer(struct secret **secret);
#define auto_secret AUTO(secret_free_pointer)

/* Wipe memory in a way that the compiler keeps. */
void secret_wipe(void *memory, size_t length);

/* free() and realloc() that wipe what they give back: for libraries whose memory may hold secrets. */
void secret_memory_free(void *memory);
MUST_CHECK void *secret_memory_resize(void *memory, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err: why a call failed, as one sentence for the person who must act.
 *
 * A caller allocates `struct err err = { 0 };` and passes its address as the last argument. A
 * function that fails fills it and returns -1; on success it is left alone. The text is lower case,
 * has no full stop and no newline, names fields and never the values of secret ones. It is built
 * outside in: the bottom says what went wrong (err_set), whoever knows the thing's name puts it in
 * front (err_wrap), and the verb's main prints the whole once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/defs.h"

#define ERR_MESSAGE_MAX 1024

/* What to do about it; only callers that act differently look at the kind. */
enum err_kind {
	ERR_NONE,
	ERR_CONFIG,   /* the pipeline's author must change source, params or version */
	ERR_AUTH,     /* the credentials are wrong or lack a right */
	ERR_MISSING,  /* the named thing does not exist */
	ERR_UNSERVED, /* the server knows no such kind of thing; it may know an older one */
	ERR_REMOTE,   /* the server answered, and with something that cannot be used */
	ERR_NETWORK,  /* no answer: trying again may help */
	ERR_EXPIRED,  /* a resource version or a token is too old: read anew and go on */
	ERR_CONFLICT, /* somebody else changed it first: read anew and go on */
	ERR_STOPPED,  /* SIGTERM or SIGINT asked us to stop */
	ERR_INTERNAL, /* this machine or this program: no space, no memory, a bug */
};

struct err {
	enum err_kind kind;
	char message[ERR_MESSAGE_MAX];
};

/* Fill `err`, replacing what it held. A text that is too long is cut and ends in "…". Always -1. */
PRINTF(3, 4) int err_set(struct err *err, enum err_kind kind, const char *format, ...);

/* As err_set, followed by ": " and the text of errno. Always -1. */
PRINTF(2, 3) int err_errno(struct err *err, const char *format, ...);

/* Put "context: " before the message; the kind stays. Always -1. */
PRINTF(2, 3) int err_wrap(struct err *err, const char *format, ...);

#endif

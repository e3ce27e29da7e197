/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capabilities: what a git server says it can do (gitprotocol-v2, gitprotocol-capabilities).
 *
 * In version 2 each is a line, "fetch=shallow filter"; in 0 and 1 they are words, "ofs-delta
 * symref=HEAD:refs/heads/main". Both are kept as they came, `name` or `name=value`.
 */
#ifndef GIT_WIRE_CAPABILITIES_H
#define GIT_WIRE_CAPABILITIES_H

#include "base/err.h"
#include "base/strings.h"
#include "git/oid.h"
#include "git/wire/pkt.h"

struct capabilities {
	int version;   /* 0, 1 or 2 */
	bool stateful; /* the server remembers what was said on the connection: not over HTTP */
	struct oids shallow; /* 0, 1: commits whose parents the server itself lacks */
	struct strings items;
};

/* The words behind the NUL of a v0 advertisement's first line. */
void capabilities_add_words(struct capabilities *capabilities, struct span words);

/* Is `name` there, with or without a value? */
bool capabilities_have(const struct capabilities *capabilities, const char *name);

/* Is `feature` one of the words of the value of `name`? */
bool capabilities_offer(
	const struct capabilities *capabilities, const char *name, const char *feature);

/* The value of the `index`th item called `name`, or an empty span. */
struct span capabilities_value(
	const struct capabilities *capabilities, const char *name, size_t index);

/* Read the lines of a v2 advertisement, behind "version 2", up to its flush. */
MUST_CHECK int capabilities_read(
	struct capabilities *capabilities, struct pkt_reader *reader, struct err *err);

/* Refuse what this client cannot read: repositories whose ids are not SHA-1. */
MUST_CHECK int capabilities_check(const struct capabilities *capabilities, struct err *err);

void capabilities_release(struct capabilities *capabilities);

#endif

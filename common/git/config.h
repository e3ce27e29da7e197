/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: the assignments of a text in git's configuration format (git-config), one after another.
 *
 * What the text includes is not read: to the reader that is a section like any other.
 */
#ifndef GIT_CONFIG_H
#define GIT_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

struct config_reader {
	struct span left;
	size_t line; /* of what was read last, from 1 */
	bool line_ended, ended;
	struct buf section, key, value; /* private */
};

/* Borrowed from the reader until its next step. */
struct config_entry {
	struct span key;   /* "submodule.my lib.url": lower case but for what is between the dots */
	struct span value; /* without quotes and escapes; empty where there is none */
	bool has_value;    /* a name alone means true */
};

/* The text is borrowed, and must outlive the reader. */
void config_reader_init(struct config_reader *reader, struct span text);
void config_reader_release(struct config_reader *reader);
#define auto_config_reader AUTO(config_reader_release)

/* 1; 0 at the end of the text; -1, ERR_REMOTE, where it is malformed, as git finds it. */
MUST_CHECK int config_next(
	struct config_reader *reader, struct config_entry *entry, struct err *err);

#endif

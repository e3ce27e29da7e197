/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verb: the main of check, in and out.
 *
 * The only place that reads stdin, prints the answer, prints an error, turns it into an exit status
 * and handles signals. Whoever adds a kind adds a row to the three tables and a file beside each.
 */
#ifndef RESOURCE_VERB_H
#define RESOURCE_VERB_H

#include "resource/request.h"

struct verb {
	const char *name;
	enum answer_shape shape;
	bool takes_dir; /* in and out are given a directory as their only argument */
	const struct kind *kinds;
	size_t kind_count;
};

/*
 * Run it; returns the exit status, 0 or 1. Nothing is on stdout unless it is 0. `--version`,
 * `--schema` and `--help` instead of the argument print and return 0.
 */
MUST_CHECK int verb_main(const struct verb *verb, int argc, char **argv);

#endif

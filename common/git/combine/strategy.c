/* SPDX-License-Identifier: Apache-2.0 */
/* strategy: which of git's strategies and of their options libgit2 can follow. */
#include <string.h>

#include "git/combine/combine.h"

static bool set_algorithm(struct combine_strategy *strategy, struct span option)
{
	static const char *const names[] = {
		[ALGORITHM_HISTOGRAM] = "histogram",
		[ALGORITHM_PATIENCE] = "patience",
		[ALGORITHM_MINIMAL] = "minimal",
		[ALGORITHM_MYERS] = "myers",
	};

	if (!span_is(option, "patience") && !span_is(option, "histogram") &&
		!span_take(&option, "diff-algorithm="))
		return false;
	for (size_t i = 0; i < COUNT(names); i++)
		if (span_is(option, names[i])) {
			strategy->algorithm = (enum combine_algorithm)i;
			return true;
		}
	return false;
}

static int set_option(struct combine_strategy *strategy, struct span option, struct err *err)
{
	if (span_is(option, "ours"))
		strategy->favour = FAVOUR_OURS;
	else if (span_is(option, "theirs"))
		strategy->favour = FAVOUR_THEIRS;
	else if (span_is(option, "ignore-space-change"))
		strategy->ignore_space_change = true;
	else if (span_is(option, "ignore-all-space"))
		strategy->ignore_all_space = true;
	else if (span_is(option, "ignore-space-at-eol"))
		strategy->ignore_space_at_eol = true;
	else if (span_is(option, "no-renames"))
		strategy->no_renames = true;
	else if (span_is(option, "find-renames"))
		strategy->no_renames = false;
	else if (!set_algorithm(strategy, option))
		return err_set(err, ERR_CONFIG,
			"params.rebase_strategy_option: '%.*s' is not supported: 'ours', 'theirs', "
			"'ignore-space-change', 'ignore-all-space', 'ignore-space-at-eol', "
			"'patience', 'histogram', 'diff-algorithm=' these, minimal or myers, "
			"'find-renames' and 'no-renames' are",
			SPAN_FORMAT(option));
	return 0;
}

int combine_strategy_read(struct combine_strategy *strategy, const char *name,
	const struct strings *options, struct err *err)
{
	*strategy = (struct combine_strategy){ 0 };
	if (git_given(name) && strcmp(name, "ort") != 0 && strcmp(name, "recursive") != 0)
		return err_set(err, ERR_CONFIG,
			"params.rebase_strategy: '%s' is not supported: 'ort' and 'recursive' are",
			name);
	for (size_t i = 0; i < options->count; i++) {
		struct span rest = span_of(options->items[i]), option;

		while (rest.length) {
			if (!span_take_until(&rest, " ", &option)) {
				option = rest;
				rest.length = 0;
			}
			(void)span_take(&rest, " ");
			if (option.length && set_option(strategy, option, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* filter: asks the filters of commits, one after the other. */
#include <assert.h>

#include "git/history/filter.h"

void history_filters_add(struct history_filters *filters, const struct history_filter *filter)
{
	assert(filters->count < HISTORY_FILTERS_MAX);
	filters->items[filters->count++] = *filter;
}

bool history_filters_compare(const struct history_filters *filters)
{
	for (size_t i = 0; i < filters->count; i++)
		if (filters->items[i].comparing)
			return true;
	return false;
}

static bool any(const bool *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (wanted[i])
			return true;
	return false;
}

int history_filters_judge(const struct history_filters *filters,
	const struct history_commit *commits, size_t count, size_t enough, bool *wanted,
	struct err *err)
{
	for (size_t i = 0; i < count; i++)
		wanted[i] = true;
	for (size_t i = 0; i < filters->count && any(wanted, count); i++) {
		const struct history_filter *filter = &filters->items[i];

		/* those that follow may take some away: only the last knows when it has enough */
		size_t needed = i + 1 == filters->count ? enough : count;

		if (filter->judge(filter->context, commits, count, needed, wanted, err) < 0)
			return -1;
	}
	return 0;
}

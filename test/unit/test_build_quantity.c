/* SPDX-License-Identifier: Apache-2.0 */
/* quantity: which of Kubernetes' amounts are the same. */
#include "unit.h"

#include "build/patch/quantity.h"

static const struct pair {
	const char *name;
	const char *other;
	bool equal;
} pairs[] = {
	{ "2Gi", "2Gi", true },
	{ "2Gi", "2048Mi", true },
	{ "2Gi", "2G", false },
	{ "0.5Gi", "512Mi", true },
	{ "1.25k", "1250", true },
	{ "1500M", "1.5G", true },
	{ "2Gi", "3Gi", false },
	{ "2Gi", "", false },
	{ "much", "much", true },
	{ "much", "more", false },
	{ "2Xi", "2Yi", false },
	{ "1.", "1", false },
	{ "99999999999999999999", "1", false },
};

static void compares(void **state)
{
	const struct pair *row = *state;

	assert_int_equal(quantity_equal(row->name, row->other), row->equal);
	assert_int_equal(quantity_equal(row->other, row->name), row->equal);
}

int main(void)
{
	UNIT_ROWS(compares, pairs);
	return unit_run();
}

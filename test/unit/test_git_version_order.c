/* SPDX-License-Identifier: Apache-2.0 */
/* version_order: names in the order that `LC_ALL=C sort -V` gives them. */
#include "git/match/version_order.h"
#include "unit.h"

static const char *const sorted[] = {
	".a",
	"1.0",
	"1.0-rc1",
	"1.0.1",
	"1.0.09",
	"1.0.10",
	"1.2",
	"1.010",
	"1.10",
	"2",
	"10",
	"a",
	"a1.tar.gz",
	"a2.tar.gz",
	"a10.tar.gz",
	"release/1.9",
	"release/1.10",
	"v1.0",
	"v1.0+build",
	"v1.9",
	"v1.10",
};

static void each_is_below_all_that_follow(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++) {
		assert_int_equal(version_order(sorted[i], sorted[i]), 0);
		for (size_t j = i + 1; j < COUNT(sorted); j++) {
			if (version_order(sorted[i], sorted[j]) >= 0)
				fail_msg("'%s' is not below '%s'", sorted[i], sorted[j]);
			if (version_order(sorted[j], sorted[i]) <= 0)
				fail_msg("'%s' is not above '%s'", sorted[j], sorted[i]);
		}
	}
}

int main(void)
{
	UNIT_TEST(each_is_below_all_that_follow);
	return unit_run();
}

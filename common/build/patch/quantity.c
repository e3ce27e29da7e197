/* SPDX-License-Identifier: Apache-2.0 */
/* quantity: Kubernetes' way to write an amount. */
#include <string.h>

#include "base/span.h"
#include "build/patch/quantity.h"

static const struct suffix {
	const char *text;
	double factor;
} suffixes[] = {
	{ "", 1 },
	{ "k", 1e3 },
	{ "M", 1e6 },
	{ "G", 1e9 },
	{ "T", 1e12 },
	{ "P", 1e15 },
	{ "E", 1e18 },
	{ "Ki", 1024.0 },
	{ "Mi", 1024.0 * 1024 },
	{ "Gi", 1024.0 * 1024 * 1024 },
	{ "Ti", 1024.0 * 1024 * 1024 * 1024 },
	{ "Pi", 1024.0 * 1024 * 1024 * 1024 * 1024 },
	{ "Ei", 1024.0 * 1024 * 1024 * 1024 * 1024 * 1024 },
};

/* Amounts of bytes that people write have an exact double. */
static bool read_quantity(const char *text, double *amount)
{
	const uint64_t max = UINT64_C(1) << 53;
	struct span rest = span_of(text);
	uint64_t whole;
	double part = 0;

	if (!span_take_number(&rest, max, &whole))
		return false;
	if (span_take(&rest, ".")) {
		size_t length = rest.length;
		uint64_t digits;

		if (!span_take_number(&rest, max, &digits))
			return false;
		part = (double)digits;
		for (size_t i = rest.length; i < length; i++)
			part /= 10;
	}
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		if (!span_is(rest, suffixes[i].text))
			continue;
		*amount = ((double)whole + part) * suffixes[i].factor;
		return true;
	}
	return false;
}

bool quantity_equal(const char *a, const char *b)
{
	double amounts[2];

	if (!read_quantity(a, &amounts[0]) || !read_quantity(b, &amounts[1]))
		return strcmp(a, b) == 0;
	return !(amounts[0] < amounts[1]) && !(amounts[0] > amounts[1]);
}

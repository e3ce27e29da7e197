/* SPDX-License-Identifier: Apache-2.0 */
/* version: the build's number and its image. */
#include "base/mem.h"
#include "build/version.h"

int version_read(struct given *given, const struct image_version *version, struct err *err)
{
	struct span digits = span_of(version ? version->build : NULL);
	uint64_t number = 0;

	if (digits.length && (!span_take_number(&digits, UINT64_MAX, &number) || digits.length))
		return err_set(err, ERR_CONFIG, "version.build: must be the number of a build");
	*given = (struct given){ .number = number, .image = version ? version->image : NULL };
	return 0;
}

void version_add(struct answer *answer, uint64_t number, const char *image)
{
	auto_free char *text = mem_format("%llu", (unsigned long long)number);
	const struct pair pairs[] = { { "build", text }, { "image", image } };

	answer_add_version(answer, pairs, COUNT(pairs));
}

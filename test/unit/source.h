/* SPDX-License-Identifier: Apache-2.0 */
/* source: source of the git kind, from the members that a row has of it. */
#ifndef TEST_SOURCE_H
#define TEST_SOURCE_H

#include "unit.h"

#include "git/source.h"

/* Of `"member":value,...` in JSON, beside a uri; the caller's to release by schema_release(). */
static struct git_source source_of(const char *members)
{
	auto_free char *text = mem_format("{\"uri\":\"/x\"%s%s}", *members ? "," : "", members);
	json_auto_t *json = json_loads(text, 0, NULL);
	struct git_source source = { 0 };
	struct err err = { 0 };

	assert_non_null(json);
	if (schema_parse(git_source_fields, UNKNOWN_REFUSED, "source", json, &source, &err) < 0)
		fail_msg("%s", err.message);
	return source;
}

#endif

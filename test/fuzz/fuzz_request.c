/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_request: any bytes on stdin are a request of a known kind or one line that says why not. */
#include <string.h>

#include "base/log.h"
#include "build/params.h"
#include "build/source.h"
#include "git/source.h"
#include "resource/request.h"

/* All tables of a kind at once: what no verb has together is still parsed by the same code. */
static const struct kind kinds[] = {
	{
		.name = "git",
		.chosen_by = "uri",
		.source = git_source_fields,
		.source_size = sizeof(struct git_source),
		.params = git_put_fields,
		.params_size = sizeof(struct git_put),
		.version = git_version_fields,
		.version_size = sizeof(struct git_version),
	},
	{
		.name = "image",
		.chosen_by = "image",
		.source = image_source_fields,
		.source_size = sizeof(struct image_source),
		.params = image_put_fields,
		.params_size = sizeof(struct image_put),
		.version = image_version_fields,
		.version_size = sizeof(struct image_version),
	},
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_request struct request request = { 0 };
	struct err err = { 0 };
	struct span text = { (const char *)data, size };

	if (request_parse(&request, kinds, COUNT(kinds), text, &err) == 0) {
		must(request.kind && request.source && request.params);
		must(!request.version == !request.version_map);
	} else {
		must(err.kind == ERR_CONFIG && *err.message && !strchr(err.message, '\n'));
	}
	log_release();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* check: which versions are there? Reads a request on stdin, answers with an array of versions. */
#include "build/source.h"
#include "check/check.h"
#include "git/source.h"
#include "resource/verb.h"

static const struct kind kinds[] = {
	{
		.name = "git",
		.chosen_by = "uri",
		.source = git_source_fields,
		.source_size = sizeof(struct git_source),
		.version = git_version_fields,
		.version_size = sizeof(struct git_version),
		.run = check_git,
	},
	{
		.name = "image",
		.chosen_by = "image",
		.source = image_source_fields,
		.source_size = sizeof(struct image_source),
		.version = image_version_fields,
		.version_size = sizeof(struct image_version),
		.run = check_image,
	},
};

int main(int argc, char **argv)
{
	static const struct verb check = {
		.name = "check",
		.shape = ANSWER_VERSIONS,
		.kinds = kinds,
		.kind_count = COUNT(kinds),
	};

	return verb_main(&check, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * in: fetch one version. Reads a request on stdin, fills the directory it is given, answers with the
 * version and metadata.
 */
#include "build/source.h"
#include "in/in.h"
#include "git/source.h"
#include "resource/verb.h"

static const struct kind kinds[] = {
	{
		.name = "git",
		.chosen_by = "uri",
		.source = git_source_fields,
		.source_size = sizeof(struct git_source),
		.params = git_get_fields,
		.params_size = sizeof(struct git_get),
		.version = git_version_fields,
		.version_size = sizeof(struct git_version),
		.run = in_git,
	},
	{
		.name = "image",
		.chosen_by = "image",
		.source = image_source_fields,
		.source_size = sizeof(struct image_source),
		.params = image_get_fields,
		.params_size = sizeof(struct image_get),
		.version = image_version_fields,
		.version_size = sizeof(struct image_version),
		.run = in_image,
	},
};

int main(int argc, char **argv)
{
	static const struct verb in = {
		.name = "in",
		.shape = ANSWER_VERSION_AND_METADATA,
		.takes_dir = true,
		.kinds = kinds,
		.kind_count = COUNT(kinds),
	};

	return verb_main(&in, argc, argv);
}

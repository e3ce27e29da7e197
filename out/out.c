/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out: make a new version. Reads a request on stdin, works from the directory of artifacts it is given, answers with
 * the version it made and metadata.
 */
#include "build/params.h"
#include "build/source.h"
#include "out/out.h"
#include "git/source.h"
#include "resource/verb.h"

static const struct kind kinds[] = {
	{
		.name = "git",
		.chosen_by = "uri",
		.source = git_source_fields,
		.source_size = sizeof(struct git_source),
		.params = git_put_fields,
		.params_size = sizeof(struct git_put),
		.run = out_git,
	},
	{
		.name = "image",
		.chosen_by = "image",
		.source = image_source_fields,
		.source_size = sizeof(struct image_source),
		.params = image_put_fields,
		.params_size = sizeof(struct image_put),
		.run = out_image,
	},
};

int main(int argc, char **argv)
{
	static const struct verb out = {
		.name = "out",
		.shape = ANSWER_VERSION_AND_METADATA,
		.takes_dir = true,
		.kinds = kinds,
		.kind_count = COUNT(kinds),
	};

	return verb_main(&out, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* older: what kpack up to 0.3 has no place for. */
#include "build/patch/older.h"

int older_check(const struct image_put *params, const struct image *image, struct err *err)
{
	/* its build.bindings are no service bindings: each takes a ConfigMap beside the Secret */
	const struct {
		const char *name;
		bool given;
	} newer[] = {
		{ "service_bindings", params->service_bindings.count > 0 },
		{ "delete_service_bindings", params->delete_service_bindings.count > 0 },
		{ "additional_tags", params->additional_tags.count > 0 },
		{ "delete_additional_tags", params->delete_additional_tags.count > 0 },
		{ "default_process", params->default_process != NULL },
		{ "build_timeout", params->build_timeout > 0 },
	};

	if (!image_is_older(image))
		return 0;
	for (size_t i = 0; i < COUNT(newer); i++)
		if (newer[i].given)
			return err_set(err, ERR_CONFIG,
				"params.%s: the build service there is too old for it: it serves kpack.io/v1alpha1 only",
				newer[i].name);
	return 0;
}

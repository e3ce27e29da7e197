/* SPDX-License-Identifier: Apache-2.0 */
/* source: the tables behind what a pipeline may say of a build service's Image. */
#include "build/source.h"

const struct field image_source_fields[] = {
	STRING(image_source, image, REQUIRED, "name of the Image"),
	STRING(image_source, namespace, OPTIONAL,
		"its namespace; unset: that of the kubeconfig's context"),
	CLUSTER_ROWS(image_source, cluster),
	OBJECT(image_source, registry, registry_source, registry_source_fields,
		"the registry of the image's tag, for the params.local_path of a put"),
	TEXT(image_source, watch, OPTIONAL,
		"how long a check that finds nothing new waits for it: 55s, or seconds; unset: not"),
	STRING(image_source, log_level, OPTIONAL,
		"of the kpack resource; without effect, as there"),
	BOOL(image_source, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

const struct field image_version_fields[] = {
	STRING(image_version, build, OPTIONAL, "number of the Build"),
	STRING(image_version, image, REQUIRED, "the image that it made, by digest"),
	END_OF_FIELDS,
};

const struct field image_get_fields[] = {
	BOOL(image_get, skip_download, false,
		"ask the cluster nothing: only what the version itself holds"),
	BOOL(image_get, logs, false, "the logs of the build's phases, while its pod exists"),
	BOOL(image_get, timestamps, false, "each line of these logs with its time"),
	BOOL(image_get, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

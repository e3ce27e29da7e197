/* SPDX-License-Identifier: Apache-2.0 */
/* source: what a pipeline may say of a build service's Image: source, version, params of get. */
#ifndef BUILD_SOURCE_H
#define BUILD_SOURCE_H

#include "kube/source.h"
#include "registry/source.h"
#include "resource/schema.h"

struct image_source {
	char *image;
	char *namespace;
	struct cluster_source cluster;
	struct registry_source
		*registry; /* to which a put pushes source; NULL: nobody in particular */
	char *watch;       /* how long check waits for news; see service.h */
	char *log_level;   /* of the kpack resource, where it has no effect either */
	bool debug;
};

struct image_version {
	char *build; /* number; NULL in a version that another resource type made */
	char *image; /* repository@sha256:... */
};

struct image_get {
	bool skip_download;
	bool logs;
	bool timestamps;
	bool debug;
};

extern const struct field image_source_fields[];
extern const struct field image_version_fields[];
extern const struct field image_get_fields[];

#endif

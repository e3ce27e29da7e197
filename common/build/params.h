/* SPDX-License-Identifier: Apache-2.0 */
/* params: what a put may ask of an Image, and of what an Image is built with. */
#ifndef BUILD_PARAMS_H
#define BUILD_PARAMS_H

#include "resource/schema.h"

struct cluster_stack_put {
	char *name;
	char *id;
	char *build_image;
	char *run_image;
};

struct cluster_builder_put {
	char *name;
	char *tag;
	char *stack;
	char *store;
	struct strings buildpacks; /* "id" or "id@version" */
};

struct cluster_store_put {
	char *name;
	struct strings images;
};

struct image_put {
	/* the source; of each, the file or the text is given */
	char *commitish;
	char *git_revision;
	char *git_url;
	char *blob_url_file;
	char *blob_url_path;
	char *registry_image_file;
	char *local_path;
	char *sub_path;
	/* the rest of the Image */
	char *builder;
	char *cluster_builder;
	json_t *env;
	struct strings delete_env;
	struct strings service_bindings;
	struct strings delete_service_bindings;
	struct strings additional_tags;
	struct strings delete_additional_tags;
	char *cache_size;
	char *service_account;
	char *default_process;
	int64_t success_build_history_limit; /* 0: unset, and so below */
	int64_t failed_build_history_limit;
	int64_t build_timeout; /* seconds */
	/* what to do */
	bool create;
	char *tag;
	bool trigger;
	bool retry_failed;
	/* what Images are built with */
	struct cluster_stack_put *cluster_stack;
	struct cluster_builder_put *cluster_builder_patch;
	struct cluster_store_put *cluster_store_add;
	/* how long */
	bool wait;
	bool timestamps;
	int64_t timeout;       /* seconds */
	int64_t stall_timeout; /* seconds; 0: none */
	bool debug;
};

extern const struct field image_put_fields[];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* params: the tables behind what a put may ask. */
#include "build/params.h"

static const struct field cluster_stack_fields[] = {
	STRING(cluster_stack_put, name, REQUIRED, "name of the ClusterStack"),
	STRING(cluster_stack_put, id, OPTIONAL, "its stack id"),
	STRING(cluster_stack_put, build_image, OPTIONAL, "image to build on"),
	STRING(cluster_stack_put, run_image, OPTIONAL, "image to run on"),
	END_OF_FIELDS,
};

static const struct field cluster_builder_fields[] = {
	STRING(cluster_builder_put, name, REQUIRED, "name of the ClusterBuilder"),
	STRING(cluster_builder_put, tag, OPTIONAL, "where it is pushed"),
	STRING(cluster_builder_put, stack, OPTIONAL, "name of its ClusterStack"),
	STRING(cluster_builder_put, store, OPTIONAL, "name of its ClusterStore"),
	STRINGS(cluster_builder_put, buildpacks,
		"its order: buildpacks, each as ID or ID@VERSION, tried one after the other"),
	END_OF_FIELDS,
};

static const struct field cluster_store_fields[] = {
	STRING(cluster_store_put, name, REQUIRED, "name of the ClusterStore"),
	STRINGS(cluster_store_put, images, "buildpackages that it shall have too"),
	END_OF_FIELDS,
};

const struct field image_put_fields[] = {
	STRING(image_put, commitish, OPTIONAL, "file that holds the commit to build"),
	STRING(image_put, git_revision, OPTIONAL, "the commit, branch or tag itself"),
	STRING(image_put, git_url, OPTIONAL, "URL of the git repository"),
	STRING(image_put, blob_url_file, OPTIONAL, "file that holds the URL of a source archive"),
	STRING(image_put, blob_url_path, OPTIONAL, "another name of blob_url_file"),
	STRING(image_put, registry_image_file, OPTIONAL,
		"file that holds the reference of a source image"),
	STRING(image_put, local_path, OPTIONAL,
		"folder, or zip or jar file, that is uploaded and built"),
	STRING(image_put, sub_path, OPTIONAL, "folder of the source to build"),
	STRING(image_put, builder, OPTIONAL, "name of the Builder to build with"),
	STRING(image_put, cluster_builder, OPTIONAL, "name of the ClusterBuilder to build with"),
	TREE(image_put, env, OPTIONAL, "variables of the build to set, as a map"),
	STRINGS(image_put, delete_env, "names of variables to take away"),
	STRINGS(image_put, service_bindings,
		"service bindings to add: the name of a Secret, or KIND:APIVERSION:NAME"),
	STRINGS(image_put, delete_service_bindings, "service bindings to take away"),
	STRINGS(image_put, additional_tags, "tags to push to as well"),
	STRINGS(image_put, delete_additional_tags, "additional tags to take away"),
	STRING(image_put, cache_size, OPTIONAL, "size of the cache volume; it can only grow"),
	STRING(image_put, service_account, OPTIONAL, "name of the ServiceAccount to build with"),
	STRING(image_put, default_process, OPTIONAL, "process that the image starts"),
	NUMBER(image_put, success_build_history_limit, 0, 1, "good builds to keep"),
	NUMBER(image_put, failed_build_history_limit, 0, 1, "failed builds to keep"),
	NUMBER(image_put, build_timeout, 0, 1, "seconds after which a build is ended"),
	BOOL(image_put, create, false, "create the Image when it does not exist"),
	STRING(image_put, tag, OPTIONAL, "where a created Image is pushed"),
	BOOL(image_put, trigger, false, "build even though nothing has changed"),
	BOOL(image_put, retry_failed, false,
		"build again what failed, when the change alone causes no build"),
	OBJECT(image_put, cluster_stack, cluster_stack_put, cluster_stack_fields,
		"ClusterStack to change"),
	OBJECT(image_put, cluster_builder_patch, cluster_builder_put, cluster_builder_fields,
		"ClusterBuilder to change"),
	OBJECT(image_put, cluster_store_add, cluster_store_put, cluster_store_fields,
		"ClusterStore to add buildpackages to"),
	BOOL(image_put, wait, true, "wait for the build"),
	BOOL(image_put, timestamps, false, "each line of the build's log with its time"),
	NUMBER(image_put, timeout, 3600, 1,
		"seconds after which the put gives up; the build goes on"),
	NUMBER(image_put, stall_timeout, 0, 0,
		"seconds without any progress after which the put gives up; 0: none"),
	BOOL(image_put, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files: what a get writes of an image and of the Build that made it.
 *
 * A file holds exactly its value, without a newline, as those of the registry-image resource do;
 * where there is no value there is no file. Those that end in .json are indented, with a newline.
 */
#ifndef BUILD_FILES_H
#define BUILD_FILES_H

#include "build/service.h"
#include "kube/object.h"

/* What a version holds: image, repository, digest, and build where `number` is not 0. */
MUST_CHECK int files_write_version(int dir, const char *image, uint64_t number, struct err *err);

/* What the Build tells: its source, with what it was built, and why. */
MUST_CHECK int files_write_build(int dir, json_t *build, struct err *err);

#endif

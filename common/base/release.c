/* SPDX-License-Identifier: Apache-2.0 */
/* release: filled by the Makefile from VERSION and from what ci/deps recorded. */
#include "base/release.h"

const char release_version[] = BSR_VERSION;
const char release_libraries[] = BSR_LIBRARIES;

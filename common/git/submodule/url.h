/* SPDX-License-Identifier: Apache-2.0 */
/* url: where a submodule is, by the url that .gitmodules gives. */
#ifndef GIT_SUBMODULE_URL_H
#define GIT_SUBMODULE_URL_H

#include "base/err.h"

/*
 * "./" and "../" lead on from `base`, the uri of the repository whose .gitmodules it is, as git takes
 * them: "../lib.git" is beside it. The result is the caller's to free.
 *
 * ERR_REMOTE for one that leads above the host or the root, an option, a program (`ext::`), control
 * characters, and a repository of this machine where `base` is none.
 */
MUST_CHECK int submodule_url(char **url, const char *base, const char *given, struct err *err);

#endif

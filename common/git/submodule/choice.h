/* SPDX-License-Identifier: Apache-2.0 */
/* choice: which submodules params.submodules names. */
#ifndef GIT_SUBMODULE_CHOICE_H
#define GIT_SUBMODULE_CHOICE_H

#include "base/strings.h"
#include "git/submodule/gitmodules.h"

/* Whether none is wanted, so that .gitmodules need not be looked at. */
bool choice_is_none(const struct strings *chosen);

/*
 * All by "all" or an empty list, none by "none"; else those that an item names: by the whole path, or
 * by what follows one of its slashes.
 */
bool choice_takes(const struct strings *chosen, const char *path);

/* Warn of items that name no submodule. */
void choice_warn(const struct strings *chosen, const struct gitmodules *modules);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setting: source.git_config, read as git reads a configuration: sections and variables without
 * regard to the case of letters, subsections exactly; of several values of one name the last counts,
 * and lists have them all.
 */
#ifndef GIT_SETTING_H
#define GIT_SETTING_H

#include "base/err.h"
#include "base/span.h"
#include "git/source.h"

/* "section.variable" or "section.subsection.variable", taken apart. Borrowed. */
struct setting_name {
	struct span section;
	struct span subsection; /* data NULL: none */
	struct span variable;
};

/* False where no configuration can hold the name. */
bool setting_split(const char *name, struct setting_name *split);

/* Whether it is of that section and variable, which are given in lower case. */
bool setting_is(const struct setting_name *name, const char *section, const char *variable);

/* "" where none is given. */
const char *setting_value(const struct git_setting *setting);

/* Refuse names that no configuration can have: ERR_CONFIG. */
MUST_CHECK int settings_check(const struct list *settings, struct err *err);

/* The last of "section.variable", without a subsection, both in lower case; NULL: there is none. */
const struct git_setting *settings_find(
	const struct list *settings, const char *section, const char *variable);

/* git's boolean: "yes", "on", "true", any number but 0. ERR_CONFIG, naming the setting. */
MUST_CHECK int setting_bool(const struct git_setting *setting, bool *value, struct err *err);

#endif

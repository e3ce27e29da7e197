/* SPDX-License-Identifier: Apache-2.0 */
/* choice: which submodules params.submodules names. */
#include <string.h>

#include "base/log.h"
#include "git/submodule/choice.h"

static bool is_word(const struct strings *chosen, const char *word)
{
	return chosen->count == 1 && strcmp(chosen->items[0], word) == 0;
}

static bool takes_all(const struct strings *chosen)
{
	return !chosen->count || is_word(chosen, "all");
}

bool choice_is_none(const struct strings *chosen)
{
	return is_word(chosen, "none");
}

/* "lib", "lib/" and "./lib" name "lib" and "src/lib", not "mylib". */
static bool names(const char *item, const char *path)
{
	struct span tail = span_of(path), name = span_of(item);

	(void)span_take(&name, "./");
	if (span_ends(name, "/"))
		name.length--;
	if (!name.length || name.length > tail.length)
		return false;
	tail.data += tail.length - name.length;
	tail.length = name.length;
	return span_equal(tail, name) && (tail.data == path || tail.data[-1] == '/');
}

bool choice_takes(const struct strings *chosen, const char *path)
{
	if (takes_all(chosen) || choice_is_none(chosen))
		return takes_all(chosen);
	for (size_t i = 0; i < chosen->count; i++)
		if (names(chosen->items[i], path))
			return true;
	return false;
}

static bool names_any(const char *item, const struct gitmodules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		if (modules->items[i].path && names(item, modules->items[i].path))
			return true;
	return false;
}

void choice_warn(const struct strings *chosen, const struct gitmodules *modules)
{
	if (takes_all(chosen) || choice_is_none(chosen))
		return;
	for (size_t i = 0; i < chosen->count; i++)
		if (!names_any(chosen->items[i], modules))
			log_warning("params.submodules: '%s' is not a submodule", chosen->items[i]);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* gitmodules: what .gitmodules says, and what of it is believed. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "git/config.h"
#include "git/submodule/gitmodules.h"

/* As git reads a boolean: a name alone is true. */
static bool is_true(const struct config_entry *entry)
{
	static const char *const words[] = { "true", "yes", "on" };
	auto_free char *text = span_copy(entry->value);

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return !entry->has_value || strtol(text, NULL, 10) != 0;
}

/* Settings of one submodule stand together, so the last one is the likeliest. */
static struct gitmodule *find_or_add(struct gitmodules *modules, struct span name)
{
	for (size_t i = modules->count; i > 0; i--)
		if (span_is(name, modules->items[i - 1].name))
			return &modules->items[i - 1];
	modules->items = mem_resize(modules->items, modules->count + 1, sizeof(*modules->items));
	modules->items[modules->count] = (struct gitmodule){ .name = span_copy(name) };
	return &modules->items[modules->count++];
}

static void set(char **value, const struct config_entry *entry)
{
	free(*value);
	*value = span_copy(entry->value);
}

/* "submodule.NAME.KEY"; the name may hold dots. */
static void take(struct gitmodules *modules, const struct config_entry *entry)
{
	struct span name = entry->key, key = { "", 0 };
	struct gitmodule *module;

	if (!span_take(&name, "submodule."))
		return;
	while (name.length && name.data[name.length - 1] != '.')
		name.length--;
	if (!name.length)
		return;
	key = (struct span){ name.data + name.length,
		(size_t)(entry->key.data + entry->key.length - (name.data + name.length)) };
	name.length--;
	module = find_or_add(modules, name);
	if (span_is(key, "path"))
		set(&module->path, entry);
	else if (span_is(key, "url"))
		set(&module->url, entry);
	else if (span_is(key, "branch"))
		set(&module->branch, entry);
	else if (span_is(key, "update"))
		set(&module->update, entry);
	else if (span_is(key, "shallow"))
		module->shallow = is_true(entry);
}

int gitmodules_parse(struct gitmodules *modules, struct span text, struct err *err)
{
	auto_config_reader struct config_reader reader;
	auto_gitmodules struct gitmodules read = { 0 };
	struct config_entry entry;
	int more;

	config_reader_init(&reader, text);
	if (memchr(text.data, '\0', text.length))
		return err_set(err, ERR_REMOTE, "holds a NUL");
	while ((more = config_next(&reader, &entry, err)) > 0)
		take(&read, &entry);
	if (more < 0)
		return -1;
	*modules = read;
	read = (struct gitmodules){ 0 };
	return 0;
}

/* Backslashes part folders elsewhere. */
static bool leads_out(const char *name)
{
	struct span left = span_of(name), part;

	if (!left.length || strchr("/\\", left.data[0]))
		return true;
	while (left.length) {
		if (!span_take_until(&left, "/\\", &part)) {
			part = left;
			left.length = 0;
		}
		if (span_is(part, ".."))
			return true;
		(void)(span_take(&left, "/") || span_take(&left, "\\"));
	}
	return false;
}

static bool is_update(const char *update)
{
	static const char *const known[] = { "checkout", "rebase", "merge", "none" };

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(update, known[i]) == 0)
			return true;
	return false;
}

int gitmodule_check(const struct gitmodule *module, struct err *err)
{
	if (leads_out(module->name))
		return err_set(err, ERR_REMOTE,
			"its name in .gitmodules, '%s', leads out of .git/modules", module->name);
	if (module->path && module->path[0] == '-')
		return err_set(err, ERR_REMOTE, "its path in .gitmodules begins with '-'");
	if (!module->url || !*module->url)
		return err_set(err, ERR_REMOTE, "has no url in .gitmodules");
	if (module->update && module->update[0] == '!')
		return err_set(err, ERR_REMOTE,
			"its update in .gitmodules is a command, which git takes from nobody's "
			"repository");
	if (module->update && !is_update(module->update))
		return err_set(err, ERR_REMOTE,
			"its update in .gitmodules, '%s', is none of checkout, rebase, merge, none",
			module->update);
	return 0;
}

void gitmodules_release(struct gitmodules *modules)
{
	for (size_t i = 0; i < modules->count; i++) {
		free(modules->items[i].name);
		free(modules->items[i].path);
		free(modules->items[i].url);
		free(modules->items[i].branch);
		free(modules->items[i].update);
	}
	free(modules->items);
	*modules = (struct gitmodules){ 0 };
}

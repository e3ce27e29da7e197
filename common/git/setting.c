/* SPDX-License-Identifier: Apache-2.0 */
/* setting: source.git_config, read as git reads a configuration. */
#include <string.h>
#include <strings.h>

#include "git/setting.h"

/* Letters, digits and dashes. */
static bool is_word(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return false;
	}
	return text.length > 0;
}

bool setting_split(const char *name, struct setting_name *split)
{
	const char *first = strchr(name, '.'), *last = strrchr(name, '.');
	struct setting_name read = { .subsection = { NULL, 0 } };

	if (!first)
		return false;
	read.section = (struct span){ name, (size_t)(first - name) };
	read.variable = span_of(last + 1);
	if (first != last)
		read.subsection = (struct span){ first + 1, (size_t)(last - first) - 1 };
	if (!is_word(read.section) || !is_word(read.variable) || strchr(name, '\n') ||
		(*read.variable.data >= '0' && *read.variable.data <= '9') ||
		*read.variable.data == '-')
		return false;
	*split = read;
	return true;
}

static bool is_same(struct span text, const char *lower)
{
	return strlen(lower) == text.length && strncasecmp(text.data, lower, text.length) == 0;
}

bool setting_is(const struct setting_name *name, const char *section, const char *variable)
{
	return is_same(name->section, section) && is_same(name->variable, variable);
}

const char *setting_value(const struct git_setting *setting)
{
	return setting->value ? setting->value : "";
}

int settings_check(const struct list *settings, struct err *err)
{
	const struct git_setting *all = settings->items;
	struct setting_name name;

	for (size_t i = 0; i < settings->count; i++)
		if (!setting_split(all[i].name, &name))
			return err_set(err, ERR_CONFIG,
				"source.git_config[%zu].name: '%s' is not a name of git's "
				"configuration, such as core.autocrlf",
				i, all[i].name);
	return 0;
}

const struct git_setting *settings_find(
	const struct list *settings, const char *section, const char *variable)
{
	const struct git_setting *all = settings->items;
	struct setting_name name;

	for (size_t i = settings->count; i-- > 0;)
		if (setting_split(all[i].name, &name) && !name.subsection.data &&
			setting_is(&name, section, variable))
			return &all[i];
	return NULL;
}

int setting_bool(const struct git_setting *setting, bool *value, struct err *err)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "true", true }, { "yes", true }, { "on", true }, { "false", false },
		{ "no", false }, { "off", false }, { "", false } };
	const char *text = setting_value(setting);
	struct span digits = span_of(text);
	uint64_t number;

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcasecmp(text, words[i].word) == 0) {
			*value = words[i].value;
			return 0;
		}
	(void)span_take(&digits, "-");
	if (!span_take_number(&digits, INT32_MAX, &number) || digits.length)
		return err_set(err, ERR_CONFIG, "source.git_config: %s must be true or false",
			setting->name);
	*value = number != 0;
	return 0;
}

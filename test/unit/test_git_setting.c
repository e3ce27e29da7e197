/* SPDX-License-Identifier: Apache-2.0 */
/* setting: source.git_config, read as git reads it; and what it says of addresses. */
#include "unit.h"

#include "git/access/rewrite.h"
#include "git/access/urlmatch.h"
#include "git/setting.h"

static const struct name_row {
	const char *name;
	const char *section, *subsection,
		*variable; /* section NULL: refused; subsection "-": none */
} names[] = {
	{ "core.autocrlf", "core", "-", "autocrlf" },
	{ "http.https://a.org/x.y.proxy", "http", "https://a.org/x.y", "proxy" },
	{ "url.a b.insteadOf", "url", "a b", "insteadOf" },
	{ "url..insteadOf", "url", "", "insteadOf" },
	{ "core", NULL, NULL, NULL },
	{ "core.", NULL, NULL, NULL },
	{ ".core", NULL, NULL, NULL },
	{ "co_re.x", NULL, NULL, NULL },
	{ "core.x y", NULL, NULL, NULL },
	{ "core.1x", NULL, NULL, NULL },
	{ "url.a\nb.x", NULL, NULL, NULL },
};

static void split(void **state)
{
	const struct name_row *row = *state;
	struct setting_name name;

	assert_int_equal(setting_split(row->name, &name), row->section != NULL);
	if (!row->section)
		return;
	assert_span_is(name.section, row->section);
	assert_span_is(name.variable, row->variable);
	assert_int_equal(name.subsection.data == NULL, strcmp(row->subsection, "-") == 0);
	if (name.subsection.data)
		assert_span_is(name.subsection, row->subsection);
}

/* As git_setting, of literals. */
struct literal {
	const char *name, *value;
};

/* The items are the caller's to free. */
static struct list settings_of(const struct literal *literals, size_t count)
{
	struct git_setting *items = mem_alloc(count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct git_setting){ (char *)(uintptr_t)literals[i].name,
			(char *)(uintptr_t)literals[i].value };
	return (struct list){ items, count };
}

static const struct literal web[] = {
	{ "url.https://git.example.com/.insteadOf", "git@git.example.com:" },
	{ "URL.https://git.example.com/special/.INSTEADOF", "git@git.example.com:special/" },
	{ "url.https://mirror.org/.insteadOf", "git@git.example.com:special/" },
	{ "url.ssh://git@git.example.com/.pushInsteadOf", "https://git.example.com/" },
	{ "url.short:.insteadOf", "https://long.example.com/" },
	{ "url.nothing.other", "https://" },
};

static const struct rewrite_row {
	const char *name;
	const char *uri;
	bool for_push;
	const char *rewritten;
} rewrites[] = {
	{ "a beginning", "git@git.example.com:app", false, "https://git.example.com/app" },
	{ "the longest, the first of equals", "git@git.example.com:special/app", false,
		"https://git.example.com/special/app" },
	{ "none", "https://git.example.com/app", false, "https://git.example.com/app" },
	{ "for a push", "https://git.example.com/app", true, "ssh://git@git.example.com/app" },
	{ "for a push, by insteadOf", "git@git.example.com:app", true,
		"https://git.example.com/app" },
	{ "once alone", "https://long.example.com/x", false, "short:x" },
	{ "with case", "GIT@git.example.com:app", false, "GIT@git.example.com:app" },
};

static void rewrite(void **state)
{
	const struct rewrite_row *row = *state;
	const struct list settings = settings_of(web, COUNT(web));
	auto_free char *uri = rewrite_uri(&settings, row->uri, row->for_push);

	free(settings.items);
	assert_string_equal(uri, row->rewritten);
}

static const struct literal proxies[] = {
	{ "http.https://a.org/team.proxy", "team" },
	{ "http.proxy", "general" },
	{ "http.https://a.org.proxy", "host" },
	{ "http.https://*.b.org.proxy", "star" },
	{ "http.https://ci@a.org.proxy", "user" },
	{ "http.https://a.org:8443/.proxy", "port" },
	{ "http.http://c.org/x/.proxy", "slash" },
	{ "http.https://no url.proxy", "malformed" },
	{ "http.https:/z.org.proxy", "one slash" },
};

static const struct match_row {
	const char *name;
	const char *url;
	const char *value;
} matches[] = {
	{ "no URL", "https://z.org/x", "general" },
	{ "the host", "https://a.org/other", "host" },
	{ "the longest path", "https://a.org/team/app", "team" },
	{ "a path to its end", "https://a.org/team", "team" },
	{ "no part of a name", "https://a.org/teams", "host" },
	{ "the user", "https://ci@a.org/x", "user" },
	{ "another user", "https://me@a.org/x", "host" },
	{ "the path before the user", "https://ci@a.org/team/x", "team" },
	{ "the port", "https://a.org:8443/x", "port" },
	{ "the port, as it is", "https://a.org:443/x", "host" },
	{ "another scheme", "http://a.org/x", "general" },
	{ "a label for a star", "https://x.b.org/", "star" },
	{ "two labels for a star", "https://y.x.b.org/", "general" },
	{ "a slash at the end", "http://c.org/x/y", "slash" },
};

static void match(void **state)
{
	const struct match_row *row = *state;
	const struct list settings = settings_of(proxies, COUNT(proxies));
	const struct git_setting *found = urlmatch_find(&settings, "proxy", row->url);

	assert_non_null(found);
	assert_string_equal(found->value, row->value);
	free(settings.items);
}

static void a_list_is_begun_anew_by_an_empty_value(void **state)
{
	static const struct literal items[] = {
		{ "http.extraHeader", "A: 1" },
		{ "http.extraHeader", NULL },
		{ "http.extraHeader", "B: 2" },
		{ "http.https://a.org.extraHeader", "C: 3" },
		{ "http.extraHeader", "D: 4" },
	};
	const struct list settings = settings_of(items, COUNT(items));
	auto_strings struct strings all = { 0 }, other = { 0 }, own = { 0 };

	(void)state;
	urlmatch_list(&all, &settings, "extraheader", "https://a.org/x", true);
	assert_int_equal(all.count, 2);
	assert_string_equal(all.items[0], "B: 2");
	assert_string_equal(all.items[1], "C: 3");
	urlmatch_list(&other, &settings, "extraheader", "https://b.org/x", true);
	assert_int_equal(other.count, 2);
	assert_string_equal(other.items[1], "D: 4");
	urlmatch_list(&own, &settings, "extraheader", "https://b.org/x", false);
	assert_int_equal(own.count, 0);
	free(settings.items);
}

static const struct bool_row {
	const char *name;
	const char *value;
	int expected; /* -1: refused */
} bools[] = {
	{ "true", "true", 1 },
	{ "any case", "YES", 1 },
	{ "a number", "2", 1 },
	{ "a negative number", "-1", 1 },
	{ "zero", "0", 0 },
	{ "off", "off", 0 },
	{ "empty", "", 0 },
	{ "unset", NULL, 0 },
	{ "another word", "maybe", -1 },
};

static void read_bool(void **state)
{
	const struct bool_row *row = *state;
	const struct literal literal = { "http.sslVerify", row->value };
	const struct list settings = settings_of(&literal, 1);
	auto_free const struct git_setting *setting = settings.items;
	struct err err = { 0 };
	bool value;

	if (row->expected < 0) {
		assert_failed(setting_bool(setting, &value, &err), &err, ERR_CONFIG,
			"source.git_config: http.sslVerify must be true or false");
		return;
	}
	assert_int_equal(setting_bool(setting, &value, &err), 0);
	assert_int_equal(value, row->expected);
}

static void the_last_one_counts(void **state)
{
	static const struct literal items[] = {
		{ "grep.patternType", "basic" },
		{ "GREP.PATTERNTYPE", "extended" },
		{ "grep.x.patternType", "fixed" },
	};
	const struct list settings = settings_of(items, COUNT(items));

	(void)state;
	assert_string_equal(settings_find(&settings, "grep", "patterntype")->value, "extended");
	assert_null(settings_find(&settings, "grep", "other"));
	free(settings.items);
}

int main(void)
{
	UNIT_ROWS(split, names);
	UNIT_ROWS(rewrite, rewrites);
	UNIT_ROWS(match, matches);
	UNIT_ROWS(read_bool, bools);
	UNIT_TEST(a_list_is_begun_anew_by_an_empty_value);
	UNIT_TEST(the_last_one_counts);
	return unit_run();
}

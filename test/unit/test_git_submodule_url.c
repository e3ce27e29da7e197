/* SPDX-License-Identifier: Apache-2.0 */
/* url: where a submodule is, and choice: whether it is wanted. */
#include "unit.h"

#include "git/submodule/choice.h"
#include "git/submodule/url.h"

static const struct row {
	const char *name;
	const char *base;
	const char *given;
	const char *url;
} rows[] = {
	{ "beside it", "https://h/team/app.git", "../lib.git", "https://h/team/lib.git" },
	{ "elsewhere on the host", "https://h/team/app.git", "../../other/lib.git",
		"https://h/other/lib.git" },
	{ "right below the host", "https://h:8443/app.git", "../lib.git",
		"https://h:8443/lib.git" },
	{ "a user stays", "https://u:p@h/app.git", "../lib.git", "https://u:p@h/lib.git" },
	{ "below it", "https://h/app.git", "./lib", "https://h/app.git/lib" },
	{ "below it, then up", "https://h/a/app", "./../lib", "https://h/a/lib" },
	{ "many dots", "https://h/a/app", "././.././lib", "https://h/a/lib" },
	{ "dots in the middle stay", "https://h/a/app", "../b/../lib", "https://h/a/b/../lib" },
	{ "a slash behind the base", "https://h/a/app/", "../lib", "https://h/a/lib" },
	{ "a slash behind the url", "https://h/a/app", "../lib/", "https://h/a/lib" },
	{ "a base without a path", "https://h", "./lib", "https://h/lib" },
	{ "ssh", "ssh://git@h:2222/srv/app.git", "../lib.git", "ssh://git@h:2222/srv/lib.git" },
	{ "scp", "git@h:team/app.git", "../lib.git", "git@h:team/lib.git" },
	{ "scp, a path of one part", "git@h:app.git", "../lib.git", "git@h:lib.git" },
	{ "scp, the whole path", "git@h:team/app.git", "../../lib.git", "git@h:lib.git" },
	{ "scp, an absolute path", "git@h:/srv/app.git", "../lib.git", "git@h:/srv/lib.git" },
	{ "scp, below the root", "git@h:/app.git", "../lib.git", "git@h:/lib.git" },
	{ "scp, below it", "h:app", "./lib", "h:app/lib" },
	{ "scp, IPv6", "git@[::1]:app.git", "../lib.git", "git@[::1]:lib.git" },
	{ "scp, a port in brackets", "[git@h:2222]:a/app", "../lib", "[git@h:2222]:a/lib" },
	{ "a path", "/srv/git/app.git", "../lib.git", "/srv/git/lib.git" },
	{ "a path, up to the root", "/srv/app.git", "../../lib.git", "/lib.git" },
	{ "file", "file:///srv/app.git", "../lib.git", "file:///srv/lib.git" },
	{ "absolute", "https://h/app.git", "https://other/lib.git", "https://other/lib.git" },
	{ "absolute, scp", "https://h/app.git", "git@other:lib.git", "git@other:lib.git" },
	{ "a scheme that is unknown is for others to refuse", "https://h/app", "ftp://h/lib",
		"ftp://h/lib" },
	{ "a path, from a path", "/srv/app", "/srv/lib", "/srv/lib" },
	{ "file, from a path", "/srv/app", "file:///srv/lib", "file:///srv/lib" },
	{ "two colons behind a slash", "https://h/app", "https://h/a::b", "https://h/a::b" },
};

static void resolve(void **state)
{
	const struct row *row = *state;
	auto_free char *url = NULL;
	struct err err = { 0 };

	assert_int_equal(submodule_url(&url, row->base, row->given, &err), 0);
	assert_string_equal(url, row->url);
}

#define ABOVE(url)                            \
	"its url in .gitmodules, '" url "', " \
	"leads above the root of where the repository is"
#define LOCAL(url)                            \
	"its url in .gitmodules, '" url "', " \
	"is on this machine, where the repository itself is not"
#define HARMFUL \
	"its url in .gitmodules begins with '-', names a program, or holds control characters"

static const struct refused {
	const char *name;
	const char *base;
	const char *given;
	const char *message;
} refused[] = {
	{ "above the host", "https://h/app", "../../lib", ABOVE("../../lib") },
	{ "above the host and into another", "https://h/app", "../../evil/lib",
		ABOVE("../../evil/lib") },
	{ "above scp's root", "git@h:app", "../../lib", ABOVE("../../lib") },
	{ "above scp's absolute root", "git@h:/app", "../../lib", ABOVE("../../lib") },
	{ "above a path's root", "/app", "../../lib", ABOVE("../../lib") },
	{ "a path, from a host", "https://h/app", "/etc", LOCAL("/etc") },
	{ "a path, from scp", "git@h:app", "/etc", LOCAL("/etc") },
	{ "file, from a host", "ssh://h/app", "file:///etc", LOCAL("file:///etc") },
	{ "two dots alone", "https://h/a/app", "..", LOCAL("..") },
	{ "an option", "https://h/app", "--upload-pack=touch /tmp/x", HARMFUL },
	{ "a program", "https://h/app", "ext::sh -c touch% /tmp/x", HARMFUL },
	{ "a program with a url", "/srv/app", "fd::17", HARMFUL },
	{ "no name of a program", "/srv/app", "::x", HARMFUL },
	{ "a line break", "https://h/app", "https://h/a\nb", HARMFUL },
	{ "a line break in a relative one", "https://h/app", "../a\nb", HARMFUL },
};

static void refuse(void **state)
{
	const struct refused *row = *state;
	char *url = NULL;
	struct err err = { 0 };

	assert_failed(
		submodule_url(&url, row->base, row->given, &err), &err, ERR_REMOTE, row->message);
	assert_null(url);
}

static const struct choice_row {
	const char *name;
	const char *items[3];
	const char *path;
	bool takes;
} choices[] = {
	{ "nothing said", { NULL }, "a", true },
	{ "all", { "all" }, "a/b", true },
	{ "none", { "none" }, "a", false },
	{ "none, not even one of that name", { "none" }, "none", false },
	{ "the path", { "a/b" }, "a/b", true },
	{ "the last part", { "b" }, "a/b", true },
	{ "the last parts", { "b/c" }, "a/b/c", true },
	{ "half a part", { "b" }, "ab", false },
	{ "half a part below", { "b" }, "a/xb", false },
	{ "the first part", { "a" }, "a/b", false },
	{ "no expression", { "a.b" }, "axb", false },
	{ "signs of expressions", { "c++" }, "lib/c++", true },
	{ "a slash behind", { "lib/" }, "lib", true },
	{ "a dot in front", { "./lib" }, "lib", true },
	{ "a slash alone", { "/" }, "lib", false },
	{ "nothing", { "" }, "lib", false },
	{ "the second", { "x", "lib" }, "lib", true },
	{ "neither", { "x", "y" }, "lib", false },
	{ "words among paths are paths", { "all", "x" }, "lib", false },
	{ "one that is called all", { "./all" }, "all", true },
	{ "others, then", { "./all" }, "lib", false },
};

static void choose(void **state)
{
	const struct choice_row *row = *state;
	auto_strings struct strings chosen = { 0 };

	for (size_t i = 0; i < COUNT(row->items) && row->items[i]; i++)
		strings_add(&chosen, span_of(row->items[i]));
	assert_int_equal(choice_takes(&chosen, row->path), row->takes);
}

int main(void)
{
	UNIT_ROWS(resolve, rows);
	UNIT_ROWS(refuse, refused);
	UNIT_ROWS(choose, choices);
	return unit_run();
}

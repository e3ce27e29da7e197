/* SPDX-License-Identifier: Apache-2.0 */
/* url: where a submodule is. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "git/access/address.h"
#include "git/submodule/url.h"

static bool is_relative(const char *url)
{
	return span_starts(span_of(url), "./") || span_starts(span_of(url), "../");
}

static bool is_local(const char *url)
{
	return span_starts(span_of(url), "file://") ||
		(!strstr(url, "://") && !address_is_scp(url));
}

/* "scheme::rest": git would run git-remote-scheme. */
static bool names_program(const char *url)
{
	size_t length = 0;

	while (isalnum((unsigned char)url[length]) ||
		strchr("+-.", url[length] ? url[length] : ':'))
		length++;
	return strncmp(url + length, "::", 2) == 0;
}

static bool has_control(const char *url)
{
	for (; *url; url++)
		if (iscntrl((unsigned char)*url))
			return true;
	return false;
}

/* How much of it is no path, and cannot be led out of: "https://host", "user@host:", nothing. */
static size_t root_of(const char *base)
{
	const char *scheme = strstr(base, "://"), *bracket = strstr(base, "]:");

	if (scheme)
		return (size_t)(scheme - base) + 3 + strcspn(scheme + 3, "/");
	if (!address_is_scp(base))
		return 0;
	if (bracket && (base[0] == '[' || strstr(base, "@[")))
		return (size_t)(bracket - base) + 2;
	return strcspn(base, ":") + 1;
}

static bool chop(struct span *path)
{
	if (!path->length)
		return false;
	do {
		path->length--;
	} while (path->length && path->data[path->length] != '/');
	return true;
}

static int resolve(char **url, const char *base, const char *given, struct err *err)
{
	size_t root = root_of(base);
	struct span path = span_of(base + root), rest = span_of(given);
	bool absolute = span_starts(path, "/") || strstr(base, "://");

	if (span_ends(path, "/"))
		path.length--;
	for (;;) {
		if (span_take(&rest, "./"))
			continue;
		if (!span_take(&rest, "../"))
			break;
		if (!chop(&path))
			return err_set(err, ERR_REMOTE,
				"its url in .gitmodules, '%s', leads above the root of where the "
				"repository is",
				given);
	}
	if (span_ends(rest, "/"))
		rest.length--;
	*url = mem_format("%.*s%.*s%s%.*s", (int)root, base, (int)path.length, path.data,
		path.length || absolute ? "/" : "", (int)rest.length, rest.data);
	return 0;
}

int submodule_url(char **url, const char *base, const char *given, struct err *err)
{
	if (given[0] == '-' || names_program(given) || has_control(given))
		return err_set(err, ERR_REMOTE,
			"its url in .gitmodules begins with '-', names a program, or holds "
			"control characters");
	if (is_relative(given))
		return resolve(url, base, given, err);
	if (is_local(given) && !is_local(base))
		return err_set(err, ERR_REMOTE,
			"its url in .gitmodules, '%s', is on this machine, where the repository "
			"itself is not",
			given);
	*url = mem_copy_string(given);
	return 0;
}

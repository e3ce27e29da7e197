/* SPDX-License-Identifier: Apache-2.0 */
/* urlmatch: settings of http.* for one URL. */
#include <string.h>

#include "base/secret.h"
#include "git/access/urlmatch.h"
#include "net/http.h"
#include "net/url.h"

/* A URL as far as it is compared; owned. */
struct parts {
	char *scheme, *host, *port, *user, *plain;
	const char *path; /* within `plain`, with its slash; "" for none */
};

static void parts_release(struct parts *parts)
{
	free(parts->scheme);
	free(parts->host);
	free(parts->port);
	free(parts->user);
	free(parts->plain);
}

static bool read_parts(struct parts *parts, const char *url)
{
	auto_secret struct secret *ignored = NULL;
	struct err err;

	if (url_split(url, &parts->scheme, &parts->host, &parts->port) < 0 ||
		http_split_userinfo(url, &parts->plain, &parts->user, &ignored, &err) < 0)
		return false;
	parts->path = strstr(parts->plain, "://"); /* libcurl knows URLs with fewer slashes */
	if (!parts->path)
		return false;
	parts->path += 3;
	parts->path += strcspn(parts->path, "/?#");
	return true;
}

/* How well a setting's URL fits; compared member by member. */
struct fit {
	size_t host;
	size_t path;
	bool user;
};

static bool is_worse(const struct fit *a, const struct fit *b)
{
	if (a->host != b->host)
		return a->host < b->host;
	if (a->path != b->path)
		return a->path < b->path;
	return !a->user && b->user;
}

/* libcurl takes no star for a part of a host, and no host has this for a whole label. */
static const char star = '-';

static void replace_stars(char *url)
{
	char *host = strstr(url, "://");

	for (char *c = host ? host + 3 : url; *c && *c != '/'; c++)
		if (*c == '*')
			*c = star;
}

/* "*.example.com": a star stands for one whole label. */
static bool fits_host(const char *pattern, const char *host)
{
	for (;;) {
		size_t ours = strcspn(pattern, "."), theirs = strcspn(host, ".");

		if (!(ours == 1 && *pattern == star && theirs) &&
			(ours != theirs || strncmp(pattern, host, ours) != 0))
			return false;
		if (!pattern[ours] || !host[theirs])
			return pattern[ours] == host[theirs];
		pattern += ours + 1;
		host += theirs + 1;
	}
}

/* A path fits what lies below it. */
static bool fits_path(const char *pattern, const char *path, size_t *length)
{
	size_t count = strlen(pattern);

	while (count && pattern[count - 1] == '/')
		count--;
	*length = count + 1;
	return strncmp(pattern, path, count) == 0 && (!path[count] || strchr("/?#", path[count]));
}

static bool fits(struct fit *fit, struct span pattern, const struct parts *url)
{
	AUTO(parts_release) struct parts parts = { 0 };
	auto_free char *text = span_copy(pattern);

	replace_stars(text);
	if (!read_parts(&parts, text) || strcmp(parts.scheme, url->scheme) != 0 ||
		strcmp(parts.port, url->port) != 0 || !fits_host(parts.host, url->host) ||
		!fits_path(parts.path, url->path, &fit->path))
		return false;
	fit->host = strlen(parts.host);
	fit->user = parts.user != NULL;
	return !parts.user || (url->user && strcmp(parts.user, url->user) == 0);
}

typedef void take(void *context, const struct git_setting *setting);

static void walk(const struct list *settings, const char *variable, const char *url, bool general,
	take *take_one, void *context)
{
	AUTO(parts_release) struct parts parts = { 0 };
	const struct git_setting *all = settings->items;
	struct fit best = { 0 };

	if (!settings->count || !read_parts(&parts, url))
		return;
	for (size_t i = 0; i < settings->count; i++) {
		struct fit fit = { 0 };
		struct setting_name name;

		if (!setting_split(all[i].name, &name) || !setting_is(&name, "http", variable) ||
			!(name.subsection.data ? fits(&fit, name.subsection, &parts) : general) ||
			is_worse(&fit, &best))
			continue;
		best = fit;
		take_one(context, &all[i]);
	}
}

static void keep_last(void *context, const struct git_setting *setting)
{
	const struct git_setting **found = context;

	*found = setting;
}

const struct git_setting *urlmatch_find(
	const struct list *settings, const char *variable, const char *url)
{
	const struct git_setting *found = NULL;

	walk(settings, variable, url, true, keep_last, &found);
	return found;
}

static void append(void *context, const struct git_setting *setting)
{
	struct strings *values = context;

	if (*setting_value(setting))
		strings_add(values, span_of(setting_value(setting)));
	else
		strings_release(values);
}

void urlmatch_list(struct strings *values, const struct list *settings, const char *variable,
	const char *url, bool general)
{
	walk(settings, variable, url, general, append, values);
}

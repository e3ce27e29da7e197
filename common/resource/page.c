/* SPDX-License-Identifier: Apache-2.0 */
/* page: the web page of a commit. */
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "resource/page.h"

/* The first whose name is in the host's. */
static const struct {
	const char *in_host;
	const char *page;
} forges[] = {
	{ "github", "commit" },
	{ "gogs", "commit" },
	{ "gitlab", "-/commit" },
	{ "bitbucket", "commits" },
};

/* "https://host/path", "ssh://git@host/path", "git@host:path". */
static bool split(struct span url, struct span *host, struct span *path)
{
	struct span before;
	bool scp = false;

	if (!span_take(&url, "https://") && !span_take(&url, "http://") &&
		!span_take(&url, "ssh://git@"))
		scp = span_take(&url, "git@");
	else if (!url.length)
		return false;
	if (!span_take_until(&url, scp ? ":/" : "/", host) || !host->length)
		return false;
	/* userinfo, which an https url may carry, is not part of the page */
	while (span_take_until(host, "@", &before))
		(void)span_take(host, "@");
	(void)(span_take(&url, ":") || span_take(&url, "/"));
	if (span_ends(url, ".git"))
		url.length -= 4;
	*path = url;
	return path->length > 0;
}

static bool is_known_form(struct span url)
{
	return span_starts(url, "https://") || span_starts(url, "http://") ||
		span_starts(url, "ssh://git@") || span_starts(url, "git@");
}

char *page_of_commit(const char *url, const char *commit)
{
	struct span origin = span_of(url), host, path;
	auto_free char *name = NULL;

	if (!is_known_form(origin) || !split(origin, &host, &path))
		return NULL;
	name = span_copy(host);
	for (size_t i = 0; i < COUNT(forges); i++) {
		auto_free char *folder = NULL;

		if (!strstr(name, forges[i].in_host))
			continue;
		folder = span_copy(path);
		return mem_format("https://%s/%s/%s/%s", name, folder, forges[i].page, commit);
	}
	return NULL;
}

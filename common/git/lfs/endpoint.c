/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint: where the LFS server of a repository is. */
#include <string.h>

#include "base/mem.h"
#include "git/lfs/endpoint.h"
#include "git/access/address.h"

static bool is_http(const char *uri)
{
	return span_starts(span_of(uri), "https://") || span_starts(span_of(uri), "http://");
}

/* The folder of LFS beside what git asks for. */
static char *beside(struct span uri)
{
	while (span_ends(uri, "/"))
		uri.length--;
	return mem_format(
		"%.*s%s/info/lfs", (int)uri.length, uri.data, span_ends(uri, ".git") ? "" : ".git");
}

static char *https_url(const struct address *address)
{
	const char *path = address->path;
	const char *end = strchr(address->host, ':') ? "]" : "";

	return mem_format(
		"https://%s%s%s/%s", *end ? "[" : "", address->host, end, path + strspn(path, "/"));
}

/*
 * One that git reaches by SSH or by its own protocol: over HTTPS at the same host. `configured`: it is
 * the server itself that is named, not a repository.
 */
static int find_by_host(
	struct lfs_endpoint *endpoint, const struct place *place, bool configured, struct err *err)
{
	auto_address struct address address = { 0 };
	auto_free char *url = NULL;

	if (address_parse(&address, place, err) < 0)
		return -1;
	if (!span_starts(span_of(place->uri), "git://"))
		endpoint->ssh = mem_copy_string(place->uri);
	url = https_url(&address);
	endpoint->url = configured ? TAKE(url) : beside(span_of(url));
	return 0;
}

static int find(
	struct lfs_endpoint *endpoint, const struct place *place, bool configured, struct err *err)
{
	struct span uri = span_of(place->uri);

	if (is_http(place->uri)) {
		endpoint->url = configured ? span_copy(uri) : beside(uri);
		return 0;
	}
	if (span_take(&uri, "file://"))
		(void)span_take(&uri, "localhost");
	else if (strstr(place->uri, "://") || address_is_scp(place->uri))
		return find_by_host(endpoint, place, configured, err);
	if (!span_starts(uri, "/"))
		return err_set(err, ERR_CONFIG,
			"%s: must be an https://, http://, ssh:// or file:// URL", place->field);
	endpoint->folder = span_copy(uri);
	return 0;
}

static const struct {
	const char *key;
	bool only_upload;
} keys[] = {
	{ "lfs.pushurl", true },
	{ "lfs.url", false },
	{ "remote.origin.lfspushurl", true },
	{ "remote.origin.lfsurl", false },
};

int lfs_endpoint_find(struct lfs_endpoint *endpoint, const struct lfs_config *config,
	const struct place *place, enum lfs_operation operation, struct err *err)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		auto_free char *url = NULL;
		struct place named = { .field = keys[i].key };

		if (keys[i].only_upload && operation != LFS_UPLOAD)
			continue;
		url = lfs_config_get(config, keys[i].key);
		if (!url)
			continue;
		named.uri = url;
		endpoint->field = keys[i].key;
		return find(endpoint, &named, true, err);
	}
	endpoint->field = place->field;
	return find(endpoint, place, false, err);
}

void lfs_endpoint_release(struct lfs_endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->ssh);
	free(endpoint->folder);
	*endpoint = (struct lfs_endpoint){ 0 };
}

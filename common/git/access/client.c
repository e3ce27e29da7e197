/* SPDX-License-Identifier: Apache-2.0 */
/* client: the HTTP clients of an access, one for each way to reach servers. */
#include <string.h>

#include "base/mem.h"
#include "git/access/access.h"
#include "git/access/client.h"
#include "git/access/urlmatch.h"

struct access_client {
	struct access_client *next;
	struct http *http;
	char *proxy; /* of source.git_config; NULL: not said */
	bool skip_verify;
};

void access_client_free(struct access_client *clients)
{
	while (clients) {
		struct access_client *client = clients;

		clients = client->next;
		http_close(client->http);
		free(client->proxy);
		free(client);
	}
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct http *find(const struct access *access, const char *proxy, bool skip_verify)
{
	for (struct access_client *client = access->clients; client; client = client->next)
		if (client->skip_verify == skip_verify && is_same(client->proxy, proxy))
			return client->http;
	return NULL;
}

struct http_options access_tls(const struct access *access)
{
	const struct git_source *source = access->source;

	return (struct http_options){
		.ca_certs = source->ca_certs.count ? &source->ca_certs : NULL,
		.ca_field = "source.ca_certs",
		.skip_verify = source->skip_ssl_verification,
	};
}

/* What git_config says of the URL goes before the environment's proxies, but not before no_proxy. */
static int options_for(
	struct http_options *options, const struct access *access, const char *url, struct err *err)
{
	const struct list *settings = &access->source->git_config;
	const struct git_setting *proxy = urlmatch_find(settings, "proxy", url);
	const struct git_setting *verify = urlmatch_find(settings, "sslverify", url);
	bool is_verified = true;

	*options = access_tls(access);
	if (verify && setting_bool(verify, &is_verified, err) < 0)
		return -1;
	options->skip_verify = options->skip_verify || !is_verified;
	options->proxy = proxy ? setting_value(proxy) : NULL;
	options->proxy_yields = true;
	return 0;
}

int access_http(struct http **http, struct access *access, const char *url, struct err *err)
{
	struct access_client *client;
	struct http_options options;
	struct http *opened;

	if (options_for(&options, access, url, err) < 0)
		return -1;
	opened = find(access, options.proxy, options.skip_verify);
	if (opened) {
		*http = opened;
		return 0;
	}
	if (http_open(&opened, &options, err) < 0)
		return -1;
	client = mem_alloc(sizeof(*client));
	*client = (struct access_client){
		.next = access->clients,
		.http = opened,
		.proxy = mem_copy_string(options.proxy),
		.skip_verify = options.skip_verify,
	};
	access->clients = client;
	*http = opened;
	return 0;
}

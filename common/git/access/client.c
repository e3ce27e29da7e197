/* SPDX-License-Identifier: Apache-2.0 */
/* client: the HTTP clients of an access, one for each way to reach servers. */
#include "base/mem.h"
#include "git/access/access.h"
#include "git/access/client.h"
#include "git/access/tls_files.h"
#include "git/access/urlmatch.h"

/* What git_config says of a URL; NULL: nothing. */
struct way {
	const struct git_setting *proxy, *verify;
	struct tls_settings tls;
};

struct access_client {
	struct access_client *next;
	struct http *http;
	struct way way;
};

void access_client_free(struct access_client *clients)
{
	while (clients) {
		struct access_client *client = clients;

		clients = client->next;
		http_close(client->http);
		free(client);
	}
}

static struct way way_of(const struct access *access, const char *url)
{
	const struct list *settings = &access->source->git_config;

	return (struct way){
		.proxy = urlmatch_find(settings, "proxy", url),
		.verify = urlmatch_find(settings, "sslverify", url),
		.tls = tls_settings_for(settings, url),
	};
}

static bool is_same(const struct way *a, const struct way *b)
{
	return a->proxy == b->proxy && a->verify == b->verify &&
		a->tls.authorities == b->tls.authorities &&
		a->tls.certificate == b->tls.certificate && a->tls.key == b->tls.key;
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

/* git's own file of authorities, for its URL, goes before those of source. */
static void use_files(struct http_options *options, const struct tls_files *files)
{
	if (files->authorities.count) {
		options->ca_certs = &files->authorities;
		options->ca_field = "source.git_config: http.sslCAInfo";
	}
	if (files->certificate) {
		options->client_cert = files->certificate;
		options->client_key = files->key;
		options->client_field = "source.git_config: http.sslCert";
	}
}

/* What git_config says of the URL goes before the environment's proxies, but not before no_proxy. */
static int open_client(
	struct http **http, const struct access *access, const struct way *way, struct err *err)
{
	struct http_options options = access_tls(access);
	auto_tls_files struct tls_files files = { 0 };
	bool is_verified = true;

	if (way->verify && setting_bool(way->verify, &is_verified, err) < 0)
		return -1;
	if (tls_files_read(&files, &way->tls, err) < 0)
		return -1;
	use_files(&options, &files);
	options.skip_verify = options.skip_verify || !is_verified;
	options.proxy = way->proxy ? setting_value(way->proxy) : NULL;
	options.proxy_yields = true;
	return http_open(http, &options, err);
}

int access_http(struct http **http, struct access *access, const char *url, struct err *err)
{
	struct access_client *client = access->clients;
	const struct way way = way_of(access, url);
	struct http *opened;

	while (client && !is_same(&client->way, &way))
		client = client->next;
	if (client) {
		*http = client->http;
		return 0;
	}
	if (open_client(&opened, access, &way, err) < 0)
		return -1;
	client = mem_alloc(sizeof(*client));
	*client = (struct access_client){
		.next = access->clients,
		.http = opened,
		.way = way,
	};
	access->clients = client;
	*http = opened;
	return 0;
}

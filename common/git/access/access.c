/* SPDX-License-Identifier: Apache-2.0 */
/* access: the fields of source that say how git servers are reached. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/access/access.h"
#include "git/access/address.h"
#include "git/access/app.h"
#include "git/access/client.h"
#include "git/access/rewrite.h"

/* Without a host or a port there is no proxy. */
static int read_tunnel(
	struct socket_tunnel *tunnel, const struct git_tunnel *given, struct err *err)
{
	if (!given || !given->proxy_host || !*given->proxy_host || !given->proxy_port)
		return 0;
	if (given->proxy_port > UINT16_MAX)
		return err_set(
			err, ERR_CONFIG, "source.https_tunnel.proxy_port: must be at most 65535");
	*tunnel = (struct socket_tunnel){
		.host = given->proxy_host,
		.port = (unsigned)given->proxy_port,
		.username = given->proxy_user,
		.password = given->proxy_password,
	};
	return 0;
}

static int check_host(
	const char *text, const char *field, size_t index, const char *member, struct err *err)
{
	auto_free char *host = NULL;
	unsigned port;

	if (place_host_read(text, &host, &port))
		return 0;
	return err_set(err, ERR_CONFIG,
		"source.%s[%zu]%s: must be a host or host:port, such as git.example.com", field,
		index, member);
}

/* An item is for HTTP, or for SSH, or for both. */
static int check_item(const struct git_submodule_credential *item, size_t index, struct err *err)
{
	if (item->host && check_host(item->host, "submodule_credentials", index, ".host", err) < 0)
		return -1;
	if (!item->host != !item->username || !item->host != !item->password ||
		!item->url != !item->private_key || (!item->host && !item->url))
		return err_set(err, ERR_CONFIG,
			"source.submodule_credentials[%zu]: must hold host, username and password, or "
			"url and private_key",
			index);
	return 0;
}

static int check_credentials(const struct git_source *source, struct err *err)
{
	const struct git_submodule_credential *items = source->submodule_credentials.items;

	for (size_t i = 0; i < source->submodule_credentials.count; i++)
		if (check_item(&items[i], i, err) < 0)
			return -1;
	for (size_t i = 0; i < source->credential_hosts.count; i++)
		if (check_host(source->credential_hosts.items[i], "credential_hosts", i, "", err) <
			0)
			return -1;
	return 0;
}

/* 0, 1 or 2; servers are asked for 2 where nothing is said. */
static int read_version(int *version, const struct list *settings, struct err *err)
{
	const struct git_setting *setting = settings_find(settings, "protocol", "version");
	const char *text = setting ? setting_value(setting) : "2";

	if (strlen(text) != 1 || *text < '0' || *text > '2')
		return err_set(
			err, ERR_CONFIG, "source.git_config: protocol.version must be 0, 1 or 2");
	*version = *text - '0';
	return 0;
}

int access_open(struct access *access, const struct git_source *source, struct err *err)
{
	auto_free char *uri = rewrite_uri(&source->git_config, source->uri, false);
	auto_free char *to_push = rewrite_uri(&source->git_config, source->uri, true);
	struct access opened = {
		.source = source,
		.trust = {
			.known_hosts = source->known_hosts,
			.fingerprints = &source->host_key_fingerprints,
			.strict = source->strict_host_keys,
			.where = "source",
		},
	};

	if (read_tunnel(&opened.tunnel, source->https_tunnel, err) < 0 ||
		settings_check(&source->git_config, err) < 0 ||
		read_version(&opened.version, &source->git_config, err) < 0 ||
		check_credentials(source, err) < 0 ||
		app_open(&opened.app, access, source, uri, err) < 0)
		return -1;
	(void)place_server_read(&opened.homes[0], uri); /* a path has none */
	(void)place_server_read(&opened.homes[1], to_push);
	*access = opened;
	return 0;
}

void access_release(struct access *access)
{
	app_free(access->app);
	access_client_free(access->clients);
	place_server_release(&access->homes[0]);
	place_server_release(&access->homes[1]);
	ssh_trust_release(&access->trust);
	strings_release(&access->warned);
	*access = (struct access){ 0 };
}

struct place access_origin(const struct access *access)
{
	return (struct place){ access->source->uri, "source.uri", NULL };
}

char *access_rewrite(const struct access *access, const char *uri, bool for_push)
{
	return rewrite_uri(&access->source->git_config, uri, for_push);
}

char *access_show(const char *uri)
{
	const struct place place = { uri, "", NULL };
	auto_address struct address address = { 0 };
	struct err ignored;

	if (span_starts(span_of(uri), "http://") || span_starts(span_of(uri), "https://"))
		return http_show_url(uri);
	if ((strstr(uri, "://") || address_is_scp(uri)) &&
		address_parse(&address, &place, &ignored) == 0)
		return TAKE(address.shown);
	return span_starts(span_of(uri), "file://") || !strstr(uri, "://") ? mem_copy_string(uri)
									   : http_show_url(uri);
}

/* The item for the url, as .gitmodules writes it or as it is meant; NULL: none. */
static const struct git_submodule_credential *find_key(
	const struct access *access, const struct place *place, size_t *index)
{
	const struct list *items = &access->source->submodule_credentials;
	const struct git_submodule_credential *all = items->items;

	for (size_t i = 0; i < items->count; i++) {
		if (!all[i].url ||
			(strcmp(all[i].url, place->uri) != 0 &&
				!(place->text && strcmp(all[i].url, place->text) == 0)))
			continue;
		*index = i;
		return &all[i];
	}
	return NULL;
}

struct access_ssh access_ssh(struct access *access, const struct place *place)
{
	const struct git_source *source = access->source;
	size_t index = 0;
	const struct git_submodule_credential *item = find_key(access, place, &index);

	if (source->forward_agent && !access->agent_was_named)
		log_info("source.forward_agent has no effect: no agent is used");
	access->agent_was_named = true;
	return (struct access_ssh){
		.private_key = item ? item->private_key : source->private_key,
		.passphrase = item ? item->private_key_passphrase : source->private_key_passphrase,
		.where = item ? mem_format("source.submodule_credentials[%zu]", index)
			      : mem_copy_string("source"),
		.user = source->private_key_user,
		.trust = &access->trust,
	};
}

void access_warn(struct access *access, const char *section)
{
	static const struct {
		const char *section, *variable, *instead;
	} all[] = {
		{ "core", "sshcommand", "private_key, known_hosts and https_tunnel" },
		{ "credential", "helper", "username and password" },
		{ "http", "sslcapath", "ca_certs" },
		{ "http", "pinnedpubkey", "ca_certs" },
		{ "http", "cookiefile", NULL },
	};
	const struct list *settings = &access->source->git_config;
	const struct git_setting *items = settings->items;

	for (size_t i = 0; i < settings->count; i++)
		for (size_t j = 0; j < COUNT(all); j++) {
			struct setting_name name;

			if (strcmp(all[j].section, section) != 0 ||
				!setting_split(items[i].name, &name) ||
				!setting_is(&name, section, all[j].variable) ||
				strings_have(&access->warned, all[j].variable))
				continue;
			strings_add(&access->warned, span_of(all[j].variable));
			log_warning(
				"source.git_config: %s is written to the clone and has no effect "
				"on this step%s%s",
				items[i].name, all[j].instead ? ": use " : "",
				all[j].instead ? all[j].instead : "");
		}
}

const struct socket_tunnel *access_tunnel(const struct access *access)
{
	return access->tunnel.host ? &access->tunnel : NULL;
}

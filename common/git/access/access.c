/* SPDX-License-Identifier: Apache-2.0 */
/* access: the fields of source that say how git servers are reached. */
#include "git/access/access.h"
#include "base/log.h"

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

int access_open(struct access *access, const struct git_source *source, struct err *err)
{
	struct access opened = { .source = source };

	if (read_tunnel(&opened.tunnel, source->https_tunnel, err) < 0)
		return -1;
	*access = opened;
	return 0;
}

void access_release(struct access *access)
{
	*access = (struct access){ 0 };
}

struct place access_origin(const struct access *access)
{
	return (struct place){ access->source->uri, "source.uri" };
}

struct http_options access_http(const struct access *access)
{
	const struct git_source *source = access->source;

	return (struct http_options){
		.ca_certs = source->ca_certs.count ? &source->ca_certs : NULL,
		.ca_field = "source.ca_certs",
		.skip_verify = source->skip_ssl_verification,
	};
}

int access_login(struct access_login *login, struct access *access, const struct place *place,
	struct err *err)
{
	const struct git_source *source = access->source;

	(void)place;
	(void)err;
	*login = (struct access_login){ source->username, source->password };
	return 0;
}

struct access_ssh access_ssh(const struct access *access, const struct place *place)
{
	const struct git_source *source = access->source;

	(void)place;
	if (source->forward_agent)
		log_info("source.forward_agent has no effect: no agent is used");
	return (struct access_ssh){
		.private_key = source->private_key,
		.passphrase = source->private_key_passphrase,
		.user = source->private_key_user,
		.trust = {
			.known_hosts = source->known_hosts,
			.fingerprints = &source->host_key_fingerprints,
			.strict = source->strict_host_keys,
			.where = "source",
		},
	};
}

const struct socket_tunnel *access_tunnel(const struct access *access)
{
	return access->tunnel.host ? &access->tunnel : NULL;
}

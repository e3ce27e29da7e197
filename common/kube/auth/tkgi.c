/* SPDX-License-Identifier: Apache-2.0 */
/* tkgi: a cluster of Tanzu Kubernetes Grid Integrated Edition. */
#include <string.h>

#include "base/mem.h"
#include "kube/auth/tkgi.h"
#include "kube/auth/token.h"

/* Of the UAA and of the clusters' API servers alike. */
#define PORT "8443"

const struct field tkgi_source_fields[] = {
	STRING(tkgi_source, api, REQUIRED, "the TKGI API's host, as of `tkgi login -a`"),
	STRING(tkgi_source, cluster, REQUIRED, "the cluster's external host name"),
	STRING(tkgi_source, username, REQUIRED, "user of the UAA"),
	SECRET(tkgi_source, password, REQUIRED, "the user's password"),
	BOOL(tkgi_source, insecure, false, "verify no certificate"),
	STRING(tkgi_source, ca_cert, OPTIONAL,
		"CA of the UAA and of the cluster, PEM or base64; default: the system's"),
	END_OF_FIELDS,
};

struct tkgi {
	char *where;
	char *ca_field;
	struct http *http;
	char *url;
	char *username;
	struct secret *password;
};

static void tkgi_free(void *provider)
{
	struct tkgi *tkgi = provider;

	http_close(tkgi->http);
	free(tkgi->where);
	free(tkgi->ca_field);
	free(tkgi->url);
	free(tkgi->username);
	secret_free(tkgi->password);
	free(tkgi);
}

static int tkgi_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct tkgi *tkgi = provider;
	auto_token_answer struct token_answer answer = { 0 };
	const struct kube_parameter form[] = {
		{ "client_id", "pks_cluster_client" },
		{ "client_secret", "" },
		{ "grant_type", "password" },
		{ "username", tkgi->username },
		{ "password", secret_reveal(tkgi->password) },
		{ NULL, NULL },
	};

	if (token_ask(&answer, tkgi->http, tkgi->url, form, NULL, err) < 0)
		return err_wrap(err, "%s", tkgi->where);
	if (!answer.id_token)
		return err_set(err, ERR_REMOTE,
			"%s: the UAA's answer holds no id_token: is OpenID Connect enabled in the TKGI "
			"tile?",
			tkgi->where);
	bearer->lifetime_ms = token_lifetime_ms(answer.id_token);
	if (bearer->lifetime_ms < 0)
		bearer->lifetime_ms = answer.lifetime_ms;
	bearer->token = TAKE(answer.id_token);
	return 0;
}

/* "https://HOST:8443" of "HOST", "HOST:PORT" or "https://HOST[:PORT]". The caller's. */
static char *url_of(const char *given)
{
	struct span host = span_of(given);
	bool ported;

	(void)span_take(&host, "https://");
	while (span_ends(host, "/"))
		host.length--;
	ported = host.length &&
		memchr(host.data, ':', host.length) > memchr(host.data, ']', host.length);
	return mem_format("https://%.*s%s", (int)host.length, host.data, ported ? "" : ":" PORT);
}

static int check_host(const char *given, const char *where, const char *key, struct err *err)
{
	struct span host = span_of(given);

	(void)span_take(&host, "https://");
	while (span_ends(host, "/"))
		host.length--;
	for (size_t i = 0; i < host.length; i++)
		if (strchr("/?#@ \t\r\n", host.data[i]))
			return err_set(err, ERR_CONFIG,
				"%s.%s: must be a host, maybe with a port, or an https URL of it",
				where, key);
	return 0;
}

static int open_http(struct tkgi *tkgi, const struct cluster *cluster, struct err *err)
{
	const struct http_options options = {
		.ca_certs = cluster->ca_certs.count ? &cluster->ca_certs : NULL,
		.ca_field = tkgi->ca_field,
		.skip_verify = cluster->skip_verify,
	};

	return http_open(&tkgi->http, &options, err);
}

int tkgi_open(struct cluster *cluster, const struct tkgi_source *source, const char *where,
	struct err *err)
{
	auto_free char *ca_field = mem_format("%s.ca_cert", where);
	auto_free char *api = NULL;
	struct tkgi *tkgi;

	if (check_host(source->api, where, "api", err) < 0 ||
		check_host(source->cluster, where, "cluster", err) < 0)
		return -1;
	if (source->insecure && source->ca_cert)
		return err_set(
			err, ERR_CONFIG, "%s: 'insecure' and 'ca_cert' exclude each other", where);
	if (cluster_use_authority(cluster, source->ca_cert, ca_field, err) < 0)
		return -1;
	cluster->skip_verify = source->insecure;
	cluster->server = url_of(source->cluster);
	tkgi = mem_alloc(sizeof(*tkgi));
	cluster->credentials = (struct kube_credentials){ tkgi_renew, tkgi_free, tkgi };
	api = url_of(source->api);
	tkgi->where = mem_copy_string(where);
	tkgi->ca_field = TAKE(ca_field);
	tkgi->url = mem_format("%s/oauth/token", api);
	tkgi->username = mem_copy_string(source->username);
	tkgi->password = secret_new(span_of(secret_reveal(source->password)));
	token_hide_encoded(tkgi->password);
	return open_http(tkgi, cluster, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* aks: a cluster of Azure Kubernetes Service. */
#include <string.h>

#include "base/mem.h"
#include "kube/auth/aks.h"
#include "kube/auth/exec.h"
#include "kube/auth/place.h"
#include "kube/auth/token.h"

#define AUTHORITY "https://login.microsoftonline.com"
#define SERVER_ID "6dae42f8-4368-4678-94ff-3960e28e3630" /* the AKS server's own application */

const struct field aks_source_fields[] = {
	STRING(aks_source, tenant, OPTIONAL,
		"Entra ID's tenant; default: that of the kubeconfig's kubelogin entry"),
	STRING(aks_source, client_id, REQUIRED, "application id of the service principal"),
	SECRET(aks_source, client_secret, REQUIRED, "its client secret"),
	TREE(aks_source, kubeconfig, OPTIONAL,
		"where the cluster is; its user's plugin is not needed"),
	STRING(aks_source, server, OPTIONAL, "https URL of the API server, without a kubeconfig"),
	STRING(aks_source, certificate_authority, OPTIONAL, "CA of `server`, PEM or base64"),
	STRING(aks_source, server_id, OPTIONAL,
		"application id of the AKS server; default: " SERVER_ID),
	STRING(aks_source, authority, OPTIONAL, "URL of Entra ID; default: " AUTHORITY),
	END_OF_FIELDS,
};

struct aks {
	char *where;
	char *url;
	char *scope;
	char *client_id;
	struct secret *client_secret;
	struct http *http;
};

static void aks_free(void *provider)
{
	struct aks *aks = provider;

	free(aks->where);
	free(aks->url);
	free(aks->scope);
	free(aks->client_id);
	secret_free(aks->client_secret);
	http_close(aks->http);
	free(aks);
}

static int aks_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct aks *aks = provider;
	const struct kube_parameter form[] = {
		{ "grant_type", "client_credentials" },
		{ "client_id", aks->client_id },
		{ "client_secret", secret_reveal(aks->client_secret) },
		{ "scope", aks->scope },
		{ NULL, NULL },
	};

	return token_ask_bearer(bearer, aks->http, aks->url, form, aks->where, err);
}

/* A tenant is a GUID or a domain: nothing that could lead elsewhere in the URL. */
static bool is_tenant(const char *text)
{
	for (; *text; text++)
		if (!(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z') &&
			!(*text >= '0' && *text <= '9') && *text != '-' && *text != '.')
			return false;
	return true;
}

int aks_credentials(struct kube_credentials *credentials, const struct aks_source *source,
	const char *where, struct err *err)
{
	auto_free char *label = mem_format("%s.authority", where);
	struct span authority = span_of(source->authority ? source->authority : AUTHORITY);
	struct aks *aks;

	if (!is_tenant(source->tenant))
		return err_set(err, ERR_CONFIG, "%s.tenant: must be a GUID or a domain", where);
	if (token_check_url(authority.data, label, err) < 0)
		return -1;
	while (span_ends(authority, "/"))
		authority.length--;
	aks = mem_alloc(sizeof(*aks));
	*credentials = (struct kube_credentials){ aks_renew, aks_free, aks };
	aks->where = mem_copy_string(where);
	aks->url = mem_format(
		"%.*s/%s/oauth2/v2.0/token", (int)authority.length, authority.data, source->tenant);
	aks->scope = mem_format("%s/.default", source->server_id ? source->server_id : SERVER_ID);
	aks->client_id = mem_copy_string(source->client_id);
	aks->client_secret = secret_new(span_of(secret_reveal(source->client_secret)));
	token_hide_encoded(aks->client_secret);
	return http_open(&aks->http, &(struct http_options){ 0 }, err);
}

int aks_open(struct cluster *cluster, const struct aks_source *source, const char *context,
	const char *where, struct err *err)
{
	const struct place place = {
		.where = where,
		.kubeconfig = source->kubeconfig,
		.context = context,
		.server_key = "server",
		.server = source->server,
		.certificate_authority = source->certificate_authority,
	};
	struct aks_source known = *source; /* borrows from source and plugin */
	auto_exec struct exec_plugin plugin = { 0 };
	json_auto_t *user = NULL;

	if (place_read(cluster, &place, &user, err) < 0)
		return -1;
	if (exec_read(&plugin, user) && plugin.kind == EXEC_AKS) {
		known.tenant = known.tenant ? known.tenant : plugin.tenant;
		known.server_id = known.server_id ? known.server_id : plugin.server_id;
		known.authority = known.authority ? known.authority : plugin.authority;
	}
	if (place_need(known.tenant, where, "tenant", err) < 0)
		return -1;
	return aks_credentials(&cluster->credentials, &known, where, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* oidc: a kubeconfig's auth-provider "oidc". */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/auth/oidc.h"
#include "kube/auth/token.h"
#include "kube/cluster.h"
#include "kube/object.h"
#include "resource/schema.h"

/* An ID token that ends so soon is not worth sending, as client-go has it. */
static const int64_t too_short_ms = 10 * 1000;

struct config {
	char *issuer;
	char *client_id;
	struct secret *client_secret;
	struct secret *id_token;
	struct secret *refresh_token;
	char *authority_data;
	char *authority_path;
};

#define KEY(member, type, need, name)                                                \
	{                                                                            \
		name, type, need, offsetof(struct config, member), 0, 0, "", NULL, 0 \
	}

static const struct field config_fields[] = {
	KEY(issuer, FIELD_STRING, REQUIRED, "idp-issuer-url"),
	KEY(client_id, FIELD_STRING, REQUIRED, "client-id"),
	KEY(client_secret, FIELD_SECRET, OPTIONAL, "client-secret"),
	KEY(id_token, FIELD_SECRET, OPTIONAL, "id-token"),
	KEY(refresh_token, FIELD_SECRET, OPTIONAL, "refresh-token"),
	KEY(authority_data, FIELD_STRING, OPTIONAL, "idp-certificate-authority-data"),
	KEY(authority_path, FIELD_STRING, OPTIONAL, "idp-certificate-authority"),
	END_OF_FIELDS,
};

struct oidc {
	char *where;
	struct config config;
	struct http *http;
	char *token_endpoint; /* NULL: not yet discovered */
	bool secret_in_form;  /* the client's, and not by Basic */
};

static void oidc_free(void *provider)
{
	struct oidc *oidc = provider;

	schema_release(config_fields, &oidc->config);
	http_close(oidc->http);
	free(oidc->where);
	free(oidc->token_endpoint);
	free(oidc);
}

static bool lists(json_t *list, const char *text)
{
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item)
		if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
			return true;
	return false;
}

static int take_discovered(struct oidc *oidc, struct span body, struct err *err)
{
	json_auto_t *json = json_loadb(body.length ? body.data : "", body.length, 0, NULL);
	json_t *methods = json_object_get(json, "token_endpoint_auth_methods_supported");
	const char *endpoint = object_text(json, "token_endpoint");

	if (token_check_url(endpoint, "token_endpoint", err) < 0) {
		err->kind = ERR_REMOTE;
		return -1;
	}
	oidc->token_endpoint = mem_copy_string(endpoint);
	/* Basic is what is done where nothing is said (Discovery 1.0, section 3) */
	oidc->secret_in_form = !lists(methods, "client_secret_basic") &&
		lists(methods, "client_secret_post");
	return 0;
}

static int discover(struct oidc *oidc, struct err *err)
{
	auto_response struct http_response response = { .body = BUF(LIMIT_TOKEN_ANSWER) };
	struct span issuer = span_of(oidc->config.issuer);
	auto_free char *url = NULL;
	struct http_request request = { .repeatable = true };
	int status;

	if (oidc->token_endpoint)
		return 0;
	while (span_ends(issuer, "/"))
		issuer.length--;
	url = mem_format("%.*s/.well-known/openid-configuration", (int)issuer.length, issuer.data);
	request.url = url;
	if (http_fetch(oidc->http, &request, &response, err) < 0)
		return -1;
	status = response.status == 200
		? take_discovered(oidc, buf_span(&response.body), err)
		: http_status_error("discovery", response.status, buf_span(&response.body), err);
	return status < 0 ? err_wrap(err, "%s", url) : 0;
}

static int refresh(struct oidc *oidc, struct token_answer *answer, struct err *err)
{
	const struct config *config = &oidc->config;
	bool basic = config->client_secret && !oidc->secret_in_form;
	const struct http_auth auth = {
		.username = config->client_id,
		.password = config->client_secret,
	};
	const struct kube_parameter form[] = {
		{ "grant_type", "refresh_token" },
		{ "refresh_token", secret_reveal(config->refresh_token) },
		{ "client_id", basic ? NULL : config->client_id },
		{ "client_secret", basic ? NULL : secret_reveal(config->client_secret) },
		{ NULL, NULL },
	};

	token_hide_encoded(config->refresh_token);
	token_hide_encoded(config->client_secret);
	return token_ask(answer, oidc->http, oidc->token_endpoint, form, basic ? &auth : NULL, err);
}

/* The token that the kubeconfig brought, while it is good. */
static bool take_given(struct oidc *oidc, struct kube_bearer *bearer)
{
	int64_t lifetime_ms = token_lifetime_ms(oidc->config.id_token);

	if (!oidc->config.id_token || (lifetime_ms >= 0 && lifetime_ms < too_short_ms))
		return false;
	bearer->token = TAKE(oidc->config.id_token);
	bearer->lifetime_ms = lifetime_ms;
	return true;
}

static int oidc_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct oidc *oidc = provider;
	auto_token_answer struct token_answer answer = { 0 };

	if (take_given(oidc, bearer))
		return 0;
	if (!oidc->config.refresh_token)
		return err_set(err, ERR_AUTH,
			"%s: auth-provider: the id-token has ended, and there is no refresh-token",
			oidc->where);
	if (discover(oidc, err) < 0 || refresh(oidc, &answer, err) < 0)
		return err_wrap(err, "%s: auth-provider", oidc->where);
	if (!answer.id_token)
		return err_set(err, ERR_REMOTE,
			"%s: auth-provider: the issuer's answer holds no id_token", oidc->where);
	if (answer.refresh_token) { /* the one before may be good no more */
		secret_free(oidc->config.refresh_token);
		oidc->config.refresh_token = TAKE(answer.refresh_token);
		log_warning(
			"%s: the issuer gave a new refresh-token, which cannot be kept: the one in "
			"the kubeconfig may not be taken again",
			oidc->where);
	}
	bearer->lifetime_ms = token_lifetime_ms(answer.id_token);
	bearer->token = TAKE(answer.id_token);
	return 0;
}

static int open_http(struct oidc *oidc, struct err *err)
{
	static const char data[] = "idp-certificate-authority-data";
	const struct config *config = &oidc->config;
	auto_strings struct strings authority = { 0 };
	const struct http_options options = {
		.ca_certs = config->authority_data ? &authority : NULL,
		.ca_field = data,
	};

	if (!config->authority_data && config->authority_path)
		return err_set(err, ERR_CONFIG,
			"idp-certificate-authority: names a file, which is not here; embed it: %s",
			data);
	if (config->authority_data &&
		cluster_add_certificates(&authority, config->authority_data, data, err) < 0)
		return -1;
	return http_open(&oidc->http, &options, err);
}

int oidc_credentials(
	struct kube_credentials *credentials, json_t *config, const char *where, struct err *err)
{
	struct oidc *oidc = mem_alloc(sizeof(*oidc));

	*credentials = (struct kube_credentials){ oidc_renew, oidc_free, oidc };
	oidc->where = mem_copy_string(where);
	if (schema_parse(config_fields, UNKNOWN_IGNORED, "config", config, &oidc->config, err) <
			0 ||
		token_check_url(oidc->config.issuer, "config.idp-issuer-url", err) < 0)
		return -1;
	if (!oidc->config.id_token && !oidc->config.refresh_token)
		return err_set(err, ERR_CONFIG, "config: must hold an id-token or a refresh-token");
	return open_http(oidc, err);
}

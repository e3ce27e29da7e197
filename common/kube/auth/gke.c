/* SPDX-License-Identifier: Apache-2.0 */
/* gke: a cluster of Google Kubernetes Engine. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/auth/gke.h"
#include "net/jwt.h"
#include "kube/auth/place.h"
#include "kube/auth/token.h"
#include "kube/object.h"

#define TOKEN_URI "https://oauth2.googleapis.com/token"
#define SCOPES                                           \
	"https://www.googleapis.com/auth/cloud-platform" \
	" https://www.googleapis.com/auth/userinfo.email"
#define JWT_GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"

const struct field gke_source_fields[] = {
	TREE(gke_source, json_key, REQUIRED, "key of a service account, as JSON text or as a map"),
	TREE(gke_source, kubeconfig, OPTIONAL,
		"where the cluster is; its user's plugin is not needed"),
	STRING(gke_source, server, OPTIONAL, "https URL of the API server, without a kubeconfig"),
	STRING(gke_source, certificate_authority, OPTIONAL, "CA of `server`, PEM or base64"),
	END_OF_FIELDS,
};

struct key {
	char *client_email;
	struct secret *private_key;
	char *private_key_id;
	char *token_uri;
};

static const struct field key_fields[] = {
	STRING(key, client_email, REQUIRED, ""),
	SECRET(key, private_key, REQUIRED, ""),
	STRING(key, private_key_id, OPTIONAL, ""),
	STRING(key, token_uri, OPTIONAL, ""),
	END_OF_FIELDS,
};

struct gke {
	char *where;
	char *scopes;
	struct key key;
	struct http *http;
};

static void gke_free(void *provider)
{
	struct gke *gke = provider;

	schema_release(key_fields, &gke->key);
	http_close(gke->http);
	free(gke->scopes);
	free(gke->where);
	free(gke);
}

/* What the key says of itself, signed: good for the hour that Google allows. */
static int sign(const struct gke *gke, struct secret **assertion, struct err *err)
{
	json_int_t now = clock_wall_ms() / 1000;
	json_auto_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I}", "iss", gke->key.client_email,
		"scope", gke->scopes, "aud", gke->key.token_uri, "iat", now, "exp", now + 3600);

	if (jwt_sign(assertion, claims, gke->key.private_key_id, gke->key.private_key, err) < 0)
		return err_wrap(err, "%s.json_key.private_key", gke->where);
	return 0;
}

static int gke_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct gke *gke = provider;
	auto_secret struct secret *assertion = NULL;
	struct kube_parameter form[] = {
		{ "grant_type", JWT_GRANT },
		{ "assertion", NULL },
		{ NULL, NULL },
	};

	if (sign(gke, &assertion, err) < 0)
		return -1;
	form[1].value = secret_reveal(assertion);
	return token_ask_bearer(bearer, gke->http, gke->key.token_uri, form, gke->where, err);
}

/* The key as a tree, the caller's. What it says wrong is told by line and column alone. */
static json_t *load_key(json_t *given, const char *label, struct err *err)
{
	json_error_t error;
	json_t *key;

	if (!json_is_string(given))
		return json_incref(given);
	log_hide((struct span){ json_string_value(given), json_string_length(given) });
	key = json_loadb(json_string_value(given), json_string_length(given), 0, &error);
	if (!key)
		(void)err_set(err, ERR_CONFIG, "%s: is not valid JSON (line %d, column %d)", label,
			error.line, error.column);
	return key;
}

static int read_key(struct gke *gke, json_t *given, struct err *err)
{
	auto_free char *label = mem_format("%s.json_key", gke->where);
	auto_free char *uri_label = mem_format("%s.token_uri", label);
	json_auto_t *key = load_key(given, label, err);
	const char *type = object_text(key, "type");

	if (!key)
		return -1;
	if (*type && strcmp(type, "service_account") != 0)
		return err_set(err, ERR_CONFIG,
			"%s.type: must be 'service_account': other keys cannot be used here",
			label);
	if (schema_parse(key_fields, UNKNOWN_IGNORED, label, key, &gke->key, err) < 0)
		return -1;
	if (!gke->key.token_uri)
		gke->key.token_uri = mem_copy_string(TOKEN_URI);
	return token_check_url(gke->key.token_uri, uri_label, err);
}

/* "config.scopes" of a kubeconfig's user with auth-provider gcp, separated by commas. */
static char *scopes_of(json_t *user)
{
	json_t *provider = json_object_get(user, "auth-provider");
	char *scopes = mem_copy_string(object_text(provider, "config.scopes"));

	for (char *c = scopes; *c; c++)
		if (*c == ',')
			*c = ' ';
	if (*scopes)
		return scopes;
	free(scopes);
	return mem_copy_string(SCOPES);
}

int gke_open(struct cluster *cluster, const struct gke_source *source, const char *context,
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
	json_auto_t *user = NULL;
	struct gke *gke;

	if (place_read(cluster, &place, &user, err) < 0)
		return -1;
	gke = mem_alloc(sizeof(*gke));
	cluster->credentials = (struct kube_credentials){ gke_renew, gke_free, gke };
	gke->where = mem_copy_string(where);
	gke->scopes = scopes_of(user);
	if (read_key(gke, source->json_key, err) < 0)
		return -1;
	return http_open(&gke->http, &(struct http_options){ 0 }, err);
}

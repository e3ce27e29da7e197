/* SPDX-License-Identifier: Apache-2.0 */
/* kubeconfig: the file that kubectl reads. */
#include <string.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/kubeconfig.h"
#include "kube/yaml.h"
#include "resource/schema.h"

#define ROW(of, member, type, name)                                           \
	{                                                                     \
		name, type, OPTIONAL, offsetof(struct of, member), 0, 0, NULL \
	}

struct context_entry {
	char *cluster;
	char *user;
	char *namespace;
};

static const struct field context_fields[] = {
	ROW(context_entry, cluster, FIELD_STRING, "cluster"),
	ROW(context_entry, user, FIELD_STRING, "user"),
	ROW(context_entry, namespace, FIELD_STRING, "namespace"),
	END_OF_FIELDS,
};

struct cluster_entry {
	char *server;
	char *authority_data;
	char *authority_path;
	bool insecure;
	char *tls_server_name;
	char *proxy_url;
};

static const struct field cluster_fields[] = {
	ROW(cluster_entry, server, FIELD_STRING, "server"),
	ROW(cluster_entry, authority_data, FIELD_STRING, "certificate-authority-data"),
	ROW(cluster_entry, authority_path, FIELD_STRING, "certificate-authority"),
	ROW(cluster_entry, insecure, FIELD_BOOL, "insecure-skip-tls-verify"),
	ROW(cluster_entry, tls_server_name, FIELD_STRING, "tls-server-name"),
	ROW(cluster_entry, proxy_url, FIELD_STRING, "proxy-url"),
	END_OF_FIELDS,
};

struct user_entry {
	struct secret *token;
	char *token_path;
	struct secret *cert_data;
	char *cert_path;
	struct secret *key_data;
	char *key_path;
	char *username;
	struct secret *password;
	char *impersonate;
};

static const struct field user_fields[] = {
	ROW(user_entry, token, FIELD_SECRET, "token"),
	ROW(user_entry, token_path, FIELD_STRING, "tokenFile"),
	ROW(user_entry, cert_data, FIELD_SECRET, "client-certificate-data"),
	ROW(user_entry, cert_path, FIELD_STRING, "client-certificate"),
	ROW(user_entry, key_data, FIELD_SECRET, "client-key-data"),
	ROW(user_entry, key_path, FIELD_STRING, "client-key"),
	ROW(user_entry, username, FIELD_STRING, "username"),
	ROW(user_entry, password, FIELD_SECRET, "password"),
	ROW(user_entry, impersonate, FIELD_STRING, "as"),
	END_OF_FIELDS,
};

/* The tree; what is a text may be YAML or, as YAML's near subset, JSON. The caller's. */
static json_t *load(json_t *given, struct err *err)
{
	json_t *tree;

	if (!json_is_string(given))
		return json_incref(given);
	tree = yaml_load((struct span){ json_string_value(given), json_string_length(given) }, err);
	if (tree && !json_is_object(tree)) {
		json_decref(tree);
		(void)err_set(err, ERR_CONFIG, "must be a YAML map");
		return NULL;
	}
	return tree;
}

/*
 * The object `kind` of the entry `name` in the list `kind`s: contexts[].context, clusters[].cluster,
 * users[].user. Borrowed; NULL with the error set.
 */
static json_t *entry(json_t *config, const char *kind, const char *name, struct err *err)
{
	auto_free char *list_name = mem_format("%ss", kind);
	json_t *list = json_object_get(config, list_name);
	size_t index;
	json_t *item;

	json_array_foreach (list, index, item) {
		const char *item_name = json_string_value(json_object_get(item, "name"));

		if (item_name && strcmp(item_name, name) == 0)
			return json_object_get(item, kind) ? json_object_get(item, kind)
							   : json_null();
	}
	(void)err_set(err, ERR_CONFIG, "%s: there is no '%s'", list_name, name);
	return NULL;
}

/* Fill `values` from that entry. `label` is in front of every message: "users 'bob'". */
static int read_entry(json_t *config, const char *kind, const char *name,
	const struct field *fields, void *values, struct err *err)
{
	auto_free char *label = mem_format("%ss '%s'", kind, name);
	json_t *object = entry(config, kind, name, err);

	if (!object)
		return -1;
	return schema_parse(fields, UNKNOWN_IGNORED, label, object, values, err);
}

/* There is no file system of the author's beside a resource: `key` can only come as data. */
static int refuse_path(const char *path, const char *key, const char *data_key, struct err *err)
{
	if (!path)
		return 0;
	return err_set(err, ERR_CONFIG, "%s: names a file, which is not here; embed it: %s", key,
		data_key);
}

static int decode(struct span text, const char *key, struct buf *bytes, struct err *err)
{
	if (!base64_decode(text, bytes))
		return err_set(err, ERR_CONFIG, "%s: is not base64", key);
	return 0;
}

static int decode_secret(
	const struct secret *from, const char *key, struct secret **to, struct err *err)
{
	auto_buf struct buf bytes = BUF(LIMIT_YAML);

	if (!from)
		return 0;
	if (decode(span_of(secret_reveal(from)), key, &bytes, err) < 0)
		return -1;
	*to = secret_new(buf_span(&bytes));
	secret_wipe(bytes.data, bytes.length);
	return 0;
}

static int use_authority(
	struct cluster *cluster, const struct cluster_entry *entry, struct err *err)
{
	auto_buf struct buf pem = BUF(LIMIT_YAML);

	if (!entry->authority_data)
		return refuse_path(entry->authority_path, "certificate-authority",
			"certificate-authority-data", err);
	if (entry->insecure)
		return err_set(err, ERR_CONFIG,
			"certificate-authority-data and insecure-skip-tls-verify exclude each other");
	if (decode(span_of(entry->authority_data), "certificate-authority-data", &pem, err) < 0)
		return -1;
	strings_add(&cluster->ca_certs, buf_span(&pem));
	return 0;
}

static int use_server(struct cluster *cluster, const char *server, struct err *err)
{
	struct span url = span_of(server);

	if (!url.length)
		return err_set(err, ERR_CONFIG, "server: is required");
	if (!span_starts(url, "https://") && !span_starts(url, "http://"))
		return err_set(err, ERR_CONFIG, "server: must be an https URL");
	if (strpbrk(server, "?#@"))
		return err_set(
			err, ERR_CONFIG, "server: must be a URL without user, query and fragment");
	while (span_ends(url, "/"))
		url.length--;
	cluster->server = span_copy(url);
	return 0;
}

static int use_cluster(struct cluster *cluster, const struct cluster_entry *entry, struct err *err)
{
	if (use_server(cluster, entry->server, err) < 0 || use_authority(cluster, entry, err) < 0)
		return -1;
	cluster->skip_verify = entry->insecure;
	cluster->tls_server_name = mem_copy_string(entry->tls_server_name);
	cluster->proxy = mem_copy_string(entry->proxy_url);
	return 0;
}

static int use_files(const struct user_entry *entry, struct err *err)
{
	if (refuse_path(entry->token_path, "tokenFile", "token", err) < 0)
		return -1;
	if (!entry->cert_data &&
		refuse_path(
			entry->cert_path, "client-certificate", "client-certificate-data", err) < 0)
		return -1;
	if (!entry->key_data &&
		refuse_path(entry->key_path, "client-key", "client-key-data", err) < 0)
		return -1;
	if (!entry->cert_data != !entry->key_data)
		return err_set(err, ERR_CONFIG,
			"client-certificate-data and client-key-data belong together");
	return 0;
}

static int use_user(struct cluster *cluster, struct user_entry *entry, struct err *err)
{
	if (entry->impersonate)
		return err_set(err, ERR_CONFIG, "as: impersonation is not supported");
	if (use_files(entry, err) < 0 ||
		decode_secret(entry->cert_data, "client-certificate-data", &cluster->client_cert,
			err) < 0 ||
		decode_secret(entry->key_data, "client-key-data", &cluster->client_key, err) < 0)
		return -1;
	cluster->token = TAKE(entry->token);
	cluster->username = TAKE(entry->username);
	cluster->password = TAKE(entry->password);
	return 0;
}

/* What gets its token by running something; a token that is written out beats it. */
static int refuse_plugins(const struct cluster *cluster, json_t *user, struct err *err)
{
	json_t *exec = json_object_get(user, "exec");
	json_t *provider = json_object_get(user, "auth-provider");
	const char *name;

	if (cluster->token || cluster->client_cert || cluster->username)
		return 0;
	if (json_is_object(exec)) {
		name = json_string_value(json_object_get(exec, "command"));
		return err_set(err, ERR_CONFIG,
			"exec: the plugin '%s' cannot be run here; use the token of a service account",
			name ? name : "");
	}
	if (json_is_object(provider)) {
		name = json_string_value(json_object_get(provider, "name"));
		return err_set(err, ERR_CONFIG,
			"auth-provider: '%s' is not supported; use the token of a service account",
			name ? name : "");
	}
	return 0;
}

static int read_cluster(struct cluster *cluster, json_t *config, const char *name, struct err *err)
{
	struct cluster_entry entry = { 0 };
	int status = read_entry(config, "cluster", name, cluster_fields, &entry, err);

	if (status == 0 && use_cluster(cluster, &entry, err) < 0)
		status = err_wrap(err, "clusters '%s'", name);
	schema_release(cluster_fields, &entry);
	return status;
}

static int read_user(struct cluster *cluster, json_t *config, const char *name, struct err *err)
{
	struct user_entry fields = { 0 };
	int status = read_entry(config, "user", name, user_fields, &fields, err);

	if (status == 0 &&
		(use_user(cluster, &fields, err) < 0 ||
			refuse_plugins(cluster, entry(config, "user", name, err), err) < 0))
		status = err_wrap(err, "users '%s'", name);
	schema_release(user_fields, &fields);
	return status;
}

static int read_context(struct cluster *cluster, json_t *config, const char *name, struct err *err)
{
	struct context_entry context = { 0 };
	int status = read_entry(config, "context", name, context_fields, &context, err);

	if (status == 0 && !context.cluster)
		status = err_set(err, ERR_CONFIG, "contexts '%s': cluster: is required", name);
	if (status == 0)
		status = read_cluster(cluster, config, context.cluster, err);
	if (status == 0 && context.user)
		status = read_user(cluster, config, context.user, err);
	if (status == 0)
		cluster->namespace = TAKE(context.namespace);
	schema_release(context_fields, &context);
	return status;
}

static int read_config(struct cluster *cluster, json_t *tree, const char *context, struct err *err)
{
	json_t *current = json_object_get(tree, "current-context");

	if (!context && current && !json_is_string(current) && !json_is_null(current))
		return err_set(err, ERR_CONFIG, "current-context: must be a string");
	context = context ? context : json_string_value(current);
	if (!context || !*context)
		return err_set(err, ERR_CONFIG, "current-context: is required");
	return read_context(cluster, tree, context, err);
}

int kubeconfig_read(struct cluster *cluster, json_t *given, const char *context, const char *where,
	struct err *err)
{
	json_auto_t *tree = load(given, err);

	if (!tree)
		return err_wrap(err, "%s", where);
	if (read_config(cluster, tree, context, err) < 0) {
		cluster_release(cluster);
		return err_wrap(err, "%s", where);
	}
	return 0;
}

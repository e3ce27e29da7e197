/* SPDX-License-Identifier: Apache-2.0 */
/* kubeconfig: the file that kubectl reads. */
#include <string.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/kubeconfig.h"
#include "kube/user.h"
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

static bool is_empty_text(json_t *value)
{
	return json_is_string(value) && !json_string_length(value);
}

/* An empty text is the same as none, as it is to kubectl: tools that fill in a form leave them. */
static void drop_empty(json_t *value)
{
	const char *key;
	void *next;
	json_t *item;

	json_object_foreach_safe (value, next, key, item) {
		drop_empty(item);
		if (is_empty_text(item))
			(void)json_object_del(value, key);
	}
	for (size_t i = 0; i < json_array_size(value); i++)
		drop_empty(json_array_get(value, i));
}

/* The tree; what is a text may be YAML or, as YAML's near subset, JSON. The caller's. */
static json_t *load(json_t *given, struct err *err)
{
	struct span text = { json_string_value(given), json_string_length(given) };
	json_t *tree = text.data ? yaml_load(text, err) : json_deep_copy(given);

	if (tree && !json_is_object(tree)) {
		json_decref(tree);
		(void)err_set(err, ERR_CONFIG, "must be a YAML map");
		return NULL;
	}
	drop_empty(tree);
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

static int use_authority(
	struct cluster *cluster, const struct cluster_entry *entry, struct err *err)
{
	static const char key[] = "certificate-authority-data";
	auto_buf struct buf pem = BUF(LIMIT_YAML);

	if (!entry->authority_data && entry->authority_path)
		return err_set(err, ERR_CONFIG,
			"certificate-authority: names a file, which is not here; embed it: %s",
			key);
	if (!entry->authority_data)
		return 0;
	if (entry->insecure)
		return err_set(
			err, ERR_CONFIG, "%s and insecure-skip-tls-verify exclude each other", key);
	if (!base64_decode(span_of(entry->authority_data), &pem))
		return err_set(err, ERR_CONFIG, "%s: is not base64", key);
	strings_add(&cluster->ca_certs, buf_span(&pem));
	return 0;
}

/* It takes the host's place in URLs, so more than a name would lead elsewhere. */
static int use_server_name(struct cluster *cluster, const char *name, struct err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._";

	if (name && name[strspn(name, letters)])
		return err_set(err, ERR_CONFIG,
			"tls-server-name: must be a host name, without a scheme or a port");
	cluster->tls_server_name = mem_copy_string(name);
	return 0;
}

static int use_cluster(struct cluster *cluster, const struct cluster_entry *entry, struct err *err)
{
	if (cluster_use_server(cluster, entry->server, "server", err) < 0 ||
		use_server_name(cluster, entry->tls_server_name, err) < 0 ||
		use_authority(cluster, entry, err) < 0)
		return -1;
	cluster->skip_verify = entry->insecure;
	cluster->proxy = mem_copy_string(entry->proxy_url);
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

static int read_context(
	struct context_entry *context, json_t *config, const char *name, struct err *err)
{
	if (read_entry(config, "context", name, context_fields, context, err) < 0)
		return -1;
	if (!context->cluster)
		return err_set(err, ERR_CONFIG, "contexts '%s': cluster: is required", name);
	return 0;
}

static int read_config(struct cluster *cluster, json_t *tree, struct context_entry *context,
	const char *name, struct err *err)
{
	json_t *current = json_object_get(tree, "current-context");

	if (!name && current && !json_is_string(current) && !json_is_null(current))
		return err_set(err, ERR_CONFIG, "current-context: must be a string");
	name = name ? name : json_string_value(current);
	if (!name || !*name)
		return err_set(err, ERR_CONFIG, "current-context: is required");
	if (read_context(context, tree, name, err) < 0 ||
		read_cluster(cluster, tree, context->cluster, err) < 0)
		return -1;
	cluster->namespace = TAKE(context->namespace);
	return 0;
}

/* The context's user, borrowed from `tree`; NULL, and no error, where it has none. */
static int find_user(json_t *tree, const char *name, json_t **user, struct err *err)
{
	json_t *found = name ? entry(tree, "user", name, err) : NULL;

	if (name && !found)
		return -1;
	*user = json_is_object(found) ? found : NULL;
	return 0;
}

static int use_user(
	struct cluster *cluster, json_t *tree, const char *name, const char *where, struct err *err)
{
	auto_free char *label = mem_format("users '%s'", name);
	json_t *user = entry(tree, "user", name, err);

	if (!user)
		return -1;
	return user_read(cluster, user, label, where, err);
}

int kubeconfig_place(struct cluster *cluster, json_t *given, const char *context, const char *where,
	json_t **user, struct err *err)
{
	json_auto_t *tree = load(given, err);
	struct context_entry chosen = { 0 };
	json_t *found = NULL;
	int status = tree ? read_config(cluster, tree, &chosen, context, err) : -1;

	if (status == 0)
		status = find_user(tree, chosen.user, &found, err);
	schema_release(context_fields, &chosen);
	if (status < 0) {
		cluster_release(cluster);
		return err_wrap(err, "%s", where);
	}
	*user = json_incref(found);
	return 0;
}

int kubeconfig_read(struct cluster *cluster, json_t *given, const char *context, const char *where,
	struct err *err)
{
	json_auto_t *tree = load(given, err);
	struct context_entry chosen = { 0 };
	int status = tree ? read_config(cluster, tree, &chosen, context, err) : -1;

	if (status == 0 && chosen.user)
		status = use_user(cluster, tree, chosen.user, where, err);
	schema_release(context_fields, &chosen);
	if (status < 0) {
		cluster_release(cluster);
		return err_wrap(err, "%s", where);
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* user: an entry of a kubeconfig's users. */
#include <string.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/auth/exec.h"
#include "kube/auth/oidc.h"
#include "kube/object.h"
#include "kube/path.h"
#include "kube/user.h"
#include "net/url.h"
#include "resource/schema.h"

#define ROW(member, type, name)                                                              \
	{                                                                                    \
		name, type, OPTIONAL, offsetof(struct user_entry, member), 0, 0, "", NULL, 0 \
	}

struct user_entry {
	struct secret *token;
	char *token_path;
	struct secret *cert_data;
	char *cert_path;
	struct secret *key_data;
	char *key_path;
	char *username;
	struct secret *password;
	char *as;
	char *as_uid;
	struct strings as_groups;
	json_t *as_extra;
};

static const struct field user_fields[] = {
	ROW(token, FIELD_SECRET, "token"),
	ROW(token_path, FIELD_STRING, "tokenFile"),
	ROW(cert_data, FIELD_SECRET, "client-certificate-data"),
	ROW(cert_path, FIELD_STRING, "client-certificate"),
	ROW(key_data, FIELD_SECRET, "client-key-data"),
	ROW(key_path, FIELD_STRING, "client-key"),
	ROW(username, FIELD_STRING, "username"),
	ROW(password, FIELD_SECRET, "password"),
	ROW(as, FIELD_STRING, "as"),
	ROW(as_uid, FIELD_STRING, "as-uid"),
	ROW(as_groups, FIELD_STRINGS, "as-groups"),
	ROW(as_extra, FIELD_TREE, "as-user-extra"),
	END_OF_FIELDS,
};

/* There is no file system of the author's beside a resource: `key` can only come as data. */
static int refuse_path(const char *path, const char *key, const char *data_key, struct err *err)
{
	if (!path)
		return 0;
	return err_set(err, ERR_CONFIG, "%s: names a file, which is not here; embed it: %s", key,
		data_key);
}

static int decode_secret(
	const struct secret *from, const char *key, struct secret **to, struct err *err)
{
	auto_buf struct buf bytes = BUF_SECRET(LIMIT_YAML);

	if (!from)
		return 0;
	if (!base64_decode(span_of(secret_reveal(from)), &bytes))
		return err_set(err, ERR_CONFIG, "%s: is not base64", key);
	*to = secret_new(buf_span(&bytes));
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

static void add_header(struct cluster *cluster, const char *name, const char *value)
{
	auto_free char *line = mem_format("%s: %s", name, value);

	strings_add(&cluster->headers, span_of(line));
}

/* "Impersonate-Extra-KEY", the key encoded as a header's name needs it. */
static int add_extra(struct cluster *cluster, const char *key, json_t *values, struct err *err)
{
	auto_buf struct buf name = BUF(LIMIT_URL);
	size_t index;
	json_t *value;

	if (buf_add_string(&name, "Impersonate-Extra-") < 0 || url_add_encoded(&name, key) < 0 ||
		!json_is_array(values))
		return err_set(err, ERR_CONFIG, "as-user-extra: must be a map of lists of strings");
	json_array_foreach (values, index, value) {
		if (!json_is_string(value))
			return err_set(err, ERR_CONFIG,
				"as-user-extra: must be a map of lists of strings");
		add_header(cluster, name.data, json_string_value(value));
	}
	return 0;
}

static int impersonate(struct cluster *cluster, const struct user_entry *entry, struct err *err)
{
	const char *key;
	json_t *values;

	if (!entry->as) {
		if (entry->as_uid || entry->as_groups.count || json_object_size(entry->as_extra))
			return err_set(err, ERR_CONFIG,
				"as: is required beside as-uid, as-groups and as-user-extra");
		return 0;
	}
	add_header(cluster, "Impersonate-User", entry->as);
	if (entry->as_uid)
		add_header(cluster, "Impersonate-Uid", entry->as_uid);
	for (size_t i = 0; i < entry->as_groups.count; i++)
		add_header(cluster, "Impersonate-Group", entry->as_groups.items[i]);
	json_object_foreach (entry->as_extra, key, values)
		if (add_extra(cluster, key, values, err) < 0)
			return -1;
	return 0;
}

/* Plugins that client-go once had built in. */
static int use_provider(
	struct cluster *cluster, json_t *provider, const char *where, struct err *err)
{
	const char *name = object_text(provider, "name");
	json_t *config = json_object_get(provider, "config");

	if (strcmp(name, "oidc") == 0) {
		if (oidc_credentials(&cluster->credentials, config, where, err) < 0)
			return err_wrap(err, "auth-provider");
		return 0;
	}
	if (strcmp(name, "gcp") == 0)
		return err_set(err, ERR_CONFIG,
			"auth-provider: 'gcp' finds no credentials here; give this kubeconfig as "
			"'source.gke.kubeconfig', beside json_key");
	if (strcmp(name, "azure") == 0)
		return err_set(err, ERR_CONFIG,
			"auth-provider: 'azure' finds no credentials here; give this kubeconfig as "
			"'source.aks.kubeconfig', beside client_id and client_secret");
	return err_set(err, ERR_CONFIG,
		"auth-provider: '%s' is not supported; use the token of a service account", name);
}

/* What gets its token by asking somebody; what is written out beats it. */
static int use_plugins(struct cluster *cluster, json_t *user, const char *where, struct err *err)
{
	json_t *provider = json_object_get(user, "auth-provider");

	if (cluster->token || cluster->client_cert || cluster->username)
		return 0;
	if (json_is_object(json_object_get(user, "exec")))
		return exec_open(cluster, user, where, err);
	if (json_is_object(provider))
		return use_provider(cluster, provider, where, err);
	return 0;
}

static int use_entry(struct cluster *cluster, struct user_entry *entry, struct err *err)
{
	if (use_files(entry, err) < 0 ||
		decode_secret(entry->cert_data, "client-certificate-data", &cluster->client_cert,
			err) < 0 ||
		decode_secret(entry->key_data, "client-key-data", &cluster->client_key, err) < 0)
		return -1;
	cluster->token = TAKE(entry->token);
	cluster->username = TAKE(entry->username);
	cluster->password = TAKE(entry->password);
	return impersonate(cluster, entry, err);
}

int user_read(struct cluster *cluster, json_t *user, const char *label, const char *where,
	struct err *err)
{
	struct user_entry entry = { 0 };
	int status = schema_parse(user_fields, UNKNOWN_IGNORED, label, user, &entry, err);

	if (status == 0 &&
		(use_entry(cluster, &entry, err) < 0 || use_plugins(cluster, user, where, err) < 0))
		status = err_wrap(err, "%s", label);
	schema_release(user_fields, &entry);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* exec: a kubeconfig's user that gets its token by running a plugin. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "kube/auth/aks.h"
#include "kube/auth/eks.h"
#include "kube/auth/exec.h"
#include "kube/object.h"

void exec_release(struct exec_plugin *plugin)
{
	free(plugin->command);
	free(plugin->cluster);
	free(plugin->region);
	free(plugin->role);
	free(plugin->access_key_id);
	secret_free(plugin->secret_access_key);
	secret_free(plugin->session_token);
	free(plugin->tenant);
	free(plugin->server_id);
	free(plugin->authority);
	free(plugin->client_id);
	secret_free(plugin->client_secret);
	*plugin = (struct exec_plugin){ 0 };
}

/* The value of "--name value" or "--name=value" among the arguments; NULL: none. */
static const char *argument(json_t *exec, const char *name)
{
	json_t *args = json_object_get(exec, "args");
	size_t length = strlen(name);

	for (size_t i = 0; i < json_array_size(args); i++) {
		const char *text = json_string_value(json_array_get(args, i));

		if (!text || strncmp(text, name, length) != 0)
			continue;
		if (text[length] == '=')
			return text + length + 1;
		if (!text[length])
			return json_string_value(json_array_get(args, i + 1));
	}
	return NULL;
}

static bool has_word(json_t *exec, const char *word)
{
	size_t index;
	json_t *item;

	json_array_foreach (json_object_get(exec, "args"), index, item)
		if (json_is_string(item) && strcmp(json_string_value(item), word) == 0)
			return true;
	return false;
}

static const char *variable(json_t *exec, const char *name)
{
	size_t index;
	json_t *item;

	json_array_foreach (json_object_get(exec, "env"), index, item)
		if (strcmp(object_text(item, "name"), name) == 0)
			return json_string_value(json_object_get(item, "value"));
	return NULL;
}

/* The first of two that is said. */
static char *either(const char *one, const char *other)
{
	return mem_copy_string(one && *one ? one : other);
}

static struct secret *secret_of(const char *one, const char *other)
{
	const char *text = one && *one ? one : other;

	return text && *text ? secret_new(span_of(text)) : NULL;
}

static void read_eks(struct exec_plugin *plugin, json_t *exec)
{
	const char *cluster = argument(exec, "--cluster-name");
	const char *role = argument(exec, "--role-arn");

	cluster = cluster ? cluster : argument(exec, "--cluster-id");
	role = role ? role : argument(exec, "--role");
	plugin->cluster = either(cluster, argument(exec, "-i"));
	plugin->role = either(role, argument(exec, "-r"));
	plugin->region = either(argument(exec, "--region"), variable(exec, "AWS_REGION"));
	if (!plugin->region)
		plugin->region = mem_copy_string(variable(exec, "AWS_DEFAULT_REGION"));
	plugin->access_key_id = mem_copy_string(variable(exec, "AWS_ACCESS_KEY_ID"));
	plugin->secret_access_key = secret_of(variable(exec, "AWS_SECRET_ACCESS_KEY"), NULL);
	plugin->session_token = secret_of(variable(exec, "AWS_SESSION_TOKEN"), NULL);
}

/* The clouds beside Azure's own, by kubelogin's names. */
static const char *authority_of(const char *environment)
{
	if (environment && strcmp(environment, "AzureChinaCloud") == 0)
		return "https://login.chinacloudapi.cn";
	if (environment && strcmp(environment, "AzureUSGovernmentCloud") == 0)
		return "https://login.microsoftonline.us";
	return NULL;
}

static void read_aks(struct exec_plugin *plugin, json_t *exec)
{
	const char *login = argument(exec, "--login");
	const char *id = variable(exec, "AAD_SERVICE_PRINCIPAL_CLIENT_ID");
	const char *word = variable(exec, "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET");

	plugin->server_id = mem_copy_string(argument(exec, "--server-id"));
	plugin->tenant = either(argument(exec, "--tenant-id"), variable(exec, "AZURE_TENANT_ID"));
	plugin->authority = either(
		argument(exec, "--authority-host"), authority_of(argument(exec, "--environment")));
	/* with other ways to log in, the client is an application of Azure's */
	if (login && strcmp(login, "spn") == 0)
		id = id ? id : argument(exec, "--client-id");
	plugin->client_id = either(id, variable(exec, "AZURE_CLIENT_ID"));
	plugin->client_secret = secret_of(word ? word : argument(exec, "--client-secret"),
		variable(exec, "AZURE_CLIENT_SECRET"));
}

/* Which plugin it is; the path to it and Windows' suffix say nothing. */
static enum exec_kind kind_of(json_t *exec, const char *command)
{
	struct span name = span_of(file_base_name(command));

	if (span_ends(name, ".exe"))
		name.length -= strlen(".exe");
	if (span_is(name, "aws") && has_word(exec, "eks") && has_word(exec, "get-token"))
		return EXEC_EKS;
	if (span_is(name, "aws-iam-authenticator") && has_word(exec, "token"))
		return EXEC_EKS;
	if (span_is(name, "gke-gcloud-auth-plugin"))
		return EXEC_GKE;
	/* another program of that name logs in by OpenID Connect, in a browser */
	if (span_is(name, "kubelogin") && has_word(exec, "get-token") &&
		!argument(exec, "--oidc-issuer-url"))
		return EXEC_AKS;
	return EXEC_OTHER;
}

bool exec_read(struct exec_plugin *plugin, json_t *user)
{
	json_t *exec = json_object_get(user, "exec");

	if (!json_is_object(exec))
		return false;
	plugin->command = mem_copy_string(object_text(exec, "command"));
	plugin->kind = kind_of(exec, plugin->command);
	if (plugin->kind == EXEC_EKS)
		read_eks(plugin, exec);
	else if (plugin->kind == EXEC_AKS)
		read_aks(plugin, exec);
	return true;
}

/* The author of the kubeconfig says how to install it, and often what it is. */
static int refuse_other(const struct exec_plugin *plugin, json_t *exec, struct err *err)
{
	const char *hint = object_text(exec, "installHint");

	return err_set(err, ERR_CONFIG,
		"exec: the plugin '%s' cannot be run here; use the token of a service account%s%s",
		plugin->command, *hint ? "; its hint: " : "", hint);
}

static int open_eks(struct cluster *cluster, const struct exec_plugin *plugin, const char *where,
	struct err *err)
{
	const struct eks_source source = {
		.cluster = plugin->cluster,
		.region = plugin->region,
		.access_key_id = plugin->access_key_id,
		.secret_access_key = plugin->secret_access_key,
		.session_token = plugin->session_token,
		.role_arn = plugin->role,
	};

	if (!plugin->access_key_id || !plugin->secret_access_key)
		return err_set(err, ERR_CONFIG,
			"exec: '%s' finds no credentials here; give this kubeconfig as "
			"'source.eks.kubeconfig', beside access_key_id and secret_access_key",
			plugin->command);
	if (!plugin->cluster || !plugin->region)
		return err_set(err, ERR_CONFIG, "exec: '%s': the argument %s is required",
			plugin->command, plugin->cluster ? "--region" : "--cluster-name");
	return eks_credentials(&cluster->credentials, &source, where, err);
}

static int open_aks(struct cluster *cluster, const struct exec_plugin *plugin, const char *where,
	struct err *err)
{
	const struct aks_source source = {
		.tenant = plugin->tenant,
		.client_id = plugin->client_id,
		.client_secret = plugin->client_secret,
		.server_id = plugin->server_id,
		.authority = plugin->authority,
	};

	if (!plugin->client_id || !plugin->client_secret)
		return err_set(err, ERR_CONFIG,
			"exec: '%s' finds no credentials here; give this kubeconfig as "
			"'source.aks.kubeconfig', beside client_id and client_secret",
			plugin->command);
	if (!plugin->tenant)
		return err_set(err, ERR_CONFIG, "exec: '%s': the argument --tenant-id is required",
			plugin->command);
	return aks_credentials(&cluster->credentials, &source, where, err);
}

int exec_open(struct cluster *cluster, json_t *user, const char *where, struct err *err)
{
	auto_exec struct exec_plugin plugin = { 0 };

	if (!exec_read(&plugin, user))
		return 0;
	switch (plugin.kind) {
	case EXEC_EKS:
		return open_eks(cluster, &plugin, where, err);
	case EXEC_AKS:
		return open_aks(cluster, &plugin, where, err);
	case EXEC_GKE:
		return err_set(err, ERR_CONFIG,
			"exec: '%s' finds no credentials here; give this kubeconfig as "
			"'source.gke.kubeconfig', beside json_key",
			plugin.command);
	case EXEC_OTHER:
		break;
	}
	return refuse_other(&plugin, json_object_get(user, "exec"), err);
}

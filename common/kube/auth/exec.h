/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec: a kubeconfig's user that gets its token by running a plugin (client.authentication.k8s.io).
 *
 * There is nothing to run here. What `aws eks get-token`, `aws-iam-authenticator`, Azure's `kubelogin`
 * and `gke-gcloud-auth-plugin` would do is done by ourselves (eks.h, aks.h, gke.h); this reads what
 * the entry says to them.
 */
#ifndef KUBE_AUTH_EXEC_H
#define KUBE_AUTH_EXEC_H

#include <jansson.h>

#include "base/secret.h"
#include "kube/cluster.h"

enum exec_kind { EXEC_OTHER, EXEC_EKS, EXEC_GKE, EXEC_AKS };

/* It owns what it holds; what is not said is NULL. */
struct exec_plugin {
	enum exec_kind kind;
	char *command;
	char *cluster; /* EKS, as the rest up to the keys */
	char *region;
	char *role;
	char *access_key_id;
	struct secret *secret_access_key;
	struct secret *session_token;
	char *tenant; /* AKS, as the rest */
	char *server_id;
	char *authority;
	char *client_id; /* of a service principal, with client_secret */
	struct secret *client_secret;
};

void exec_release(struct exec_plugin *plugin);
#define auto_exec AUTO(exec_release)

/* Read the user's `exec`. False where there is none. */
bool exec_read(struct exec_plugin *plugin, json_t *user);

/*
 * Take tokens as the plugin would, by the credentials in the entry's own environment and arguments.
 * ERR_CONFIG, beginning with "exec", says where to give them instead, or holds the entry's
 * installHint. `where` is the field of the kubeconfig.
 */
MUST_CHECK int exec_open(struct cluster *cluster, json_t *user, const char *where, struct err *err);

#endif

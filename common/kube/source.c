/* SPDX-License-Identifier: Apache-2.0 */
/* source: which cluster it is and who we are there. */
#include "kube/auth/account.h"
#include "kube/kubeconfig.h"
#include "kube/source.h"

static int open_kubeconfig(
	struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return kubeconfig_read(
		cluster, source->kubeconfig, source->context, "source.kubeconfig", err);
}

static int open_server(
	struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	if (!source->token)
		return err_set(err, ERR_CONFIG, "source.token: is required beside 'server'");
	if (cluster_use_server(cluster, source->server, "source.server", err) < 0 ||
		cluster_use_authority(cluster, source->certificate_authority,
			"source.certificate_authority", err) < 0)
		return -1;
	cluster->token = secret_new(span_of(secret_reveal(source->token)));
	return 0;
}

static int open_account(
	struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	(void)source;
	return account_open(cluster, "source.in_cluster", err);
}

static int open_tkgi(struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return tkgi_open(cluster, source->tkgi, "source.tkgi", err);
}

static int open_pks(struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return tkgi_open(cluster, source->pks, "source.pks", err);
}

static int open_gke(struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return gke_open(cluster, source->gke, source->context, "source.gke", err);
}

static int open_eks(struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return eks_open(cluster, source->eks, source->context, "source.eks", err);
}

static int open_aks(struct cluster *cluster, const struct cluster_source *source, struct err *err)
{
	return aks_open(cluster, source->aks, source->context, "source.aks", err);
}

struct way {
	const char *key;
	const char *field; /* of the certificates */
	bool given;
	bool has_context;
	int (*open)(struct cluster *, const struct cluster_source *, struct err *);
};

/* token and certificate_authority say nothing without the server that they belong to. */
static int check_companions(
	const struct cluster_source *source, const struct way *way, struct err *err)
{
	if (source->token && !source->server)
		return err_set(err, ERR_CONFIG, "source.token: belongs to 'server', not to '%s'",
			way->key);
	if (source->certificate_authority && !source->server)
		return err_set(err, ERR_CONFIG,
			"source.certificate_authority: belongs to 'server', not to '%s'", way->key);
	if (source->context && !way->has_context)
		return err_set(err, ERR_CONFIG, "source.context: belongs to a kubeconfig");
	return 0;
}

static const struct way *choose(const struct way *ways, size_t count, struct err *err)
{
	const struct way *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!ways[i].given)
			continue;
		if (found) {
			(void)err_set(err, ERR_CONFIG,
				"source: holds both '%s' and '%s', choose one", found->key,
				ways[i].key);
			return NULL;
		}
		found = &ways[i];
	}
	if (!found)
		(void)err_set(err, ERR_CONFIG,
			"source: must hold one of 'kubeconfig', 'server', 'in_cluster', 'tkgi', "
			"'gke', 'eks', 'aks'");
	return found;
}

int cluster_read(struct cluster *cluster, const char **field, const struct cluster_source *source,
	struct err *err)
{
	const struct way ways[] = {
		{ "kubeconfig", "source.kubeconfig", source->kubeconfig, true, open_kubeconfig },
		{ "server", "source.certificate_authority", source->server, false, open_server },
		{ "in_cluster", "source.in_cluster", source->in_cluster, false, open_account },
		{ "tkgi", "source.tkgi.ca_cert", source->tkgi, false, open_tkgi },
		{ "pks", "source.pks.ca_cert", source->pks, false, open_pks },
		{ "gke", "source.gke.certificate_authority", source->gke,
			source->gke && source->gke->kubeconfig, open_gke },
		{ "eks", "source.eks.certificate_authority", source->eks,
			source->eks && source->eks->kubeconfig, open_eks },
		{ "aks", "source.aks.certificate_authority", source->aks,
			source->aks && source->aks->kubeconfig, open_aks },
	};
	const struct way *way = choose(ways, COUNT(ways), err);

	if (!way || check_companions(source, way, err) < 0)
		return -1;
	*field = way->field;
	return way->open(cluster, source, err);
}

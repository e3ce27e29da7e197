/* SPDX-License-Identifier: Apache-2.0 */
/* cluster: how to reach one API server. */
#include "kube/cluster.h"

void cluster_release(struct cluster *cluster)
{
	free(cluster->server);
	free(cluster->namespace);
	strings_release(&cluster->ca_certs);
	free(cluster->tls_server_name);
	free(cluster->proxy);
	secret_free(cluster->token);
	secret_free(cluster->client_cert);
	secret_free(cluster->client_key);
	free(cluster->username);
	secret_free(cluster->password);
	*cluster = (struct cluster){ 0 };
}

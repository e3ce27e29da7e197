/* SPDX-License-Identifier: Apache-2.0 */
/* place: where a cloud's cluster is. */
#include "base/mem.h"
#include "kube/auth/place.h"
#include "kube/kubeconfig.h"

int place_read(struct cluster *cluster, const struct place *place, json_t **user, struct err *err)
{
	auto_free char *config = mem_format("%s.kubeconfig", place->where);
	auto_free char *server = mem_format("%s.%s", place->where, place->server_key);
	auto_free char *authority = mem_format("%s.certificate_authority", place->where);

	if (place->kubeconfig && (place->server || place->certificate_authority))
		return err_set(err, ERR_CONFIG, "%s: holds both 'kubeconfig' and '%s', choose one",
			place->where, place->server ? place->server_key : "certificate_authority");
	if (place->kubeconfig)
		return kubeconfig_place(
			cluster, place->kubeconfig, place->context, config, user, err);
	if (!place->server)
		return err_set(err, ERR_CONFIG, "%s: must hold '%s' or 'kubeconfig'", place->where,
			place->server_key);
	if (cluster_use_server(cluster, place->server, server, err) < 0)
		return -1;
	return cluster_use_authority(cluster, place->certificate_authority, authority, err);
}

int place_need(const char *text, const char *where, const char *key, struct err *err)
{
	if (!text || !*text)
		return err_set(err, ERR_CONFIG, "%s.%s: is required", where, key);
	return 0;
}

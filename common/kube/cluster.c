/* SPDX-License-Identifier: Apache-2.0 */
/* cluster: how to reach one API server. */
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/cluster.h"
#include "net/url.h"

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
	strings_release(&cluster->headers);
	kube_credentials_release(&cluster->credentials);
	*cluster = (struct cluster){ 0 };
}

int cluster_use_server(
	struct cluster *cluster, const char *server, const char *label, struct err *err)
{
	struct span url = span_of(server);
	auto_free char *copy = NULL;
	auto_free char *origin = NULL;

	if (!url.length)
		return err_set(err, ERR_CONFIG, "%s: is required", label);
	if (strpbrk(server, "?#@"))
		return err_set(err, ERR_CONFIG,
			"%s: must be a URL without user, query and fragment", label);
	while (span_ends(url, "/"))
		url.length--;
	copy = span_copy(url);
	origin = url_origin(copy);
	if (!origin || (!span_starts(url, "https://") && !span_starts(url, "http://")))
		return err_set(err, ERR_CONFIG, "%s: must be an https URL", label);
	cluster->server = TAKE(copy);
	return 0;
}

int cluster_add_certificates(
	struct strings *certificates, const char *text, const char *label, struct err *err)
{
	auto_buf struct buf pem = BUF(LIMIT_YAML);

	if (strstr(text, "-----BEGIN ")) {
		strings_add(certificates, span_of(text));
		return 0;
	}
	if (!base64_decode(span_of(text), &pem) || !pem.length || !strstr(pem.data, "-----BEGIN "))
		return err_set(err, ERR_CONFIG,
			"%s: is neither a PEM certificate (-----BEGIN CERTIFICATE-----) nor base64 of "
			"one",
			label);
	strings_add(certificates, buf_span(&pem));
	return 0;
}

int cluster_use_authority(
	struct cluster *cluster, const char *authority, const char *label, struct err *err)
{
	if (!authority)
		return 0;
	return cluster_add_certificates(&cluster->ca_certs, authority, label, err);
}

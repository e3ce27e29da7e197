/* SPDX-License-Identifier: Apache-2.0 */
/* eks: a cluster of Amazon's Elastic Kubernetes Service. */
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/auth/crypt.h"
#include "kube/auth/eks.h"
#include "kube/auth/exec.h"
#include "kube/auth/place.h"
#include "kube/auth/sts.h"
#include "kube/auth/token.h"

#define TOKEN_PREFIX "k8s-aws-v1."

const struct field eks_source_fields[] = {
	STRING(eks_source, cluster, OPTIONAL,
		"name of the cluster; default: that of the kubeconfig's plugin"),
	STRING(eks_source, region, OPTIONAL,
		"AWS region of the cluster; default: that of the kubeconfig's plugin"),
	STRING(eks_source, endpoint, OPTIONAL, "https URL of the API server, without a kubeconfig"),
	STRING(eks_source, certificate_authority, OPTIONAL, "CA of `endpoint`, PEM or base64"),
	TREE(eks_source, kubeconfig, OPTIONAL, "where the cluster is; its plugin is not needed"),
	STRING(eks_source, access_key_id, REQUIRED, "AWS access key"),
	SECRET(eks_source, secret_access_key, REQUIRED, "its secret"),
	SECRET(eks_source, session_token, OPTIONAL, "of temporary keys"),
	STRING(eks_source, role_arn, OPTIONAL, "role to assume"),
	STRING(eks_source, external_id, OPTIONAL, "external id that the role asks for"),
	STRING(eks_source, sts_endpoint, OPTIONAL,
		"https URL of STS for assuming the role; default: AWS's in the region"),
	END_OF_FIELDS,
};

struct eks {
	char *where;
	char *cluster;
	char *region;
	char *host; /* of STS, for the token */
	char *role_arn;
	char *external_id;
	char *role_host; /* of STS, for the role */
	struct aws_keys own;
	struct aws_keys assumed;
	int64_t assumed_end_ms; /* since 1970 */
	struct http *http;
};

static void eks_free(void *provider)
{
	struct eks *eks = provider;

	free(eks->where);
	free(eks->cluster);
	free(eks->region);
	free(eks->host);
	free(eks->role_arn);
	free(eks->external_id);
	free(eks->role_host);
	aws_keys_release(&eks->own);
	aws_keys_release(&eks->assumed);
	http_close(eks->http);
	free(eks);
}

/* The keys to sign with. Those of a role are had anew when a token of theirs might outlive them. */
static int find_keys(struct eks *eks, const struct aws_keys **keys, struct err *err)
{
	const struct sts_role role = {
		.host = eks->role_host,
		.region = eks->region,
		.arn = eks->role_arn,
		.external_id = eks->external_id,
	};
	auto_aws_keys struct aws_keys assumed = { 0 };

	*keys = eks->role_arn ? &eks->assumed : &eks->own;
	if (!eks->role_arn || eks->assumed_end_ms > clock_wall_ms() + TOKEN_AWS_MS)
		return 0;
	if (sts_assume(&assumed, &eks->assumed_end_ms, eks->http, &role, &eks->own, err) < 0)
		return -1;
	aws_keys_release(&eks->assumed);
	eks->assumed = assumed;
	assumed = (struct aws_keys){ 0 };
	return 0;
}

static int sign(
	const struct eks *eks, const struct aws_keys *keys, struct buf *token, struct err *err)
{
	static const struct kube_parameter parameters[] = {
		{ "Action", "GetCallerIdentity" },
		{ "Version", "2011-06-15" },
		{ NULL, NULL },
	};
	const struct sigv4 request = {
		.host = eks->host,
		.region = eks->region,
		.service = "sts",
		.header_name = "x-k8s-aws-id",
		.header_value = eks->cluster,
		.valid_s = 60,
		.now_ms = clock_wall_ms(),
		.parameters = parameters,
	};
	auto_buf struct buf url = BUF_SECRET(LIMIT_URL);

	if (sigv4_presign(&url, &request, keys) < 0 || buf_add_string(token, TOKEN_PREFIX) < 0 ||
		!base64url_encode(buf_span(&url), token))
		return err_set(err, ERR_CONFIG, "the credentials are too long");
	return 0;
}

static int eks_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct eks *eks = provider;
	auto_buf struct buf token = BUF_SECRET(LIMIT_TOKEN);
	const struct aws_keys *keys;

	if (find_keys(eks, &keys, err) < 0 || sign(eks, keys, &token, err) < 0)
		return err_wrap(err, "%s", eks->where);
	bearer->token = secret_new(buf_span(&token));
	bearer->lifetime_ms = TOKEN_AWS_MS;
	return 0;
}

/* Names of regions and clusters stand in a host's name and in a header. */
static bool is_name(const char *text)
{
	for (; *text; text++)
		if (!(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z') &&
			!(*text >= '0' && *text <= '9') && *text != '-' && *text != '_')
			return false;
	return true;
}

/* The host of the role's STS, with its port. */
static int use_sts(struct eks *eks, const char *endpoint, struct err *err)
{
	auto_free char *label = mem_format("%s.sts_endpoint", eks->where);
	struct span host = span_of(endpoint);

	if (!endpoint) {
		eks->role_host = mem_copy_string(eks->host);
		return 0;
	}
	if (token_check_url(endpoint, label, err) < 0)
		return -1;
	(void)span_take(&host, "https://");
	while (span_ends(host, "/"))
		host.length--;
	if (!host.length || memchr(host.data, '/', host.length))
		return err_set(err, ERR_CONFIG, "%s: must be an https URL without a path", label);
	eks->role_host = span_copy(host);
	return 0;
}

static struct secret *copy(const struct secret *secret)
{
	return secret ? secret_new(span_of(secret_reveal(secret))) : NULL;
}

int eks_credentials(struct kube_credentials *credentials, const struct eks_source *source,
	const char *where, struct err *err)
{
	struct eks *eks;

	if (!is_name(source->region))
		return err_set(err, ERR_CONFIG, "%s.region: is not the name of a region", where);
	if (!is_name(source->cluster))
		return err_set(err, ERR_CONFIG, "%s.cluster: is not the name of a cluster", where);
	eks = mem_alloc(sizeof(*eks));
	*credentials = (struct kube_credentials){ eks_renew, eks_free, eks };
	eks->where = mem_copy_string(where);
	eks->cluster = mem_copy_string(source->cluster);
	eks->region = mem_copy_string(source->region);
	eks->host = sts_host(source->region);
	eks->role_arn = mem_copy_string(source->role_arn);
	eks->external_id = mem_copy_string(source->external_id);
	eks->own.id = mem_copy_string(source->access_key_id);
	eks->own.secret = copy(source->secret_access_key);
	eks->own.session_token = copy(source->session_token);
	token_hide_encoded(eks->own.session_token);
	if (use_sts(eks, source->sts_endpoint, err) < 0)
		return -1;
	return http_open(&eks->http, &(struct http_options){ 0 }, err);
}

int eks_open(struct cluster *cluster, const struct eks_source *source, const char *context,
	const char *where, struct err *err)
{
	const struct place place = {
		.where = where,
		.kubeconfig = source->kubeconfig,
		.context = context,
		.server_key = "endpoint",
		.server = source->endpoint,
		.certificate_authority = source->certificate_authority,
	};
	struct eks_source known = *source; /* borrows from source and plugin */
	auto_exec struct exec_plugin plugin = { 0 };
	json_auto_t *user = NULL;

	if (place_read(cluster, &place, &user, err) < 0)
		return -1;
	if (exec_read(&plugin, user) && plugin.kind == EXEC_EKS) {
		known.cluster = known.cluster ? known.cluster : plugin.cluster;
		known.region = known.region ? known.region : plugin.region;
		known.role_arn = known.role_arn ? known.role_arn : plugin.role;
	}
	if (place_need(known.cluster, where, "cluster", err) < 0 ||
		place_need(known.region, where, "region", err) < 0)
		return -1;
	return eks_credentials(&cluster->credentials, &known, where, err);
}

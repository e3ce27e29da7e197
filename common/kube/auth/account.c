/* SPDX-License-Identifier: Apache-2.0 */
/* account: the service account of the pod that this program runs in. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "kube/auth/account.h"

#define FOLDER "/var/run/secrets/kubernetes.io/serviceaccount/"

static void account_free(void *provider)
{
	free(provider);
}

static int account_renew(void *provider, struct kube_bearer *bearer, struct err *err)
{
	auto_buf struct buf text = BUF_SECRET(LIMIT_TOKEN);
	struct span token;

	if (file_read(AT_FDCWD, FOLDER "token", &text, err) < 0)
		return err_wrap(err, "%s", (const char *)provider);
	token = span_trim(buf_span(&text));
	if (!token.length)
		return err_set(
			err, ERR_CONFIG, "%s: %s is empty", (const char *)provider, FOLDER "token");
	bearer->token = secret_new(token);
	bearer->lifetime_ms = TOKEN_REREAD_MS;
	return 0;
}

/* A file of the account that need not be there. */
static void read_optional(const char *path, struct buf *text)
{
	struct err err;

	if (file_read(AT_FDCWD, path, text, &err) < 0)
		buf_clear(text);
}

int account_open(struct cluster *cluster, const char *where, struct err *err)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	const char *port = getenv("KUBERNETES_SERVICE_PORT");
	auto_buf struct buf authority = BUF(LIMIT_YAML);
	auto_buf struct buf namespace = BUF(LIMIT_COMMITISH);
	struct span name;

	if (!host || !*host || !port || !*port)
		return err_set(err, ERR_CONFIG,
			"%s: this is no pod with a service account: KUBERNETES_SERVICE_HOST and "
			"KUBERNETES_SERVICE_PORT are not set",
			where);
	cluster->server = mem_format(
		strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port);
	read_optional(FOLDER "ca.crt", &authority);
	if (span_trim(buf_span(&authority)).length)
		strings_add(&cluster->ca_certs, buf_span(&authority));
	read_optional(FOLDER "namespace", &namespace);
	name = span_trim(buf_span(&namespace));
	if (name.length)
		cluster->namespace = span_copy(name);
	cluster->credentials = (struct kube_credentials){ account_renew, account_free,
		mem_copy_string(where) };
	return 0;
}

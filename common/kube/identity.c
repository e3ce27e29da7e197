/* SPDX-License-Identifier: Apache-2.0 */
/* identity: who asks an API server, and a new token for it where it is time for one. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/identity.h"

static bool is_https(const char *url)
{
	return span_starts(span_of(url), "https://");
}

static void keep_headers(struct kube_identity *identity)
{
	if (!identity->headers.count)
		return;
	identity->header_lines = mem_alloc(
		(identity->headers.count + 1) * sizeof(*identity->header_lines));
	for (size_t i = 0; i < identity->headers.count; i++)
		identity->header_lines[i] = identity->headers.items[i];
}

void identity_take(struct kube_identity *identity, struct cluster *cluster, const char *server)
{
	if (!is_https(server)) {
		if (cluster->token || cluster->password || cluster->credentials.renew)
			log_warning("%s is not https: no credentials are sent", server);
		return;
	}
	identity->token = TAKE(cluster->token);
	identity->username = TAKE(cluster->username);
	identity->password = TAKE(cluster->password);
	identity->credentials = cluster->credentials;
	cluster->credentials = (struct kube_credentials){ 0 };
	identity->headers = cluster->headers;
	cluster->headers = (struct strings){ 0 };
	keep_headers(identity);
	identity->auth = (struct http_auth){
		.username = identity->username,
		.password = identity->password,
		.bearer = identity->token,
	};
}

void identity_release(struct kube_identity *identity)
{
	free(identity->username);
	secret_free(identity->password);
	secret_free(identity->token);
	strings_release(&identity->headers);
	free(identity->header_lines);
	kube_credentials_release(&identity->credentials);
	*identity = (struct kube_identity){ 0 };
}

/* A token is in use until shortly before it ends. */
static int64_t due_after(int64_t lifetime_ms)
{
	int64_t margin = lifetime_ms / 4 < TOKEN_MARGIN_MS ? lifetime_ms / 4 : TOKEN_MARGIN_MS;

	return lifetime_ms < 0 ? INT64_MAX : clock_monotonic_ms() + lifetime_ms - margin;
}

static int renew(struct kube_identity *identity, struct err *err)
{
	struct kube_bearer bearer = { .lifetime_ms = -1 };

	if (identity->credentials.renew(identity->credentials.provider, &bearer, err) < 0) {
		/* of an object they would say what is not so */
		if (err->kind == ERR_MISSING || err->kind == ERR_EXPIRED ||
			err->kind == ERR_CONFLICT)
			err->kind = ERR_AUTH;
		return -1;
	}
	secret_free(identity->token);
	identity->token = bearer.token;
	identity->auth.bearer = identity->token;
	identity->due_ms = due_after(bearer.lifetime_ms);
	identity->renewals++;
	log_debug("a new token for the API server, good for %lld s",
		(long long)(bearer.lifetime_ms / 1000));
	return 0;
}

int identity_authorize(struct kube_identity *identity, struct http_request *request,
	unsigned *renewals, struct err *err)
{
	if (identity->credentials.renew && clock_monotonic_ms() >= identity->due_ms &&
		renew(identity, err) < 0)
		return -1;
	request->auth = identity->auth.username || identity->auth.bearer ? &identity->auth : NULL;
	request->headers = identity->header_lines;
	*renewals = identity->renewals;
	return 0;
}

bool identity_worth_again(struct kube_identity *identity, unsigned renewals, int status)
{
	if (status != 401) {
		identity->renewed_again = false;
		return false;
	}
	if (!identity->credentials.renew)
		return false;
	/* there is another token by now, or the next request gets one because of a refusal before */
	if (renewals != identity->renewals || !identity->due_ms)
		return true;
	if (identity->renewed_again)
		return false;
	identity->renewed_again = true;
	identity->due_ms = 0;
	return true;
}

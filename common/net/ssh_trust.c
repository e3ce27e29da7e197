/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_trust: whether the key that a host shows is the one that it should have. */
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/ssh_trust.h"

static const char fingerprint_prefix[] = "SHA256:";

/* The digest that a fingerprint stands for; false where it is not one. */
static bool read_fingerprint(struct span text, struct buf *digest)
{
	text = span_trim(text);
	return span_take(&text, fingerprint_prefix) && base64_decode(text, digest) &&
		digest->length == DIGEST_SHA256_SIZE;
}

static bool has_fingerprints(const struct ssh_trust *trust)
{
	return trust->fingerprints && trust->fingerprints->count;
}

int ssh_trust_check(const struct ssh_trust *trust, struct err *err)
{
	if (trust->known_hosts && ssh_hosts_check(span_of(trust->known_hosts), err) < 0)
		return err_wrap(err, "%s.known_hosts", trust->where);
	for (size_t i = 0; has_fingerprints(trust) && i < trust->fingerprints->count; i++) {
		auto_buf struct buf digest = BUF(2 * DIGEST_SHA256_SIZE);

		if (!read_fingerprint(span_of(trust->fingerprints->items[i]), &digest))
			return err_set(err, ERR_CONFIG,
				"%s.host_key_fingerprints: '%s' is not of the form 'SHA256:…' that ssh-keygen -l prints",
				trust->where, trust->fingerprints->items[i]);
	}
	return 0;
}

static bool is_pinned(const struct ssh_trust *trust, struct span digest)
{
	for (size_t i = 0; has_fingerprints(trust) && i < trust->fingerprints->count; i++) {
		auto_buf struct buf pinned = BUF(2 * DIGEST_SHA256_SIZE);

		if (read_fingerprint(span_of(trust->fingerprints->items[i]), &pinned) &&
			span_equal(buf_span(&pinned), digest))
			return true;
	}
	return false;
}

/* "git.example.com" or "[git.example.com]:2222", as known_hosts names it. */
static char *show_host(const struct ssh_host *host)
{
	if (host->port == SSH_PORT)
		return mem_copy_string(host->name);
	return mem_format("[%s]:%u", host->name, host->port);
}

/* What can be said of one host and the key that it shows. */
struct showing {
	char *host;
	char *fingerprint;
	struct span type;
};

static void showing_release(struct showing *showing)
{
	free(showing->host);
	free(showing->fingerprint);
}

static void say_once(struct ssh_trust *trust, const struct showing *showing)
{
	if (strings_have(&trust->warned, showing->host))
		return;
	strings_add(&trust->warned, span_of(showing->host));
	log_warning(
		"the host key of %s is not verified: to pin it, set %s.host_key_fingerprints: [\"%s\"]",
		showing->host, trust->where, showing->fingerprint);
}

static enum ssh_trust_verdict changed(const struct ssh_trust *trust, const struct showing *showing,
	bool is_forge, struct err *err)
{
	(void)err_set(err, ERR_CONFIG,
		"the %.*s host key %s of %s is not one that %s%s for it: "
		"somebody may be in between; if the key was changed on purpose, correct that",
		SPAN_FORMAT(showing->type), showing->fingerprint, showing->host,
		is_forge ? "the forge publishes" : trust->where,
		is_forge ? "" : ".known_hosts lists");
	return SSH_TRUST_REFUSED;
}

static enum ssh_trust_verdict revoked(
	const struct ssh_trust *trust, const struct showing *showing, struct err *err)
{
	(void)err_set(err, ERR_CONFIG,
		"the %.*s host key %s of %s is marked as revoked in %s.known_hosts",
		SPAN_FORMAT(showing->type), showing->fingerprint, showing->host, trust->where);
	return SSH_TRUST_REFUSED;
}

/* Nothing vouches for the key. */
static enum ssh_trust_verdict unvouched(
	struct ssh_trust *trust, const struct showing *showing, struct err *err)
{
	if (has_fingerprints(trust)) {
		(void)err_set(err, ERR_CONFIG,
			"the %.*s host key %s of %s is not one of %s.host_key_fingerprints",
			SPAN_FORMAT(showing->type), showing->fingerprint, showing->host,
			trust->where);
		return SSH_TRUST_NOT_PINNED;
	}
	if (trust->known_hosts || trust->strict) {
		(void)err_set(err, ERR_CONFIG,
			"the host key of %s is not known: to trust it, set %s.host_key_fingerprints: [\"%s\"]%s",
			showing->host, trust->where, showing->fingerprint,
			trust->known_hosts ? ", or add the host to known_hosts" : "");
		return SSH_TRUST_REFUSED;
	}
	say_once(trust, showing);
	return SSH_TRUST_GO_ON;
}

static int look_up(const struct ssh_trust *trust, const struct ssh_host *host, struct span key,
	enum ssh_host_verdict *verdict, bool *is_forge, struct err *err)
{
	*is_forge = false;
	if (ssh_hosts_judge(span_of(trust->known_hosts), host, key, verdict, err) < 0)
		return -1;
	if (*verdict != SSH_HOST_UNLISTED || host->port != SSH_PORT)
		return 0;
	*is_forge = true;
	return ssh_hosts_judge(span_of(ssh_forges), host, key, verdict, err);
}

enum ssh_trust_verdict ssh_trust_judge(
	struct ssh_trust *trust, const struct ssh_host *host, struct span key, struct err *err)
{
	AUTO(showing_release) struct showing showing = { .host = show_host(host) };
	unsigned char bytes[DIGEST_SHA256_SIZE];
	struct span digest = { (const char *)bytes, sizeof(bytes) };
	enum ssh_host_verdict listed;
	bool is_forge;

	showing.type = ssh_key_type(key);
	if (digest_sha256(key, bytes, err) < 0 ||
		ssh_fingerprint(key, &showing.fingerprint, err) < 0 ||
		look_up(trust, host, key, &listed, &is_forge, err) < 0)
		return SSH_TRUST_REFUSED;
	if (listed == SSH_HOST_REVOKED)
		return revoked(trust, &showing, err);
	if (listed == SSH_HOST_KNOWN || is_pinned(trust, digest))
		return SSH_TRUST_GO_ON;
	if (listed == SSH_HOST_CHANGED)
		return changed(trust, &showing, is_forge, err);
	return unvouched(trust, &showing, err);
}

int ssh_trust_types(const struct ssh_trust *trust, const struct ssh_host *host,
	struct strings *types, struct err *err)
{
	if (ssh_hosts_types(span_of(trust->known_hosts), host, types, err) < 0)
		return -1;
	if (types->count || host->port != SSH_PORT)
		return 0;
	return ssh_hosts_types(span_of(ssh_forges), host, types, err);
}

void ssh_trust_release(struct ssh_trust *trust)
{
	strings_release(&trust->warned);
}

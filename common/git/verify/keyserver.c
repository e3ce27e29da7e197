/* SPDX-License-Identifier: Apache-2.0 */
/* keyserver: OpenPGP keys by their ids, from a key server. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/verify/keyserver.h"
#include "net/http.h"

#define DEFAULT_SERVER "hkp://keyserver.ubuntu.com/"
#define IDS "source.commit_verification_key_ids"

enum { SHORT_ID = 8, LONG_ID = 16, FINGERPRINT = 40 };

/* How the schemes of key servers are spoken. */
static const struct scheme {
	const char *name, *http;
	unsigned port; /* 0: that of http and https */
} schemes[] = {
	{ "hkp://", "http://", 11371 },
	{ "hkps://", "https://", 0 },
	{ "http://", "http://", 0 },
	{ "https://", "https://", 0 },
};

static bool has_port(struct span host)
{
	const char *end = host.data + host.length;

	for (const char *at = end; at > host.data && at[-1] != ']'; at--)
		if (at[-1] == ':')
			return true;
	return false;
}

/* "https://host:port", without a slash at its end; NULL where it is no server. */
static char *base_of(const char *server)
{
	const struct scheme *scheme = &schemes[0];
	struct span rest = span_of(server && *server ? server : DEFAULT_SERVER), host, path;
	auto_free char *name = NULL;
	auto_free char *below = NULL;

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (span_take(&rest, schemes[i].name)) {
			scheme = &schemes[i];
			break;
		}
	host = path = rest;
	if (!span_take_until(&path, "/", &host))
		path.length = 0;
	while (span_ends(path, "/"))
		path.length--;
	if (!host.length || strpbrk(server ? server : "", " \t\r\n?#@") || strstr(host.data, "://"))
		return NULL;
	name = span_copy(host);
	below = span_copy(path);
	if (scheme->port && !has_port(host))
		return mem_format("%s%s:%u%s", scheme->http, name, scheme->port, below);
	return mem_format("%s%s%s", scheme->http, name, below);
}

/* Its digits in upper case; false where it is no id. */
static bool read_id(char id[static FINGERPRINT + 1], const char *text)
{
	struct span rest = span_trim(span_of(text));
	size_t length = 0;

	if (!span_take(&rest, "0x"))
		(void)span_take(&rest, "0X");
	for (struct span digit; rest.length && length < FINGERPRINT;) {
		if (span_take(&rest, " "))
			continue;
		if (!span_take_hex(&rest, 1, &digit))
			return false;
		id[length++] = (char)(*digit.data >= 'a' ? *digit.data - 'a' + 'A' : *digit.data);
	}
	id[length] = '\0';
	return !rest.length && (length == FINGERPRINT || length == LONG_ID || length == SHORT_ID);
}

int keyserver_check(const struct git_source *source, struct err *err)
{
	const struct strings *ids = &source->commit_verification_key_ids;
	auto_free char *base = base_of(source->gpg_keyserver);
	char id[FINGERPRINT + 1];

	if (!base)
		return err_set(err, ERR_CONFIG,
			"source.gpg_keyserver is not an address of the form hkps://host");
	for (size_t i = 0; i < ids->count; i++) {
		if (!read_id(id, ids->items[i]))
			return err_set(err, ERR_CONFIG,
				IDS
				", item %zu: is neither a fingerprint of 40 hexadecimal digits nor "
				"the 16 at its end",
				i + 1);
		if (strlen(id) == SHORT_ID)
			return err_set(err, ERR_CONFIG,
				IDS
				", item %zu: anybody can make a key with an id of eight digits: give "
				"the fingerprint, as gpg --fingerprint prints it",
				i + 1);
	}
	return 0;
}

static int refused(
	const char *base, const char *id, const struct http_response *response, struct err *err)
{
	if (response->status == 404)
		return err_set(err, ERR_MISSING, "%s has no key %s", base, id);
	return http_status_error(base, response->status, buf_span(&response->body), err);
}

static int fetch_key(struct keyring *keyring, struct http *http, const char *base, const char *id,
	struct err *err)
{
	auto_response struct http_response response = { .body = BUF(LIMIT_OPENPGP_KEYS) };
	auto_free char *url = mem_format("%s/pks/lookup?op=get&options=mr&search=0x%s", base, id);
	const struct http_request request = { .url = url, .accept_gzip = true, .repeatable = true };
	int added;

	if (http_fetch(http, &request, &response, err) < 0)
		return -1;
	if (response.status != 200)
		return refused(base, id, &response, err);
	added = keyring_add(keyring, buf_span(&response.body), id, err);
	if (added < 0)
		return err_set(err, ERR_REMOTE, "the answer of %s for the key %s cannot be used",
			base, id);
	if (!added)
		return err_set(err, ERR_REMOTE,
			"%s answered with another key than %s, whose fingerprint does not end so",
			base, id);
	log_info("key %s is from %s", keyring->fingerprints.items[keyring->fingerprints.count - 1],
		base);
	return 0;
}

int keyserver_fetch(struct keyring *keyring, const struct git_source *source, struct err *err)
{
	const struct strings *ids = &source->commit_verification_key_ids;
	const struct http_options options = {
		.ca_certs = source->ca_certs.count ? &source->ca_certs : NULL,
		.ca_field = "source.ca_certs",
	};
	auto_free char *base = base_of(source->gpg_keyserver);
	auto_http struct http *http = NULL;
	char id[FINGERPRINT + 1];

	if (http_open(&http, &options, err) < 0)
		return -1;
	for (size_t i = 0; i < ids->count; i++)
		if (!read_id(id, ids->items[i]) || fetch_key(keyring, http, base, id, err) < 0)
			return err_wrap(err, IDS);
	return 0;
}

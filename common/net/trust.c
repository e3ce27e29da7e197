/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust: the CA certificates that servers are verified by, in one store for all connections.
 *
 * Parsing a bundle of 144 certificates costs more than all else that a check does, so: nothing is
 * read before the first TLS connection, it is read once, and a hashed directory, of which OpenSSL
 * reads only the files it needs, goes before a bundle in the same place. Should an issuer be
 * missing there, trust_widen() reads the bundle after all.
 */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "net/lib.h"

static const char mounted[] = "/etc/ssl/certs";
static const char shipped[] = "/usr/share/build-service-resource/certs";

struct trust {
	X509_STORE *store;
	char *place;  /* shown; NULL: none found */
	char *bundle; /* left out for its cost; NULL: none */
	bool loaded;
};

static void free_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static void free_bio(BIO **bio)
{
	BIO_free_all(*bio);
}

static void close_folder(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

#define auto_certificate AUTO(free_certificate)
#define auto_bio AUTO(free_bio)
#define auto_folder AUTO(close_folder)

/* The count of the certificates in a PEM text, which are added; -1 where one cannot be read. */
static int add_text(X509_STORE *store, const char *text)
{
	auto_bio BIO *bio = BIO_new_mem_buf(text, -1);
	int count = 0;

	while (bio) {
		auto_certificate X509 *certificate = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);

		if (!certificate)
			break;
		if (X509_STORE_add_cert(store, certificate) != 1)
			return -1;
		count++;
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		count = -1;
	ERR_clear_error();
	return count;
}

static int add_given(struct trust *trust, const struct http_options *options, struct err *err)
{
	const char *field = options->ca_field ? options->ca_field : "ca_certs";

	for (size_t i = 0; i < options->ca_certs->count; i++) {
		int count = add_text(trust->store, options->ca_certs->items[i]);

		if (count == 0)
			return err_set(err, ERR_CONFIG,
				"'%s': item %zu holds no PEM certificate (-----BEGIN CERTIFICATE-----)",
				field, i + 1);
		if (count < 0)
			return err_set(err, ERR_CONFIG,
				"'%s': item %zu holds a PEM certificate that cannot be read", field,
				i + 1);
	}
	trust->place = mem_format("'%s'", field);
	trust->loaded = true;
	return 0;
}

void trust_begin(void)
{
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}

int trust_new(struct trust **trust, const struct http_options *options, struct err *err)
{
	struct trust *new = mem_alloc(sizeof(*new));

	new->store = X509_STORE_new();
	/* as curl does: a CA that is given is trusted, even if somebody else signed it */
	if (!new->store || X509_STORE_set_flags(new->store, X509_V_FLAG_PARTIAL_CHAIN) != 1) {
		trust_free(new);
		return err_set(err, ERR_INTERNAL, "no store for certificates could be made");
	}
	if (options->ca_certs && options->ca_certs->count && add_given(new, options, err) < 0) {
		trust_free(new);
		return -1;
	}
	*trust = new;
	return 0;
}

void trust_free(struct trust *trust)
{
	if (!trust)
		return;
	X509_STORE_free(trust->store);
	free(trust->place);
	free(trust->bundle);
	free(trust);
}

static bool add_file(struct trust *trust, const char *path)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(trust->store, X509_LOOKUP_file());
	bool added = lookup && X509_load_cert_file(lookup, path, X509_FILETYPE_PEM) > 0;

	ERR_clear_error();
	return added;
}

static bool add_hashed(struct trust *trust, const char *folder)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(trust->store, X509_LOOKUP_hash_dir());

	return lookup && X509_LOOKUP_add_dir(lookup, folder, X509_FILETYPE_PEM) == 1;
}

/* "5ed36f99.0": what `openssl rehash` leaves */
static bool is_hash_name(const char *name)
{
	struct span rest = span_of(name);
	struct span hash;
	uint64_t number;

	return span_take_hex(&rest, 8, &hash) && span_take(&rest, ".") &&
		span_take_number(&rest, 999, &number) && !rest.length;
}

static bool is_hashed(const char *path)
{
	auto_folder DIR *folder = opendir(path);

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		if (is_hash_name(entry->d_name))
			return true;
	return false;
}

static char *find_bundle(const char *folder)
{
	static const char *const names[] = { "ca-certificates.crt", "ca-bundle.crt",
		"ca-bundle.pem", "tls-ca-bundle.pem", "cert.pem" };

	for (size_t i = 0; i < COUNT(names); i++) {
		auto_free char *path = mem_format("%s/%s", folder, names[i]);

		if (access(path, R_OK) == 0)
			return TAKE(path);
	}
	return NULL;
}

/* A folder of loose files, as an operator may have put it together by hand. */
static bool add_loose(struct trust *trust, const char *path)
{
	auto_folder DIR *folder = opendir(path);
	bool added = false;

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry;
		entry = readdir(folder)) {
		struct span name = span_of(entry->d_name);
		auto_free char *file = NULL;

		if (!span_ends(name, ".pem") && !span_ends(name, ".crt") &&
			!span_ends(name, ".cer"))
			continue;
		file = mem_format("%s/%s", path, entry->d_name);
		if (add_file(trust, file))
			added = true;
	}
	return added;
}

static bool load_folder(struct trust *trust, const char *path)
{
	auto_free char *bundle = find_bundle(path);
	bool found;

	if (is_hashed(path)) {
		trust->bundle = TAKE(bundle);
		found = add_hashed(trust, path);
	} else if (bundle) {
		found = add_file(trust, bundle);
	} else {
		found = add_loose(trust, path);
	}
	if (found)
		trust->place = mem_copy_string(path);
	return found;
}

/* OpenSSL's own variables are for machines that keep certificates in a place of their own: where one
 * is set, no other place is looked at. False where none is. */
static bool load_named(struct trust *trust)
{
	const char *file = getenv("SSL_CERT_FILE");
	const char *folder = getenv("SSL_CERT_DIR");
	bool named = (file && *file) || (folder && *folder);

	if (file && *file && add_file(trust, file))
		trust->place = mem_copy_string(file);
	else if (folder && *folder)
		(void)load_folder(trust, folder);
	return named;
}

static void load(struct trust *trust)
{
	trust->loaded = true;
	if (!load_named(trust) && !load_folder(trust, mounted))
		(void)load_folder(trust, shipped);
}

int trust_apply(struct trust *trust, void *ssl_ctx)
{
	if (!trust->loaded)
		load(trust);
	if (X509_STORE_up_ref(trust->store) != 1)
		return -1;
	SSL_CTX_set_cert_store(ssl_ctx, trust->store);
	return 0;
}

bool trust_own_expired(void *ssl_ctx)
{
	const X509 *own = SSL_CTX_get0_certificate(ssl_ctx);

	return own && X509_cmp_current_time(X509_get0_notAfter(own)) < 0;
}

bool trust_widen(struct trust *trust)
{
	auto_free char *bundle = TAKE(trust->bundle);

	return bundle && add_file(trust, bundle);
}

const char *trust_place(const struct trust *trust)
{
	return trust->place;
}

const char *trust_reason(long verify_result)
{
	return X509_verify_cert_error_string(verify_result);
}

enum trust_fault trust_fault(long verify_result)
{
	switch (verify_result) {
	case X509_V_OK:
	case X509_V_ERR_UNSPECIFIED: /* libcurl's start value: it compared the names before it took the
					verdict on the chain, which OpenSSL would have stopped at */
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return TRUST_NAME;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return TRUST_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return TRUST_NOT_YET;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return TRUST_ISSUER;
	default:
		return TRUST_OTHER;
	}
}

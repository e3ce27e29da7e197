/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_files: the files that source.git_config names for TLS, as git reads them: http.sslCAInfo,
 * http.sslCert and http.sslKey. Private to access/.
 */
#ifndef GIT_ACCESS_TLS_FILES_H
#define GIT_ACCESS_TLS_FILES_H

#include "base/secret.h"
#include "base/strings.h"
#include "git/setting.h"

/* Which settings hold for a URL; NULL: none. */
struct tls_settings {
	const struct git_setting *authorities;
	const struct git_setting *certificate;
	const struct git_setting *key; /* never without a certificate */
};

/* In PEM. */
struct tls_files {
	struct strings authorities;
	struct secret *certificate, *key;
};

struct tls_settings tls_settings_for(const struct list *settings, const char *url);

/*
 * A path is git's: "~/" is HOME, and what is relative begins where the program runs. Without a key of
 * its own the certificate's file holds it. ERR_MISSING or ERR_CONFIG, naming the setting, where a file
 * cannot be read or holds something else; a key with a passphrase is refused, as there is nobody to ask.
 */
MUST_CHECK int tls_files_read(
	struct tls_files *files, const struct tls_settings *settings, struct err *err);

void tls_files_release(struct tls_files *files);
#define auto_tls_files AUTO(tls_files_release)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* source: what a pipeline says of a registry that is pushed to. */
#include "registry/source.h"

const struct field registry_source_fields[] = {
	STRING(registry_source, username, OPTIONAL, "user of the registry"),
	SECRET(registry_source, password, OPTIONAL, "the user's password, or token"),
	STRINGS(registry_source, ca_certs,
		"PEM certificates to verify the registry by, instead of the system's"),
	BOOL(registry_source, insecure, false,
		"verify no certificate, and ask by HTTP where there is no TLS"),
	END_OF_FIELDS,
};

int registry_source_check(const struct registry_source *source, const char *where, struct err *err)
{
	bool username = source && source->username && *source->username;
	bool password = source && secret_length(source->password) > 0;

	if (username != password)
		return err_set(err, ERR_CONFIG, "%s.%s: is required beside '%s'", where,
			username ? "password" : "username", username ? "username" : "password");
	if (source && source->insecure && source->ca_certs.count)
		return err_set(
			err, ERR_CONFIG, "%s: 'insecure' and 'ca_certs' exclude each other", where);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* source: the tables behind what a pipeline may say of a git repository. */
#include "git/source.h"

const struct field git_source_fields[] = {
	STRING(git_source, uri, REQUIRED, "URL, local path or file:// URL of the repository"),
	STRING(git_source, branch, OPTIONAL,
		"branch to follow; unset: the one the remote's HEAD names"),
	STRING(git_source, username, OPTIONAL, "user for HTTP Basic authentication"),
	SECRET(git_source, password, OPTIONAL, "password or token for HTTP Basic authentication"),
	STRINGS(git_source, ca_certs, "PEM certificates to trust instead of the system's"),
	BOOL(git_source, skip_ssl_verification, false, "do not verify the server's certificate"),
	BOOL(git_source, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

const struct field git_version_fields[] = {
	STRING(git_version, ref, REQUIRED, "id of the commit"),
	END_OF_FIELDS,
};

const struct field git_get_fields[] = {
	BOOL(git_get, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

const struct field git_put_fields[] = {
	STRING(git_put, repository, REQUIRED, "folder of the repository whose HEAD is pushed"),
	BOOL(git_put, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

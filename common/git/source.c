/* SPDX-License-Identifier: Apache-2.0 */
/* source: the tables behind what a pipeline may say of a git repository. */
#include "git/source.h"

static const struct field tunnel_fields[] = {
	STRING(git_tunnel, proxy_host, OPTIONAL,
		"name or address of the proxy; without it there is none"),
	NUMBER(git_tunnel, proxy_port, 0, 0, "its port; without it there is no proxy"),
	STRING(git_tunnel, proxy_user, OPTIONAL, "user that the proxy asks for"),
	SECRET(git_tunnel, proxy_password, OPTIONAL, "password of that user"),
	END_OF_FIELDS,
};

const struct field git_source_fields[] = {
	STRING(git_source, uri, REQUIRED, "URL, local path or file:// URL of the repository"),
	STRING(git_source, branch, OPTIONAL,
		"branch to follow; unset: the one the remote's HEAD names"),
	STRING(git_source, username, OPTIONAL, "user for HTTP Basic authentication"),
	SECRET(git_source, password, OPTIONAL, "password or token for HTTP Basic authentication"),
	STRINGS(git_source, ca_certs, "PEM certificates to trust instead of the system's"),
	BOOL(git_source, skip_ssl_verification, false, "do not verify the server's certificate"),
	SECRET(git_source, private_key, OPTIONAL,
		"private key for SSH, in OpenSSH's format or PEM"),
	SECRET(git_source, private_key_passphrase, OPTIONAL,
		"passphrase of an encrypted private key"),
	STRING(git_source, private_key_user, OPTIONAL, "user for SSH, where the uri names none"),
	BOOL(git_source, forward_agent, false, "accepted; has no effect, as no agent is used"),
	STRING(git_source, known_hosts, OPTIONAL,
		"host keys to trust, as lines of a known_hosts file"),
	STRINGS(git_source, host_key_fingerprints,
		"host keys to trust, as 'SHA256:…' of ssh-keygen -l"),
	BOOL(git_source, strict_host_keys, false, "refuse SSH hosts whose key is not known"),
	OBJECT(git_source, https_tunnel, git_tunnel, tunnel_fields,
		"HTTP proxy for SSH and git://"),
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

/* SPDX-License-Identifier: Apache-2.0 */
/* source: what a pipeline may say of a git repository: source, version, and the params of get and put. */
#ifndef GIT_SOURCE_H
#define GIT_SOURCE_H

#include "resource/schema.h"

struct git_tunnel {
	char *proxy_host;
	int64_t proxy_port;
	char *proxy_user;
	struct secret *proxy_password;
};

struct git_commit_filter {
	struct strings include;
	struct strings exclude;
	struct strings authors;
	struct strings exclude_authors;
	bool include_all_match;
	bool exclude_all_match;
};

/* Either or both of host, username, password and url, private_key. */
struct git_submodule_credential {
	char *host;
	char *username;
	struct secret *password;
	char *url; /* as .gitmodules writes it */
	struct secret *private_key;
	struct secret *private_key_passphrase;
};

struct git_setting {
	char *name;
	char *value; /* NULL: the empty string */
};

struct git_source {
	char *uri;
	char *branch; /* NULL: the remote's HEAD */
	int64_t version_depth;
	char *initial_version;
	char *version_type;
	char *tag_filter;
	char *tag_regex;
	char *tag_behaviour;
	struct strings tag_filters;
	char *tag_sort;
	struct strings branch_filters;
	char *branch_regex;
	struct git_commit_filter *commit_filter; /* NULL: none */
	bool disable_ci_skip;
	struct strings skip_patterns;
	struct strings paths;
	struct strings ignore_paths;
	char *username;
	struct secret *password;
	struct strings credential_hosts;
	struct list submodule_credentials; /* of struct git_submodule_credential */
	char *github_app_id;
	struct secret *github_app_private_key;
	char *github_app_org;
	char *github_app_user;
	char *github_app_repo;
	struct strings ca_certs;
	bool skip_ssl_verification;
	struct secret *private_key;
	struct secret *private_key_passphrase;
	char *private_key_user;
	bool forward_agent;
	char *known_hosts;
	struct strings host_key_fingerprints;
	bool strict_host_keys;
	struct git_tunnel *https_tunnel; /* NULL: none; tunnel.h says when it is one */
	enum field_switch fetch_tags;
	bool search_remote_refs;
	struct strings sparse_paths;
	struct secret *git_crypt_key;
	struct list git_config; /* of struct git_setting */
	struct strings commit_verification_keys;
	struct strings commit_verification_key_ids;
	char *gpg_keyserver;
	char *allowed_signers;
	bool debug;
};

/* A version has either `ref`, or `branches` and `timestamp`. */
struct git_version {
	char *ref; /* an id or a name, with `commit` that of a tag; NULL: HEAD */
	char *commit;
	char *tag; /* then `ref` is the id */
	char *branches;
	char *timestamp;
	char *branch; /* in place of source.branch */
};

struct git_get {
	int64_t depth;
	struct strings fetch;
	enum field_switch fetch_tags;
	bool clean_tags;
	bool all_branches;
	bool partial;
	struct strings submodules; /* paths, or "all" or "none" alone; empty: all */
	bool submodule_recursive;
	bool submodule_remote;
	bool disable_git_lfs;
	char *short_ref_format;
	char *timestamp_format;
	char *describe_ref_options;
	bool debug;
};

struct git_put {
	char *repository;
	char *branch;
	char *refs_prefix;
	char *tag;
	char *tag_prefix;
	char *annotate;
	bool only_tag;
	char *notes;
	char *tags;
	bool force;
	bool force_with_lease;
	bool atomic;
	struct strings push_options;
	bool merge;
	char *returning;
	bool rebase;
	char *rebase_strategy;
	struct strings rebase_strategy_option;
	bool debug;
};

/* The text, or NULL where it is empty: for git's options that is the same as unset. */
const char *git_given(const char *text);

extern const struct field git_source_fields[];
extern const struct field git_version_fields[];
extern const struct field git_get_fields[];
extern const struct field git_put_fields[];

#endif

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

static const struct field commit_filter_fields[] = {
	STRINGS(git_commit_filter, include, "only commits whose message matches one of these"),
	STRINGS(git_commit_filter, exclude, "no commits whose message matches one of these"),
	STRINGS(git_commit_filter, authors, "only commits whose author matches one of these"),
	STRINGS(git_commit_filter, exclude_authors, "no commits whose author matches one of these"),
	BOOL(git_commit_filter, include_all_match, false, "the message must match all of include"),
	BOOL(git_commit_filter, exclude_all_match, false,
		"only what matches all of exclude is left out"),
	END_OF_FIELDS,
};

static const struct field git_setting_fields[] = {
	STRING(git_setting, name, REQUIRED, "name of a setting, such as core.autocrlf"),
	TEXT(git_setting, value, OPTIONAL, "its value"),
	END_OF_FIELDS,
};

const struct field git_source_fields[] = {
	STRING(git_source, uri, REQUIRED, "URL, local path or file:// URL of the repository"),
	STRING(git_source, branch, OPTIONAL,
		"branch to follow; unset: the one the remote's HEAD names"),
	NUMBER(git_source, version_depth, 1, 1, "how many versions a first check finds"),
	STRING(git_source, initial_version, OPTIONAL,
		"commit, tag or branch that the first check starts at"),
	STRING(git_source, version_type, OPTIONAL, "commits (the default), tags or branches"),
	STRING(git_source, tag_filter, OPTIONAL, "glob: tagged commits alone are versions"),
	STRING(git_source, tag_regex, OPTIONAL, "the same, by an extended regular expression"),
	STRING(git_source, tag_behaviour, OPTIONAL,
		"match_tagged (the default) or match_tag_ancestors"),
	STRINGS(git_source, tag_filters, "globs of the tags, by version_type tags"),
	STRING(git_source, tag_sort, OPTIONAL,
		"creatordate (the default) or version, by version_type tags"),
	STRINGS(git_source, branch_filters, "globs of the branches, by version_type branches"),
	STRING(git_source, branch_regex, OPTIONAL,
		"extended regular expression, by version_type branches"),
	OBJECT(git_source, commit_filter, git_commit_filter, commit_filter_fields,
		"which commits are versions, by message and author; basic regular expressions"),
	BOOL(git_source, disable_ci_skip, false, "take commits that say [ci skip] or [skip ci]"),
	STRINGS(git_source, skip_patterns,
		"no commits whose message matches one of these, beside [ci skip]"),
	STRINGS(git_source, paths, "only commits that change these paths; git's pathspecs"),
	STRINGS(git_source, ignore_paths, "no commits that change only these paths"),
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
	SWITCH(git_source, fetch_tags, "default of params.fetch_tags"),
	BOOL(git_source, search_remote_refs, false,
		"look for the version in all refs of the remote when it is not on the branch"),
	STRINGS(git_source, sparse_paths,
		"patterns of the files that in writes, as gitignore's; default: all"),
	LIST(git_source, git_config, git_setting, git_setting_fields,
		"settings for the configuration of the clone"),
	BOOL(git_source, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

const struct field git_version_fields[] = {
	STRING(git_version, ref, OPTIONAL,
		"id of the commit, name of a tag or branch; default: HEAD"),
	STRING(git_version, commit, OPTIONAL, "id of the tag's commit"),
	STRING(git_version, tag, OPTIONAL, "name of the tag, by version_type tags"),
	STRING(git_version, branches, OPTIONAL, "names, by version_type branches"),
	STRING(git_version, timestamp, OPTIONAL, "when they were found"),
	STRING(git_version, branch, OPTIONAL, "in place of source.branch"),
	END_OF_FIELDS,
};

const struct field git_get_fields[] = {
	NUMBER(git_get, depth, 0, 0, "commits to fetch, deepened as far as needed; 0: all"),
	STRINGS(git_get, fetch, "further branches to fetch"),
	SWITCH(git_get, fetch_tags, "fetch all tags, or none; unset: those of the history"),
	BOOL(git_get, clean_tags, false, "delete all tags of the clone at the end"),
	BOOL(git_get, all_branches, false, "fetch all branches"),
	BOOL(git_get, partial, false,
		"leave out the contents of files that are not checked out, as git clone "
		"--filter=blob:none"),
	STRING(git_get, short_ref_format, OPTIONAL,
		"printf format of .git/short_ref, which gets the first seven characters of the ref"),
	STRING(git_get, timestamp_format, OPTIONAL,
		"git's date format of .git/commit_timestamp; default: iso8601"),
	STRING(git_get, describe_ref_options, OPTIONAL,
		"options of git describe for .git/describe_ref; default: --always --dirty "
		"--broken"),
	BOOL(git_get, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

const struct field git_put_fields[] = {
	STRING(git_put, repository, REQUIRED, "folder of the repository whose HEAD is pushed"),
	STRING(git_put, branch, OPTIONAL, "branch to push to, in place of source.branch"),
	STRING(git_put, refs_prefix, OPTIONAL,
		"where the branch is at the remote; default: refs/heads"),
	STRING(git_put, tag, OPTIONAL, "file with the name of a tag to set on the pushed commit"),
	STRING(git_put, tag_prefix, OPTIONAL, "put before that name"),
	STRING(git_put, annotate, OPTIONAL, "file with a message, which makes the tag annotated"),
	BOOL(git_put, only_tag, false, "push tags and no branch"),
	STRING(git_put, tags, OPTIONAL,
		"which local tags are pushed: all, or none but params.tag; default: all"),
	BOOL(git_put, force, false, "move the branch and tags whatever the remote has"),
	BOOL(git_put, force_with_lease, false,
		"move the branch if the remote has what the clone last saw there"),
	BOOL(git_put, atomic, false, "move all refs or none"),
	STRINGS(git_put, push_options, "options for the hooks of the server"),
	BOOL(git_put, debug, false, "log the protocol's steps"),
	END_OF_FIELDS,
};

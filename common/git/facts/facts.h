/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts: what in and out tell of the commit that HEAD names, by the names, in the order and with the
 * bytes of the git resource, whose readers are scripts.
 */
#ifndef GIT_FACTS_FACTS_H
#define GIT_FACTS_FACTS_H

#include "git/commit.h"
#include "git/facts/describe.h"
#include "resource/answer.h"

struct git_repository;
struct git_odb_object;

struct facts {
	struct git_repository *repository;
	struct git_odb_object *object; /* what `commit` borrows */
	struct oid oid;
	struct commit commit;
	char *branches; /* local ones that name the commit, sorted, with commas; "" for none */
	char *tags;     /* the same */
	char *url;      /* of the commit's page on its forge; NULL where that is not known */
};

/* Of the commit `oid` in the repository at `path`. */
MUST_CHECK int facts_collect(
	struct facts *facts, const char *path, const struct oid *oid, struct err *err);

/* The rows of metadata. */
void facts_add_metadata(const struct facts *facts, struct answer *answer);

/* How the files say it: params of get, checked before anything is fetched. */
struct facts_style {
	const char *short_ref_format; /* NULL: git's resource's own, for all three */
	const char *timestamp_format;
	struct describe_options describe;
};

MUST_CHECK int facts_style_read(struct facts_style *style, const char *short_ref_format,
	const char *timestamp_format, const char *describe_options, struct err *err);
void facts_style_release(struct facts_style *style);
#define auto_facts_style AUTO(facts_style_release)

struct facts_files {
	const char *path; /* the folder that .git is in */
	const char *ref;  /* as the version gives it */
	uint64_t objects; /* of the repository, from which git derives how short ids may be */
	const struct facts_style *style;
};

/* The files in .git that later steps read; the metadata was added to `answer`. */
MUST_CHECK int facts_write_files(const struct facts *facts, const struct facts_files *files,
	const struct answer *answer, struct err *err);

void facts_release(struct facts *facts);
#define auto_facts AUTO(facts_release)

#endif

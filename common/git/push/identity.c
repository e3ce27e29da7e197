/* SPDX-License-Identifier: Apache-2.0 */
/* identity: who makes the commits, tags and notes of a put. */
#include <stdlib.h>

#include "base/mem.h"
#include "git/commit.h"
#include "git/lib.h"
#include "git/push/identity.h"

/* The date of the environment, for those who want the same commits again. */
static void set_date(git_signature *signature)
{
	const char *date = getenv("GIT_COMMITTER_DATE");
	auto_free char *text = date ? mem_format("tree %s\nauthor A <a> %s\ncommitter A <a> %s\n\n",
					      OID_ZERO, date, date)
				    : NULL;
	struct commit commit;

	if (!text || !commit_parse(span_of(text), &commit) || !commit.committer.seconds)
		return;
	signature->when.time = commit.committer.seconds;
	signature->when.offset = commit.committer.zone_minutes;
	signature->when.sign = commit.committer.zone_minutes < 0 ? '-' : '+';
}

int identity_now(
	struct git_signature **signature, struct git_repository *repository, struct err *err)
{
	if (git_signature_default(signature, repository) < 0 &&
		git_signature_now(signature, "git", "git@localhost") < 0)
		return lib_error(err, "the committer cannot be named");
	set_date(*signature);
	return 0;
}

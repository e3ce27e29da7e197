/* SPDX-License-Identifier: Apache-2.0 */
/* identity: who makes the commits, tags and notes of a put. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/commit.h"
#include "git/lib.h"
#include "git/push/identity.h"
#include "git/setting.h"

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

static char *find(git_config *config, const struct list *settings, const char *variable)
{
	auto_free char *name = mem_format("user.%s", variable);
	const struct git_setting *setting = settings_find(settings, "user", variable);
	const char *value;

	if (git_config_get_string(&value, config, name) == 0)
		return mem_copy_string(value);
	if (setting)
		return mem_copy_string(setting_value(setting));
	return mem_copy_string(strcmp(variable, "name") == 0 ? "git" : "git@localhost");
}

int identity_now(struct git_signature **signature, struct git_repository *repository,
	const struct list *settings, struct err *err)
{
	auto_git(config) git_config *config = NULL;
	auto_free char *name = NULL;
	auto_free char *email = NULL;

	if (git_repository_config_snapshot(&config, repository) < 0)
		return lib_error(err, "the configuration cannot be read");
	name = find(config, settings, "name");
	email = find(config, settings, "email");
	if (git_signature_now(signature, name, email) < 0)
		return err_set(err, ERR_CONFIG,
			"user.name, user.email: '%s <%s>' is not a name and an address", name,
			email);
	set_date(*signature);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* authenticate: git-lfs-authenticate. */
#include "base/limits.h"
#include "base/log.h"
#include "git/lfs/authenticate.h"
#include "git/remote/command.h"

int lfs_authenticate_read(struct lfs_action *action, struct span text, struct err *err)
{
	json_auto_t *answer = json_loadb(text.data, text.length, 0, NULL);

	if (!answer)
		return err_set(
			err, ERR_REMOTE, "git-lfs-authenticate answers something else than JSON");
	return lfs_action_read(action, answer, err);
}

int lfs_authenticate(struct lfs_action *action, struct access *access,
	const struct lfs_endpoint *endpoint, enum lfs_operation operation, struct err *err)
{
	const struct place place = { .uri = endpoint->ssh, .field = endpoint->field };
	auto_buf struct buf answer = BUF(LIMIT_TOKEN_ANSWER);
	int status = remote_command(access, &place, "git-lfs-authenticate",
		lfs_operation_name(operation), &answer, err);

	*action = (struct lfs_action){ 0 };
	if (status < 0)
		return err->kind == ERR_STOPPED ? -1 : err_wrap(err, "git-lfs-authenticate");
	if (status == COMMAND_UNKNOWN) {
		log_debug("lfs: the server knows no git-lfs-authenticate");
		return 0;
	}
	return lfs_authenticate_read(action, buf_span(&answer), err);
}

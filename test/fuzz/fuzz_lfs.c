/* SPDX-License-Identifier: Apache-2.0 */
/* lfs: any bytes as a pointer, as the answer to a batch, as that of git-lfs-authenticate and as .lfsconfig. */
#include <string.h>

#include "git/lfs/authenticate.h"
#include "git/lfs/batch.h"
#include "git/lfs/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_pointer(struct span text)
{
	struct lfs_pointer pointer = { 0 };
	enum lfs_kind kind = lfs_pointer_read(&pointer, text);

	if (kind != LFS_POINTER) {
		if (pointer.oid[0] || pointer.size)
			abort();
		return;
	}
	if (text.length >= LFS_POINTER_MAX || strlen(pointer.oid) != LFS_OID_HEX ||
		pointer.size > INT64_MAX)
		abort();
}

static void check_action(const struct lfs_action *action)
{
	for (size_t i = 0; i < action->header_count; i++)
		if (strpbrk(secret_reveal(action->headers[i]), "\r\n"))
			abort();
	if (action->header_count > 32)
		abort();
}

static void read_batch(struct span text, enum lfs_operation operation)
{
	static char oids[] = "ab";
	struct lfs_object objects[2] = { 0 };
	struct lfs_reply replies[2] = { 0 };
	const struct lfs_batch batch = { operation, NULL, objects, 2 };
	struct err err = { 0 };

	for (size_t i = 0; i < 2; i++) {
		memset(objects[i].pointer.oid, oids[i], LFS_OID_HEX);
		objects[i].pointer.size = i + 1;
		objects[i].path = oids;
	}
	if (lfs_batch_read(replies, &batch, text, &err) < 0 && err.kind != ERR_REMOTE)
		abort();
	for (size_t i = 0; i < 2; i++) {
		if (!replies[i].known && (replies[i].transfer.href || replies[i].error))
			abort();
		check_action(&replies[i].transfer);
		check_action(&replies[i].verify);
		lfs_reply_release(&replies[i]);
	}
}

static void read_rest(struct span text)
{
	const struct list none = { 0 };
	struct lfs_action action = { 0 };
	struct lfs_config config = { 0 };
	struct err err = { 0 };

	if (lfs_authenticate_read(&action, text, &err) == 0)
		check_action(&action);
	lfs_action_release(&action);
	if (lfs_config_read(&config, &none, text, &err) < 0 && err.kind != ERR_REMOTE)
		abort();
	lfs_config_release(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };

	read_pointer(text);
	read_batch(text, LFS_DOWNLOAD);
	read_batch(text, LFS_UPLOAD);
	read_rest(text);
	return 0;
}

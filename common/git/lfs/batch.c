/* SPDX-License-Identifier: Apache-2.0 */
/* batch: the question of the LFS batch API and its answer. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/lfs/batch.h"

const char *lfs_operation_name(enum lfs_operation operation)
{
	return operation == LFS_UPLOAD ? "upload" : "download";
}

char *lfs_batch_write(const struct lfs_batch *batch)
{
	json_auto_t *question = json_pack("{s:s, s:[s], s:s}", "operation",
		lfs_operation_name(batch->operation), "transfers", "basic", "hash_algo", "sha256");
	json_t *objects = json_array();

	for (size_t i = 0; i < batch->count; i++) {
		const struct lfs_pointer *pointer = &batch->objects[i].pointer;

		json_array_append_new(objects,
			json_pack("{s:s, s:I}", "oid", pointer->oid, "size",
				(json_int_t)pointer->size));
	}
	json_object_set_new(question, "objects", objects);
	/* one that is not UTF-8 is left out */
	if (batch->ref)
		json_object_set_new(question, "ref", json_pack("{s:s}", "name", batch->ref));
	return json_dumps(question, JSON_COMPACT);
}

static int compare(const void *oid, const void *object)
{
	const struct lfs_object *asked = object;

	return strcmp(oid, asked->pointer.oid);
}

static int read_actions(
	struct lfs_reply *reply, const struct lfs_batch *batch, json_t *actions, struct err *err)
{
	json_t *transfer = json_object_get(actions, lfs_operation_name(batch->operation));
	json_t *verify = json_object_get(actions, "verify");

	if (transfer && (lfs_action_read(&reply->transfer, transfer, err) < 0))
		return -1;
	if (transfer && !reply->transfer.href)
		return err_set(err, ERR_REMOTE, "the LFS server names no 'href'");
	if (!verify || batch->operation == LFS_DOWNLOAD)
		return 0;
	return lfs_action_read(&reply->verify, verify, err);
}

static void read_error(struct lfs_reply *reply, json_t *error)
{
	json_int_t code = json_integer_value(json_object_get(error, "code"));

	reply->error = code >= 400 && code < 600 ? (int)code : 500;
	reply->message = lfs_words(json_object_get(error, "message"));
}

/* What is said of an object that was not asked for, or twice of one, is passed over. */
static int read_object(
	struct lfs_reply *replies, const struct lfs_batch *batch, json_t *said, struct err *err)
{
	const char *oid = json_string_value(json_object_get(said, "oid"));
	const struct lfs_object *object = oid && batch->count
		? bsearch(oid, batch->objects, batch->count, sizeof(*batch->objects), compare)
		: NULL;
	json_t *size = json_object_get(said, "size"), *error = json_object_get(said, "error");
	struct lfs_reply *reply;

	if (!object || replies[object - batch->objects].known)
		return 0;
	reply = &replies[object - batch->objects];
	reply->known = true;
	if (error && !json_is_null(error)) {
		read_error(reply, error);
		return 0;
	}
	if (size && json_integer_value(size) != (json_int_t)object->pointer.size)
		return err_set(err, ERR_REMOTE,
			"%s: the LFS server has the object %s with %lld bytes, and its pointer "
			"says %llu",
			object->path, oid, (long long)json_integer_value(size),
			(unsigned long long)object->pointer.size);
	if (read_actions(reply, batch, json_object_get(said, "actions"), err) < 0)
		return err_wrap(err, "%s", object->path);
	return 0;
}

/* A member that may be left out has the one value that was offered. */
static bool is_or_unset(json_t *answer, const char *name, const char *value)
{
	json_t *member = json_object_get(answer, name);

	return !member || json_is_null(member) ||
		(json_is_string(member) &&
			(!*json_string_value(member) ||
				strcmp(json_string_value(member), value) == 0));
}

int lfs_batch_read(
	struct lfs_reply *replies, const struct lfs_batch *batch, struct span text, struct err *err)
{
	json_auto_t *answer = json_loadb(text.data, text.length, 0, NULL);
	json_t *objects = json_object_get(answer, "objects"), *said;
	size_t i;

	if (!json_is_array(objects))
		return err_set(err, ERR_REMOTE,
			"answers, but not as an LFS server does: check its URL, by lfs.url in "
			".lfsconfig or 'source.git_config'");
	if (!is_or_unset(answer, "transfer", "basic") ||
		!is_or_unset(answer, "hash_algo", "sha256"))
		return err_set(err, ERR_REMOTE,
			"the LFS server does not offer the transfer 'basic' with SHA-256");
	json_array_foreach (objects, i, said)
		if (read_object(replies, batch, said, err) < 0)
			return -1;
	return 0;
}

void lfs_reply_release(struct lfs_reply *reply)
{
	lfs_action_release(&reply->transfer);
	lfs_action_release(&reply->verify);
	free(reply->message);
	*reply = (struct lfs_reply){ 0 };
}

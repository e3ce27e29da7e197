/* SPDX-License-Identifier: Apache-2.0 */
/* checked: the ids of objects that are kept, by SHA-1 with detection of collisions. */
#include <string.h>

#include "base/mem.h"
#include "git/lib.h"
#include "git/pack/checked.h"

/* A stream into a database that stores nothing: libgit2 hashes pieces in no other way. */
struct checked {
	git_odb *database;
	git_odb_stream *stream;
};

static int failed(struct err *err)
{
	return lib_error(err, "the id of an object that the server sent cannot be computed");
}

/* The numbers of the format are libgit2's as well. */
static git_object_t type_of(enum pack_type type)
{
	return (git_object_t)type;
}

int checked_id(
	enum pack_type type, struct span content, unsigned char id[static OID_RAW], struct err *err)
{
	git_oid found;

	if (git_odb_hash(&found, content.data, content.length, type_of(type)) < 0)
		return failed(err);
	memcpy(id, found.id, OID_RAW);
	return 0;
}

static int drop_piece(git_odb_stream *stream, const char *data, size_t length)
{
	(void)stream;
	(void)data;
	(void)length;
	return 0;
}

static int drop_whole(git_odb_stream *stream, const git_oid *id)
{
	(void)stream;
	(void)id;
	return 0;
}

static void free_stream(git_odb_stream *stream)
{
	free(stream);
}

static int open_stream(git_odb_stream **stream, git_odb_backend *backend, git_object_size_t size,
	git_object_t type)
{
	(void)size;
	(void)type;
	*stream = mem_alloc(sizeof(**stream));
	(*stream)->backend = backend;
	(*stream)->mode = GIT_STREAM_WRONLY;
	(*stream)->write = drop_piece;
	(*stream)->finalize_write = drop_whole;
	(*stream)->free = free_stream;
	return 0;
}

static void free_backend(git_odb_backend *backend)
{
	free(backend);
}

static int open_database(git_odb **database)
{
	git_odb_backend *backend;

	if (git_odb_new(database) < 0)
		return -1;
	backend = mem_alloc(sizeof(*backend));
	backend->version = GIT_ODB_BACKEND_VERSION;
	backend->writestream = open_stream;
	backend->free = free_backend;
	return git_odb_add_backend(*database, backend, 1);
}

int checked_new(struct checked **checked, enum pack_type type, uint64_t size, struct err *err)
{
	struct checked *new = mem_alloc(sizeof(*new));

	if (open_database(&new->database) < 0 ||
		git_odb_open_wstream(&new->stream, new->database, size, type_of(type)) < 0) {
		checked_free(new);
		return failed(err);
	}
	*checked = new;
	return 0;
}

int checked_add(struct checked *checked, struct span piece, struct err *err)
{
	if (git_odb_stream_write(checked->stream, piece.data, piece.length) < 0)
		return failed(err);
	return 0;
}

int checked_take(struct checked *checked, unsigned char id[static OID_RAW], struct err *err)
{
	git_oid found;

	if (git_odb_stream_finalize_write(&found, checked->stream) < 0)
		return failed(err);
	memcpy(id, found.id, OID_RAW);
	return 0;
}

void checked_free(struct checked *checked)
{
	if (!checked)
		return;
	git_odb_stream_free(checked->stream);
	git_odb_free(checked->database);
	free(checked);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* store: the folder .git/lfs of a repository. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lfs/store.h"

/* "objects/aa/bb/<oid>" and "incomplete/<oid>.part" */
#define PATH_SIZE (sizeof("incomplete/aa/bb/.part") + LFS_OID_HEX)

static int open_folder(int at, const char *name, bool create)
{
	if (create && mkdirat(at, name, 0777) < 0 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int lfs_store_open(struct lfs_store *store, const char *git, bool create, struct err *err)
{
	auto_fd int repository = open(git, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (repository < 0)
		return err_errno(err, "%s: cannot be opened", git);
	fd = open_folder(repository, "lfs", create);
	if (fd < 0 && (create || errno != ENOENT))
		return err_errno(err, "%s/lfs: cannot be opened", git);
	store->fd = fd;
	return 0;
}

void lfs_store_close(struct lfs_store *store)
{
	defs_close_fd(&store->fd);
	store->fd = -1;
}

/* The folder of an object: objects/aa/bb. */
static int open_place(const struct lfs_store *store, const char *oid, bool create)
{
	const char first[] = { oid[0], oid[1], '\0' }, second[] = { oid[2], oid[3], '\0' };
	auto_fd int objects = open_folder(store->fd, "objects", create);
	auto_fd int outer = objects < 0 ? -1 : open_folder(objects, first, create);

	return outer < 0 ? -1 : open_folder(outer, second, create);
}

int lfs_store_read(const struct lfs_store *store, const struct lfs_pointer *wanted, struct err *err)
{
	auto_fd int place = store->fd < 0 ? -1 : open_place(store, wanted->oid, false);
	int fd = place < 0
		? -1
		: openat(place, wanted->oid, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
		(uint64_t)status.st_size != wanted->size) {
		defs_close_fd(&fd);
		return err_set(err, ERR_MISSING, "the Git LFS object %s is not there", wanted->oid);
	}
	return fd;
}

int lfs_store_pieces(int fd, const char *name, lfs_take_piece *take, void *context, struct err *err)
{
	char data[64 * KIB];
	ssize_t count;

	while ((count = read(fd, data, sizeof(data))) != 0) {
		if (stop_check(err) < 0)
			return -1;
		if (count < 0 && errno != EINTR)
			return err_errno(err, "%s: the Git LFS object cannot be read", name);
		if (count > 0 && take(context, (struct span){ data, (size_t)count }, err) < 0)
			return -1;
	}
	return 0;
}

struct digested {
	struct digest *sha256;
	uint64_t length;
};

static int take_digest(void *context, struct span piece, struct err *err)
{
	struct digested *digested = context;

	(void)err;
	digest_add(digested->sha256, piece);
	digested->length += piece.length;
	return 0;
}

/* Read all of it into the digest. */
static int digest_file(
	int fd, const char *name, struct digest *sha256, uint64_t *length, struct err *err)
{
	struct digested digested = { .sha256 = sha256 };

	if (lfs_store_pieces(fd, name, take_digest, &digested, err) < 0)
		return -1;
	*length = digested.length;
	return 0;
}

int lfs_store_check(
	const struct lfs_store *store, const struct lfs_pointer *wanted, struct err *err)
{
	auto_digest struct digest *sha256 = digest_new(DIGEST_SHA256);
	struct err missing = { 0 };
	auto_fd int fd = lfs_store_read(store, wanted, &missing);
	auto_fd int place = -1;
	char oid[LFS_OID_HEX + 1];
	uint64_t length;

	if (fd >= 0) {
		if (digest_file(fd, wanted->oid, sha256, &length, err) < 0)
			return -1;
		digest_take_hex(sha256, oid);
		if (strcmp(oid, wanted->oid) == 0)
			return 1;
	}
	place = open_place(store, wanted->oid, false);
	if (place >= 0 && unlinkat(place, wanted->oid, 0) < 0 && errno != ENOENT)
		return err_errno(err, "%s: cannot be removed", wanted->oid);
	return 0;
}

int lfs_part_open(struct lfs_part *part, const struct lfs_store *store,
	const struct lfs_pointer *wanted, struct err *err)
{
	auto_fd int folder = open_folder(store->fd, "incomplete", true);
	char name[PATH_SIZE];
	struct stat status;

	*part = (struct lfs_part){
		.fd = -1, .sha256 = digest_new(DIGEST_SHA256), .wanted = *wanted
	};
	(void)snprintf(name, sizeof(name), "%s.part", wanted->oid);
	if (folder >= 0)
		part->fd = openat(folder, name,
			O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
	if (part->fd < 0 || fstat(part->fd, &status) < 0 || !S_ISREG(status.st_mode))
		return err_errno(err, ".git/lfs/incomplete/%s: cannot be opened", name);
	if (digest_file(part->fd, wanted->oid, part->sha256, &part->length, err) < 0)
		return -1;
	/* a whole one would have been finished */
	return part->length >= wanted->size ? lfs_part_empty(part, err) : 0;
}

int lfs_part_add(struct lfs_part *part, struct span bytes, struct err *err)
{
	if (bytes.length > part->wanted.size - part->length)
		return err_set(err, ERR_REMOTE, "the server sends more than the %llu bytes of %s",
			(unsigned long long)part->wanted.size, part->wanted.oid);
	if (file_write_fd(part->fd, ".git/lfs/incomplete", bytes, err) < 0)
		return -1;
	digest_add(part->sha256, bytes);
	part->length += bytes.length;
	return 0;
}

int lfs_part_empty(struct lfs_part *part, struct err *err)
{
	char oid[LFS_OID_HEX + 1];

	if (ftruncate(part->fd, 0) < 0)
		return err_errno(err, ".git/lfs/incomplete: cannot be emptied");
	part->length = 0;
	digest_take_hex(part->sha256, oid);
	return 0;
}

/* What there is of it is of no use. */
static int refuse(struct lfs_part *part, const char *oid, struct err *err)
{
	uint64_t length = part->length;

	if (lfs_part_empty(part, err) < 0)
		return -1;
	if (length != part->wanted.size)
		return err_set(err, ERR_REMOTE,
			"the server sends %llu bytes for the Git LFS object %s, which has %llu",
			(unsigned long long)length, part->wanted.oid,
			(unsigned long long)part->wanted.size);
	return err_set(err, ERR_REMOTE,
		"the server sends something else for the Git LFS object %s: its SHA-256 is %s",
		part->wanted.oid, oid);
}

int lfs_part_finish(struct lfs_part *part, const struct lfs_store *store, struct err *err)
{
	auto_fd int place = open_place(store, part->wanted.oid, true);
	char oid[LFS_OID_HEX + 1], name[PATH_SIZE];

	if (place < 0)
		return err_errno(err, ".git/lfs/objects: cannot be written");
	digest_take_hex(part->sha256, oid);
	if (part->length != part->wanted.size || strcmp(oid, part->wanted.oid) != 0)
		return refuse(part, oid, err);
	(void)snprintf(name, sizeof(name), "incomplete/%s.part", oid);
	if (renameat(store->fd, name, place, oid) < 0)
		return err_errno(err, ".git/lfs/%s: cannot be moved", name);
	return 0;
}

void lfs_part_close(struct lfs_part *part)
{
	if (!part->sha256)
		return;
	defs_close_fd(&part->fd);
	part->fd = -1;
	digest_free_pointer(&part->sha256);
}

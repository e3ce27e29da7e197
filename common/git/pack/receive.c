/* SPDX-License-Identifier: Apache-2.0 */
/* receive: a pack that comes becomes a pack and its index on disk. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/pack/index.h"
#include "git/pack/receive.h"
#include "git/pack/resolve.h"

/* A file that is not yet what it is to be. */
struct draft {
	char *path; /* NULL: none, or in place */
	int fd;
};

struct pack_receiver {
	char *folder;
	struct draft pack;
	struct pack_objects objects;
	struct pack_reader *reader;
	uint64_t bytes;
	char *name;
};

/* git prunes what it finds by these names. */
static int draft_begin(struct draft *draft, const char *folder, const char *kind, struct err *err)
{
	draft->path = mem_format("%s/tmp_%s_XXXXXX", folder, kind);
	draft->fd = mkstemp(draft->path);
	if (draft->fd >= 0 && fcntl(draft->fd, F_SETFD, FD_CLOEXEC) == 0)
		return 0;
	if (draft->fd < 0)
		free(TAKE(draft->path));
	return err_errno(err, "%s: no pack can be written there", folder);
}

static void draft_release(struct draft *draft)
{
	if (draft->fd >= 0)
		(void)close(draft->fd);
	if (draft->path)
		(void)unlink(draft->path);
	free(draft->path);
	*draft = (struct draft){ .fd = -1 };
}

/* Nobody changes a pack, whose name is its checksum: they may be read, as git has it. */
static int draft_place(struct draft *draft, const char *path, struct err *err)
{
	if (fchmod(draft->fd, 0444) < 0 || rename(draft->path, path) < 0)
		return err_errno(err, "%s: cannot be put in place", path);
	free(TAKE(draft->path));
	return 0;
}

static unsigned int percent(uint32_t part, uint32_t whole)
{
	return whole ? (unsigned int)((uint64_t)part * 100 / whole) : 100;
}

static void show_received(struct pack_receiver *receiver, bool done)
{
	uint32_t here = receiver->objects.count, all = pack_reader_count(receiver->reader);

	if (!all && !done)
		return; /* it has hardly begun */
	log_progress(done, "receiving objects: %3u%% (%u/%u), %.1f MB", percent(here, all), here,
		all, (double)receiver->bytes / 1e6);
}

static void show_resolved(void *context, uint32_t done)
{
	const struct pack_receiver *receiver = context;
	uint32_t all = receiver->objects.deltas;

	log_progress(false, "resolving deltas: %3u%% (%u/%u)", percent(done, all), done, all);
}

int pack_receiver_new(struct pack_receiver **receiver, const char *folder, struct err *err)
{
	struct pack_receiver *new = mem_alloc(sizeof(*new));
	struct pack_visitor visitor = pack_objects_visitor(&new->objects);

	new->pack.fd = -1;
	new->folder = mem_copy_string(folder);
	new->reader = pack_reader_new(&visitor);
	if (lib_start(err) < 0 || draft_begin(&new->pack, folder, "pack", err) < 0) {
		pack_receiver_free(new);
		return -1;
	}
	pack_objects_begin(&new->objects, new->pack.fd);
	*receiver = new;
	return 0;
}

void pack_receiver_free(struct pack_receiver *receiver)
{
	if (!receiver)
		return;
	draft_release(&receiver->pack);
	pack_reader_free(receiver->reader);
	pack_objects_release(&receiver->objects);
	free(receiver->folder);
	free(receiver->name);
	free(receiver);
}

void pack_receiver_free_pointer(struct pack_receiver **receiver)
{
	pack_receiver_free(*receiver);
	*receiver = NULL;
}

static int take(void *context, struct span bytes, struct err *err)
{
	struct pack_receiver *receiver = context;

	if (stop_check(err) < 0 ||
		file_write_fd(receiver->pack.fd, receiver->pack.path, bytes, err) < 0 ||
		pack_reader_feed(receiver->reader, bytes, err) < 0)
		return -1;
	receiver->bytes += bytes.length;
	show_received(receiver, false);
	return 0;
}

struct pack_sink pack_receiver_sink(struct pack_receiver *receiver)
{
	return (struct pack_sink){ take, receiver };
}

/* The index last: a pack without one is not there. */
static int place(struct pack_receiver *receiver, struct err *err)
{
	auto_free char *pack = mem_format("%s/pack-%s.pack", receiver->folder, receiver->name);
	auto_free char *path = mem_format("%s/pack-%s.idx", receiver->folder, receiver->name);
	AUTO(draft_release) struct draft index = { .fd = -1 };
	unsigned char checksum[OID_RAW];

	oid_to_raw(pack_reader_checksum(receiver->reader), checksum);
	if (draft_begin(&index, receiver->folder, "idx", err) < 0 ||
		pack_index_write(&receiver->objects, checksum, index.fd, index.path, err) < 0 ||
		draft_place(&receiver->pack, pack, err) < 0)
		return -1;
	if (draft_place(&index, path, err) == 0)
		return 0;
	(void)unlink(pack);
	return -1;
}

int pack_receiver_finish(struct pack_receiver *receiver, uint64_t *objects, struct err *err)
{
	if (pack_reader_finish(receiver->reader, err) < 0 ||
		pack_resolve(&receiver->objects, show_resolved, receiver, err) < 0)
		return -1;
	receiver->name = mem_copy_string(pack_reader_checksum(receiver->reader)->hex);
	if (place(receiver, err) < 0)
		return -1;
	show_received(receiver, true);
	*objects = receiver->objects.count;
	return 0;
}

const char *pack_receiver_name(const struct pack_receiver *receiver)
{
	return receiver->name;
}

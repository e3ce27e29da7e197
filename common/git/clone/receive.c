/* SPDX-License-Identifier: Apache-2.0 */
/* receive: one fetch becomes one pack in the clone. */
#include <fcntl.h>

#include "base/file.h"
#include "base/mem.h"
#include "git/clone/parts.h"
#include "git/oid_map.h"
#include "git/pack/receive.h"

static void take_cuts(struct clone *clone, const struct fetch_result *result)
{
	auto_oid_map struct oid_map uncut = { 0 }, cut = { 0 };
	struct oids now = { 0 };

	oid_map_add_all(&uncut, &result->unshallow);
	for (size_t i = 0; i < clone->shallow.count; i++)
		if (!oid_map_has(&uncut, &clone->shallow.items[i]))
			oids_add(&now, &clone->shallow.items[i]);
	oid_map_add_all(&cut, &now);
	for (size_t i = 0; i < result->shallow.count; i++)
		if (oid_map_add(&cut, &result->shallow.items[i]))
			oids_add(&now, &result->shallow.items[i]);
	oids_release(&clone->shallow);
	clone->shallow = now;
}

/* git looks for objects that a pack so marked refers to at the remote that promised them. */
static int mark_promised(const char *folder, const char *pack, struct err *err)
{
	auto_free char *path = mem_format("%s/pack-%s.promisor", folder, pack);

	return file_write(AT_FDCWD, path, span_of(""), err);
}

int clone_receive(struct clone *clone, struct remote *remote, const struct fetch_request *request,
	struct err *err)
{
	auto_free char *folder = mem_format("%s/objects/pack", clone->git);
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	auto_fetch_result struct fetch_result result = { 0 };
	struct fetch_request whole = *request;
	struct pack_sink sink;
	uint64_t objects = 0;

	whole.done = true;
	whole.progress = true;
	whole.shallow = &clone->shallow;
	if (pack_receiver_new(&receiver, folder, err) < 0)
		return -1;
	sink = pack_receiver_sink(receiver);
	if (remote_fetch(remote, &whole, &sink, &result, err) < 0 ||
		pack_receiver_finish(receiver, &objects, err) < 0)
		return -1;
	clone->objects += objects;
	clone->filtered |= result.filtered;
	take_cuts(clone, &result);
	return clone->filtered ? mark_promised(folder, pack_receiver_name(receiver), err) : 0;
}

int clone_open_odb(git_odb **odb, const struct clone *clone, struct err *err)
{
	auto_free char *path = mem_format("%s/objects", clone->git);

	if (git_odb_open(odb, path) < 0)
		return lib_error(err, "%s: cannot be read", path);
	return 0;
}

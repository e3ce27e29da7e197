/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack: any bytes as a pack that is received into a folder.
 *
 * What begins with 'P' is the pack, behind which its checksum is put. Anything else tells what entries a pack is made
 * of, mostly of deltas: nothing has to be compressed and no offset to be right for them to be resolved.
 */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "../unit/packs.h"

#include "git/pack/receive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* In memory, where there is such a place; this process's own. */
static const char *make_folder(void)
{
	static char folder[64];

	if (*folder)
		return folder;
	(void)snprintf(folder, sizeof(folder), "%s/fuzz-pack-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	must(mkdtemp(folder) != NULL);
	return folder;
}

static void remove_folder(void)
{
	(void)rmdir(make_folder());
}

/* Take away all files; how many they were. */
static size_t clear(const char *folder)
{
	DIR *listing = opendir(folder);
	size_t count = 0;

	must(listing != NULL);
	for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
		if (entry->d_name[0] == '.')
			continue;
		must(unlinkat(dirfd(listing), entry->d_name, 0) == 0);
		count++;
	}
	must(closedir(listing) == 0);
	return count;
}

static struct span take_part(struct span *from, size_t length)
{
	struct span part;

	must(span_take_bytes(from, length < from->length ? length : from->length, &part));
	return part;
}

/* Three bytes say what it is, what it builds on, and how long it is. */
static void add_entry(struct pack *pack, struct span *from)
{
	struct span head = take_part(from, 3);
	const unsigned char *told = (const unsigned char *)head.data;
	struct span content = take_part(from, told[2]);
	size_t base = pack->count ? pack->count - 1 - told[1] % pack->count : 0;
	struct oid id = { 0 };

	if (pack->count)
		id = pack->entries[base].id;
	if (!pack->count || told[0] % 8 == 0)
		(void)pack_add_object(pack, (enum pack_type)(1 + told[0] / 8 % 4), content);
	else if (told[0] % 8 < 6)
		(void)pack_add_offset_delta(pack, base, content);
	else
		(void)pack_add_ref_delta(pack, &id, content);
	if (!oid_is_set(&pack->entries[pack->count - 1].id))
		pack->entries[pack->count - 1].id = id;
}

static void build(struct pack *pack, struct span from)
{
	pack_begin(pack, 0);
	if (from.length && *from.data == 'P') {
		buf_clear(&pack->bytes);
		pack_add(pack, from.data, from.length);
	} else {
		while (from.length > 3)
			add_entry(pack, &from);
		pack->bytes.data[10] = (char)(pack->count >> 8);
		pack->bytes.data[11] = (char)(pack->count & 255);
	}
	pack_finish(pack);
}

static int receive(const char *folder, struct span bytes, uint64_t *objects, struct err *err)
{
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	size_t piece = 1 + bytes.length % 7;
	struct pack_sink sink;

	must(pack_receiver_new(&receiver, folder, err) == 0);
	sink = pack_receiver_sink(receiver);
	for (; bytes.length; piece = piece * 3 % 211)
		if (pack_sink_take(&sink, take_part(&bytes, piece), err) < 0)
			return -1;
	return pack_receiver_finish(receiver, objects, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;
	const char *folder = make_folder();
	struct err err = { 0 };
	struct pack pack;
	uint64_t objects;

	if (!begun)
		must(atexit(remove_folder) == 0);
	begun = true;
	build(&pack, (struct span){ (const char *)data, size });
	if (receive(folder, buf_span(&pack.bytes), &objects, &err) == 0) {
		must(clear(folder) == 2);
	} else {
		must(err.kind == ERR_REMOTE || err.kind == ERR_NETWORK);
		must(*err.message && clear(folder) == 0);
	}
	pack_release(&pack);
	return 0;
}

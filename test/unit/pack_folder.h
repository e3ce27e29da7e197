/* SPDX-License-Identifier: Apache-2.0 */
/* pack_folder: packs go into a folder, and what is there then. */
#ifndef TEST_PACK_FOLDER_H
#define TEST_PACK_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

#include "git/pack/receive.h"

#define PACK_FOLDER "/tmp/test-packs-XXXXXX"

/* A first piece of so many bytes, then the rest; 1: all bytes one by one. */
static inline int receive(struct span bytes, const char *folder, size_t piece, struct err *err)
{
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	struct pack_sink sink;
	struct span part;
	uint64_t objects;

	if (pack_receiver_new(&receiver, folder, err) < 0)
		return -1;
	sink = pack_receiver_sink(receiver);
	while (bytes.length) {
		assert_true(span_take_bytes(
			&bytes, bytes.length < piece ? bytes.length : piece, &part));
		if (pack_sink_take(&sink, part, err) < 0)
			return -1;
		piece = piece > 1 ? SIZE_MAX : 1;
	}
	return pack_receiver_finish(receiver, &objects, err);
}

/* Nothing of it is shown. */
static inline int receive_quietly(
	struct span bytes, const char *folder, size_t piece, struct err *err)
{
	int saved = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

	assert_true(saved >= 0 && dup2(nothing, STDERR_FILENO) >= 0);
	status = receive(bytes, folder, piece, err);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	assert_true(close(saved) == 0 && close(nothing) == 0);
	return status;
}

static inline size_t count_files(const char *folder)
{
	DIR *listing = opendir(folder);
	size_t count = 0;

	assert_non_null(listing);
	for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
		count += entry->d_name[0] != '.';
	assert_int_equal(closedir(listing), 0);
	return count;
}

#endif

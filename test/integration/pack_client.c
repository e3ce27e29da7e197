/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack_client: git/pack/receive.h for the tests in git_packs.py: a pack on stdin becomes one in a folder.
 *
 *	pack_client FOLDER [PIECE]
 *
 * It is fed in pieces of so many bytes. Prints the pack's name and how many objects it has, or on stderr what is
 * wrong.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/stop.h"
#include "git/pack/receive.h"

static int receive(struct pack_receiver *receiver, size_t piece, struct err *err)
{
	const struct pack_sink sink = pack_receiver_sink(receiver);
	auto_buf struct buf room = BUF(MIB);
	char *bytes = buf_reserve(&room, piece);
	uint64_t objects;
	ssize_t count;

	if (!bytes)
		return err_set(err, ERR_CONFIG, "pieces of more than 1 MiB");
	while ((count = read(STDIN_FILENO, bytes, piece)) > 0)
		if (pack_sink_take(&sink, (struct span){ bytes, (size_t)count }, err) < 0)
			return -1;
	if (pack_receiver_finish(receiver, &objects, err) < 0)
		return -1;
	(void)printf("%s %llu\n", pack_receiver_name(receiver), (unsigned long long)objects);
	return 0;
}

int main(int argc, char **argv)
{
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	size_t piece = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 64 * KIB;
	struct err err = { 0 };
	int status = argc < 2 || stop_install(&err) < 0 ||
			pack_receiver_new(&receiver, argv[1], &err) < 0 ||
			receive(receiver, piece, &err) < 0
		? 1
		: 0;

	if (status)
		(void)fprintf(stderr, "%s\n",
			argc < 2 ? "usage: pack_client FOLDER [PIECE]" : err.message);
	log_release();
	return status;
}

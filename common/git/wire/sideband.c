/* SPDX-License-Identifier: Apache-2.0 */
/* sideband: three streams in one. */
#include "base/log.h"
#include "git/wire/sideband.h"
#include "git/wire/words.h"

enum { LINE_MAX_BYTES = 1000 };

void sideband_init(struct sideband *sideband, struct pkt_reader *reader)
{
	sideband->reader = reader;
	sideband->line = BUF(LINE_MAX_BYTES);
}

static void show_line(struct buf *line, bool overwritten)
{
	auto_free char *said = words_of(buf_span(line));

	if (*said && overwritten)
		log_progress(false, "remote: %s", said);
	else if (*said)
		log_info("remote: %s", said);
	buf_clear(line);
}

static void take_words(struct sideband *sideband, struct span said)
{
	for (size_t i = 0; i < said.length; i++) {
		char c = said.data[i];

		if (c == '\n' || c == '\r')
			show_line(&sideband->line, c == '\r');
		else if (buf_add(&sideband->line, &c, 1) < 0)
			show_line(&sideband->line, false);
	}
}

static int fatal(struct span said, struct err *err)
{
	auto_free char *shown = words_of(said);

	return err_set(err, ERR_REMOTE, "the server gave up: %s", shown);
}

int sideband_read(struct sideband *sideband, struct span *data, struct err *err)
{
	for (;;) {
		struct span payload, band;
		int kind = pkt_read(sideband->reader, &payload, err);

		if (kind < 0)
			return -1;
		if (kind == PKT_END_OF_STREAM)
			return err_set(err, ERR_NETWORK, "the server's answer breaks off");
		if (kind != PKT_DATA)
			return 0;
		if (!span_take_bytes(&payload, 1, &band))
			continue; /* an empty packet keeps the connection alive */
		switch (band.data[0]) {
		case 1:
			*data = payload;
			return 1;
		case 2:
			take_words(sideband, payload);
			break;
		case 3:
			return fatal(payload, err);
		default:
			return err_set(err, ERR_REMOTE,
				"the server uses side-band %d, which is none",
				(unsigned char)band.data[0]);
		}
	}
}

void sideband_release(struct sideband *sideband)
{
	show_line(&sideband->line, false);
	buf_release(&sideband->line);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* sideband: three streams in one. */
#include "base/log.h"
#include "git/wire/sideband.h"
#include "git/wire/words.h"

enum { LINE_MAX_BYTES = 1000 };

void sideband_init(struct sideband *sideband, struct pkt_reader *reader, bool whole)
{
	sideband->reader = reader;
	sideband->whole = whole;
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

/* As pkt_read(), of band 1. */
static int next(struct sideband *sideband, struct span *data, struct err *err)
{
	for (;;) {
		struct span payload = { "", 0 }, band;
		int kind = pkt_read(sideband->reader, &payload, err);

		if (kind == PKT_DATA && !span_take_bytes(&payload, 1, &band))
			continue; /* an empty packet keeps the connection alive */
		*data = payload;
		if (kind != PKT_DATA)
			return kind;
		switch (band.data[0]) {
		case 1:
			return PKT_DATA;
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

int sideband_read(struct sideband *sideband, struct span *data, struct err *err)
{
	int kind = next(sideband, data, err);

	if (kind == PKT_END_OF_STREAM)
		return err_set(err, ERR_NETWORK, "the server's answer breaks off");
	return kind < 0 ? -1 : kind == PKT_DATA;
}

int sideband_read_line(struct sideband *sideband, struct span *line, struct err *err)
{
	int kind;

	if (!sideband->whole)
		return pkt_read_line(sideband->reader, line, err);
	kind = next(sideband, line, err);
	if (kind == PKT_DATA && line->length && line->data[line->length - 1] == '\n')
		line->length--;
	return kind;
}

void sideband_release(struct sideband *sideband)
{
	show_line(&sideband->line, false);
	buf_release(&sideband->line);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* armor: OpenPGP's bytes as text. */
#include "base/base64.h"
#include "git/verify/armor.h"

#define DASHES "-----"

enum { CRC_START = 0xb704ce, CRC_POLYNOMIAL = 0x864cfb, CRC_BYTES = 3 };

static uint32_t crc24(struct span bytes)
{
	uint32_t crc = CRC_START;

	for (size_t i = 0; i < bytes.length; i++) {
		crc ^= (uint32_t)(unsigned char)bytes.data[i] << 16;
		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc << 1) ^ (crc & 0x800000 ? CRC_POLYNOMIAL : 0);
		crc &= 0xffffff;
	}
	return crc;
}

/* "-----BEGIN LABEL-----" or "-----END LABEL-----". */
static bool is_mark(struct span line, const char *mark, struct span *label)
{
	if (!span_take(&line, DASHES) || !span_take(&line, mark) || !span_ends(line, DASHES))
		return false;
	*label = (struct span){ line.data, line.length - (sizeof(DASHES) - 1) };
	return true;
}

/* Take a line, without the blanks around it that YAML may have left. */
static bool take_line(struct span *text, struct span *line)
{
	if (!span_take_line(text, line))
		return false;
	*line = span_trim(*line);
	return true;
}

/* "Version: ..." and the like, up to the empty line. */
static int pass_headers(struct span *text, struct err *err)
{
	struct span line, name;

	while (take_line(text, &line)) {
		if (!line.length)
			return 0;
		if (!span_take_until(&line, ":", &name))
			break;
	}
	return err_set(err, ERR_CONFIG, "there is no empty line in front of its base64");
}

static int check_crc(struct span line, struct span bytes, struct err *err)
{
	auto_buf struct buf crc = BUF(CRC_BYTES);
	uint32_t wanted = 0;

	(void)span_take(&line, "=");
	if (line.length != 4 || !base64_decode(line, &crc) || crc.length != CRC_BYTES)
		return err_set(err, ERR_CONFIG, "its checksum is malformed");
	for (size_t i = 0; i < CRC_BYTES; i++)
		wanted = wanted << 8 | (unsigned char)crc.data[i];
	return crc24(bytes) == wanted
		? 0
		: err_set(err, ERR_CONFIG, "its checksum does not match: it was changed or cut");
}

/* The base64 up to the checksum or the END line, and those. */
static int take_body(struct span *text, const char *label, struct buf *bytes, struct err *err)
{
	struct span rest = *text, line, crc = { "", 0 }, end;
	const char *begin = rest.data;
	struct span body;

	for (;;) {
		if (!take_line(&rest, &line))
			return err_set(err, ERR_CONFIG, "its END line is missing");
		if (span_starts(line, "=") || span_starts(line, "-"))
			break;
	}
	body = (struct span){ begin, (size_t)(line.data - begin) };
	if (span_starts(line, "=")) {
		crc = line;
		if (!take_line(&rest, &line))
			return err_set(err, ERR_CONFIG, "its END line is missing");
	}
	if (!is_mark(line, "END ", &end) || !span_is(end, label))
		return err_set(err, ERR_CONFIG, "its END line is missing");
	if (!base64_decode(body, bytes) || !bytes->length)
		return err_set(err, ERR_CONFIG, "it is not base64, or too large");
	if (crc.length && check_crc(crc, buf_span(bytes), err) < 0)
		return -1;
	*text = rest;
	return 0;
}

int armor_take(struct span *text, const char *label, struct buf *bytes, struct err *err)
{
	auto_buf struct buf body = BUF(bytes->max - bytes->length);
	struct span rest = *text, line, found;

	do {
		if (!take_line(&rest, &line))
			return 0;
	} while (!is_mark(line, "BEGIN ", &found));
	if (!span_is(found, label))
		return err_set(err, ERR_CONFIG, "it is another kind of block than a '%s'", label);
	if (pass_headers(&rest, err) < 0 || take_body(&rest, label, &body, err) < 0)
		return -1;
	if (buf_add_span(bytes, buf_span(&body)) < 0)
		return err_set(err, ERR_CONFIG, "it is too large");
	*text = rest;
	return 1;
}

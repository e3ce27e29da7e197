/* SPDX-License-Identifier: Apache-2.0 */
/* short_ref: the beginning of a ref in a format of printf's. */
#include "base/buf.h"
#include "base/limits.h"
#include "git/facts/short_ref.h"

enum { SHORT_REF = 7, WIDTH_MAX = 1000 };

static int bad_format(const char *format, struct err *err)
{
	return err_set(err, ERR_CONFIG,
		"params.short_ref_format: '%s' is not a format for one string, such as \"%%s\"",
		format);
}

static int pad(struct buf *out, uint64_t count)
{
	int room = 0;

	while (count-- && room == 0)
		room = buf_add_string(out, " ");
	return room;
}

/* What follows the per cent sign: "[-][width][.precision]s". */
static bool take_conversion(struct span *format, struct span value, struct buf *out)
{
	uint64_t width = 0, precision = value.length;
	bool left = span_take(format, "-");

	(void)span_take_number(format, WIDTH_MAX, &width);
	if (span_take(format, ".") && !span_take_number(format, WIDTH_MAX, &precision))
		precision = 0;
	if (!span_take(format, "s"))
		return false;
	if (value.length > precision)
		value.length = (size_t)precision;
	width = width > value.length ? width - value.length : 0;
	return pad(out, left ? 0 : width) == 0 && buf_add_span(out, value) == 0 &&
		pad(out, left ? width : 0) == 0;
}

static bool take_escape(struct span *format, struct buf *out)
{
	static const struct {
		const char *written;
		const char *means;
	} escapes[] = { { "\\n", "\n" }, { "\\t", "\t" }, { "\\r", "\r" }, { "\\\\", "\\" },
		{ "\\\"", "\"" } };

	for (size_t i = 0; i < COUNT(escapes); i++)
		if (span_take(format, escapes[i].written))
			return buf_add_string(out, escapes[i].means) == 0;
	return false;
}

int short_ref(char **text, const char *format, struct span ref, struct err *err)
{
	struct span rest = span_of(format ? format : "%s"), one;
	auto_buf struct buf out = BUF(LIMIT_REQUEST);
	size_t values = 0;
	bool good = true;

	if (ref.length > SHORT_REF)
		ref.length = SHORT_REF;
	while (rest.length && good) {
		if (span_take(&rest, "%%"))
			good = buf_add_string(&out, "%") == 0;
		else if (span_take(&rest, "%"))
			good = take_conversion(&rest, ref, &out) && values++ == 0;
		else if (span_starts(rest, "\\"))
			good = take_escape(&rest, &out);
		else
			good = span_take_bytes(&rest, 1, &one) && buf_add_span(&out, one) == 0;
	}
	if (!good)
		return bad_format(format, err);
	*text = buf_detach(&out);
	return 0;
}

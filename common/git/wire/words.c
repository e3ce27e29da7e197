/* SPDX-License-Identifier: Apache-2.0 */
/* words: what a server says, made fit for one line of ours. */
#include "base/buf.h"
#include "base/utf8.h"
#include "git/wire/words.h"

enum { WORDS_MAX = 400 };

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

char *words_of(struct span said)
{
	auto_buf struct buf text = BUF(WORDS_MAX);
	int room = 0;

	said = span_trim(said);
	for (size_t i = 0; i < said.length && room == 0; i++) {
		char c = said.data[i];

		if (c == '\n')
			room = buf_add(&text, "; ", 2);
		else if (c != '\r')
			room = buf_add(&text, is_control(c) ? "?" : &c, 1);
	}
	return utf8_clean(buf_span(&text));
}

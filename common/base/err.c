/* SPDX-License-Identifier: Apache-2.0 */
/* err: why a call failed, in storage of fixed size, so that failing cannot fail. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

static const char ellipsis[] = "\xe2\x80\xa6"; /* U+2026 in UTF-8 */

/* Mark a text that did not fit, without leaving half a UTF-8 character before the mark. */
static void mark_cut(char *text, size_t size)
{
	size_t at = size - sizeof(ellipsis);

	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	memcpy(text + at, ellipsis, sizeof(ellipsis));
}

/* One line, whatever a server put into it: the log is line by line. */
static void flatten(char *text)
{
	size_t end = strlen(text);

	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	while (end > 0 && text[end - 1] == ' ')
		text[--end] = '\0';
}

int err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	if (length < 0)
		err->message[0] = '\0';
	else if ((size_t)length >= sizeof(err->message))
		mark_cut(err->message, sizeof(err->message));
	flatten(err->message);
	err->kind = kind;
	return -1;
}

int err_errno(struct err *err, const char *format, ...)
{
	const char *reason = strerror(errno);
	char what[ERR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return err_set(err, ERR_INTERNAL, "%s: %s", what, reason);
}

int err_wrap(struct err *err, const char *format, ...)
{
	char outer[ERR_MESSAGE_MAX];
	char inner[ERR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(outer, sizeof(outer), format, args);
	va_end(args);
	memcpy(inner, err->message, sizeof(inner));
	return err_set(err, err->kind, "%s: %s", outer, inner);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* buf: owned bytes that grow, up to a maximum. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"

static const size_t first_size = 64;

static struct buf empty(const struct buf *buf)
{
	return (struct buf){ .max = buf->max, .secret = buf->secret };
}

/* realloc() would leave a copy behind where it moves. */
static void resize(struct buf *buf, size_t size)
{
	char *data;

	if (buf->secret && buf->data) {
		data = mem_alloc(size);
		memcpy(data, buf->data, buf->length);
		secret_wipe(buf->data, buf->size);
		free(buf->data);
		buf->data = data;
	} else {
		buf->data = mem_resize(buf->data, size, 1);
	}
	buf->size = size;
	buf->data[buf->length] = '\0';
}

char *buf_reserve(struct buf *buf, size_t length)
{
	size_t size = buf->size ? buf->size : first_size;

	if (length > buf->max || buf->length > buf->max - length)
		return NULL;
	while (size <= buf->length + length)
		size = size > SIZE_MAX / 2 ? buf->length + length + 1 : size * 2;
	if (size != buf->size)
		resize(buf, size);
	return buf->data + buf->length;
}

int buf_add(struct buf *buf, const void *data, size_t length)
{
	char *end = buf_reserve(buf, length);

	if (!end)
		return -1;
	if (length)
		memcpy(end, data, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
	return 0;
}

int buf_add_span(struct buf *buf, struct span span)
{
	return buf_add(buf, span.data, span.length);
}

int buf_add_string(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

int buf_format(struct buf *buf, const char *format, ...)
{
	va_list args;
	char *end;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	end = length < 0 ? NULL : buf_reserve(buf, (size_t)length);
	if (!end)
		return -1;
	va_start(args, format);
	(void)vsnprintf(end, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
	return 0;
}

void buf_consume(struct buf *buf, size_t count)
{
	if (!count)
		return;
	buf->length -= count;
	memmove(buf->data, buf->data + count, buf->length + 1);
	if (buf->secret)
		secret_wipe(buf->data + buf->length, count);
}

void buf_clear(struct buf *buf)
{
	if (buf->secret && buf->data)
		secret_wipe(buf->data, buf->size);
	buf->length = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

struct span buf_span(const struct buf *buf)
{
	return (struct span){ buf->data ? buf->data : "", buf->length };
}

char *buf_detach(struct buf *buf)
{
	char *data = buf->data ? buf->data : mem_copy("", 0);

	*buf = empty(buf);
	return data;
}

void buf_release(struct buf *buf)
{
	if (buf->secret && buf->data)
		secret_wipe(buf->data, buf->size);
	free(buf->data);
	*buf = empty(buf);
}

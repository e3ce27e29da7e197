/* SPDX-License-Identifier: Apache-2.0 */
/* driver: filter drivers as one filter of libgit2, which asks it before it writes a file. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/driver/driver.h"
#include "git/lib.h"

/* libgit2's filters are those of the whole program. */
static struct {
	const struct driver *drivers;
	size_t count;
	struct err failure;
	bool failed;
} current;

/* One file on its way: what comes is kept, for it is whole in memory already, and then smudged. */
struct passage {
	git_writestream stream; /* first: libgit2 knows this part alone */
	const struct driver *driver;
	struct driver_file file;
	struct buf stored;
};

/* Before each file. */
static int choose(
	git_filter *self, void **payload, const git_filter_source *source, const char **attributes)
{
	(void)self;
	(void)source;
	if (git_attr_value(attributes[0]) != GIT_ATTR_VALUE_STRING)
		return GIT_PASSTHROUGH;
	for (size_t i = 0; i < current.count; i++) {
		const struct driver *driver = &current.drivers[i];

		if (driver->name && strcmp(driver->name, attributes[0]) == 0) {
			*payload = (void *)(uintptr_t)i; /* which it is; libgit2 only hands it on */
			return 0;
		}
	}
	return GIT_PASSTHROUGH;
}

static int take(git_writestream *stream, const char *data, size_t length)
{
	struct passage *passage = (struct passage *)stream;

	return buf_add(&passage->stored, data, length);
}

static int smudge(git_writestream *stream)
{
	struct passage *passage = (struct passage *)stream;
	const struct driver *driver = passage->driver;
	git_writestream *next = passage->file.next;

	passage->file.stored = buf_span(&passage->stored);
	if (driver->smudge(driver->context, &passage->file, &current.failure) < 0) {
		current.failed = true;
		return GIT_EUSER;
	}
	return next->close(next);
}

static void discard(git_writestream *stream)
{
	struct passage *passage = (struct passage *)stream;

	buf_release(&passage->stored);
	free(passage);
}

static int begin_file(git_writestream **stream, git_filter *self, void **payload,
	const git_filter_source *source, git_writestream *next)
{
	struct passage *passage = mem_alloc(sizeof(*passage));

	(void)self;
	passage->stream = (git_writestream){ take, smudge, discard };
	passage->driver = &current.drivers[(uintptr_t)*payload];
	passage->file.path = git_filter_source_path(source);
	passage->file.next = next;
	passage->stored = BUF(SIZE_MAX / 2);
	*stream = &passage->stream;
	return 0;
}

int driver_write(const struct driver_file *file, struct span bytes, struct err *err)
{
	git_writestream *next = file->next;

	if (next->write(next, bytes.data, bytes.length) < 0)
		return lib_error(err, "%s: cannot be written", file->path);
	return 0;
}

int drivers_begin(const struct driver *drivers, size_t count, struct err *err)
{
	static git_filter filter = {
		.version = GIT_FILTER_VERSION,
		.attributes = "filter",
		.check = choose,
		.stream = begin_file,
	};

	if (!git_filter_lookup("driver") &&
		git_filter_register("driver", &filter, GIT_FILTER_DRIVER_PRIORITY) < 0)
		return lib_error(err, "libgit2 cannot begin");
	memset(&current, 0, sizeof(current));
	current.drivers = drivers;
	current.count = count;
	return 0;
}

int drivers_end(struct err *err)
{
	current.drivers = NULL;
	current.count = 0;
	if (!current.failed)
		return 0;
	*err = current.failure;
	return -1;
}

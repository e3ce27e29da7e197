/* SPDX-License-Identifier: Apache-2.0 */
/* hint: how far an earlier check has looked without finding anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/release.h"
#include "git/history/hint.h"
#include "git/setting.h"

/* With its length, so that no two lists of texts look the same. */
static int add_text(struct buf *key, const char *text)
{
	return buf_format(key, "%zu:%s,", span_of(text).length, text ? text : "");
}

static int add_texts(struct buf *key, const struct strings *texts)
{
	int status = buf_format(key, "%zu;", texts->count);

	for (size_t i = 0; i < texts->count && status == 0; i++)
		status = add_text(key, texts->items[i]);
	return status;
}

static int add_filter(struct buf *key, const struct git_commit_filter *filter)
{
	if (!filter)
		return 0;
	if (add_texts(key, &filter->include) < 0 || add_texts(key, &filter->exclude) < 0 ||
		add_texts(key, &filter->authors) < 0 ||
		add_texts(key, &filter->exclude_authors) < 0)
		return -1;
	return buf_format(key, "%d%d", filter->include_all_match, filter->exclude_all_match);
}

/* How patterns are read, as rules.c asks for it. */
static int add_setting(struct buf *key, const struct git_source *source, const char *variable)
{
	const struct git_setting *setting = settings_find(&source->git_config, "grep", variable);

	return add_text(key, setting ? setting_value(setting) : "-");
}

/* All that decides which commits are wanted. Another release may decide otherwise. */
static int describe(struct buf *key, const char *address, const struct git_source *source)
{
	if (add_text(key, release_version) < 0 || add_text(key, address) < 0 ||
		add_text(key, source->branch) < 0 || add_texts(key, &source->paths) < 0 ||
		add_texts(key, &source->ignore_paths) < 0 ||
		add_texts(key, &source->skip_patterns) < 0 ||
		add_setting(key, source, "patterntype") < 0 ||
		add_setting(key, source, "extendedregexp") < 0 ||
		buf_format(key, "%d", source->disable_ci_skip) < 0)
		return -1;
	return add_filter(key, source->commit_filter);
}

void hint_init(struct hint *hint, const char *address, const struct git_source *source)
{
	unsigned char digest[DIGEST_SHA256_SIZE];
	auto_buf struct buf key = BUF(2 * LIMIT_REQUEST);
	struct err ignored = { 0 };

	*hint = (struct hint){ .key = "" };
	if (describe(&key, address, source) == 0 &&
		digest_sha256(buf_span(&key), digest, &ignored) == 0)
		digest_hex(digest, sizeof(digest), hint->key);
}

/* A folder for everybody: names of others must not stand in the way. */
static char *file_name(const char *end)
{
	return mem_format("build-service-resource-%u.%s", (unsigned)geteuid(), end);
}

static int open_folder(void)
{
	return open(file_temporary_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Nobody else can have written it, or read it, or led here by a name. */
static bool is_ours(int fd)
{
	struct stat found;

	return fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == geteuid() &&
		found.st_nlink == 1 && !(found.st_mode & (S_IRWXG | S_IRWXO));
}

static bool read_all(struct hints *hints, int folder)
{
	auto_free char *name = file_name("hints");
	auto_fd int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	struct err ignored = { 0 };

	return fd >= 0 && is_ours(fd) && file_read_fd(fd, name, &text, &ignored) == 0 &&
		hints_parse(hints, buf_span(&text));
}

static int create(int folder, const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, name, flags, S_IRUSR | S_IWUSR);

	/* of a check that was killed while it wrote */
	if (fd < 0 && errno == EEXIST && unlinkat(folder, name, 0) == 0)
		fd = openat(folder, name, flags, S_IRUSR | S_IWUSR);
	return fd;
}

/* Beside it, and then in its place: whoever reads meanwhile finds the old one or the new one. */
static bool write_all(const struct hints *hints, int folder)
{
	auto_free char *name = file_name("hints");
	auto_free char *new_name = file_name("new");
	auto_buf struct buf text = BUF(LIMIT_HINTS);
	auto_fd int fd = create(folder, new_name);
	struct err ignored = { 0 };

	if (fd < 0)
		return false;
	if (hints_format(hints, &text, &ignored) == 0 &&
		file_write_fd(fd, new_name, buf_span(&text), &ignored) == 0 &&
		renameat(folder, new_name, folder, name) == 0)
		return true;
	(void)unlinkat(folder, new_name, 0);
	return false;
}

bool hint_get(const struct hint *hint, const struct oid *version, struct oid *examined)
{
	static const struct oid none = { 0 };
	auto_fd int folder = -1;
	struct hints hints = { 0 };
	const struct oid *found;

	if (!hint->key[0])
		return false;
	folder = open_folder();
	if (folder < 0 || !read_all(&hints, folder))
		return false;
	found = hints_find(&hints, hint->key, version ? version : &none);
	if (!found)
		return false;
	log_debug("git: a hint says that nothing is wanted up to %s", found->hex);
	*examined = *found;
	return true;
}

void hint_put(const struct hint *hint, const struct oid *version, const struct oid *examined)
{
	auto_fd int folder = -1;
	struct hint_line line = { .examined = *examined };
	struct hints hints = { 0 };

	if (!hint->key[0])
		return;
	(void)snprintf(line.key, sizeof(line.key), "%s", hint->key);
	if (version)
		line.version = *version;
	folder = open_folder();
	if (folder < 0) {
		log_debug("git: %s: no hint can be left there", file_temporary_folder());
		return;
	}
	(void)read_all(&hints, folder);
	hints_put(&hints, &line);
	if (!write_all(&hints, folder))
		log_debug("git: %s: no hint can be left there", file_temporary_folder());
}

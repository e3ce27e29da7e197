/* SPDX-License-Identifier: Apache-2.0 */
/* crypt: a clone whose files that git-crypt has encrypted are in plain. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/crypt/cipher.h"
#include "git/crypt/crypt.h"
#include "git/lib.h"

#define MAGIC SPAN_LITERAL("\0GITCRYPT\0")

struct crypt {
	struct secret *file;
	struct crypt_key key; /* borrowed of the file */
	char *driver;         /* the value of the attribute */
};

static int decode(struct secret **file, const struct secret *text, struct err *err)
{
	const struct span digits = { secret_reveal(text), secret_length(text) };
	auto_buf struct buf bytes = BUF_SECRET(LIMIT_REQUEST);
	bool done = base64_decode(digits, &bytes);

	if (done)
		*file = secret_new(buf_span(&bytes));
	return done ? 0 : err_set(err, ERR_CONFIG, "is not base64");
}

static int read_key(struct crypt *crypt, const struct secret *text, struct err *err)
{
	if (decode(&crypt->file, text, err) < 0)
		return -1;
	return crypt_key_parse(&crypt->key,
		(struct span){ secret_reveal(crypt->file), secret_length(crypt->file) }, err);
}

int crypt_open(struct crypt **crypt, const struct secret *text, struct err *err)
{
	struct crypt *opened;

	*crypt = NULL;
	if (!secret_length(text))
		return 0;
	opened = mem_alloc(sizeof(*opened));
	if (read_key(opened, text, err) < 0) {
		crypt_free(opened);
		return err_wrap(err, "source.git_crypt_key");
	}
	opened->driver = mem_format("git-crypt%s%.*s", opened->key.name.length ? "-" : "",
		SPAN_FORMAT(opened->key.name));
	*crypt = opened;
	return 0;
}

void crypt_free(struct crypt *crypt)
{
	if (!crypt)
		return;
	secret_free(crypt->file);
	free(crypt->driver);
	free(crypt);
}

/* A file from before it was to be encrypted is as it is, as for git-crypt. */
static int copy(const struct driver_file *file, struct err *err)
{
	if (file->stored.length)
		log_warning("'%s' is not encrypted, though its attributes say so", file->path);
	return driver_write(file, file->stored, err);
}

static int smudge(const void *context, const struct driver_file *file, struct err *err)
{
	const struct crypt *crypt = context;
	struct span left = file->stored, magic, nonce;
	auto_free char *plain = NULL;

	if (!span_take_bytes(&left, MAGIC.length, &magic) || !span_equal(magic, MAGIC) ||
		!span_take_bytes(&left, CRYPT_NONCE_LENGTH, &nonce))
		return copy(file, err);
	plain = mem_alloc(left.length + 1);
	if (cipher_open(&crypt->key, nonce, left, plain, err) < 0)
		return err_wrap(err, "'%s' cannot be decrypted", file->path);
	return driver_write(file, (struct span){ plain, left.length }, err);
}

struct driver crypt_driver(const struct crypt *crypt)
{
	return (struct driver){
		.name = crypt ? crypt->driver : NULL,
		.smudge = smudge,
		.context = crypt,
	};
}

static int write_key(const struct crypt *crypt, const char *git, struct err *err)
{
	struct span name = crypt->key.name.length ? crypt->key.name : span_of("default");
	auto_free char *top = mem_format("%s/git-crypt", git);
	auto_free char *folder = mem_format("%s/keys", top);
	auto_free char *file = mem_format("%s/%.*s", folder, SPAN_FORMAT(name));
	auto_fd int fd = -1;

	if (mkdir(top, 0777) < 0 || mkdir(folder, 0777) < 0)
		return err_errno(err, "%s: cannot be made", folder);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(err, "%s: cannot be created", file);
	return file_write_fd(fd, file,
		(struct span){ secret_reveal(crypt->file), secret_length(crypt->file) }, err);
}

static int set(git_config *config, const char *section, const char *name, const char *value,
	struct err *err)
{
	auto_free char *full = mem_format("%s.%s", section, name);

	if (git_config_set_string(config, full, value) < 0)
		return lib_error(err, "%s: cannot be set", full);
	return 0;
}

static int write_config(const struct crypt *crypt, const char *git, struct err *err)
{
	auto_git(config) git_config *config = NULL;
	auto_free char *file = mem_format("%s/config", git);
	auto_free char *filter = mem_format("filter.%s", crypt->driver);
	auto_free char *diff = mem_format("diff.%s", crypt->driver);
	auto_free char *key = mem_format("%s%.*s", crypt->key.name.length ? " --key-name=" : "",
		SPAN_FORMAT(crypt->key.name));
	auto_free char *smudge_command = mem_format("\"git-crypt\" smudge%s", key);
	auto_free char *clean_command = mem_format("\"git-crypt\" clean%s", key);
	auto_free char *diff_command = mem_format("\"git-crypt\" diff%s", key);

	if (git_config_open_ondisk(&config, file) < 0)
		return lib_error(err, "%s: cannot be read", file);
	if (set(config, filter, "smudge", smudge_command, err) < 0 ||
		set(config, filter, "clean", clean_command, err) < 0 ||
		set(config, filter, "required", "true", err) < 0)
		return -1;
	return set(config, diff, "textconv", diff_command, err);
}

int crypt_unlock(const struct crypt *crypt, const char *git, struct err *err)
{
	if (!crypt)
		return 0;
	if (write_key(crypt, git, err) < 0)
		return -1;
	return write_config(crypt, git, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tls_files: the files that source.git_config names for TLS. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/access/tls_files.h"
#include "git/access/urlmatch.h"

#define CERTIFICATE "CERTIFICATE-----"
#define PRIVATE_KEY "PRIVATE KEY-----"

/* An empty value takes back what is said more generally. */
static const struct git_setting *find(
	const struct list *settings, const char *variable, const char *url)
{
	const struct git_setting *found = urlmatch_find(settings, variable, url);

	return found && *setting_value(found) ? found : NULL;
}

struct tls_settings tls_settings_for(const struct list *settings, const char *url)
{
	struct tls_settings found = { 0 };

	if (!span_starts(span_of(url), "https://"))
		return found;
	found.authorities = find(settings, "sslcainfo", url);
	found.certificate = find(settings, "sslcert", url);
	if (found.certificate)
		found.key = find(settings, "sslkey", url);
	return found;
}

static char *path_of(const struct git_setting *setting)
{
	const char *path = setting_value(setting), *home = getenv("HOME");

	if (home && span_starts(span_of(path), "~/"))
		return mem_format("%s%s", home, path + 1);
	return mem_copy_string(path);
}

/* `mark` is what a file of that kind holds, `kind` what it is called. */
static int read_file(struct buf *contents, const struct git_setting *setting, const char *mark,
	const char *kind, struct err *err)
{
	auto_free char *path = path_of(setting);

	if (file_read(AT_FDCWD, path, contents, err) < 0)
		return err_wrap(err, "source.git_config: %s", setting->name);
	if (contents->data && strstr(contents->data, mark))
		return 0;
	return err_set(err, ERR_CONFIG, "source.git_config: %s: '%s' holds no %s in PEM",
		setting->name, path, kind);
}

static int read_authorities(
	struct strings *texts, const struct git_setting *setting, struct err *err)
{
	auto_buf struct buf contents = BUF(LIMIT_CERTIFICATES);

	if (!setting)
		return 0;
	if (read_file(&contents, setting, CERTIFICATE, "certificate", err) < 0)
		return -1;
	strings_add(texts, buf_span(&contents));
	return 0;
}

static int read_secret(struct secret **secret, const struct git_setting *setting, const char *mark,
	const char *kind, struct err *err)
{
	auto_buf struct buf contents = BUF_SECRET(LIMIT_CERTIFICATES);

	if (read_file(&contents, setting, mark, kind, err) < 0)
		return -1;
	*secret = secret_new(buf_span(&contents));
	return 0;
}

/* "BEGIN ENCRYPTED PRIVATE KEY", or "Proc-Type: 4,ENCRYPTED" of the older form. */
static int check_key(const struct secret *key, const struct git_setting *setting, struct err *err)
{
	if (!strstr(secret_reveal(key), "ENCRYPTED"))
		return 0;
	return err_set(err, ERR_CONFIG,
		"source.git_config: %s: the key has a passphrase, and there is nobody to ask for it: "
		"name a key without one",
		setting->name);
}

static int read_client(
	struct tls_files *files, const struct tls_settings *settings, struct err *err)
{
	const struct git_setting *key = settings->key ? settings->key : settings->certificate;

	if (!settings->certificate)
		return 0;
	if (read_secret(&files->certificate, settings->certificate, CERTIFICATE, "certificate",
		    err) < 0 ||
		read_secret(&files->key, key, PRIVATE_KEY, "private key", err) < 0)
		return -1;
	return check_key(files->key, key, err);
}

int tls_files_read(struct tls_files *files, const struct tls_settings *settings, struct err *err)
{
	auto_tls_files struct tls_files read = { 0 };

	if (read_authorities(&read.authorities, settings->authorities, err) < 0 ||
		read_client(&read, settings, err) < 0)
		return -1;
	*files = read;
	read = (struct tls_files){ 0 };
	return 0;
}

void tls_files_release(struct tls_files *files)
{
	strings_release(&files->authorities);
	secret_free(files->certificate);
	secret_free(files->key);
	*files = (struct tls_files){ 0 };
}

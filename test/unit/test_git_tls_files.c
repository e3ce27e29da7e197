/* SPDX-License-Identifier: Apache-2.0 */
/* tls_files: which files git_config names for a URL, and what they may hold. */
#define _XOPEN_SOURCE 700 /* nftw */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "git/access/tls_files.h"
#include "remove.h"
#include "source.h"

#define A "{\"name\":\"http.sslCAInfo\",\"value\":\"a\"}"
#define C "{\"name\":\"http.sslCert\",\"value\":\"c\"}"
#define K "{\"name\":\"http.sslKey\",\"value\":\"k\"}"
#define FOR(url, variable, value) "{\"name\":\"http." url "." variable "\",\"value\":\"" value "\"}"
#define SOMETHING "https://git.example.com/team/app"

static const struct choice {
	const char *name;
	const char *settings;
	const char *url;
	const char *files; /* authorities, certificate, key; "-": none */
} choices[] = {
	{ "nothing", "", SOMETHING, "- - -" },
	{ "all", A "," C "," K, SOMETHING, "a c k" },
	{ "a certificate with its key", C, SOMETHING, "- c -" },
	{ "a key without a certificate", K, SOMETHING, "- - -" },
	{ "in any case", "{\"name\":\"HTTP.SSLCAINFO\",\"value\":\"a\"}", SOMETHING, "a - -" },
	{ "the last", A ",{\"name\":\"http.sslcainfo\",\"value\":\"b\"}", SOMETHING, "b - -" },
	{ "an empty one takes back", A ",{\"name\":\"http.sslCAInfo\",\"value\":\"\"}", SOMETHING,
		"- - -" },
	{ "without a value", A ",{\"name\":\"http.sslCAInfo\"}", SOMETHING, "- - -" },
	{ "in the clear", A "," C "," K, "http://git.example.com/team/app", "- - -" },
	{ "over SSH", A "," C "," K, "ssh://git@git.example.com/team/app", "- - -" },
	{ "a path", A "," C "," K, "/srv/app", "- - -" },
	{ "for that URL", FOR("https://git.example.com", "sslCert", "d") "," C, SOMETHING,
		"- d -" },
	{ "for another host", FOR("https://example.com", "sslCert", "d") "," C, SOMETHING,
		"- c -" },
	{ "for another port", FOR("https://git.example.com:8443", "sslCert", "d"), SOMETHING,
		"- - -" },
	{ "for any name of a domain", FOR("https://*.example.com", "sslCAInfo", "d"), SOMETHING,
		"d - -" },
	{ "for a part of the path",
		FOR("https://git.example.com/team", "sslCert", "d") "," FOR(
			"https://git.example.com", "sslCert", "e"),
		SOMETHING, "- d -" },
	{ "a certificate for that URL, and a key for all",
		FOR("https://git.example.com", "sslCert", "d") "," K, SOMETHING, "- d k" },
	{ "none for that URL", C "," K "," FOR("https://git.example.com", "sslCert", ""), SOMETHING,
		"- - -" },
};

static const char *shown(const struct git_setting *setting)
{
	return setting ? setting_value(setting) : "-";
}

static void are_chosen(void **state)
{
	const struct choice *row = *state;
	auto_free char *members = mem_format("\"git_config\":[%s]", row->settings);
	struct git_source source = source_of(members);
	struct tls_settings found = tls_settings_for(&source.git_config, row->url);
	auto_free char *files = mem_format(
		"%s %s %s", shown(found.authorities), shown(found.certificate), shown(found.key));

	assert_string_equal(files, row->files);
	schema_release(git_source_fields, &source);
}

#define PEM(kind, text) "-----BEGIN " kind "-----\n" text "-----END " kind "-----\n"
#define CERTIFICATE PEM("CERTIFICATE", "MIIB\n")
#define KEY PEM("PRIVATE KEY", "MIIC\n")
#define LONG_NAME                                                                              \
	"a23456789012345678901234567890123456789012345678901234567890123456789012345678901234" \
	"5678901234567890123456789012345678901234567890"
#define LONG_PATH LONG_NAME "/" LONG_NAME "/" LONG_NAME

static char folder[] = "/tmp/tls-files-XXXXXX";

/* What the folder holds, which is HOME and where the test runs. */
static const struct {
	const char *path, *text;
} files[] = {
	{ "certificate", CERTIFICATE },
	{ "two", "a comment\n" CERTIFICATE CERTIFICATE },
	{ "key", KEY },
	{ "rsa", PEM("RSA PRIVATE KEY", "MIIC\n") },
	{ "both", KEY CERTIFICATE },
	{ "encrypted", PEM("ENCRYPTED PRIVATE KEY", "MIIC\n") },
	{ "older",
		PEM("RSA PRIVATE KEY",
			"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMI\n") },
	{ "empty", "" },
	{ "other", "no PEM\n" },
	{ "~key", KEY },
	{ LONG_PATH, CERTIFICATE },
};

#define PASSPHRASE \
	": the key has a passphrase, and there is nobody to ask for it: name a key without one"

static const struct reading {
	const char *name;
	const char *authorities, *certificate, *key; /* NULL: not set */
	const char *contents;                        /* of the three, one behind the other */
	const char *message;                         /* NULL: none; "~": the folder */
} readings[] = {
	{ "nothing", NULL, NULL, NULL, "", NULL },
	{ "authorities", "two", NULL, NULL, "a comment\n" CERTIFICATE CERTIFICATE, NULL },
	{ "a certificate and its key", NULL, "certificate", "key", CERTIFICATE KEY, NULL },
	{ "a key of the older form", NULL, "certificate", "rsa",
		CERTIFICATE PEM("RSA PRIVATE KEY", "MIIC\n"), NULL },
	{ "both in one", NULL, "both", NULL, KEY CERTIFICATE KEY CERTIFICATE, NULL },
	{ "all three", "certificate", "certificate", "key", CERTIFICATE CERTIFICATE KEY, NULL },
	{ "of HOME", "~/certificate", "~/certificate", "~/key", CERTIFICATE CERTIFICATE KEY, NULL },
	{ "of HOME, far down", "~/" LONG_PATH, NULL, NULL, CERTIFICATE, NULL },
	{ "a name that begins with ~", NULL, "certificate", "~key", CERTIFICATE KEY, NULL },
	{ "no authorities", "missing", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: missing: does not exist" },
	{ "no certificate", NULL, "certificate/deeper", "key", NULL,
		"source.git_config: http.sslCert: certificate/deeper: does not exist" },
	{ "no key", NULL, "certificate", "~/missing", NULL,
		"source.git_config: http.sslKey: ~/missing: does not exist" },
	{ "a certificate without a key", NULL, "certificate", NULL, NULL,
		"source.git_config: http.sslCert: 'certificate' holds no private key in PEM" },
	{ "a key for authorities", "key", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: 'key' holds no certificate in PEM" },
	{ "a key for a certificate", NULL, "key", "key", NULL,
		"source.git_config: http.sslCert: 'key' holds no certificate in PEM" },
	{ "a certificate for a key", NULL, "certificate", "certificate", NULL,
		"source.git_config: http.sslKey: 'certificate' holds no private key in PEM" },
	{ "something else", "other", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: 'other' holds no certificate in PEM" },
	{ "an empty file", "empty", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: 'empty' holds no certificate in PEM" },
	{ "an encrypted key", NULL, "certificate", "encrypted", NULL,
		"source.git_config: http.sslKey" PASSPHRASE },
	{ "an encrypted key of the older form", NULL, "certificate", "older", NULL,
		"source.git_config: http.sslKey" PASSPHRASE },
	{ "a folder", ".", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: .: cannot be read: Is a directory" },
	{ "a file without an end", "/dev/zero", NULL, NULL, NULL,
		"source.git_config: http.sslCAInfo: /dev/zero: is larger than 4194304 bytes" },
};

static const char *reveal(const struct secret *secret)
{
	return secret ? secret_reveal(secret) : "";
}

static const struct git_setting *setting(
	struct git_setting *setting, const char *name, const char *value)
{
	*setting = (struct git_setting){ (char *)(uintptr_t)name, (char *)(uintptr_t)value };
	return value ? setting : NULL;
}

static void hide_folder(char *message)
{
	char *at = strstr(message, folder);

	if (!at)
		return;
	*at = '~';
	memmove(at + 1, at + strlen(folder), strlen(at + strlen(folder)) + 1);
}

static void are_read(void **state)
{
	const struct reading *row = *state;
	struct git_setting items[3];
	const struct tls_settings settings = {
		setting(&items[0], "http.sslCAInfo", row->authorities),
		setting(&items[1], "http.sslCert", row->certificate),
		setting(&items[2], "http.sslKey", row->key),
	};
	auto_tls_files struct tls_files read = { 0 };
	auto_free char *contents = NULL;
	struct err err = { 0 };
	int status = tls_files_read(&read, &settings, &err);

	hide_folder(err.message);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(status, row->message ? -1 : 0);
	if (status < 0)
		return;
	assert_int_equal(read.authorities.count, row->authorities ? 1 : 0);
	contents = mem_format("%s%s%s", row->authorities ? read.authorities.items[0] : "",
		reveal(read.certificate), reveal(read.key));
	assert_string_equal(contents, row->contents);
}

static int make_folder(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (!mkdtemp(folder) || chdir(folder) < 0 || setenv("HOME", folder, 1) < 0 ||
		mkdir(LONG_NAME, 0700) < 0 || mkdir(LONG_NAME "/" LONG_NAME, 0700) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(files); i++)
		if (file_write(AT_FDCWD, files[i].path, span_of(files[i].text), &err) < 0)
			return -1;
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	return remove_folder(folder);
}

int main(void)
{
	UNIT_ROWS(are_chosen, choices);
	UNIT_ROWS(are_read, readings);
	return unit_run_with(make_folder, clean_up);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Git LFS: pointers, the batch API's answers, where the server is, what .lfsconfig may say. */
#include <string.h>

#include "base/mem.h"
#include "git/lfs/authenticate.h"
#include "git/lfs/batch.h"
#include "git/lfs/endpoint.h"
#include "unit.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define VERSION "version https://git-lfs.github.com/spec/v1\n"

static const struct pointer {
	const char *name;
	const char *text;
	enum lfs_kind kind;
	uint64_t size;
} pointers[] = {
	{ "a pointer", VERSION "oid sha256:" A "\nsize 12\n", LFS_POINTER, 12 },
	{ "of nothing", VERSION "oid sha256:" A "\nsize 0\n", LFS_POINTER, 0 },
	{ "of much", VERSION "oid sha256:" A "\nsize 9223372036854775807\n", LFS_POINTER,
		INT64_MAX },
	{ "without its last newline", VERSION "oid sha256:" A "\nsize 12", LFS_POINTER, 12 },
	{ "CR LF", "version https://git-lfs.github.com/spec/v1\r\noid sha256:" A "\r\nsize 1\r\n",
		LFS_POINTER, 1 },
	{ "by an older name",
		"version https://hawser.github.com/spec/v1\noid sha256:" A "\nsize 1\n",
		LFS_POINTER, 1 },
	{ "by the oldest name", "version http://git-media.io/v/2\noid sha256:" A "\nsize 1\n",
		LFS_POINTER, 1 },
	{ "an extension", VERSION "ext-0-foo sha256:" B "\noid sha256:" A "\nsize 12\n",
		LFS_EXTENDED },
	{ "two extensions",
		VERSION "ext-0-a sha256:" B "\next-1-b sha256:" B "\noid sha256:" A "\nsize 1\n",
		LFS_EXTENDED },
	{ "empty text", "", LFS_NONE },
	{ "version alone", VERSION, LFS_NONE },
	{ "no version", "oid sha256:" A "\nsize 12\n", LFS_NONE },
	{ "a version to come",
		"version https://git-lfs.github.com/spec/v2\noid sha256:" A "\nsize 12\n",
		LFS_NONE },
	{ "size before oid", VERSION "size 12\noid sha256:" A "\n", LFS_NONE },
	{ "SHA-1", VERSION "oid sha1:" A "\nsize 12\n", LFS_NONE },
	{ "an oid too long", VERSION "oid sha256:" A "a\nsize 12\n", LFS_NONE },
	{ "an oid in upper case", VERSION "oid sha256:AAAA\nsize 12\n", LFS_NONE },
	{ "a size below zero", VERSION "oid sha256:" A "\nsize -1\n", LFS_NONE },
	{ "letters in a size", VERSION "oid sha256:" A "\nsize 12x\n", LFS_NONE },
	{ "a size of more than 63 bits", VERSION "oid sha256:" A "\nsize 9223372036854775808\n",
		LFS_NONE },
	{ "a line more", VERSION "oid sha256:" A "\nsize 12\nmore\n", LFS_NONE },
	{ "a line twice", VERSION "oid sha256:" A "\nsize 12\nsize 12\n", LFS_NONE },
	{ "an extension without a number",
		VERSION "ext-x-foo sha256:" B "\noid sha256:" A "\nsize 12\n", LFS_NONE },
	{ "an extension by MD5", VERSION "ext-0-foo md5:" B "\noid sha256:" A "\nsize 12\n",
		LFS_NONE },
};

static void read_pointer(void **state)
{
	const struct pointer *row = *state;
	struct lfs_pointer pointer = { "untouched", 99 };
	enum lfs_kind kind = lfs_pointer_read(&pointer, span_of(row->text));

	assert_int_equal(kind, row->kind);
	assert_int_equal(pointer.size, kind == LFS_POINTER ? row->size : 99);
	assert_string_equal(pointer.oid, kind == LFS_POINTER ? A : "untouched");
}

static void pointers_are_short(void **state)
{
	char text[LFS_POINTER_MAX + 1];
	struct lfs_pointer pointer;
	size_t length = strlen(VERSION "oid sha256:" A "\nsize ");

	(void)state;
	memcpy(text, VERSION "oid sha256:" A "\nsize ", length);
	memset(text + length, '0', sizeof(text) - length);
	assert_int_equal(lfs_pointer_read(&pointer, (struct span){ text, LFS_POINTER_MAX - 1 }),
		LFS_POINTER);
	assert_int_equal(
		lfs_pointer_read(&pointer, (struct span){ text, LFS_POINTER_MAX }), LFS_NONE);
}

static void objects_are_united(void **state)
{
	const struct lfs_pointer a = { A, 1 }, b = { B, 2 }, other = { B, 3 };
	auto_lfs_objects struct lfs_objects objects = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(lfs_objects_unite(&objects, &err), 0);
	lfs_objects_add(&objects, &b, "b");
	lfs_objects_add(&objects, &a, "a");
	lfs_objects_add(&objects, &b, "c");
	assert_int_equal(lfs_objects_unite(&objects, &err), 0);
	assert_int_equal(objects.count, 2);
	assert_string_equal(objects.items[0].path, "a");
	assert_string_equal(objects.items[1].pointer.oid, B);
	lfs_objects_add(&objects, &other, "d");
	assert_int_equal(lfs_objects_unite(&objects, &err), -1);
	assert_non_null(strstr(err.message, "its Git LFS pointer has another size than that of"));
}

static struct lfs_object asked[] = { { { A, 1 }, (char[]){ "a.bin" } },
	{ { B, 2 }, (char[]){ "b.bin" } } };

static void questions(void **state)
{
	const struct lfs_batch batch = { LFS_UPLOAD, "refs/heads/main", asked, 1 };
	auto_free char *text = lfs_batch_write(&batch);

	(void)state;
	assert_string_equal(text,
		"{\"operation\":\"upload\",\"transfers\":[\"basic\"],\"hash_algo\":\"sha256\","
		"\"objects\":[{\"oid\":\"" A
		"\",\"size\":1}],\"ref\":{\"name\":\"refs/heads/main\"}}");
}

static const struct answer {
	const char *name;
	const char *text, *message; /* NULL: it is taken */
} answers[] = {
	{ "nothing said", "{\"objects\":[]}", NULL },
	{ "of others", "{\"objects\":[{\"oid\":\"zzz\"},1,null]}", NULL },
	{ "a download",
		"{\"objects\":[{\"oid\":\"" A "\",\"size\":1,\"actions\":{\"download\":{"
		"\"href\":\"https://x/a\",\"header\":{\"K\":\"v\"},\"expires_in\":60}}}]}",
		NULL },
	{ "an error",
		"{\"objects\":[{\"oid\":\"" A
		"\",\"error\":{\"code\":404,\"message\":\"no\\nmore\"}}]}",
		NULL },
	{ "no text", "",
		"answers, but not as an LFS server does: check its URL, by lfs.url in .lfsconfig "
		"or 'source.git_config'" },
	{ "objects that are none", "{\"objects\":{}}",
		"answers, but not as an LFS server does: check its URL, by "
		"lfs.url in .lfsconfig or 'source.git_config'" },
	{ "another transfer", "{\"transfer\":\"ssh\",\"objects\":[]}",
		"the LFS server does not offer the transfer 'basic' with SHA-256" },
	{ "another hash", "{\"hash_algo\":\"sha512\",\"objects\":[]}",
		"the LFS server does not offer the transfer 'basic' with SHA-256" },
	{ "another size", "{\"objects\":[{\"oid\":\"" A "\",\"size\":5}]}",
		"a.bin: the LFS server has the object " A " with 5 bytes, and its pointer says 1" },
	{ "no href", "{\"objects\":[{\"oid\":\"" A "\",\"actions\":{\"download\":{}}}]}",
		"a.bin: the LFS server names no 'href'" },
	{ "an action that is none",
		"{\"objects\":[{\"oid\":\"" A "\",\"actions\":{\"download\":1}}]}",
		"a.bin: the LFS server's answer holds no object where one belongs" },
	{ "a header with a line break",
		"{\"objects\":[{\"oid\":\"" A
		"\",\"actions\":{\"download\":{\"href\":\"https://x\","
		"\"header\":{\"A\":\"b\\r\\nC: d\"}}}}]}",
		"a.bin: the LFS server wants a header to be sent that cannot be" },
	{ "a header with a blank in its name",
		"{\"objects\":[{\"oid\":\"" A
		"\",\"actions\":{\"download\":{\"href\":\"https://x\","
		"\"header\":{\"A b\":\"c\"}}}}]}",
		"a.bin: the LFS server wants a header to be sent that cannot be" },
	{ "headers as a list",
		"{\"objects\":[{\"oid\":\"" A
		"\",\"actions\":{\"download\":{\"href\":\"https://x\","
		"\"header\":[]}}}]}",
		"a.bin: the LFS server's 'header' is not an object of at most 32" },
};

static const struct lfs_batch download = { LFS_DOWNLOAD, NULL, asked, COUNT(asked) };

static void read_answer(void **state)
{
	const struct answer *row = *state;
	struct lfs_reply replies[COUNT(asked)] = { 0 };
	struct err err = { 0 };

	assert_int_equal(lfs_batch_read(replies, &download, span_of(row->text), &err),
		row->message ? -1 : 0);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_int_equal(err.kind, row->message ? ERR_REMOTE : ERR_NONE);
	for (size_t i = 0; i < COUNT(replies); i++)
		lfs_reply_release(&replies[i]);
}

static void an_answer_says_where_and_why_not(void **state)
{
	struct lfs_reply replies[COUNT(asked)] = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(lfs_batch_read(replies, &download, span_of(answers[2].text), &err), 0);
	assert_string_equal(replies[0].transfer.href, "https://x/a");
	assert_true(lfs_action_has(&replies[0].transfer, "k"));
	assert_false(lfs_action_has(&replies[0].transfer, "v"));
	assert_false(lfs_action_is_over(&replies[0].transfer));
	assert_false(replies[1].known);
	lfs_reply_release(&replies[0]);
	assert_int_equal(lfs_batch_read(replies, &download, span_of(answers[3].text), &err), 0);
	assert_int_equal(replies[0].error, 404);
	assert_string_equal(replies[0].message, "no");
	lfs_reply_release(&replies[0]);
}

static void handed_off(void **state)
{
	auto_lfs_action struct lfs_action action = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(lfs_authenticate_read(&action, span_of("no\n"), &err), -1);
	assert_string_equal(err.message, "git-lfs-authenticate answers something else than JSON");
	assert_int_equal(lfs_authenticate_read(&action,
				 span_of("{\"href\":\"https://lfs\",\"header\":{\"Authorization\":"
					 "\"RemoteAuth t\",\"Host\":\"x\"},"
					 "\"expires_at\":\"1999-01-01T00:00:00Z\"}\n"),
				 &err),
		0);
	assert_string_equal(action.href, "https://lfs");
	assert_int_equal(action.header_count, 1); /* a Host is ours to say */
	assert_int_equal(action.expires_ms, 0);   /* by a clock that is not ours */
}

static const struct endpoint {
	const char *name;
	const char *uri, *file;
	enum lfs_operation operation;
	const char *url, *ssh, *folder, *message;
} endpoints[] = {
	{ "https", "https://h/a", "", LFS_DOWNLOAD, "https://h/a.git/info/lfs" },
	{ "userinfo and a port", "https://u:p@h:8443/a.git/", "", LFS_DOWNLOAD,
		"https://u:p@h:8443/a.git/info/lfs" },
	{ "ssh", "ssh://git@h:22/a/b.git", "", LFS_DOWNLOAD, "https://h/a/b.git/info/lfs",
		"ssh://git@h:22/a/b.git" },
	{ "scp", "git@h:a/b", "", LFS_UPLOAD, "https://h/a/b.git/info/lfs", "git@h:a/b" },
	{ "an address", "ssh://[::1]/a.git", "", LFS_UPLOAD, "https://[::1]/a.git/info/lfs",
		"ssh://[::1]/a.git" },
	{ "git", "git://h/a.git", "", LFS_DOWNLOAD, "https://h/a.git/info/lfs" },
	{ "file", "file:///srv/a.git", "", LFS_DOWNLOAD, NULL, NULL, "/srv/a.git" },
	{ "a path", "/srv/a", "", LFS_DOWNLOAD, NULL, NULL, "/srv/a" },
	{ "lfs.url", "https://h/a", "[lfs]\nurl = https://lfs/x\n", LFS_UPLOAD, "https://lfs/x" },
	{ "lfs.pushurl", "https://h/a", "[lfs]\nurl = https://lfs/x\npushurl = https://up/x\n",
		LFS_UPLOAD, "https://up/x" },
	{ "lfs.pushurl is for uploads", "https://h/a",
		"[lfs]\nurl = https://lfs/x\npushurl = https://up/x\n", LFS_DOWNLOAD,
		"https://lfs/x" },
	{ "remote.origin.lfsurl", "https://h/a", "[remote \"origin\"]\nlfsurl = ssh://git@lfs/x\n",
		LFS_DOWNLOAD, "https://lfs/x", "ssh://git@lfs/x" },
	{ "remote.origin.lfspushurl is not taken from .lfsconfig", "https://h/a",
		"[remote \"origin\"]\nlfspushurl = https://no\n", LFS_UPLOAD,
		"https://h/a.git/info/lfs" },
	{ "neither URL nor path", "https://h/a", "[lfs]\nurl = nowhere\n", LFS_DOWNLOAD, NULL, NULL,
		NULL, "lfs.url: must be an https://, http://, ssh:// or file:// URL" },
};

static void assert_text(const char *text, const char *expected)
{
	assert_string_equal(text ? text : "-", expected ? expected : "-");
}

static void find_endpoint(void **state)
{
	const struct endpoint *row = *state;
	const struct list none = { 0 };
	const struct place place = { .uri = row->uri, .field = "source.uri" };
	auto_lfs_endpoint struct lfs_endpoint endpoint = { 0 };
	auto_lfs_config struct lfs_config config = { 0 };
	struct err err = { 0 };

	assert_int_equal(lfs_config_read(&config, &none, span_of(row->file), &err), 0);
	assert_int_equal(lfs_endpoint_find(&endpoint, &config, &place, row->operation, &err),
		row->message ? -1 : 0);
	assert_string_equal(err.message, row->message ? row->message : "");
	assert_text(endpoint.url, row->url);
	assert_text(endpoint.ssh, row->ssh);
	assert_text(endpoint.folder, row->folder);
}

static void configuration(void **state)
{
	struct git_setting given[] = { { (char[]){ "LFS.URL" }, (char[]){ "https://first" } } };
	const struct list none = { 0 }, list = { given, 1 };
	const char *text = "[lfs]\nurl = https://file\nfetchexclude = a, ,b/c,\n"
			   "[lfs \"x\"]\naccess = basic\n[core]\nsshcommand = evil\n";
	auto_lfs_config struct lfs_config config = { 0 }, both = { 0 };
	auto_strings struct strings excluded = { 0 };
	auto_free char *url = NULL, *first = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(lfs_config_read(&config, &none, span_of(text), &err), 0);
	url = lfs_config_get(&config, "lfs.url");
	assert_string_equal(url, "https://file");
	assert_null(lfs_config_get(&config, "core.sshcommand"));
	lfs_config_list(&excluded, &config, "lfs.fetchexclude");
	assert_int_equal(excluded.count, 2);
	assert_string_equal(excluded.items[1], "b/c");
	assert_int_equal(lfs_config_read(&both, &list, span_of(text), &err), 0);
	first = lfs_config_get(&both, "lfs.url");
	assert_string_equal(first, "https://first");
	lfs_config_release(&both);
	assert_int_equal(lfs_config_read(&both, &none, span_of("[lfs\n"), &err), -1);
	assert_int_equal(err.kind, ERR_REMOTE);
	assert_string_equal(err.message, ".lfsconfig: line 1 is not in git's configuration format");
}

int main(void)
{
	UNIT_ROWS(read_pointer, pointers);
	UNIT_TEST(pointers_are_short);
	UNIT_TEST(objects_are_united);
	UNIT_TEST(questions);
	UNIT_ROWS(read_answer, answers);
	UNIT_TEST(an_answer_says_where_and_why_not);
	UNIT_TEST(handed_off);
	UNIT_ROWS(find_endpoint, endpoints);
	UNIT_TEST(configuration);
	return unit_run();
}

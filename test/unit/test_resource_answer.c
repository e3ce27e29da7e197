/* SPDX-License-Identifier: Apache-2.0 */
/* answer: the exact bytes on stdout. */
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "resource/answer.h"

static void assert_written(const struct answer *answer, enum answer_shape shape, const char *text)
{
	auto_buf struct buf written = BUF(1 * MIB);
	struct err err = { 0 };
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(answer_write(answer, shape, fds[1], &err), 0);
	(void)close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "the answer", &written, &err), 0);
	(void)close(fds[0]);
	assert_string_equal(written.data, text);
}

static void no_version_is_an_empty_list(void **state)
{
	auto_answer struct answer answer = { 0 };
	(void)state;

	answer_init(&answer);
	assert_written(&answer, ANSWER_VERSIONS, "[]\n");
}

static void versions_keep_their_order_and_that_of_their_keys(void **state)
{
	static const struct pair first[] = { { "build", "10" }, { "image", "r@sha256:00" } };
	static const struct pair second[] = { { "zebra", "1" }, { "apple", "2" },
		{ "mango", "3" } };
	auto_answer struct answer answer = { 0 };
	(void)state;

	answer_init(&answer);
	answer_add_version(&answer, first, COUNT(first));
	answer_add_version(&answer, second, COUNT(second));
	answer_add_version(&answer, first, 1);
	assert_written(&answer, ANSWER_VERSIONS,
		"[{\"build\":\"10\",\"image\":\"r@sha256:00\"},"
		"{\"zebra\":\"1\",\"apple\":\"2\",\"mango\":\"3\"},{\"build\":\"10\"}]\n");
}

static void a_version_and_metadata(void **state)
{
	static const struct pair version[] = { { "ref", "abc" } };
	auto_answer struct answer answer = { 0 };
	(void)state;

	answer_init(&answer);
	answer_add_version(&answer, version, COUNT(version));
	answer_add_metadata(&answer, "commit", SPAN_LITERAL("abc"));
	answer_add_metadata(&answer, "message", SPAN_LITERAL("a \"quoted\" line\nand another\\"));
	assert_written(&answer, ANSWER_VERSION_AND_METADATA,
		"{\"version\":{\"ref\":\"abc\"},\"metadata\":["
		"{\"name\":\"commit\",\"value\":\"abc\"},"
		"{\"name\":\"message\",\"value\":\"a \\\"quoted\\\" line\\nand another\\\\\"}]}\n");
}

static void a_version_without_metadata(void **state)
{
	static const struct pair version[] = { { "ref", "abc" } };
	auto_answer struct answer answer = { 0 };
	(void)state;

	answer_init(&answer);
	answer_add_version(&answer, version, COUNT(version));
	assert_written(&answer, ANSWER_VERSION_AND_METADATA,
		"{\"version\":{\"ref\":\"abc\"},\"metadata\":[]}\n");
}

static void an_echoed_version_is_the_very_map(void **state)
{
	auto_answer struct answer answer = { 0 };
	json_t *version = json_loads("{\"ref\":\"abc\",\"unknown\":\"x\",\"a\":\"\"}", 0, NULL);
	(void)state;

	answer_init(&answer);
	answer_echo_version(&answer, version);
	json_decref(version);
	assert_written(
		&answer, ANSWER_VERSIONS, "[{\"ref\":\"abc\",\"unknown\":\"x\",\"a\":\"\"}]\n");
}

static void values_become_valid_utf8_without_nuls(void **state)
{
	static const struct pair version[] = { { "ref", "caf\xe9" } };
	auto_answer struct answer answer = { 0 };
	(void)state;

	answer_init(&answer);
	answer_add_version(&answer, version, COUNT(version));
	answer_add_metadata(&answer, "author", SPAN_LITERAL("J\xfcrgen\0 \xf0\x9f\x98\x80\xff"));
	answer_add_metadata(&answer, "control", SPAN_LITERAL("\x01\x1b[31m\x7f"));
	assert_written(&answer, ANSWER_VERSION_AND_METADATA,
		"{\"version\":{\"ref\":\"caf\xef\xbf\xbd\"},\"metadata\":["
		"{\"name\":\"author\",\"value\":\"J\xef\xbf\xbdrgen \xf0\x9f\x98\x80\xef\xbf\xbd\"},"
		"{\"name\":\"control\",\"value\":\"\\u0001\\u001B[31m\x7f\"}]}\n");
}

static void metadata_as_a_text_of_its_own(void **state)
{
	auto_answer struct answer answer = { 0 };
	auto_free char *empty = NULL;
	auto_free char *text = NULL;
	(void)state;

	answer_init(&answer);
	empty = answer_metadata_text(&answer);
	assert_string_equal(empty, "[]\n");
	answer_add_metadata(&answer, "commit", SPAN_LITERAL("abc"));
	text = answer_metadata_text(&answer);
	assert_string_equal(
		text, "[\n  {\n    \"name\": \"commit\",\n    \"value\": \"abc\"\n  }\n]\n");
}

static void a_full_disk_is_an_error(void **state)
{
	auto_answer struct answer answer = { 0 };
	auto_fd int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err err = { 0 };
	(void)state;

	answer_init(&answer);
	assert_failed(answer_write(&answer, ANSWER_VERSIONS, full, &err), &err, ERR_INTERNAL,
		"stdout: cannot be written: No space left on device");
}

int main(void)
{
	UNIT_TEST(no_version_is_an_empty_list);
	UNIT_TEST(versions_keep_their_order_and_that_of_their_keys);
	UNIT_TEST(a_version_and_metadata);
	UNIT_TEST(a_version_without_metadata);
	UNIT_TEST(an_echoed_version_is_the_very_map);
	UNIT_TEST(values_become_valid_utf8_without_nuls);
	UNIT_TEST(metadata_as_a_text_of_its_own);
	UNIT_TEST(a_full_disk_is_an_error);
	return unit_run();
}

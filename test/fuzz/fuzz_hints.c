/* SPDX-License-Identifier: Apache-2.0 */
/* hints: any bytes as the file of hints; the checksum is put behind them, or nothing would be read. */
#include "base/digest.h"
#include "base/limits.h"
#include "git/history/hints.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_buf struct buf text = BUF(2 * LIMIT_HINTS);
	auto_buf struct buf again = BUF(LIMIT_HINTS);
	unsigned char digest[DIGEST_SHA256_SIZE];
	char hex[2 * DIGEST_SHA256_SIZE + 1];
	struct hints hints = { 0 };
	struct err err = { 0 };

	if (size > LIMIT_HINTS)
		return 0;
	(void)hints_parse(&hints, (struct span){ (const char *)data, size });
	if (digest_sha256((struct span){ (const char *)data, size }, digest, &err) < 0)
		abort();
	digest_hex(digest, sizeof(digest), hex);
	if (buf_add(&text, data, size) < 0 || buf_format(&text, "%s\n", hex) < 0)
		abort();
	if (!hints_parse(&hints, buf_span(&text)))
		return 0;
	/* what is read can be written again, and is read as the same */
	if (hints_format(&hints, &again, &err) < 0 || !hints_parse(&hints, buf_span(&again)))
		abort();
	return 0;
}

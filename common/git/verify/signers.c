/* SPDX-License-Identifier: Apache-2.0 */
/* signers: who may sign, as source says it. */
#include "git/verify/allowed_signers.h"
#include "git/verify/keyserver.h"
#include "git/verify/verify.h"

#define KEYS "source.commit_verification_keys"

static int read_keys(struct signers *signers, const struct strings *keys, struct err *err)
{
	for (size_t i = 0; i < keys->count; i++) {
		int added = keyring_add(&signers->keyring, span_of(keys->items[i]), NULL, err);

		if (added == 0)
			(void)err_set(err, ERR_CONFIG,
				"it has no line '-----BEGIN PGP PUBLIC KEY BLOCK-----'");
		if (added <= 0)
			return err_wrap(err, "invalid GPG key in " KEYS ", item %zu", i + 1);
	}
	return 0;
}

int signers_open(struct signers *signers, const struct git_source *source, struct err *err)
{
	const char *allowed = source->allowed_signers;

	*signers = (struct signers){ .source = source, .keyring = KEYRING };
	if (read_keys(signers, &source->commit_verification_keys, err) < 0 ||
		keyserver_check(source, err) < 0)
		return -1;
	if (allowed && allowed_signers_check(span_of(allowed), err) < 0)
		return err_wrap(err, "source.allowed_signers");
	signers->wanted = signers->keyring.bytes.length ||
		source->commit_verification_key_ids.count || allowed;
	return 0;
}

void signers_release(struct signers *signers)
{
	keyring_release(&signers->keyring);
}

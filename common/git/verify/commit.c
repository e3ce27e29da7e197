/* SPDX-License-Identifier: Apache-2.0 */
/* commit: is it signed by somebody who may? */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "git/commit.h"
#include "git/lib.h"
#include "git/verify/allowed_signers.h"
#include "git/verify/keyserver.h"
#include "git/verify/openpgp.h"
#include "git/verify/ssh_signature.h"
#include "git/verify/verify.h"
#include "net/ssh_hosts.h"

struct signed_commit {
	const struct oid *oid;
	struct span signature; /* its text */
	struct span payload;   /* the commit without it */
	int64_t time;          /* the committer's */
};

static int verify_openpgp(
	struct signers *signers, const struct signed_commit *commit, struct err *err)
{
	const struct git_source *source = signers->source;
	struct openpgp_signer signer;

	if (!signers->keyring.bytes.length && !source->commit_verification_key_ids.count)
		return err_set(err, ERR_REMOTE,
			"it is signed by OpenPGP, and source.allowed_signers allows SSH keys alone");
	if (source->commit_verification_key_ids.count &&
		keyserver_fetch(&signers->keyring, source, err) < 0)
		return -1;
	if (openpgp_verify(&signers->keyring, commit->signature, commit->payload, &signer, err) < 0)
		return -1;
	log_info("%.7s is signed by the OpenPGP key %s", commit->oid->hex, signer.primary);
	return 0;
}

static int verify_ssh(
	const struct signers *signers, const struct signed_commit *commit, struct err *err)
{
	const char *allowed = signers->source->allowed_signers;
	auto_buf struct buf bytes = BUF(LIMIT_SIGNATURE);
	auto_free char *fingerprint = NULL;
	struct ssh_signature signature;
	struct span principals;

	if (!allowed)
		return err_set(err, ERR_REMOTE,
			"it is signed by SSH, and source.allowed_signers is not given");
	if (ssh_signature_read(&signature, commit->signature, &bytes, err) < 0 ||
		allowed_signers_find(
			span_of(allowed), signature.key, commit->time, &principals, err) < 0 ||
		ssh_signature_verify(&signature, commit->payload, err) < 0 ||
		ssh_fingerprint(signature.key, &fingerprint, err) < 0)
		return -1;
	log_info("%.7s is signed by %.*s with the SSH key %s", commit->oid->hex,
		SPAN_FORMAT(principals), fingerprint);
	return 0;
}

static struct span span_of_buf(const git_buf *buf)
{
	return (struct span){ buf->ptr, buf->size };
}

/* The committer's time. libgit2 takes a NUL for the end, so what is behind one would not be verified. */
static int read_time(struct signed_commit *commit, git_odb *odb, struct err *err)
{
	auto_git(odb_object) git_odb_object *object = NULL;
	git_oid id = lib_oid(commit->oid);
	struct commit parsed;
	struct span text;

	if (git_odb_read(&object, odb, &id) < 0)
		return lib_error(err, "the commit %s cannot be read", commit->oid->hex);
	text = (struct span){ git_odb_object_data(object), git_odb_object_size(object) };
	if (git_odb_object_type(object) != GIT_OBJECT_COMMIT || !commit_parse(text, &parsed) ||
		memchr(text.data, '\0', text.length))
		return err_set(err, ERR_REMOTE, "%s is not a commit that can be verified",
			commit->oid->hex);
	commit->time = parsed.committer.seconds;
	return 0;
}

static int verify(
	struct signers *signers, git_repository *repository, const struct oid *oid, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;
	auto_git_buf git_buf signature = GIT_BUF_INIT, payload = GIT_BUF_INIT;
	struct signed_commit commit = { .oid = oid };
	git_oid id = lib_oid(oid);

	if (git_repository_odb(&odb, repository) < 0)
		return lib_error(err, "the commit %s cannot be read", oid->hex);
	if (read_time(&commit, odb, err) < 0)
		return -1;
	if (git_commit_extract_signature(&signature, &payload, repository, &id, NULL) < 0)
		return err_set(err, ERR_REMOTE, "the commit %s is not signed", oid->hex);
	commit.signature = span_of_buf(&signature);
	commit.payload = span_of_buf(&payload);
	if (ssh_signature_is(commit.signature) ? verify_ssh(signers, &commit, err) < 0
					       : verify_openpgp(signers, &commit, err) < 0)
		return err_wrap(err, "the commit %s is refused", oid->hex);
	return 0;
}

int verify_commit(
	struct signers *signers, const char *path, const struct oid *commit, struct err *err)
{
	auto_git(repository) git_repository *repository = NULL;

	if (!signers->wanted)
		return 0;
	return lib_open(&repository, path, err) < 0 ? -1 : verify(signers, repository, commit, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypt: a clone whose files that git-crypt has encrypted are in plain, as `git-crypt unlock KEYFILE`
 * leaves it. key.h reads the key, cipher.h the files.
 */
#ifndef GIT_CRYPT_CRYPT_H
#define GIT_CRYPT_CRYPT_H

#include "base/secret.h"
#include "git/driver/driver.h"

struct crypt;

/* `text` is the key file in base64. NULL where there is none, and so no key. ERR_CONFIG. */
MUST_CHECK int crypt_open(struct crypt **crypt, const struct secret *text, struct err *err);

/* The driver of the files that this key has encrypted; of no file for NULL. */
struct driver crypt_driver(const struct crypt *crypt);

/*
 * Write to `git`, a .git, what makes later calls of git decrypt and encrypt, if git-crypt is
 * installed where they run: the key, readable by its owner alone, and the commands in the configuration,
 * which are never run here. Nothing for NULL.
 */
MUST_CHECK int crypt_unlock(const struct crypt *crypt, const char *git, struct err *err);

void crypt_free(struct crypt *crypt);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * challenge: how a server wants to be told who asks: WWW-Authenticate (RFC 9110, 11.6.1), of which Basic
 * (RFC 7617) and a registry's Bearer, with realm and service, are understood.
 */
#ifndef REGISTRY_CHALLENGE_H
#define REGISTRY_CHALLENGE_H

#include "base/span.h"
#include "base/strings.h"

enum challenge_scheme { CHALLENGE_NONE, CHALLENGE_BASIC, CHALLENGE_BEARER };

/* Owned; `{ 0 }` is none. */
struct challenge {
	enum challenge_scheme scheme;
	char *realm;   /* of Bearer: where a token is to be had; never NULL there */
	char *service; /* of Bearer: for whom; NULL where that is not said */
};

/* Read the values of all such headers: Bearer is preferred. Others, and what is malformed, are passed
 * over. */
void challenge_read(struct challenge *challenge, const struct strings *values);

void challenge_release(struct challenge *challenge);
#define auto_challenge AUTO(challenge_release)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oidc: a kubeconfig's auth-provider "oidc": an ID token, and a refresh token to have another one
 * (OpenID Connect Discovery 1.0 and Core 1.0, section 12).
 */
#ifndef KUBE_AUTH_OIDC_H
#define KUBE_AUTH_OIDC_H

#include <jansson.h>

#include "kube/credentials.h"

/* `config` is auth-provider.config. Messages of mistakes begin with its keys; those of a renewal begin
 * with `where`, the field of the kubeconfig. */
MUST_CHECK int oidc_credentials(
	struct kube_credentials *credentials, json_t *config, const char *where, struct err *err);

#endif

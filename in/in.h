/* SPDX-License-Identifier: Apache-2.0 */
/* in: one function a kind, for the table in in.c. */
#ifndef IN_IN_H
#define IN_IN_H

#include "resource/request.h"

int in_git(const struct request *request, struct answer *answer, struct err *err);
int in_image(const struct request *request, struct answer *answer, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* check: one function a kind, for the table in check.c. */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "resource/request.h"

int check_git(const struct request *request, struct answer *answer, struct err *err);
int check_image(const struct request *request, struct answer *answer, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* out: one function a kind, for the table in out.c. */
#ifndef OUT_OUT_H
#define OUT_OUT_H

#include "resource/request.h"

int out_git(const struct request *request, struct answer *answer, struct err *err);
int out_image(const struct request *request, struct answer *answer, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* client: the HTTP clients of an access, one for each way to reach servers. Private to access/. */
#ifndef GIT_ACCESS_CLIENT_H
#define GIT_ACCESS_CLIENT_H

struct access_client;

/* Close them all; NULL is fine. */
void access_client_free(struct access_client *clients);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tunnel: source.https_tunnel, the HTTP proxy through which SSH and git:// connections go. */
#ifndef GIT_TUNNEL_H
#define GIT_TUNNEL_H

#include "git/source.h"
#include "net/socket.h"

/*
 * The tunnel as common/net wants it, borrowed from the source. `host` is NULL where there is none,
 * which is so without a host or a port.
 */
MUST_CHECK int git_tunnel_socket(
	struct socket_tunnel *tunnel, const struct git_source *source, struct err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tunnel: source.https_tunnel. */
#include "git/tunnel.h"

int git_tunnel_socket(
	struct socket_tunnel *tunnel, const struct git_source *source, struct err *err)
{
	const struct git_tunnel *given = source->https_tunnel;

	*tunnel = (struct socket_tunnel){ 0 };
	if (!given || !given->proxy_host || !*given->proxy_host || !given->proxy_port)
		return 0;
	if (given->proxy_port > UINT16_MAX)
		return err_set(
			err, ERR_CONFIG, "source.https_tunnel.proxy_port: must be at most 65535");
	*tunnel = (struct socket_tunnel){
		.host = given->proxy_host,
		.port = (unsigned)given->proxy_port,
		.username = given->proxy_user,
		.password = given->proxy_password,
	};
	return 0;
}

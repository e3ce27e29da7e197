/* SPDX-License-Identifier: Apache-2.0 */
/* release: what `--version` says and the User-Agent carries. */
#ifndef BASE_RELEASE_H
#define BASE_RELEASE_H

extern const char release_version[]; /* "0.1.0" */
extern const char
	release_libraries[]; /* "musl 1.2.5, OpenSSL 3.5.7, ..." as recorded by the build */

#endif

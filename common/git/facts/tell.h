/* SPDX-License-Identifier: Apache-2.0 */
/* tell: what the files that tell facts agree on; private to them. */
#ifndef GIT_FACTS_TELL_H
#define GIT_FACTS_TELL_H

#include "git/facts/facts.h"

/* Do metadata and files tell the committer and the date? */
bool facts_tell_committer(const struct facts *facts);

#endif

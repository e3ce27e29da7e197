/* SPDX-License-Identifier: Apache-2.0 */
/* limits: every maximum and every wait, with its reason, in one place. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define KIB 1024
#define MIB (1024 * 1024)
#define GIB (1024ull * MIB)

/* The request on stdin: certificates, keys and kubeconfigs are tens of kB; 16 MiB is a mistake. */
#define LIMIT_REQUEST (16 * MIB)

/* Of memory to begin with: twice what a run with a TLS connection takes from the heap. */
#define MEMORY_USUAL (1 * MIB)

/* One line of our own, and one piece of a foreign log that is shown with a single write. */
#define LIMIT_LOG_LINE (4 * KIB)
#define LIMIT_LOG_CHUNK (2 * MIB)
#define LIMIT_TABLE_COLUMN 255
#define LOG_PROGRESS_MS 500

/* A JSON answer held in memory: an Image with a long history of managedFields is under 100 kB, a
 * page of 500 Builds about 5 MB. */
#define LIMIT_JSON_BODY (32 * MIB)

/* A kubeconfig, or another YAML text that people write: tens of kB, a few levels deep. */
#define LIMIT_YAML (1 * MIB)
#define LIMIT_YAML_DEPTH 32

/* A token, and what is asked for one and answered: a JWT with a thousand groups is 50 kB. */
#define LIMIT_TOKEN (64 * KIB)
#define LIMIT_TOKEN_ANSWER (256 * KIB)

/* A token is renewed when less than this, or than a quarter of its life, is left of it. One that is
 * read from a file is read again this often; an AWS token is good for 15 minutes. */
#define TOKEN_MARGIN_MS (60 * 1000)
#define TOKEN_REREAD_MS (60 * 1000)
#define TOKEN_AWS_MS (14 * 60 * 1000)

/* A file that holds a revision. */
#define LIMIT_COMMITISH (4 * KIB)

/* Objects of one page of a list, as kubectl asks for them. */
#define KUBE_PAGE "500"

/* Pages of one list: half a million objects. A server that goes on behind them has no end. */
#define KUBE_PAGES_MAX 1000

/* What of an error's body is read for its message. */
#define LIMIT_ERROR_BODY (64 * KIB)

/* git: all refs of a server, a million of them being 70 MB; a request, each of a million branches being
 * 50 bytes of it; a report on a push, a line a ref; what is to be pushed, before it goes to a file. */
#define LIMIT_REFS (256 * MIB)
#define LIMIT_GIT_REQUEST (64 * MIB)
#define LIMIT_PUSH_REPORT (4 * MIB)
#define LIMIT_SPOOL_MEMORY (1 * MIB)

/* Where a server cuts a history that is not wanted whole: a commit for each branch that was merged across
 * the cut, of the largest history some ten thousand. */
#define LIMIT_SHALLOW (1000 * 1000)

/* The message of a tag or a note, which is read from a file. A push that lost the race to another one
 * is begun again so often. */
#define LIMIT_GIT_MESSAGE (1 * MIB)
#define PUSH_ATTEMPTS 6

/* .gitmodules: a submodule is 100 bytes of it, and the largest projects have some hundreds. Submodules in
 * submodules: a few are usual, and one that holds itself has no end. */
#define LIMIT_GITMODULES (256 * KIB)
#define SUBMODULES_NESTED_MAX 16

/* What a check reads of a pack: one commit, whose message may be a whole log; all of them together,
 * some 300,000, after which a check answers with the newest alone. */
#define LIMIT_PACK_ENTRY (16 * MIB)
#define LIMIT_PACK_MEMORY (128 * MIB)

/* A pack that goes to disk: an entry that is held in memory, above which it is hashed in pieces; what is kept
 * of all, so that a small pack is inflated once. What a delta makes: git makes none of files of more than
 * 512 MiB. Processors that resolve deltas. */
#define LIMIT_PACK_WHOLE (1 * MIB)
#define LIMIT_PACK_KEPT (16 * MIB)
#define LIMIT_PACK_RESULT (512 * MIB)
#define PACK_THREADS_MAX 4

/* Contents that wait for what builds on them. Above the first, one processor goes on alone, and what was
 * found by its name is left to another round, of which git's longest chains need a few. The second are
 * 30 versions of a file of 400 MiB that build on each other in the worst way. */
#define LIMIT_PACK_HELD (64 * MIB)
#define LIMIT_PACK_HELD_ALONE (2 * GIB)
#define PACK_ROUNDS_MAX 64

/* What checks leave for those that come after them: sixteen lines of 150 bytes. */
#define LIMIT_HINTS (4 * KIB)

/* HTTP header lines of one answer together, and URLs. */
#define LIMIT_HEADERS (256 * KIB)
#define LIMIT_URL (8 * KIB)

/* One event of a watch: an object of etcd is at most 1.5 MiB, and an event carries one. */
#define LIMIT_WATCH_EVENT (8 * MIB)

/* Received but not yet taken bytes of one stream; above it the connection is paused. */
#define LIMIT_STREAM_BUFFER (1 * MIB)

/* Certificates in PEM that a setting of git names: the bundle of a whole system is 220 kB. */
#define LIMIT_CERTIFICATES (4 * MIB)

/* An SSH key, public or private: RSA with 16384 bits is 13 kB as text. */
#define LIMIT_SSH_KEY (64 * KIB)

/* Verifying a commit: a signature is a few kB at most, a key with the signatures of many others a few MB;
 * the processor's time of gpgv, which takes milliseconds. */
#define LIMIT_SIGNATURE (64 * KIB)
#define LIMIT_OPENPGP_KEYS (16 * MIB)
#define LIMIT_GPGV_STATUS (64 * KIB)
#define GPGV_CPU_S 30

/* Waits. A connection that is not there within 30 s is not there; a server that sends nothing for
 * 60 s in the middle of an answer has gone away; pods and watches are silent for longer. */
#define CONNECT_TIMEOUT_MS (30 * 1000)
#define STALL_TIMEOUT_MS (60 * 1000)
#define TOTAL_TIMEOUT_MS (10 * 60 * 1000)

/* A git server counts objects and runs hooks before it says a word. */
#define GIT_STALL_TIMEOUT_MS (5 * 60 * 1000)

/* A watch is asked to end after this many seconds, so that a connection that died without a word is
 * found out soon; what is still open well after that is closed. Connecting again: at once, then
 * after this, doubled up to the maximum. A server that has been away for so long is given up. */
#define WATCH_TIMEOUT_S "120"
#define WATCH_TOTAL_MS (150 * 1000)
#define WATCH_RETRY_MS 250
#define WATCH_RETRY_MAX_MS (8 * 1000)
#define WATCH_AWAY_MAX_MS (5 * 60 * 1000)

/* A watch that ended in good order after so long was a good one, whatever it told. So many failures in
 * a row are said on the log. */
#define WATCH_GOOD_MS (10 * 1000)
#define WATCH_FAILURES_TOLD 4

/* Where watching is not allowed, objects are read this often. */
#define WATCH_POLL_MS (3 * 1000)

/* A container's log. Longer lines are shown in pieces. A stream that ends while its container goes on is
 * opened anew after so long; one that is silent for so long though its container has ended is dead.
 * One that fails is tried again after so long, doubled up to sixteen times; where the container has
 * ended, at most so often without a new line. */
#define LIMIT_PODLOG_LINE (512 * KIB)
#define LIMIT_PODLOG_PIECE (256 * KIB)
#define PODLOG_AGAIN_MS 1000
#define PODLOG_DEAD_MS (8 * 1000)
#define PODLOG_RETRY_MS 125
#define PODLOG_RETRY_MAX 5

/* Following a build. A pod of which nothing has begun: its events are asked for this often, and it is
 * given up after so long. A controller that does not look at a change, and a builder that is not
 * ready (it may be in the middle of an update): given up after so long. While another build
 * runs, ours is looked for this often. What is left of the logs when the build is over: given up when
 * nothing has come for so long. */
#define PENDING_EVENTS_MS (10 * 1000)
#define PENDING_MAX_MS (15 * 60 * 1000)
#define CONTROLLER_MAX_MS (5 * 60 * 1000)
#define BUILDER_MAX_MS (60 * 1000)
#define OWN_BUILD_MS (5 * 1000)
#define DRAIN_MAX_MS (30 * 1000)

/* A trigger that another change overtook is set again so often. */
#define TRIGGER_RETRY_MAX 4

/* Repeating what is safe to repeat: first after 0.5 s, doubled with jitter, at most 5 times. A
 * Retry-After of more than a minute is not waited for: the next check is nearer. */
#define RETRY_MAX 5
#define RETRY_FIRST_MS 500
#define RETRY_AFTER_MAX_MS (60 * 1000)

/* The Kubernetes API: again after a lost race of writers, or a list that grew too old between two
 * pages; writers pause so long, doubled each time. */
#define KUBE_RETRY_MAX 4
#define KUBE_RETRY_MS 250

/* Git LFS: .lfsconfig is a few lines; an answer to a batch has up to 100 objects with an URL and some
 * headers each, 2 kB in all. So many objects are moved at once, as git-lfs does. An attempt that moved
 * so much has got on: the attempts are counted anew. */
#define LIMIT_LFS_CONFIG (64 * KIB)
#define LIMIT_LFS_ANSWER (4 * MIB)
#define LIMIT_LFS_HEADERS 32
#define LFS_BATCH_MAX 100
#define LFS_AT_ONCE 8
#define LFS_PROGRESS_MIN (1 * MIB)

/* Source of this machine: all of it, where a fat jar is 100 MB; how deep its folders go, each of which is
 * open meanwhile; the names of one entry, of which paths have up to 4096 bytes; the directory of a zip
 * archive, 65535 entries with names of 60 bytes being 7 MB; what a symbolic link in one says. */
#define LIMIT_SOURCE (4 * GIB)
#define LIMIT_SOURCE_DEPTH 128
#define LIMIT_SOURCE_HEADER (16 * KIB)
#define LIMIT_ZIP_DIRECTORY (8 * MIB)
#define LIMIT_LINK_TARGET (4 * KIB)

/* A registry: its answers with tokens; uploads of one blob that begin again; a token that says nothing of its
 * end is good for so long, as the registries' protocol has it. */
#define LIMIT_REGISTRY_ANSWER (256 * KIB)
#define UPLOAD_ATTEMPTS 6
#define REGISTRY_TOKEN_MS (60 * 1000)

#endif

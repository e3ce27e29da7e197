/* SPDX-License-Identifier: Apache-2.0 */
/* identity: when a token is renewed before its end, by a clock of the test's; and when a request that was refused
 * with a 401 is worth another try. */
#include "unit.h"

#include "base/limits.h"
#include "kube/identity.h"

int64_t __wrap_clock_monotonic_ms(
	void); /* takes the place of the real one, as the Makefile asks for */

static int64_t now_ms;

int64_t __wrap_clock_monotonic_ms(void)
{
	return now_ms;
}

static int give_token(void *provider, struct kube_bearer *bearer, struct err *err)
{
	int *given = provider;
	auto_free char *text = mem_format("token-%d", ++*given);

	(void)err;
	bearer->token = secret_new(span_of(text));
	return 0;
}

/*
 * What becomes of some requests, each named by a digit: 'a' it is sent, 'o' it is answered, 'r' it is
 * refused and worth another try, 'R' it is refused and is not.
 */
static const struct story {
	const char *name;
	const char *steps;
	int tokens;
} stories[] = {
	{ "one that is taken", "a1 o1 a1 o1", 1 },
	{ "one that is not taken any more", "a1 o1 a1 r1 a1 o1", 2 },
	{ "each of them once", "a1 o1 a1 r1 a1 o1 a1 r1 a1 o1", 3 },
	{ "a new one that is refused at once", "a1 r1 a1 R1", 2 },
	{ "several that had the same one", "a1 a2 a3 r1 r2 r3 a1 a2 a3 o1 o2 o3", 2 },
	{ "another that had the same one is refused after the new one", "a1 a2 r1 a1 o1 r2 a2 o2",
		2 },
	{ "another that had the same one, before the new one was seen to be good",
		"a1 a2 r1 a1 r2 o1 a2 o2", 2 },
	{ "all of them refused with the new one too", "a1 a2 r1 r2 a1 a2 R1 R2", 2 },
};

static void goes(void **state)
{
	const struct story *row = *state;
	int given = 0;
	unsigned renewals[10] = { 0 };
	struct kube_identity identity = { .credentials = {
						  .renew = give_token, .provider = &given } };
	struct http_request request = { 0 };
	struct err err = { 0 };

	for (const char *step = row->steps; *step; step += step[2] ? 3 : 2) {
		unsigned *of = &renewals[step[1] - '0'];

		if (*step == 'a')
			assert_int_equal(identity_authorize(&identity, &request, of, &err), 0);
		else
			assert_int_equal(
				identity_worth_again(&identity, *of, *step == 'o' ? 200 : 401),
				*step == 'r');
	}
	assert_int_equal(given, row->tokens);
	secret_free(identity.token);
}

static void a_token_that_was_given_is_not_renewed(void **state)
{
	struct kube_identity identity = { 0 };

	(void)state;
	assert_false(identity_worth_again(&identity, 0, 401));
}

static const struct life {
	const char *name;
	int64_t lifetime_ms; /* of each token */
	int64_t every_ms;    /* how often it is renewed; 0: never */
} lives[] = {
	{ "no end", -1, 0 },
	{ "an hour", 3600 * 1000, 3600 * 1000 - TOKEN_MARGIN_MS },
	{ "a pod's, which is read again within its minute", TOKEN_REREAD_MS, 45 * 1000 },
	{ "an AWS token's, of which 15 minutes are good", TOKEN_AWS_MS,
		TOKEN_AWS_MS - TOKEN_MARGIN_MS },
	{ "seconds", 8000, 6000 },
	{ "none at all", 0, 1000 },
};

struct giver {
	int64_t lifetime_ms;
	int64_t tokens;
};

static int give_life(void *provider, struct kube_bearer *bearer, struct err *err)
{
	struct giver *giver = provider;

	(void)err;
	giver->tokens++;
	bearer->token = secret_new(span_of("token"));
	bearer->lifetime_ms = giver->lifetime_ms;
	return 0;
}

/* A request every second, for a day. */
static void lives_on(void **state)
{
	static const int64_t day_ms = 24 * 3600 * 1000;
	const struct life *row = *state;
	struct giver giver = { .lifetime_ms = row->lifetime_ms };
	struct kube_identity identity = { .credentials = {
						  .renew = give_life, .provider = &giver } };
	struct http_request request = { 0 };
	unsigned renewals;
	struct err err = { 0 };

	for (now_ms = 0; now_ms < day_ms; now_ms += 1000)
		assert_int_equal(identity_authorize(&identity, &request, &renewals, &err), 0);
	assert_int_equal(
		giver.tokens, row->every_ms ? (day_ms + row->every_ms - 1) / row->every_ms : 1);
	secret_free(identity.token);
}

int main(void)
{
	UNIT_ROWS(lives_on, lives);
	UNIT_ROWS(goes, stories);
	UNIT_TEST(a_token_that_was_given_is_not_renewed);
	return unit_run();
}

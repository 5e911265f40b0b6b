/* What ATOMIC and WAIT_UNTIL become. */
/* SPDX-License-Identifier: MIT */

#include <linux/types.h>
#include <mmcheck.h>

struct ref {
	int count;
	bool dead;
};

static struct ref ref = { .count = 1 }, *shared = &ref;
static int seen[4];

static inline bool idle(struct ref *r)
{
	return r->count == 0;
}

THREAD(put, NULL)
{
	ATOMIC {
		int n = --ref.count;

		if (n == 0)
			ref.dead = true;
	}
}

THREAD(wait, NULL)
{
	struct ref *r = shared;
	int i;

	ATOMIC {
		WAIT_UNTIL(r && (idle(r) || r->dead));
		for (i = 0; i < 4; i++)
			seen[i] = i;
	}
	WAIT_UNTIL(seen[3] == 3);
	shared = NULL;
}

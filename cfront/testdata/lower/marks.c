/* How accesses are marked, by READ_ONCE(), WRITE_ONCE() and data_race(). */
/* SPDX-License-Identifier: MIT */

#include <linux/types.h>
#include <mmcheck.h>

struct pair {
	int first, second[2];
};

static struct pair pair;
static int word;

static inline int sum(struct pair *p)
{
	return p->first + p->second[1];
}

THREAD(once, NULL)
{
	int *p = &word;

	WRITE_ONCE(pair.second[1], READ_ONCE(word) + 1);
	WRITE_ONCE(*p, word);
	word = data_race(pair.first + READ_ONCE(pair.second[0]));
}

THREAD(racy, NULL)
{
	if (data_race(sum(&pair)) && pair.first)
		data_race(pair.first = word);
	data_race(word++);
	word++;
}

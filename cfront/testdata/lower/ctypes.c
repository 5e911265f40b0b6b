/* Integer types, layout and scopes as gcc has them: every assert holds. */
#include <mmcheck.h>

struct word {
	unsigned int u : 3;
	int s : 3;
	_Bool b : 1;
	unsigned long wide : 40;
	long swide : 33;
	unsigned int full : 32;
};

enum plain { ZERO, ONE, TWO };
enum negative { MINUS = -1, NOUGHT };
enum large { LARGE = 0x100000000 };
enum signed_large { BELOW = -1, ABOVE = 0x100000000 };
enum largest { LARGEST = 0xffffffffffffffff, LESS = 0x100000000 };

struct holes { char a; int b; };
struct packed { char a; int b; short c; } __attribute__((packed));
struct aligned { char a; int b __attribute__((aligned(16))); };
struct mixed { int a : 17; char c; };
struct apart { unsigned char a : 3; unsigned int : 0; unsigned char b : 3; };
struct inner { char a; struct mixed m[2]; char z; } __attribute__((aligned(8)));
struct member_packed { char a; long b __attribute__((packed)); unsigned int c : 30, d : 4; };

static struct word g;
static int trace;

static void bitfields(void)
{
	struct word l = { 0 };
	int r;

	r = (g.u = 15);
	assert(r == 7 && g.u == 7);
	assert((l.s = 7) == -1 && (l.u += 9) == 1 && l.u++ == 1 && ++l.u == 3 && --l.s == -2);
	if ((l.u = r & 8))
		assert(0);
	l.u = 3;
	assert((l.b = 4) == 1 && l.b);
	l.wide = 0xffffffffffUL;
	assert(l.wide + 1 == 0 && l.wide << 4 == 0xfffffffff0UL && ~l.wide == 0);
	l.swide = -1;
	assert(l.swide + 0U == -1 && l.swide < 0 && l.swide >> 1 == -1);
	assert(l.u - 4 < 0 && -l.u < 0);
	l.full = 0;
	assert(l.full - 1 > 0 && ~l.full == 0xffffffffU);
	assert(sizeof(l.u + 0) == 4 && sizeof(l.wide + 0) == 8);
}

static void enums(void)
{
	enum plain e = ZERO;
	enum negative n = MINUS;
	enum large w = LARGE;
	enum plain k;
	int turns = 0;

	assert(!(e - 1 < 0) && ZERO - 1 < 0 && !((enum plain)0 - 1 < 0));
	e--;
	assert(e > TWO && e == (unsigned)-1);
	assert(n < NOUGHT && n - 1 < 0 && (long)n == -1);
	assert(w - 1 == 0xffffffff && sizeof(w) == 8 && sizeof(e) == 4);
	/* A member that is no int is of the type of its enum. */
	assert(n > LARGE && n > LESS && n == LARGEST && n < ABOVE && n <= BELOW);
	for (k = TWO; k <= TWO; k--)
		turns++;
	assert(turns == 3);
}

static void sizes(void)
{
	int i = 3, a[5];

	assert(sizeof(struct holes) == 8 && sizeof(struct packed) == 7 && sizeof(struct aligned) == 32);
	assert(__builtin_offsetof(struct aligned, b) == 16 && __builtin_offsetof(struct packed, c) == 5);
	assert(sizeof(struct mixed) == 4 && __builtin_offsetof(struct mixed, c) == 3);
	assert(sizeof(struct apart) == 5 && sizeof(struct inner) == 16 && _Alignof(struct inner) == 8);
	assert(__builtin_offsetof(struct inner, m[1].c) == 11 && sizeof(struct member_packed) == 20);
	assert(sizeof(i++) == 4 && sizeof(a) == 20 && sizeof(a[i = 0]) == 4 && sizeof(({ i = 5; i; })) == 4 && i == 3);
	assert(sizeof('a') == 4 && sizeof("abc") == 4 && sizeof(struct word) == 24);
	assert(_Alignof(long) == 8 && sizeof(__typeof__(int *)) == 8);
}

static int wide(void)
{
	struct pair { int a; int b; } p = { 300, 2 };

	return p.a + p.b;
}

static int narrow(void)
{
	struct pair { unsigned char a; int b; } p = { 300, 2 };
	enum { ONE = 40 };
	typedef unsigned char word;

	{
		struct pair { signed char a; } q = { 200 };

		p.b += q.a < 0;
	}
	return p.a + p.b + ONE + (word)257;
}

static __typeof__(int *) target;

static void scopes(void)
{
	__typeof__(trace) t = 4;
	__typeof__(char) c = 'x';
	__auto_type p = &t;

	target = &trace;
	*target = 1;
	assert(trace == 1 && wide() == 302 && narrow() == 44 + 3 + 40 + 1 && *p == 4 && c == 'x');
}

static void note(int *p)
{
	trace = trace * 10 + *p;
}

static int clean(int way)
{
	int a __attribute__((cleanup(note))) = 1, i;

	for (i = 0; i < 3; i++) {
		int b __attribute__((cleanup(note))) = 2;

		if (way == 1)
			continue;
		if (way == 2)
			break;
		if (way == 3)
			return trace;
		if (way == 4)
			goto out;
		b = 3;
	}
	if (way == 5) {
		int c __attribute__((cleanup(note))) = ({ int d __attribute__((cleanup(note))) = 4; d++; });

		switch (way) {
			int e;
		case 5:
			e = 6;
			c = e;
		}
	}
	a = 7;
out:
	return a;
}

static void cleanups(void)
{
	trace = 0;
	assert(clean(0) == 7 && trace == 3337);
	trace = 0;
	assert(clean(1) == 7 && trace == 2227);
	trace = 0;
	assert(clean(2) == 7 && trace == 27);
	trace = 0;
	assert(clean(3) == 0 && trace == 21);
	trace = 0;
	assert(clean(4) == 1 && trace == 21);
	trace = 0;
	assert(clean(5) == 7 && trace == 333567);
	trace = 0;
	for (int k __attribute__((cleanup(note))) = 0; k < 3; k++) {
		int l __attribute__((cleanup(note))) = k;
		if (k == 1)
			continue;
	}
	assert(trace == 123);
	{
		int n __attribute__((cleanup(note))) = 0;
again:
		;
		int m __attribute__((cleanup(note))) = 5;
		if (n++ == 0)
			goto again;
	}
	assert(trace == 123552);
}

static void blocks(void)
{
	int i, x = 0, y = 0, turns = 0;

	for (i = 0; i < 5; i++) {
		ATOMIC {
			x++;
			if (x == 2)
				break;
			if (x == 3)
				continue;
			ATOMIC {
				if (x == 4)
					break;
				y++;
			}
		}
		turns++;
	}
	assert(turns == 5 && x == 5 && y == 2);
}

struct named {
	char name[4];
	int value;
	const char *alias;
};

static const char *words[] = { "a", "bc" };
static struct named named[2] = { { "abcd", 1, "x" }, { .name = "e", .value = 2 } };
static char text[] = "ab" "c", pairs[2][3] = { "gh", "i" };
static unsigned char octets[3] = "\xff";

static const char *yes_no(int x)
{
	return x ? "yes" : "no";
}

static void strings(void)
{
	struct named l = { "hi", 3, "w" };
	char own[4] = "xyz";

	assert(words[1] && *words[1] == 'b' && !words[0] == 0 && "" != NULL);
	assert(named[0].name[3] == 'd' && named[0].value == 1 && *named[0].alias == 'x');
	assert(named[1].name[0] == 'e' && !named[1].name[1] && named[1].value == 2 && !named[1].alias);
	assert(sizeof(text) == 4 && text[2] == 'c' && !text[3] && pairs[0][1] == 'h' && pairs[1][0] == 'i' && !pairs[1][1]);
	assert(octets[0] == 255 && !octets[1] && "\xff"[0] == -1);
	assert(l.name[1] == 'i' && l.value == 3 && *l.alias == 'w' && own[2] == 'z' && !own[3]);
	l = (struct named){ "no" };
	assert(l.name[0] == 'n' && !l.name[2] && !l.alias);
	assert(*yes_no(1) == 'y' && *yes_no(0) == 'n' && "abc"[1] == 'b' && *"k" == 'k');
}

static int count(int (n), int (*cell), int (*row)[3])
{
	n++;
	(*cell)++;
	return n + (*row)[1];
}

static void parentheses(void)
{
	static int (kept) = 5, row[3] = { 1, 2, 3 };

	assert(count(7, &kept, &row) == 10 && kept == 6);
}

THREAD(all, NULL)
{
	strings();
	parentheses();
	bitfields();
	enums();
	sizes();
	scopes();
	cleanups();
	blocks();
}

// SPDX-License-Identifier: MIT
/*
 * pgtable_types: what are the entries of page tables worth?
 *
 * Result: holds
 */

#include <linux/mm.h>
#include <mmcheck.h>

static pte_t entry;
static pgprot_t prot;

static pte_t with(pte_t pte, pteval_t bits)
{
	return __pte(pte_val(pte) | bits);
}

THREAD(t, NULL)
{
	pte_t old = READ_ONCE(entry), new = with(old, 4);
	pmd_t pmd = __pmd(2UL), none = { 0 };
	pud_t pud = __pud(3UL);
	p4d_t p4d = __p4d(4UL);
	pgd_t pgd = __pgd(5UL);

	assert(pte_none(old) && pte_val(new) == 4 && !pte_same(old, new));
	WRITE_ONCE(entry, new);
	assert(pte_same(entry, new) && !pmd_same(pmd, none));
	prot = __pgprot(7UL);
	assert(pmd_val(pmd) + pud_val(pud) + p4d_val(p4d) + pgd_val(pgd) + pgprot_val(prot) == 21);
}

/* SPDX-License-Identifier: MIT */
/*
 * This file declares the switch for page faults of the kernel on user memory. With
 * page faults disabled an access to a page that is not there fails at once, instead
 * of waiting for mmap_lock.
 */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

void pagefault_disable(void);
void pagefault_enable(void);
int __mmcheck_pagefault_disabled(void);
#define pagefault_disabled()	(__mmcheck_pagefault_disabled() != 0)

#endif /* _LINUX_UACCESS_H */

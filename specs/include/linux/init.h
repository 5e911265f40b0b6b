/* SPDX-License-Identifier: MIT */
/*
 * This file knows the words for code and data that the kernel needs at boot, or when a
 * module goes, and what has it run then: here nothing does but the threads of a spec.
 */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler_types.h>

#define __init
#define __initdata
#define __initconst
#define __exit
#define __exitdata
#define __ref
#define __refdata
#define __meminit
#define __meminitdata
#define __init_or_module
#define __initdata_or_module

#define early_initcall(fn)
#define pure_initcall(fn)
#define core_initcall(fn)
#define postcore_initcall(fn)
#define arch_initcall(fn)
#define subsys_initcall(fn)
#define fs_initcall(fn)
#define device_initcall(fn)
#define late_initcall(fn)
#define __initcall(fn)
#define __setup(str, fn)
#define early_param(str, fn)

#endif /* _LINUX_INIT_H */

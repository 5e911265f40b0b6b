/* SPDX-License-Identifier: MIT */
/*
 * This file declares what prints. The report shows what happened, so nothing is
 * printed; but the arguments are evaluated, and what they look at is an access like
 * any other: a message about an object that was freed is a bug. pr_debug() and
 * pr_devel() are compiled out, as in a kernel that is not built for debugging.
 */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/linkage.h>

#define KERN_EMERG	""
#define KERN_ALERT	""
#define KERN_CRIT	""
#define KERN_ERR	""
#define KERN_WARNING	""
#define KERN_NOTICE	""
#define KERN_INFO	""
#define KERN_DEBUG	""
#define KERN_DEFAULT	""
#define KERN_CONT	""

int _printk(const char *fmt, ...);
#define no_printk(...)		((void)0)

#define printk(...)		_printk(__VA_ARGS__)
#define printk_deferred(...)	printk(__VA_ARGS__)
#define printk_once(...)	printk(__VA_ARGS__)
#define printk_ratelimited(...)	printk(__VA_ARGS__)

#define pr_emerg(...)		printk(__VA_ARGS__)
#define pr_alert(...)		printk(__VA_ARGS__)
#define pr_crit(...)		printk(__VA_ARGS__)
#define pr_err(...)		printk(__VA_ARGS__)
#define pr_warn(...)		printk(__VA_ARGS__)
#define pr_notice(...)		printk(__VA_ARGS__)
#define pr_info(...)		printk(__VA_ARGS__)
#define pr_cont(...)		printk(__VA_ARGS__)
#define pr_debug(...)		no_printk(__VA_ARGS__)
#define pr_devel(...)		no_printk(__VA_ARGS__)

/* It may be the first time, and the time that is not left out. */
#define pr_emerg_once(...)	pr_emerg(__VA_ARGS__)
#define pr_alert_once(...)	pr_alert(__VA_ARGS__)
#define pr_crit_once(...)	pr_crit(__VA_ARGS__)
#define pr_err_once(...)	pr_err(__VA_ARGS__)
#define pr_warn_once(...)	pr_warn(__VA_ARGS__)
#define pr_notice_once(...)	pr_notice(__VA_ARGS__)
#define pr_info_once(...)	pr_info(__VA_ARGS__)
#define pr_debug_once(...)	pr_debug(__VA_ARGS__)
#define pr_emerg_ratelimited(...)	pr_emerg(__VA_ARGS__)
#define pr_alert_ratelimited(...)	pr_alert(__VA_ARGS__)
#define pr_crit_ratelimited(...)	pr_crit(__VA_ARGS__)
#define pr_err_ratelimited(...)		pr_err(__VA_ARGS__)
#define pr_warn_ratelimited(...)	pr_warn(__VA_ARGS__)
#define pr_notice_ratelimited(...)	pr_notice(__VA_ARGS__)
#define pr_info_ratelimited(...)	pr_info(__VA_ARGS__)
#define pr_debug_ratelimited(...)	pr_debug(__VA_ARGS__)

#define trace_printk(...)	printk(__VA_ARGS__)
#define dump_stack()		((void)0)

#endif /* _LINUX_PRINTK_H */

/* SPDX-License-Identifier: MIT */
/*
 * This file holds the error numbers that mm code returns.
 */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#define EPERM		1
#define ENOENT		2
#define ESRCH		3
#define EINTR		4
#define EIO		5
#define EAGAIN		11
#define ENOMEM		12
#define EACCES		13
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define EINVAL		22
#define ERESTARTSYS	512

#endif /* _LINUX_ERRNO_H */

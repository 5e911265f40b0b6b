/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H
#define ENOMEM	12
#define EAGAIN	11
#define EINVAL	22
#endif

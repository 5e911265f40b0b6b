/* SPDX-License-Identifier: MIT */
#ifndef __MM_INTERNAL_H
#define __MM_INTERNAL_H

struct keep_control {
	unsigned long done;
	bool stop;
};

#endif

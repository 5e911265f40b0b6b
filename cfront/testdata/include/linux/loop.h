/* SPDX-License-Identifier: MIT */
/* This file has no include guard and includes itself. */
#include <linux/loop.h>
#include <linux/loop.h>

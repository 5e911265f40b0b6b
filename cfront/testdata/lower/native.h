/* This file runs semantics.c as an ordinary program: the twin of the model. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <linux/kernel.h>
#include <linux/err.h>
#include <mmcheck.h>
void exit(int status);	/* <stdlib.h> has other types than the kernel */
#undef THREAD
#undef assert
#define THREAD(name, mm) static void name(void)
#define assert(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); exit(1); } } while (0)
void *__mmcheck_container_of(const void *p, unsigned long off) { return (char *)p - off; }
void *ERR_PTR(long e) { return (void *)e; }
long PTR_ERR(const void *p) { return (long)p; }
_Bool IS_ERR(const void *p) { return IS_ERR_VALUE(p); }
_Bool IS_ERR_OR_NULL(const void *p) { return !p || IS_ERR(p); }

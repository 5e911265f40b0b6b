// SPDX-License-Identifier: MIT

#include "textflag.h"

// func prefetch(at []uintptr)
TEXT ·prefetch(SB), NOSPLIT, $0-24
	MOVQ at_base+0(FP), AX
	MOVQ at_len+8(FP), CX
	TESTQ CX, CX
	JZ   done
loop:
	MOVQ (AX), DX
	PREFETCHT0 (DX)
	ADDQ $8, AX
	DECQ CX
	JNZ  loop
done:
	RET

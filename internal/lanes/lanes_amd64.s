#include "textflag.h"

// Four rows at a time in the 256-bit registers. Products and sums are rounded
// one by one, never fused, as the Go loops do it. An offset that climbs from
// -8n to 0 is index and end test in one.

// func whole(x *float64, n int) (gap uint64)
TEXT ·whole(SB), NOSPLIT, $0-24
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	LEAQ   (SI)(CX*8), SI
	NEGQ   CX
	VXORPD Y0, Y0, Y0

wholeLoop:
	VMOVUPD (SI)(CX*8), Y1
	VSUBPD  Y1, Y1, Y1
	VORPD   Y1, Y0, Y0
	ADDQ    $4, CX
	JNE     wholeLoop

	VEXTRACTF128 $1, Y0, X1
	VORPD        X1, X0, X0
	VPERMILPD    $1, X0, X1
	VORPD        X1, X0, X0
	VMOVQ        X0, AX
	MOVQ         AX, gap+16(FP)
	VZEROUPPER
	RET

// func sum(x *float64, n int, to *Sums)
TEXT ·sum(SB), NOSPLIT, $0-24
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	MOVQ   to+16(FP), DI
	LEAQ   (SI)(CX*8), SI
	NEGQ   CX
	VXORPD Y0, Y0, Y0     // hi
	VXORPD Y1, Y1, Y1     // lo

sumLoop:
	VMOVUPD (SI)(CX*8), Y2 // x
	VADDPD  Y2, Y0, Y3     // s = hi + x
	VSUBPD  Y0, Y3, Y4     // b = s - hi
	VSUBPD  Y4, Y3, Y5     // s - b
	VSUBPD  Y5, Y0, Y5     // hi - (s - b)
	VSUBPD  Y4, Y2, Y6     // x - b
	VADDPD  Y6, Y5, Y5
	VADDPD  Y5, Y1, Y1
	VMOVAPD Y3, Y0
	ADDQ    $4, CX
	JNE     sumLoop

	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VZEROUPPER
	RET

// func spreads(x, w *float64, n int, point float64) (d, dd, ws, wd, wdd float64, sign uint64)
TEXT ·spreads(SB), NOSPLIT, $0-80
	MOVQ         x+0(FP), SI
	MOVQ         w+8(FP), DX
	MOVQ         n+16(FP), CX
	VBROADCASTSD point+24(FP), Y15
	LEAQ         (SI)(CX*8), SI
	LEAQ         (DX)(CX*8), DX
	NEGQ         CX
	VXORPD       Y0, Y0, Y0        // d
	VXORPD       Y1, Y1, Y1        // d squared
	VXORPD       Y2, Y2, Y2        // w
	VXORPD       Y3, Y3, Y3        // w d
	VXORPD       Y4, Y4, Y4        // w d squared
	VXORPD       Y5, Y5, Y5        // signs

spreadsLoop:
	VMOVUPD (SI)(CX*8), Y6
	VMOVUPD (DX)(CX*8), Y7
	VSUBPD  Y15, Y6, Y6
	VADDPD  Y6, Y0, Y0
	VMULPD  Y6, Y6, Y8
	VADDPD  Y8, Y1, Y1
	VADDPD  Y7, Y2, Y2
	VORPD   Y7, Y5, Y5
	VMULPD  Y6, Y7, Y9
	VADDPD  Y9, Y3, Y3
	VMULPD  Y6, Y9, Y9
	VADDPD  Y9, Y4, Y4
	ADDQ    $4, CX
	JNE     spreadsLoop

	// (x0 + x1) + (x2 + x3) of each.
	VHADDPD      Y0, Y0, Y0
	VEXTRACTF128 $1, Y0, X6
	VADDSD       X6, X0, X0
	VMOVSD       X0, d+32(FP)
	VHADDPD      Y1, Y1, Y1
	VEXTRACTF128 $1, Y1, X6
	VADDSD       X6, X1, X1
	VMOVSD       X1, dd+40(FP)
	VHADDPD      Y2, Y2, Y2
	VEXTRACTF128 $1, Y2, X6
	VADDSD       X6, X2, X2
	VMOVSD       X2, ws+48(FP)
	VHADDPD      Y3, Y3, Y3
	VEXTRACTF128 $1, Y3, X6
	VADDSD       X6, X3, X3
	VMOVSD       X3, wd+56(FP)
	VHADDPD      Y4, Y4, Y4
	VEXTRACTF128 $1, Y4, X6
	VADDSD       X6, X4, X4
	VMOVSD       X4, wdd+64(FP)
	VEXTRACTF128 $1, Y5, X6
	VORPD        X6, X5, X5
	VPERMILPD    $1, X5, X6
	VORPD        X6, X5, X5
	VMOVQ        X5, AX
	MOVQ         AX, sign+72(FP)
	VZEROUPPER
	RET

// func mulDiv(dst, x, y *float64, n int, k float64)
TEXT ·mulDiv(SB), NOSPLIT, $0-40
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         y+16(FP), DX
	MOVQ         n+24(FP), CX
	VBROADCASTSD k+32(FP), Y15
	LEAQ         (DI)(CX*8), DI
	LEAQ         (SI)(CX*8), SI
	LEAQ         (DX)(CX*8), DX
	NEGQ         CX

mulDivLoop:
	VMULPD  (SI)(CX*8), Y15, Y0
	VMOVUPD (DX)(CX*8), Y1
	VDIVPD  Y1, Y0, Y0           // q
	VSUBPD  Y1, Y1, Y1           // b - b
	VSUBPD  Y0, Y0, Y2           // q - q
	VADDPD  Y1, Y2, Y2
	VADDPD  Y2, Y0, Y0
	VMOVUPD Y0, (DI)(CX*8)
	ADDQ    $4, CX
	JNE     mulDivLoop

	VZEROUPPER
	RET

// func below(dst *uint8, x *float64, n int, limit float64, yes, no uint8)
TEXT ·below(SB), NOSPLIT, $0-34
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSD limit+24(FP), Y15
	MOVBLZX      yes+32(FP), AX
	MOVBLZX      no+33(FP), BX
	XORL         BX, AX                // what differs
	IMUL3L       $0x01010101, BX, BX
	IMUL3L       $0x01010101, AX, AX
	VMOVD        AX, X14
	VMOVD        BX, X13
	ADDQ         CX, DI
	LEAQ         (SI)(CX*8), SI
	NEGQ         CX

belowLoop:
	VMOVUPD      (SI)(CX*8), Y0
	VCMPPD       $17, Y15, Y0, Y0      // less than, false for NaN: all ones or none
	VEXTRACTF128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0            // 8 words, two a row
	VPACKSSWB    X0, X0, X0            // 8 bytes, two a row
	VPACKSSWB    X0, X0, X0            // 4 bytes in every quarter
	VPAND        X14, X0, X0
	VPXOR        X13, X0, X0
	VMOVD        X0, (DI)(CX*1)
	ADDQ         $4, CX
	JNE          belowLoop

	VZEROUPPER
	RET

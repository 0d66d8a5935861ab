#include "includes.h"
#if defined(__x86_64__)
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), apply_to = function)
#define MATRIX_UNIT 0
#define KIND SWL_VECTOR_BF16
#define TABLE swl_kernels_bf16
#include "bf16/all.h"
#pragma clang attribute pop
#endif

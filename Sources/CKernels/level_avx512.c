#include "includes.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))),      \
                             apply_to = function)
#define W 16
#define TABLE swl_kernels_avx512
#include "rows/all.h"
#pragma clang attribute pop
#endif

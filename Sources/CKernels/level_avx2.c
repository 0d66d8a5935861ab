#include "includes.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define W 8
#define TABLE swl_kernels_avx2
#include "rows/all.h"
#pragma clang attribute pop
#endif

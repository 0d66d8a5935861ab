#include "CKernels.h"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(                                                                      \
    __attribute__((target(                                                                         \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,amx-tile,amx-bf16"))),                      \
    apply_to = function)
#define MATRIX_UNIT 1
#include "bf16.h"
#pragma clang attribute pop
const swl_product_kernels swl_products_amx = {SWL_AMX_BF16, panel, grain, 2, pack, product};
#endif

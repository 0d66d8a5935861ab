#include "CKernels.h"
#include "philox.h"

extern const swl_kernels swl_kernels_plain;
#if defined(__x86_64__)
extern const swl_kernels swl_kernels_avx2;
extern const swl_kernels swl_kernels_avx512;
#endif

const swl_kernels *swl_kernels_at(int level) {
  switch (level) {
  case SWL_PLAIN:
    return &swl_kernels_plain;
#if defined(__x86_64__)
  case SWL_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &swl_kernels_avx2 : 0;
  case SWL_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
               ? &swl_kernels_avx512
               : 0;
#endif
  default:
    return 0;
  }
}

void swl_philox(uint64_t key, uint64_t counter_high, uint64_t counter_low, uint32_t words[4]) {
  philox(key, counter_high, counter_low, words);
}

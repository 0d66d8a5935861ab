#define _GNU_SOURCE  // sched_getaffinity
#include "CKernels.h"
#include "philox.h"

#if defined(__linux__)
#include <sched.h>
#endif
#include <unistd.h>

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

int swl_available_cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

#define _GNU_SOURCE  // sched_getaffinity
#include "CKernels.h"
#include "philox.h"

#if defined(__linux__)
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <unistd.h>

extern const swl_kernels swl_kernels_plain;
#if defined(__x86_64__)
extern const swl_kernels swl_kernels_avx2;
extern const swl_kernels swl_kernels_avx512;
extern const swl_bf16_kernels swl_kernels_bf16, swl_kernels_amx;
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

const swl_bf16_kernels *swl_bf16_kernels_of(int kind) {
#if defined(__x86_64__)
  if (!swl_kernels_at(SWL_AVX512) || !__builtin_cpu_supports("avx512bf16")) return 0;
  if (kind == SWL_VECTOR_BF16) return &swl_kernels_bf16;
#if defined(__linux__)
  unsigned a, b, c, d;
  const unsigned amx_bf16 = 1u << 22, amx_tile = 1u << 24;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & (amx_bf16 | amx_tile)) != (amx_bf16 | amx_tile))
    return 0;
  // Linux gives a process the tiles' state (XSTATE component 18) only if it asks.
  const long request_permission = 0x1023;
  if (syscall(SYS_arch_prctl, request_permission, 18) != 0) return 0;
  return &swl_kernels_amx;
#endif
#else
  (void)kind;
#endif
  return 0;
}

int swl_bf16_is_fast(void) {
#if defined(__x86_64__)
  // Intel's vector units multiply bfloat16 no faster than float32; AMD's, from Zen 4 on, do.
  return swl_bf16_kernels_of(SWL_AMX_BF16) != 0 ||
         (__builtin_cpu_is("amd") && swl_bf16_kernels_of(SWL_VECTOR_BF16) != 0);
#else
  return 0;
#endif
}

void swl_philox(uint64_t key, uint64_t counter_high, uint64_t counter_low, uint32_t words[4]) {
  philox(key, counter_high, counter_low, words);
}

#if defined(__linux__)
// The cores' worth of time that a container gives its processes, rounded up; 0 where it sets no limit.
// Source: Linux kernel, Documentation/admin-guide/cgroup-v2.rst, "cpu.max".
static long quota(void) {
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
  if (!file) return 0;
  long time = 0, period = 0;
  const int read = fscanf(file, "%ld %ld", &time, &period);
  fclose(file);
  return read == 2 && time > 0 && period > 0 ? time / period + (time % period != 0) : 0;
}
#endif

int swl_available_cores(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
  const long limit = quota();
  if (limit > 0 && limit < cores) cores = limit;
#endif
  return (int)cores;
}

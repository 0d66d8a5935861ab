// The level every processor has: SSE2 on x86-64, NEON on arm64.
#include "includes.h"
#define W 4
#define TABLE swl_kernels_plain
#include "rows/all.h"

// What the bodies need, included before the instruction level is chosen.
#include "CKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#pragma clang fp contract(fast)

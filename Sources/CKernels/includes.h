// What the bodies need, included before the instruction level is chosen.
#include "CKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>
#pragma clang fp contract(fast)

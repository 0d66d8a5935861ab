// All kernels of bfloat16 and their table. KIND and MATRIX_UNIT say on which unit they run; TABLE names
// the table.
#include "vectors.h"
#include "product.h"
#include "attention.h"
#include "peak.h"

const swl_bf16_kernels TABLE = {
    {KIND, block_rows, panel, grain, 2, pack, product, turn, product_turned},
    {attention_bytes, attention_forward, attention_backward},
    narrow_all,
    widen_all,
    peak,
};

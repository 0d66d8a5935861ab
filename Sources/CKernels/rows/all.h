// The bodies of one instruction level, in W-wide vectors, and its table.
// Included once per level_*.c, after W and TABLE are defined.
#include "vector.h"
#include "elementwise.h"

#include "adamw.h"
#include "attention.h"
#include "embedding.h"
#include "heads.h"
#include "layer_norm.h"
#include "peak.h"
#include "product.h"
#include "rms_norm.h"
#include "rotary.h"

const swl_kernels TABLE = {
    .add = add,
    .accumulate = accumulate,
    .scale = scale,
    .soft_cap = soft_cap,
    .soft_cap_backward = soft_cap_backward,
    .sum_of_squares = sum_of_squares,
    .rms_norm = rms_norm,
    .rms_norm_backward = rms_norm_backward,
    .layer_norm = layer_norm,
    .layer_norm_backward = layer_norm_backward,
    .rotary = rotary,
    .rotary_backward = rotary_backward,
    .swiglu = swiglu,
    .swiglu_backward = swiglu_backward,
    .gelu_tanh = gelu_tanh,
    .gelu_tanh_backward = gelu_tanh_backward,
    .gelu_exact = gelu_exact,
    .gelu_exact_backward = gelu_exact_backward,
    .attention_tile = attention_tile,
    .attention_finish = attention_finish,
    .attention_delta = attention_delta,
    .attention_tile_backward = attention_tile_backward,
    .cross_entropy = cross_entropy,
    .divergence = divergence,
    .gather = gather,
    .scatter_add = scatter_add,
    .dropout = dropout,
    .sum_rows = sum_rows,
    .adamw = adamw,
    .peak = peak,
    .products = {SWL_FLOAT32, tile_rows, panel_columns, 1, 1, pack, product, turn, product_turned},
};

// Row kernels in float32, compiled once per instruction level and reached through one table.
//
// Matrices are row-major; `rows`, `width` and `n` count elements, `stride` counts elements from one
// row to the next. Inputs and outputs may be the same memory only where a comment says so. Every row
// is computed the same way wherever it stands, so that cutting work into tiles never changes bits.
// Sums over rows (gradients of norm weights) start from zero in the caller's partial buffer and run
// in row order.
#ifndef SWL_CKERNELS_H
#define SWL_CKERNELS_H

#include <stdint.h>

enum { SWL_FLOAT32 = 0, SWL_VECTOR_BF16 = 1, SWL_AMX_BF16 = 2 };

// Products of matrices whose right factor is packed into panels.
typedef struct {
  // SWL_FLOAT32, SWL_VECTOR_BF16 or SWL_AMX_BF16.
  int kind;
  // The rows of a tile of the result, the columns of a panel, the multiple to which its depth is
  // padded, and the elements of one float.
  long tile_rows, panel_columns, depth_grain, elements_per_float;
  // Packs b [depth, columns] or, transposed, b [columns, depth], zeros behind the last column.
  void (*pack)(const float *b, long stride, int is_transposed, float *packed, long depth,
               long columns);
  // c [rows, columns] (+)= a [rows, depth] b, or, transposed, a [depth, rows]; b is `depth` rows of
  // what was packed with packed_depth rows.
  void (*product)(const float *a, long a_stride, int is_transposed, const float *packed,
                  long packed_depth, float *c, long c_stride, int accumulate, long rows, long depth,
                  long columns);
  // Copies a [depth, rows] as a left factor that product_turned reads: its rows, made a multiple of
  // tile_rows, each turned_depth deep. `first`, where this part of the depth begins, and turned_depth
  // are multiples of depth_grain.
  void (*turn)(const float *a, long stride, float *turned, long turned_depth, long first, long depth,
               long rows);
  // The same as the transposed product, to the bit, of a depth that is not 0; rows begin at a multiple of
  // tile_rows.
  void (*product_turned)(const float *turned, long turned_depth, const float *packed,
                         long packed_depth, float *c, long c_stride, int accumulate, long rows,
                         long depth, long columns);
} swl_product_kernels;

// The attention of one sequence's queries to the keys and values of one head; the `heads` heads of
// queries that share it stand side by side. Query i sees the keys up to i + offset.
typedef struct {
  const float *query, *key, *value;
  long query_stride, key_stride;
  long heads, queries, keys, size, offset;
  // Of the scores.
  float scale;
} swl_attention;

// Attention with products in bf16, on the calling thread. Gradients have the strides of what they are
// gradients of.
typedef struct {
  // The memory that `scratch` must have.
  long (*bytes)(long queries, long keys, long size);
  // output [queries, heads * size], and the log-sum-exp of each query in base 2, [heads, lse_stride].
  void (*forward)(const swl_attention *, float *output, long output_stride, float *lse,
                  long lse_stride, void *scratch);
  // The gradients, or what is there plus the gradients.
  void (*backward)(const swl_attention *, const float *doutput, const float *output,
                   long output_stride, const float *lse, long lse_stride, float *dquery, float *dkey,
                   float *dvalue, int accumulate, void *scratch);
} swl_attention_kernels;

// What a processor with instructions for bfloat16 adds.
typedef struct {
  swl_product_kernels products;
  swl_attention_kernels attention;
  // Rounds to nearest even, subnormals to zero; and back.
  void (*narrow)(const float *from, uint16_t *to, long n);
  void (*widen)(const uint16_t *from, float *to, long n);
  // Does operations that depend on nothing but registers, and says how many; `sink` is read and written.
  double (*peak)(long iterations, float *sink);
} swl_bf16_kernels;

typedef struct {
  // y = a + b; y may be a or b.
  void (*add)(const float *a, const float *b, float *y, long n);
  // y += factor * x.
  void (*accumulate)(float factor, const float *x, float *y, long n);
  // y *= factor.
  void (*scale)(float factor, float *y, long n);
  // x = cap * tanh(x / cap).
  void (*soft_cap)(float *x, float cap, long n);
  // gradient *= 1 - (y / cap)^2, y what soft_cap gave.
  void (*soft_cap_backward)(const float *y, float cap, float *gradient, long n);
  // The sum of x[i] * x[i], in double precision over blocks of 4096.
  double (*sum_of_squares)(const float *x, long n);

  // y = x * rstd * weight, rstd = 1 / sqrt(mean(x^2) + epsilon); rstd [rows] is kept.
  void (*rms_norm)(const float *x, const float *weight, float epsilon, float *y, float *rstd,
                   long rows, long width);
  // dx (+)= gradient; dweight += sum over these rows.
  void (*rms_norm_backward)(const float *dy, const float *x, const float *weight,
                            const float *rstd, float *dx, int accumulate, float *dweight,
                            long rows, long width);
  // y = (x - mean) * rstd * weight + bias; mean and rstd [rows] are kept.
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon,
                     float *y, float *mean, float *rstd, long rows, long width);
  void (*layer_norm_backward)(const float *dy, const float *x, const float *weight,
                              const float *mean, const float *rstd, float *dx, int accumulate,
                              float *dweight, float *dbias, long rows, long width);

  // Each of `heads` heads of `size` in a row: optionally RMS-normed (weight may be null), then its
  // halves rotated: (a, b) -> (a cos - b sin, b cos + a sin). cosine and sine are [position][size/2].
  void (*rotary)(const float *x, long x_stride, const float *weight, float epsilon,
                 const float *cosine, const float *sine, const int32_t *positions, float *y,
                 long y_stride, long rows, long heads, long size);
  // dx (+)= gradient; dweight (null without weight) += sum over these rows and heads.
  void (*rotary_backward)(const float *dy, long dy_stride, const float *x, long x_stride,
                          const float *weight, float epsilon, const float *cosine,
                          const float *sine, const int32_t *positions, float *dx, long dx_stride,
                          int accumulate, float *dweight, long rows, long heads, long size);

  // y [rows, width] = silu(gate) * up, of gate_up [rows, 2 * width] = (gate | up).
  void (*swiglu)(const float *gate_up, float *y, long rows, long width);
  // dgate_up (+)= gradient; dgate_up may be gate_up.
  void (*swiglu_backward)(const float *dy, const float *gate_up, float *dgate_up, int accumulate,
                          long rows, long width);
  void (*gelu_tanh)(const float *x, float *y, long n);
  void (*gelu_tanh_backward)(const float *dy, const float *x, float *dx, int accumulate, long n);
  void (*gelu_exact)(const float *x, float *y, long n);
  void (*gelu_exact_backward)(const float *dy, const float *x, float *dx, int accumulate, long n);

  // One tile of online softmax. scores [rows, columns] become exp(scale * score - maximum); row r
  // sees columns c <= r + diagonal, the others become 0. maxima and sums [rows] are carried from
  // tile to tile (begin with -infinity and 0), and output [rows, size] is rescaled to the new maxima.
  void (*attention_tile)(float *scores, long scores_stride, float scale, long diagonal,
                         float *maxima, float *sums, float *output, long output_stride, long rows,
                         long columns, long size);
  // output /= sums; lse = maxima + log(sums).
  void (*attention_finish)(const float *maxima, const float *sums, float *output,
                           long output_stride, float *lse, long rows, long size);
  // delta [rows] = sum(doutput * output) in each row.
  void (*attention_delta)(const float *doutput, long doutput_stride, const float *output,
                          long output_stride, float *delta, long rows, long size);
  // scores become p = exp(scale * score - lse), dp becomes scale * p * (dp - delta); both 0 unseen.
  void (*attention_tile_backward)(float *scores, float *dp, long stride, float scale,
                                  long diagonal, const float *lse, const float *delta, long rows,
                                  long columns);

  // log_probabilities[r] = log softmax(logits[r])[targets[r]], 0 where the target is negative.
  // With upstream (may be null), logits become the gradient of upstream[r] * (log_probabilities[r] -
  // penalty * lse^2), lse the log-sum-exp of the row.
  void (*cross_entropy)(float *logits, const int32_t *targets, float *log_probabilities,
                        const float *upstream, float penalty, long rows, long width);
  // values[r] = t^2 KL(softmax(teacher / t) || softmax(student / t)). With upstream (may be null),
  // student becomes the gradient upstream[r] * t * (softmax(student / t) - softmax(teacher / t)).
  // teacher is overwritten.
  void (*divergence)(float *student, float *teacher, float temperature, float *values,
                     const float *upstream, long rows, long width);

  // y[r] = table[ids[r]].
  void (*gather)(const float *table, const int32_t *ids, float *y, long rows, long width);
  // dtable[ids[r]] += dy[r], in row order, only in columns begin ..< end.
  void (*scatter_add)(const float *dy, const int32_t *ids, float *dtable, long rows, long width,
                      long begin, long end);
  // y = x / (1 - rate) where element first + i of stream (key, site) is kept, else 0; y may be x.
  void (*dropout)(const float *x, float *y, float rate, uint64_t key, uint64_t site,
                  uint64_t first, int accumulate, long n);
  // y [width] (+)= the sum of `rows` rows of x, in row order.
  void (*sum_rows)(const float *x, long stride, float *y, int accumulate, long rows, long width);

  // AdamW with decoupled decay on n parameters; see adamw.h for the formula.
  void (*adamw)(float *parameters, const float *gradients, float *first, float *second,
                float gradient_scale, float rate, float beta1, float beta2, float epsilon,
                float decay, float correction1, float correction2, long n);

  // Products in float32.
  swl_product_kernels products;

  // `iterations` rounds of independent fused multiply-adds; returns the operations done (2 per
  // element), and a value in *sink that keeps them alive.
  double (*peak)(long iterations, float *sink);
} swl_kernels;

enum { SWL_PLAIN = 0, SWL_AVX2 = 1, SWL_AVX512 = 2 };

// The table of one level, or null where this processor or build lacks it.
const swl_kernels *swl_kernels_at(int level);

// The kernels of bfloat16 on vectors or on the matrix unit, whose use this asks the system for; null
// where this processor has none.
const swl_bf16_kernels *swl_bf16_kernels_of(int kind);
// Whether they are faster than those of float32 on this processor.
int swl_bf16_is_fast(void);

// Four 32-bit words of the Philox4x32-10 stream `key` at `counter` (two 64-bit halves).
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
void swl_philox(uint64_t key, uint64_t counter_high, uint64_t counter_low, uint32_t words[4]);

// The cores that this process may use: by its affinity and, in a container, by its share of time.
int swl_available_cores(void);

// Tells the processor that this thread spins.
static inline void swl_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif

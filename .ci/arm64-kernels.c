// Runs every kernel of the plain level on numbers made up here and writes the results; or compares two
// such files. Built for two processors, it tells whether the kernels agree on both.
//   kernels FILE           writes the results
//   kernels FILE OTHER     compares; 1e-5 of the largest value of a result is allowed
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "philox.h"

extern const swl_kernels swl_kernels_plain;

static const double tolerance = 1e-5;
static FILE *out;
static int failures;

// Numbers between -1 and 1, the same on every processor.
static float *numbers(long n, uint64_t stream) {
  float *values = malloc((size_t)n * sizeof(float));
  for (long i = 0; i < n; i++) {
    uint32_t words[4];
    philox(7, stream, (uint64_t)i, words);
    values[i] = (float)(words[0] >> 8) / 8388608.0f - 1.0f;
  }
  return values;
}

static float *zeros(long n) { return calloc((size_t)n, sizeof(float)); }

static void write_result(const char *name, long size, const float *values, long n) {
  char header[64] = {0};
  snprintf(header, sizeof header, "%s/%ld", name, size);
  fwrite(header, sizeof header, 1, out);
  fwrite(&n, sizeof n, 1, out);
  fwrite(values, sizeof(float), (size_t)n, out);
}

static void expect(int holds, const char *what, long size) {
  if (holds) return;
  fprintf(stderr, "%s is wrong at size %ld\n", what, size);
  failures++;
}

#define RESULT(values, n) write_result(#values, size, values, n)

static void elementwise(const swl_kernels *k, long size) {
  const long rows = 3, n = rows * size;
  float *a = numbers(n, 1), *b = numbers(n, 2), *dy = numbers(n, 3), *wide = numbers(2 * n, 4);
  float *add = zeros(n), *accumulate = numbers(n, 5), *scale = numbers(n, 6), *sum_rows = zeros(size);
  k->add(a, b, add, n), RESULT(add, n);
  k->accumulate(0.3f, a, accumulate, n), RESULT(accumulate, n);
  k->scale(0.3f, scale, n), RESULT(scale, n);
  float *capped = numbers(n, 8), *capped_gradient = numbers(n, 9);
  k->soft_cap(capped, 0.5f, n), RESULT(capped, n);
  k->soft_cap_backward(capped, 0.5f, capped_gradient, n), RESULT(capped_gradient, n);
  float squares = (float)k->sum_of_squares(a, n);
  write_result("sum_of_squares", size, &squares, 1);
  k->sum_rows(a, size, sum_rows, 0, rows, size), RESULT(sum_rows, size);
  float *swiglu = zeros(n), *dswiglu = zeros(2 * n), *gelu = zeros(n), *dgelu = numbers(n, 7);
  k->swiglu(wide, swiglu, rows, size), RESULT(swiglu, n);
  k->swiglu_backward(dy, wide, dswiglu, 0, rows, size), RESULT(dswiglu, 2 * n);
  k->gelu_tanh(a, gelu, n), RESULT(gelu, n);
  k->gelu_tanh_backward(dy, a, dgelu, 1, n), RESULT(dgelu, n);
  k->gelu_exact(a, gelu, n), write_result("gelu_exact", size, gelu, n);
  k->gelu_exact_backward(dy, a, dgelu, 0, n), write_result("dgelu_exact", size, dgelu, n);
  float *dropout = zeros(n);
  k->dropout(a, dropout, 0.4f, 11, 12, 5, 0, n), RESULT(dropout, n);
  float *parameters = numbers(n, 8), *first = numbers(n, 9), *second = zeros(n);
  k->adamw(parameters, dy, first, second, 0.5f, 1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.5f, 0.3f, n);
  RESULT(parameters, n), RESULT(first, n), RESULT(second, n);
}

static void norms(const swl_kernels *k, long size) {
  const long rows = 4, n = rows * size;
  float *x = numbers(n, 21), *dy = numbers(n, 22), *weight = numbers(size, 23), *bias = numbers(size, 24);
  float *rms = zeros(n), *rstd = zeros(rows), *drms = zeros(n), *drms_weight = zeros(size);
  k->rms_norm(x, weight, 1e-5f, rms, rstd, rows, size);
  k->rms_norm_backward(dy, x, weight, rstd, drms, 0, drms_weight, rows, size);
  RESULT(rms, n), RESULT(rstd, rows), RESULT(drms, n), RESULT(drms_weight, size);
  float *layer = zeros(n), *mean = zeros(rows), *dlayer = numbers(n, 25);
  float *dweight = zeros(size), *dbias = zeros(size);
  k->layer_norm(x, weight, bias, 1e-5f, layer, mean, rstd, rows, size);
  k->layer_norm_backward(dy, x, weight, mean, rstd, dlayer, 1, dweight, dbias, rows, size);
  RESULT(layer, n), RESULT(mean, rows), RESULT(dlayer, n), RESULT(dweight, size), RESULT(dbias, size);
}

static void rotation(const swl_kernels *k, long size) {
  const long rows = 5, heads = 2, head = 2 * size, n = rows * heads * head;
  float *x = numbers(n, 31), *dy = numbers(n, 32), *weight = numbers(head, 33);
  float *cosine = numbers(8 * size, 34), *sine = numbers(8 * size, 35);
  int32_t positions[] = {0, 7, 3, 1, 3};
  float *rotary = zeros(n), *drotary = zeros(n), *drotary_weight = zeros(head);
  k->rotary(x, heads * head, weight, 1e-6f, cosine, sine, positions, rotary, heads * head, rows, heads,
            head);
  k->rotary_backward(dy, heads * head, x, heads * head, weight, 1e-6f, cosine, sine, positions, drotary,
                     heads * head, 0, drotary_weight, rows, heads, head);
  RESULT(rotary, n), RESULT(drotary, n), RESULT(drotary_weight, head);
}

static void attention(const swl_kernels *k, long size) {
  const long rows = 6, columns = size + 2, n = rows * columns;
  float *scores = numbers(n, 41), *maxima = zeros(rows), *sums = zeros(rows);
  float *output = zeros(rows * size), *lse = zeros(rows), *delta = zeros(rows);
  for (long r = 0; r < rows; r++) maxima[r] = -INFINITY;
  k->attention_tile(scores, columns, 0.7f, 0, maxima, sums, output, size, rows, columns, size);
  float *more = numbers(n, 42), *doutput = numbers(rows * size, 43);
  memcpy(output, doutput, (size_t)(rows * size) * sizeof(float));
  k->attention_tile(more, columns, 0.7f, columns, maxima, sums, output, size, rows, columns, size);
  k->attention_finish(maxima, sums, output, size, lse, rows, size);
  k->attention_delta(doutput, size, output, size, delta, rows, size);
  RESULT(scores, n), RESULT(more, n), RESULT(maxima, rows), RESULT(sums, rows);
  RESULT(output, rows * size), RESULT(lse, rows), RESULT(delta, rows);
  float *probabilities = numbers(n, 44), *dscores = numbers(n, 45);
  k->attention_tile_backward(probabilities, dscores, columns, 0.7f, 1, lse, delta, rows, columns);
  RESULT(probabilities, n), RESULT(dscores, n);
}

static void rows_of_logits(const swl_kernels *k, long size) {
  const long rows = 4, n = rows * size;
  float *logits = numbers(n, 51), *log_probabilities = zeros(rows), *upstream = numbers(rows, 52);
  int32_t targets[] = {0, -1, (int32_t)size - 1, (int32_t)size / 2};
  k->cross_entropy(logits, targets, log_probabilities, upstream, 0.001f, rows, size);
  RESULT(logits, n), RESULT(log_probabilities, rows);
  float *student = numbers(n, 53), *teacher = numbers(n, 54), *divergence = zeros(rows);
  k->divergence(student, teacher, 2, divergence, upstream, rows, size);
  RESULT(student, n), RESULT(divergence, rows);
  float *table = numbers(n, 55), *gather = zeros(n);
  int32_t ids[] = {3, 0, 3, 1};
  k->gather(table, ids, gather, rows, size), RESULT(gather, n);
  k->scatter_add(gather, ids, table, rows, size, size / 3, size), write_result("scatter", size, table, n);
}

// Rows, depth and columns around the tiles' sizes; then the same product in two cuts, to the bit.
static void products(const swl_kernels *k, long size) {
  const swl_product_kernels *p = &k->products;
  const long rows = size % 23 + 1, columns = size + 1, depth = size * 3 + 1;
  float *a = numbers(rows * depth, 61), *b = numbers(depth * columns, 62);
  const long panels = (columns + p->panel_columns - 1) / p->panel_columns;
  float *packed = zeros(panels * p->panel_columns * depth);
  for (int turned = 0; turned < 4; turned++) {
    const int left = turned & 1, right = turned >> 1;
    float *product = numbers(rows * columns, 63), *cut = numbers(rows * columns, 63);
    const long stride = left ? rows : depth, half = rows / 2;
    p->pack(b, right ? depth : columns, right, packed, depth, columns);
    p->product(a, stride, left, packed, depth, product, columns, turned == 1, rows, depth, columns);
    RESULT(product, rows * columns);
    p->product(a, stride, left, packed, depth, cut, columns, turned == 1, half, depth, columns);
    p->product(left ? a + half : a + half * stride, stride, left, packed, depth, cut + half * columns,
               columns, turned == 1, rows - half, depth, columns);
    expect(memcmp(product, cut, (size_t)(rows * columns) * sizeof(float)) == 0, "a cut of rows", size);
    if (!left) continue;
    // A left factor turned over in two parts gives the bits of one that is read as it lies.
    float *other = numbers(rows * columns, 63);
    const long groups = (rows + p->tile_rows - 1) / p->tile_rows * p->tile_rows, part = depth / 2;
    float *over = zeros(groups * depth);
    p->turn(a, stride, over, depth, 0, part, rows);
    p->turn(a + part * stride, stride, over, depth, part, depth - part, rows);
    p->product_turned(over, depth, packed, depth, other, columns, turned == 1, rows, depth, columns);
    expect(memcmp(product, other, (size_t)(rows * columns) * sizeof(float)) == 0, "a turned factor", size);
  }
}

static int compare(const char *paths[2]) {
  FILE *files[2] = {fopen(paths[0], "rb"), fopen(paths[1], "rb")};
  if (!files[0] || !files[1]) return perror(paths[files[0] != 0]), 2;
  long results = 0;
  double worst = 0;
  for (;; results++) {
    char names[2][64];
    long counts[2];
    int ended = 0;
    for (int f = 0; f < 2; f++)
      ended += fread(names[f], 64, 1, files[f]) != 1 || fread(&counts[f], sizeof(long), 1, files[f]) != 1;
    if (ended == 2) break;
    if (ended || strcmp(names[0], names[1]) || counts[0] != counts[1]) {
      fprintf(stderr, "the files hold different results\n");
      return 1;
    }
    double largest = 1e-20, difference = 0;
    for (long i = 0; i < counts[0]; i++) {
      float values[2] = {NAN, NAN};
      for (int f = 0; f < 2; f++)
        if (fread(&values[f], sizeof(float), 1, files[f]) != 1) values[f] = NAN;
      largest = fmax(largest, fabs((double)values[0]));
      const double d = fabs((double)values[0] - (double)values[1]);
      difference = isnan(d) ? INFINITY : fmax(difference, d);
    }
    if (difference / largest > worst) worst = difference / largest;
    if (!(difference / largest <= tolerance)) {
      fprintf(stderr, "%s differs by %g of its largest value\n", names[0], difference / largest);
      failures++;
    }
  }
  printf("%ld results agree to %.1e, %d do not\n", results - failures, worst, failures);
  return failures > 0 || results == 0;
}

int main(int count, const char *arguments[]) {
  if (count == 3) return compare(arguments + 1);
  if (count != 2 || !(out = fopen(arguments[1], "wb"))) return 2;
  const swl_kernels *k = &swl_kernels_plain;
  const long sizes[] = {1, 3, 4, 7, 8, 16, 31, 33, 64, 97, 130};
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    elementwise(k, sizes[i]);
    if (sizes[i] > 1) norms(k, sizes[i]);  // of one element nothing but rounding is left
    rotation(k, sizes[i]);
    attention(k, sizes[i]);
    rows_of_logits(k, sizes[i]);
    products(k, sizes[i]);
  }
  float sink = 1;
  expect(k->peak(100, &sink) > 0 && isfinite(sink), "the peak", 0);
#if defined(__aarch64__)
  expect(swl_kernels_at(SWL_PLAIN) == k && !swl_kernels_at(SWL_AVX2) && !swl_kernels_at(SWL_AVX512) &&
             !swl_bf16_kernels_of(SWL_VECTOR_BF16) && !swl_bf16_is_fast() && swl_available_cores() > 0,
         "what arm64 has", 0);
#endif
  return fclose(out) != 0 || failures > 0;
}

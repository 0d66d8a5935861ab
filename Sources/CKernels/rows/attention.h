// The row work of flash attention between its matrix products.
// Source: Dao, "FlashAttention-2", 2023, algorithms 1 and 2; the online softmax is Milakov and
// Gimelshein's, 2018.

// How many of `columns` row r sees.
static inline long seen(long r, long diagonal, long columns) {
  long count = r + diagonal + 1;
  return count < 0 ? 0 : count < columns ? count : columns;
}

static inline void clear(float *p, long n) {
  for (long i = 0; i < n; i++) p[i] = 0;
}

static void attention_tile(float *scores, long scores_stride, float factor, long diagonal,
                           float *maxima, float *sums, float *output, long output_stride,
                           long rows, long columns, long size) {
  for (long r = 0; r < rows; r++, scores += scores_stride, output += output_stride) {
    long n = seen(r, diagonal, columns);
    clear(scores + n, columns - n);
    if (n == 0) continue;
    vector best = splat(-INFINITY);
    for (long i = 0; i < n; i += W) {
      long m = lanes(i, n);
      best = __builtin_elementwise_max(best, first_lanes(get(scores + i, m), m, -INFINITY));
    }
    float maximum = max_lanes(best) * factor;
    if (maximum < maxima[r]) maximum = maxima[r];
    vector sum = splat(0);
    for (long i = 0; i < n; i += W) {
      long m = lanes(i, n);
      vector p = exponential(get(scores + i, m) * factor - maximum);
      put(scores + i, p, m);
      sum += first_lanes(p, m, 0);
    }
    float correction = expf(maxima[r] - maximum);
    sums[r] = sums[r] * correction + sum_lanes(sum);
    if (correction != 1.0f) scale(correction, output, size);
    maxima[r] = maximum;
  }
}

static void attention_finish(const float *maxima, const float *sums, float *output,
                             long output_stride, float *lse, long rows, long size) {
  for (long r = 0; r < rows; r++) {
    scale(1.0f / sums[r], output + r * output_stride, size);
    lse[r] = maxima[r] + logf(sums[r]);
  }
}

static void attention_delta(const float *doutput, long doutput_stride, const float *output,
                            long output_stride, float *delta, long rows, long size) {
  for (long r = 0; r < rows; r++)
    delta[r] = dot(doutput + r * doutput_stride, output + r * output_stride, size);
}

static void attention_tile_backward(float *scores, float *dp, long stride, float factor,
                                    long diagonal, const float *lse, const float *delta, long rows,
                                    long columns) {
  for (long r = 0; r < rows; r++, scores += stride, dp += stride) {
    long n = seen(r, diagonal, columns);
    for (long i = 0; i < n; i += W) {
      long m = lanes(i, n);
      vector p = exponential(get(scores + i, m) * factor - lse[r]);
      put(scores + i, p, m);
      put(dp + i, factor * p * (get(dp + i, m) - delta[r]), m);
    }
    clear(scores + n, columns - n);
    clear(dp + n, columns - n);
  }
}

// Softmax rows over the vocabulary: cross-entropy and divergence, with their gradients in place.

static inline float row_maximum(const float *x, long n) {
  vector best = splat(-INFINITY);
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    best = __builtin_elementwise_max(best, first_lanes(get(x + i, m), m, -INFINITY));
  }
  return max_lanes(best);
}

// x becomes exp(factor (x - maximum)); returns the sum.
static inline float exponentials(float *x, float factor, float maximum, long n) {
  vector sum = splat(0);
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    vector p = exponential(factor * (get(x + i, m) - maximum));
    put(x + i, p, m);
    sum += first_lanes(p, m, 0);
  }
  return sum_lanes(sum);
}

static void cross_entropy(float *logits, const int32_t *targets, float *log_probabilities,
                          const float *upstream, float penalty, long rows, long width) {
  for (long r = 0; r < rows; r++, logits += width) {
    int32_t target = targets[r];
    if (target < 0) {
      log_probabilities[r] = 0;
      if (upstream) clear(logits, width);
      continue;
    }
    float maximum = row_maximum(logits, width), chosen = logits[target];
    float sum = exponentials(logits, 1.0f, maximum, width);
    float lse = maximum + logf(sum);
    log_probabilities[r] = chosen - maximum - logf(sum);
    if (upstream) {
      scale(-upstream[r] * (1.0f + 2.0f * penalty * lse) / sum, logits, width);
      logits[target] += upstream[r];
    }
  }
}

static void divergence(float *student, float *teacher, float temperature, float *values,
                       const float *upstream, long rows, long width) {
  const float inverse = 1.0f / temperature;
  for (long r = 0; r < rows; r++, student += width, teacher += width) {
    float s_maximum = row_maximum(student, width), t_maximum = row_maximum(teacher, width);
    vector s_sums = splat(0), t_sums = splat(0), crosses = splat(0);
    // KL = sum p_t (z_t - z_s) / T - lse_t + lse_s, with z relative to each row's maximum.
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector s = inverse * (get(student + i, m) - s_maximum);
      vector t = inverse * (get(teacher + i, m) - t_maximum);
      vector ps = exponential(s), pt = exponential(t);
      put(student + i, ps, m);
      put(teacher + i, pt, m);
      s_sums += first_lanes(ps, m, 0);
      t_sums += first_lanes(pt, m, 0);
      crosses += first_lanes(pt * (t - s), m, 0);
    }
    float s_sum = sum_lanes(s_sums), t_sum = sum_lanes(t_sums);
    float value = sum_lanes(crosses) / t_sum - logf(t_sum) + logf(s_sum);
    values[r] = temperature * temperature * value;
    if (upstream) {
      float factor = upstream[r] * temperature, s_factor = factor / s_sum, t_factor = factor / t_sum;
      for (long i = 0; i < width; i += W) {
        long m = lanes(i, width);
        put(student + i, s_factor * get(student + i, m) - t_factor * get(teacher + i, m), m);
      }
    }
  }
}

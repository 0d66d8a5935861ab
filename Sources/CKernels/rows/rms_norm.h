// Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, equation 4.

static void rms_norm(const float *x, const float *weight, float epsilon, float *y, float *rstd,
                     long rows, long width) {
  for (long r = 0; r < rows; r++, x += width, y += width) {
    float inverse = 1.0f / sqrtf(dot(x, x, width) / (float)width + epsilon);
    rstd[r] = inverse;
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      put(y + i, get(x + i, m) * inverse * get(weight + i, m), m);
    }
  }
}

// With n = x rstd and g = dy weight: dx = rstd (g - n mean(g n)), dweight = sum of dy n.
static void rms_norm_backward(const float *dy, const float *x, const float *weight,
                              const float *rstd, float *dx, int accumulate, float *dweight,
                              long rows, long width) {
  for (long r = 0; r < rows; r++, dy += width, x += width, dx += width) {
    float inverse = rstd[r];
    vector sum = splat(0);
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      sum += get(dy + i, m) * get(weight + i, m) * get(x + i, m);
    }
    float factor = sum_lanes(sum) * inverse * inverse / (float)width;
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector d = get(dy + i, m), v = get(x + i, m);
      put(dweight + i, get(dweight + i, m) + d * v * inverse, m);
      put_or_add(dx + i, inverse * (d * get(weight + i, m) - v * factor), m, accumulate);
    }
  }
}

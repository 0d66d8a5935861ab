// Source: Ba, Kiros and Hinton, "Layer Normalization", 2016, equation 4.

static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon,
                       float *y, float *mean, float *rstd, long rows, long width) {
  for (long r = 0; r < rows; r++, x += width, y += width) {
    vector sum = splat(0);
    for (long i = 0; i < width; i += W) sum += get(x + i, lanes(i, width));
    float center = sum_lanes(sum) / (float)width;
    vector squares = splat(0);
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector v = first_lanes(get(x + i, m) - center, m, 0);
      squares += v * v;
    }
    float inverse = 1.0f / sqrtf(sum_lanes(squares) / (float)width + epsilon);
    mean[r] = center;
    rstd[r] = inverse;
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector n = (get(x + i, m) - center) * inverse;
      put(y + i, n * get(weight + i, m) + get(bias + i, m), m);
    }
  }
}

// With n = (x - mean) rstd and g = dy weight: dx = rstd (g - mean(g) - n mean(g n)),
// dweight = sum of dy n, dbias = sum of dy.
static void layer_norm_backward(const float *dy, const float *x, const float *weight,
                                const float *mean, const float *rstd, float *dx, int accumulate,
                                float *dweight, float *dbias, long rows, long width) {
  for (long r = 0; r < rows; r++, dy += width, x += width, dx += width) {
    float center = mean[r], inverse = rstd[r];
    vector sum = splat(0), weighted = splat(0);
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector g = get(dy + i, m) * get(weight + i, m);
      sum += g;
      weighted += g * (get(x + i, m) - center);
    }
    float average = sum_lanes(sum) / (float)width;
    float factor = sum_lanes(weighted) * inverse * inverse / (float)width;
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector d = get(dy + i, m), v = get(x + i, m) - center;
      put(dweight + i, get(dweight + i, m) + d * v * inverse, m);
      put(dbias + i, get(dbias + i, m) + d, m);
      vector g = d * get(weight + i, m);
      put_or_add(dx + i, inverse * (g - average - v * factor), m, accumulate);
    }
  }
}

// Rotary position embedding over the halves of each head, after an optional RMS norm of the head
// (Qwen3's QK-norm). Source: Su et al., "RoFormer", 2021, section 3.4.2; halves as in GPT-NeoX.

// A constant size needs no masks, and its loops are unrolled.
#define BY_SIZE(OF) (size == 32 ? OF(32) : size == 64 ? OF(64) : OF(size))

static inline float head_rstd(const float *x, float epsilon, long size) {
  return 1.0f / sqrtf(dot(x, x, size) / (float)size + epsilon);
}

static inline __attribute__((always_inline)) void rotary_of(
    const float *x, long x_stride, const float *weight, float epsilon, const float *cosine,
    const float *sine, const int32_t *positions, float *y, long y_stride, long rows, long heads,
    const long size) {
  const long half = size / 2;
  for (long r = 0; r < rows; r++) {
    const float *c = cosine + positions[r] * half, *s = sine + positions[r] * half;
    for (long h = 0; h < heads; h++) {
      const float *from = x + r * x_stride + h * size;
      float *to = y + r * y_stride + h * size;
      float inverse = weight ? head_rstd(from, epsilon, size) : 1.0f;
      for (long i = 0; i < half; i += W) {
        long m = lanes(i, half);
        vector a = get(from + i, m), b = get(from + half + i, m);
        if (weight) {
          a *= inverse * get(weight + i, m);
          b *= inverse * get(weight + half + i, m);
        }
        vector cs = get(c + i, m), sn = get(s + i, m);
        put(to + i, a * cs - b * sn, m);
        put(to + half + i, b * cs + a * sn, m);
      }
    }
  }
}

static void rotary(const float *x, long x_stride, const float *weight, float epsilon,
                   const float *cosine, const float *sine, const int32_t *positions, float *y,
                   long y_stride, long rows, long heads, long size) {
#define OF(size)                                                                                   \
  rotary_of(x, x_stride, weight, epsilon, cosine, sine, positions, y, y_stride, rows, heads, size)
  BY_SIZE(OF);
#undef OF
}

// The rotation is orthogonal: its pullback rotates back. Then the norm's pullback, as in rms_norm.h.
static inline __attribute__((always_inline)) void rotary_backward_of(
    const float *dy, long dy_stride, const float *x, long x_stride, const float *weight,
    float epsilon, const float *cosine, const float *sine, const int32_t *positions, float *dx,
    long dx_stride, int accumulate, float *dweight, long rows, long heads, const long size) {
  const long half = size / 2;
  for (long r = 0; r < rows; r++) {
    const float *c = cosine + positions[r] * half, *s = sine + positions[r] * half;
    for (long h = 0; h < heads; h++) {
      const float *d = dy + r * dy_stride + h * size, *from = x + r * x_stride + h * size;
      float *to = dx + r * dx_stride + h * size;
      float inverse = 1, factor = 0;
      if (weight) {
        inverse = head_rstd(from, epsilon, size);
        vector sum = splat(0);
        for (long i = 0; i < half; i += W) {
          long m = lanes(i, half);
          vector da = get(d + i, m), db = get(d + half + i, m);
          vector cs = get(c + i, m), sn = get(s + i, m);
          sum += (da * cs + db * sn) * get(weight + i, m) * get(from + i, m);
          sum += (db * cs - da * sn) * get(weight + half + i, m) * get(from + half + i, m);
        }
        factor = sum_lanes(sum) * inverse * inverse / (float)size;
      }
      for (long i = 0; i < half; i += W) {
        long m = lanes(i, half);
        vector da = get(d + i, m), db = get(d + half + i, m);
        vector cs = get(c + i, m), sn = get(s + i, m);
        vector ga = da * cs + db * sn, gb = db * cs - da * sn;
        if (weight) {
          vector a = get(from + i, m), b = get(from + half + i, m);
          put(dweight + i, get(dweight + i, m) + ga * a * inverse, m);
          put(dweight + half + i, get(dweight + half + i, m) + gb * b * inverse, m);
          ga = inverse * (ga * get(weight + i, m) - a * factor);
          gb = inverse * (gb * get(weight + half + i, m) - b * factor);
        }
        put_or_add(to + i, ga, m, accumulate);
        put_or_add(to + half + i, gb, m, accumulate);
      }
    }
  }
}

static void rotary_backward(const float *dy, long dy_stride, const float *x, long x_stride,
                            const float *weight, float epsilon, const float *cosine,
                            const float *sine, const int32_t *positions, float *dx, long dx_stride,
                            int accumulate, float *dweight, long rows, long heads, long size) {
#define OF(size)                                                                                   \
  rotary_backward_of(dy, dy_stride, x, x_stride, weight, epsilon, cosine, sine, positions, dx,     \
                     dx_stride, accumulate, dweight, rows, heads, size)
  BY_SIZE(OF);
#undef OF
}

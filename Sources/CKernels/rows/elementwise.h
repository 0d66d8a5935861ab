// Sums, scaling, SwiGLU, GELU, dropout: one element at a time.
#include "../philox.h"

static void add(const float *a, const float *b, float *y, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    put(y + i, get(a + i, m) + get(b + i, m), m);
  }
}

static void accumulate(float factor, const float *x, float *y, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    put(y + i, get(y + i, m) + factor * get(x + i, m), m);
  }
}

static void scale(float factor, float *y, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    put(y + i, factor * get(y + i, m), m);
  }
}

// Source: Gemma Team, "Gemma 2", 2024, section 2. tanh z = 1 - 2 / (1 + e^2z).
static void soft_cap(float *x, float cap, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    vector z = get(x + i, m) / cap;
    put(x + i, cap * (1.0f - 2.0f / (1.0f + exponential(2.0f * z))), m);
  }
}

// d (c tanh (x / c)) = 1 - tanh^2; y is what soft_cap gave.
static void soft_cap_backward(const float *y, float cap, float *gradient, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    vector t = get(y + i, m) / cap;
    put(gradient + i, get(gradient + i, m) * (1.0f - t * t), m);
  }
}

static double sum_of_squares(const float *x, long n) {
  double total = 0;
  for (long begin = 0; begin < n; begin += 4096) {
    long count = n - begin < 4096 ? n - begin : 4096;
    total += dot(x + begin, x + begin, count);
  }
  return total;
}

static void sum_rows(const float *x, long stride, float *y, int accumulate, long rows, long width) {
  for (long i = 0; i < width; i += W) {
    long m = lanes(i, width);
    vector sum = accumulate ? get(y + i, m) : splat(0);
    for (long r = 0; r < rows; r++) sum += get(x + r * stride + i, m);
    put(y + i, sum, m);
  }
}

// Source: Shazeer, "GLU Variants Improve Transformer", 2020.
static void swiglu(const float *gate_up, float *y, long rows, long width) {
  for (long r = 0; r < rows; r++, gate_up += 2 * width, y += width)
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector gate = get(gate_up + i, m), up = get(gate_up + width + i, m);
      put(y + i, gate * sigmoid(gate) * up, m);
    }
}

// d silu(g) = s (1 + g (1 - s)), s = sigmoid(g).
static void swiglu_backward(const float *dy, const float *gate_up, float *dgate_up, int accumulate,
                            long rows, long width) {
  for (long r = 0; r < rows; r++, gate_up += 2 * width, dgate_up += 2 * width, dy += width)
    for (long i = 0; i < width; i += W) {
      long m = lanes(i, width);
      vector gate = get(gate_up + i, m), up = get(gate_up + width + i, m), d = get(dy + i, m);
      vector s = sigmoid(gate);
      put_or_add(dgate_up + i, d * up * s * (1.0f + gate * (1.0f - s)), m, accumulate);
      put_or_add(dgate_up + width + i, d * gate * s, m, accumulate);
    }
}

// gelu(x) = x/2 (1 + tanh(u)) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
// Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, section 2.
static void gelu_tanh(const float *x, float *y, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    vector v = get(x + i, m);
    put(y + i, v * sigmoid(1.5957691216f * (v + 0.044715f * v * v * v)), m);
  }
}

static void gelu_tanh_backward(const float *dy, const float *x, float *dx, int accumulate, long n) {
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    vector v = get(x + i, m);
    vector s = sigmoid(1.5957691216f * (v + 0.044715f * v * v * v));
    // Far out s (1 - s) is 0, and must not meet the square's infinity.
    vector near = __builtin_elementwise_max(__builtin_elementwise_min(v, splat(30)), splat(-30));
    vector slope = 1.5957691216f * (1.0f + 3.0f * 0.044715f * near * near);
    put_or_add(dx + i, get(dy + i, m) * (s + v * s * (1.0f - s) * slope), m, accumulate);
  }
}

// gelu(x) = x Phi(x), Phi(x) = (1 + erf(x / sqrt 2)) / 2. Not on a hot path: libm's erf, one by one.
static void gelu_exact(const float *x, float *y, long n) {
  for (long i = 0; i < n; i++) y[i] = x[i] * 0.5f * (1.0f + erff(x[i] * 0.70710678f));
}

static void gelu_exact_backward(const float *dy, const float *x, float *dx, int accumulate,
                                long n) {
  for (long i = 0; i < n; i++) {
    float phi = 0.5f * (1.0f + erff(x[i] * 0.70710678f));
    float density = 0.39894228f * expf(-0.5f * x[i] * x[i]);
    float gradient = dy[i] * (phi + x[i] * density);
    dx[i] = accumulate ? dx[i] + gradient : gradient;
  }
}

// Source: Srivastava et al., "Dropout", 2014, in its inverted form.
static void dropout(const float *x, float *y, float rate, uint64_t key, uint64_t site,
                    uint64_t first, int accumulate, long n) {
  const float kept = 1.0f / (1.0f - rate);
  const uint64_t threshold = (uint64_t)((double)rate * 4294967296.0);
  uint32_t words[4];
  for (long i = 0; i < n; i++) {
    uint64_t element = first + (uint64_t)i;
    if (i == 0 || element % 4 == 0) philox(key, site, element / 4, words);
    float value = words[element % 4] >= threshold ? x[i] * kept : 0.0f;
    y[i] = accumulate ? y[i] + value : value;
  }
}

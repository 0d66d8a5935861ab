// W-wide vectors of float32, and the functions that every body shares.

typedef float vector __attribute__((vector_size(4 * W)));
typedef int32_t ints __attribute__((vector_size(4 * W)));

// x - 0 is x for every x, so this is one broadcast; 0 + x would turn -0 into 0 and cost an addition.
static inline vector splat(float x) { return x - (vector){}; }

static inline vector load(const float *p) {
  vector v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline void store(float *p, vector v) { memcpy(p, &v, sizeof v); }

// How many elements of a vector at `i` lie below `n`.
static inline long lanes(long i, long n) { return n - i < W ? n - i : W; }

// Loads m <= W elements, zeros behind them.
static inline vector get(const float *p, long m) {
  if (m == W) return load(p);
#if W == 16
  return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << m) - 1), p);
#else
  float part[W] = {0};
  for (long i = 0; i < m; i++) part[i] = p[i];
  return load(part);
#endif
}

// Stores the first m <= W elements.
static inline void put(float *p, vector v, long m) {
  if (m == W) {
    store(p, v);
  } else {
#if W == 16
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << m) - 1), (__m512)v);
#else
    float part[W];
    store(part, v);
    for (long i = 0; i < m; i++) p[i] = part[i];
#endif
  }
}

// Stores v, or adds it to what is there.
static inline void put_or_add(float *p, vector v, long m, int accumulate) {
  put(p, accumulate ? get(p, m) + v : v, m);
}

// The lanes of v for which `mask` is set (all ones), else `otherwise`.
static inline vector choose(ints mask, vector v, vector otherwise) {
  return (vector)(((ints)v & mask) | ((ints)otherwise & ~mask));
}

// 0, 1, 2, …
static inline ints lane_numbers(void) {
  ints v;
  for (int i = 0; i < W; i++) v[i] = i;
  return v;
}

// Keeps the first m lanes, puts `otherwise` into the rest.
static inline vector first_lanes(vector v, long m, float otherwise) {
  return m == W ? v : choose(lane_numbers() < (int32_t)m, v, splat(otherwise));
}

// The halves of a vector are added, or compared, until one element is left.
#if W == 16
typedef float vector8 __attribute__((vector_size(32)));
typedef float vector4 __attribute__((vector_size(16)));
#define FOLD(v, OF)                                                                                \
  vector8 eight = OF(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),                        \
                     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));                 \
  vector4 four = OF(__builtin_shufflevector(eight, eight, 0, 1, 2, 3),                             \
                    __builtin_shufflevector(eight, eight, 4, 5, 6, 7));                            \
  vector4 two = OF(four, __builtin_shufflevector(four, four, 2, 3, 2, 3));                         \
  return OF(two, __builtin_shufflevector(two, two, 1, 1, 1, 1))[0];
#else
#define FOLD(v, OF)                                                                                \
  float part[W];                                                                                   \
  store(part, v);                                                                                  \
  for (int half = W / 2; half > 0; half /= 2)                                                      \
    for (int i = 0; i < half; i++) part[i] = OF(part[i], part[i + half]);                          \
  return part[0];
#endif
#define SUM(a, b) ((a) + (b))

static inline float sum_lanes(vector v) { FOLD(v, SUM) }
static inline float max_lanes(vector v) { FOLD(v, __builtin_elementwise_max) }
#undef FOLD
#undef SUM

// e^x to about 1 ulp; 0 below -87.3, finite above 88.3 (the argument is clamped there). What is
// no number stays none.
// Range reduction by Cody and Waite, polynomial from Cephes' expf (Moshier).
static inline vector exponential(vector x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  vector bounded = __builtin_elementwise_min(x, splat(88.3f));
  bounded = __builtin_elementwise_max(bounded, splat(-87.3f));
  vector shifted = bounded * 1.44269504f + magic;
  vector n = shifted - magic;
  vector r = bounded - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  vector p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  ints exponent = ((ints)shifted - (ints)splat(magic)) << 23;
  vector result = (vector)((ints)p + exponent);
  return choose(x >= splat(-87.3f), result, choose(x == x, splat(0), x));
}

// 1 / (1 + e^-x).
static inline vector sigmoid(vector x) { return 1.0f / (1.0f + exponential(-x)); }

static inline float dot(const float *a, const float *b, long n) {
  vector sum = splat(0);
  for (long i = 0; i < n; i += W) {
    long m = lanes(i, n);
    sum += get(a + i, m) * get(b + i, m);
  }
  return sum_lanes(sum);
}

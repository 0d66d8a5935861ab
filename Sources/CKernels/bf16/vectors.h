// Vectors of bfloat16: rounding, pairs, turning. For processors with AVX512-BF16.

enum { panel = 32, grain = 32, block_rows = 32, block_depth = 1024 };

static inline long padded(long depth) { return (depth + grain - 1) / grain * grain; }

static inline long least(long a, long b) { return a < b ? a : b; }

static inline __mmask16 first(long n) {
  return n >= 16 ? 0xFFFF : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
}

// Asks for 32 values: rows that are far apart in memory defeat the processor's own foresight.
static inline void prefetch_row(const float *from) {
  _mm_prefetch((const char *)from, _MM_HINT_T0);
  _mm_prefetch((const char *)(from + 16), _MM_HINT_T0);
}

// 32 values from memory, rounded to nearest even; zeros behind the first n.
static inline __m512i narrow(const float *from, long n) {
  if (n >= 32)
    return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + 16), _mm512_loadu_ps(from));
  __m512 low = _mm512_maskz_loadu_ps(first(n), from);
  __m512 high = _mm512_maskz_loadu_ps(first(n - 16), from + 16);
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

static void narrow_all(const float *from, uint16_t *to, long n) {
  for (long i = 0; i < n; i += 32) {
    const __mmask32 m = n - i >= 32 ? ~0u : (1u << (n - i)) - 1;
    _mm512_mask_storeu_epi16(to + i, m, narrow(from + i, n - i));
  }
}

static void widen_all(const uint16_t *from, float *to, long n) {
  for (long i = 0; i < n; i += 16) {
    const __mmask16 m = first(n - i);
    const __m512i v = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(m, from + i));
    _mm512_mask_storeu_epi32(to + i, m, _mm512_slli_epi32(v, 16));
  }
}

// The values of two rows in pairs: 16 columns.
static inline __m512i pairs(__m512 even, __m512 odd) {
  const __m512i order = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3,
      18, 2, 17, 1, 16, 0);
  return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(odd, even));
}

// 16 × 16 words of 32 bits turned.
static inline void transpose16(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xDD);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xDD);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xDD);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xDD);
  }
}

// 2^x to 3e-6 of it, for x <= 128; 0 far below.
static inline __m512 power_of_two(__m512 x) {
  const __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_sub_ps(x, n);
  __m512 p = _mm512_set1_ps(9.58285e-3f);
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(5.590643e-2f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(2.4024099e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(6.9312419e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(1));
  return _mm512_scalef_ps(p, n);
}

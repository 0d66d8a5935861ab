// Matrix products of factors rounded to bfloat16 and summed in float32.
// MATRIX_UNIT says whether they run on AMX tiles or on vectors; both read the same packed layout:
// panels [depth / 2][32 columns][2], the depth padded with zeros to a multiple of 32.
// Every element is summed in the order of the depth, so no cut of rows or columns changes a bit; a cut
// of the depth changes none where it falls on an even place.
// Source: Intel, "Architecture Instruction Set Extensions Programming Reference", chapters on AMX and
// AVX512_BF16.

// `packed` counts floats for the caller; its elements are bfloat16.
static void pack(const float *b, long stride, int is_transposed, float *packed, long depth,
                 long columns) {
  const long deep = padded(depth);
  uint16_t *to = (uint16_t *)packed;
  for (long j = 0; j < columns; j += panel, to += deep * panel) {
    for (long c = 0; c < panel; c += 16) {
      const long wide = columns - j - c;
      if (!is_transposed) {
        const float *from = b + j + c;
        for (long k = 0; k < deep; k += 2) {
          if (c == 0 && k + 33 < depth)
            prefetch_row(from + (k + 32) * stride), prefetch_row(from + (k + 33) * stride);
          const __mmask16 m0 = k < depth ? first(wide) : 0, m1 = k + 1 < depth ? first(wide) : 0;
          __m512 even = _mm512_maskz_loadu_ps(m0, from + k * stride);
          __m512 odd = _mm512_maskz_loadu_ps(m1, from + (k + 1) * stride);
          _mm512_storeu_si512(to + k * panel + 2 * c, pairs(even, odd));
        }
      } else {
        for (long k = 0; k < deep; k += 32) {
          __m512i r[16];
          for (int i = 0; i < 16; i++)
            r[i] = i < wide ? narrow(b + (j + c + i) * stride + k, depth - k)
                            : _mm512_setzero_si512();
          transpose16(r);
          for (int i = 0; i < 16; i++)
            _mm512_storeu_si512(to + (k + 2 * i) * panel + 2 * c, r[i]);
        }
      }
    }
  }
}

// A block of the left factor: `rows` <= block_rows rows of `depth` values, narrowed, its missing rows
// and depth zero; [block_rows][padded(depth)].
static void narrow_block(const float *a, long stride, int is_transposed, uint16_t *to, long rows,
                         long depth) {
  const long deep = padded(depth);
  if (!is_transposed) {
    for (long r = 0; r < block_rows; r++, to += deep)
      for (long k = 0; k < deep; k += 32)
        _mm512_storeu_si512(to + k, r < rows ? narrow(a + r * stride + k, depth - k)
                                             : _mm512_setzero_si512());
    return;
  }
  for (long k = 0; k < deep; k += 32) {
    for (long d = k + 64; d < k + 96 && d < depth; d++) prefetch_row(a + d * stride);
    for (long r = 0; r < block_rows; r += 16) {
      __m512i v[16];
      for (int i = 0; i < 16; i++) {
        const long d = k + 2 * i;
        const __mmask16 m0 = d < depth ? first(rows - r) : 0, m1 = d + 1 < depth ? first(rows - r) : 0;
        v[i] = pairs(_mm512_maskz_loadu_ps(m0, a + d * stride + r),
                     _mm512_maskz_loadu_ps(m1, a + (d + 1) * stride + r));
      }
      transpose16(v);
      for (int i = 0; i < 16; i++) _mm512_storeu_si512(to + (r + i) * deep + k, v[i]);
    }
  }
}

#if MATRIX_UNIT
typedef struct {
  uint8_t palette, start, reserved[14];
  uint16_t bytes[16];
  uint8_t rows[16];
} tile_configuration;

static inline void begin_tiles(void) {
  tile_configuration c;
  memset(&c, 0, sizeof c);
  c.palette = 1;
  for (int i = 0; i < 8; i++) c.bytes[i] = 64, c.rows[i] = 16;
  _tile_loadconfig(&c);
}
static inline void end_tiles(void) { _tile_release(); }

// c [32, 32] (+)= a [32, deep] · one panel.
static inline void product_tile(const uint16_t *a, long a_stride, const uint16_t *b, float *c,
                                long c_stride, int begins, long deep) {
  const long across = c_stride * 4, a_across = a_stride * 2;
  if (begins) {
    _tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3);
  } else {
    _tile_loadd(0, c, across), _tile_loadd(1, c + 16, across);
    _tile_loadd(2, c + 16 * c_stride, across), _tile_loadd(3, c + 16 * c_stride + 16, across);
  }
  for (long k = 0; k < deep; k += 32) {
    _tile_loadd(4, a + k, a_across);
    _tile_loadd(6, b + k * panel, 128);
    _tile_loadd(7, b + k * panel + 32, 128);
    _tile_loadd(5, a + 16 * a_stride + k, a_across);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, c, across), _tile_stored(1, c + 16, across);
  _tile_stored(2, c + 16 * c_stride, across), _tile_stored(3, c + 16 * c_stride + 16, across);
}
#else
static inline void begin_tiles(void) {}
static inline void end_tiles(void) {}

static inline void product_tile(const uint16_t *a, long a_stride, const uint16_t *b, float *c,
                                long c_stride, int begins, long deep) {
  for (int r = 0; r < block_rows; r += 8) {
    __m512 low[8], high[8];
    const uint16_t *a0 = a + r * a_stride, *a3 = a0 + 3 * a_stride, *a6 = a0 + 6 * a_stride;
    __asm__("" : "+r"(a3));
    __asm__("" : "+r"(a6));
    float *to = c + r * c_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      low[i] = begins ? _mm512_setzero_ps() : _mm512_loadu_ps(to + i * c_stride);
      high[i] = begins ? _mm512_setzero_ps() : _mm512_loadu_ps(to + i * c_stride + 16);
    }
    for (long k = 0; k < deep; k += 2) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + k * panel);
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + k * panel + 32);
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) {
        const uint16_t *base = i < 3 ? a0 : i < 6 ? a3 : a6;
        int32_t pair;
        memcpy(&pair, base + i % 3 * a_stride + k, 4);
        const __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
        low[i] = _mm512_dpbf16_ps(low[i], x, b0);
        high[i] = _mm512_dpbf16_ps(high[i], x, b1);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      _mm512_storeu_ps(to + i * c_stride, low[i]);
      _mm512_storeu_ps(to + i * c_stride + 16, high[i]);
    }
  }
}
#endif

static inline void copy_tile(const float *from, long from_stride, float *to, long to_stride,
                             long rows, long columns) {
  for (long r = 0; r < rows; r++)
    memcpy(to + r * to_stride, from + r * from_stride, (size_t)columns * sizeof(float));
}

static void product(const float *a, long a_stride, int is_transposed, const float *packed,
                    long packed_depth, float *c, long c_stride, int accumulate, long rows, long depth,
                    long columns) {
  uint16_t left[block_rows * block_depth] __attribute__((aligned(64)));
  float edge[block_rows * panel] __attribute__((aligned(64)));
  const long panel_size = padded(packed_depth) * panel;
  if (depth == 0 && !accumulate)
    for (long r = 0; r < rows; r++) memset(c + r * c_stride, 0, (size_t)columns * sizeof(float));
  begin_tiles();
  for (long r = 0; r < rows; r += block_rows) {
    const long high = least(block_rows, rows - r);
    for (long k = 0; k < depth; k += block_depth) {
      const long deep = least(block_depth, depth - k), stride = padded(deep);
      narrow_block(is_transposed ? a + k * a_stride + r : a + r * a_stride + k, a_stride,
                   is_transposed, left, high, deep);
      const uint16_t *b = (const uint16_t *)packed + k * panel;
      const int begins = k == 0 && !accumulate;
      for (long j = 0; j < columns; j += panel, b += panel_size) {
        const long wide = least(panel, columns - j);
        float *to = c + r * c_stride + j;
        if (high == block_rows && wide == panel) {
          product_tile(left, stride, b, to, c_stride, begins, stride);
        } else {
          if (!begins) {
            memset(edge, 0, sizeof edge);
            copy_tile(to, c_stride, edge, panel, high, wide);
          }
          product_tile(left, stride, b, edge, panel, begins, stride);
          copy_tile(edge, panel, to, c_stride, high, wide);
        }
      }
    }
  }
  end_tiles();
}

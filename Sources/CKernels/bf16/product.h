// Matrix products of factors rounded to bfloat16 and summed in float32.
// MATRIX_UNIT says whether they run on AMX tiles or on vectors; both read the same packed layout:
// panels [depth / 2][32 columns][2], the depth padded with zeros to a multiple of 32.
// Every element is summed in the order of the depth, so no cut of rows or columns changes a bit; a cut
// of the depth changes none where it falls on an even place, on tiles on a multiple of 32.
// Source: Intel, "Architecture Instruction Set Extensions Programming Reference", chapters on AMX and
// AVX512_BF16.

// Panels of 32 rows by `columns` <= 32 columns: [32 / 2][32][2].
static inline void pack_rows(const float *b, long stride, uint16_t *to, long rows, long columns) {
  if (rows >= 32 && columns == panel) {
#pragma clang loop unroll_count(4)
    for (long k = 0; k < 32; k += 2, b += 2 * stride, to += 2 * panel) {
      _mm512_storeu_si512(to, pairs(_mm512_loadu_ps(b), _mm512_loadu_ps(b + stride)));
      _mm512_storeu_si512(to + panel, pairs(_mm512_loadu_ps(b + 16), _mm512_loadu_ps(b + stride + 16)));
    }
    return;
  }
  for (long k = 0; k < 32; k += 2, b += 2 * stride, to += 2 * panel)
    for (long c = 0; c < panel; c += 16) {
      const __mmask16 m0 = k < rows ? first(columns - c) : 0;
      const __mmask16 m1 = k + 1 < rows ? first(columns - c) : 0;
      _mm512_storeu_si512(to + 2 * c, pairs(_mm512_maskz_loadu_ps(m0, b + c),
                                            _mm512_maskz_loadu_ps(m1, b + stride + c)));
    }
}

// `packed` counts floats for the caller; its elements are bfloat16.
static void pack(const float *b, long stride, int is_transposed, float *packed, long depth,
                 long columns) {
  const long deep = padded(depth);
  uint16_t *to = (uint16_t *)packed;
  for (long j = 0; j < columns; j += panel, to += deep * panel) {
    const long wide = least(panel, columns - j);
    if (!is_transposed) {
      for (long k = 0; k < deep; k += 32) {
        for (long d = k + 32; d < k + 64 && d < depth; d++) prefetch_row(b + j + d * stride);
        pack_rows(b + j + k * stride, stride, to + k * panel, depth - k, wide);
      }
      continue;
    }
    for (long c = 0; c < panel; c += 16) {
      for (long k = 0; k < deep; k += 32) {
        __m512i r[16];
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++)
          r[i] = c + i < wide ? narrow(b + (j + c + i) * stride + k, depth - k)
                              : _mm512_setzero_si512();
        transpose16(r);
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++)
          _mm512_storeu_si512(to + (k + 2 * i) * panel + 2 * c, r[i]);
      }
    }
  }
}

// A block of the left factor: `rows` <= block_rows rows of `depth` values, narrowed, its missing rows
// and depth up to a multiple of 32 zero.
static void narrow_block(const float *a, long stride, uint16_t *to, long rows, long depth) {
  for (long r = 0; r < block_rows; r++, a += stride, to += padded(depth))
    for (long k = 0; k < depth; k += 32)
      _mm512_storeu_si512(to + k, r < rows ? narrow(a + k, depth - k) : _mm512_setzero_si512());
}

// The same of the transposed of a [depth, rows]. A left factor that is turned over lies as its unit
// reads it best: tiles read rows of `deep` values; vectors, which take one pair of each row at a time,
// [depth / 2][block_rows][2].
static void turn_block(const float *a, long stride, uint16_t *to, long deep, long rows, long depth) {
  for (long k = 0; k < depth; k += 32) {
    for (long d = k + 32; d < k + 64 && d < depth; d++) prefetch_row(a + d * stride);
#if MATRIX_UNIT
    uint16_t turned[32 * block_rows] __attribute__((aligned(64)));
    pack_rows(a + k * stride, stride, turned, depth - k, rows);
    for (long r = 0; r < block_rows; r += 16) {
      __m512i v[16];
      for (int i = 0; i < 16; i++) v[i] = _mm512_load_si512(turned + 2 * (i * block_rows + r));
      transpose16(v);
      for (int i = 0; i < 16; i++) _mm512_storeu_si512(to + (r + i) * deep + k, v[i]);
    }
#else
    (void)deep;
    pack_rows(a + k * stride, stride, to + k * block_rows, depth - k, rows);
#endif
  }
}

// Where an element of the depth begins in a block that was turned over.
static inline long turned_at(long depth) { return depth * (MATRIX_UNIT ? 1 : block_rows); }

// Copies a [depth, rows] as a left factor turned over: blocks of rows, each with room for turned_depth
// values a row, from element `begin` of their depth on, a multiple of 32.
static void turn(const float *a, long stride, float *turned, long turned_depth, long begin, long depth,
                 long rows) {
  uint16_t *to = (uint16_t *)turned + turned_at(begin);
  for (long r = 0; r < rows; r += block_rows, to += block_rows * turned_depth)
    turn_block(a + r, stride, to, turned_depth, least(block_rows, rows - r), depth);
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
static inline void product_tile(const int is_turned, const uint16_t *a, long a_stride,
                                const uint16_t *b, float *c, long c_stride, int begins, long deep) {
  (void)is_turned;
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

// The first `rows` rows, in whole eights, of c (+)= a [32, deep] · one panel, `deep` even; of its columns
// the first 16, if is_narrow.
static inline __attribute__((always_inline)) void part_of_tile(
    const int is_turned, const int is_narrow, long rows, const uint16_t *a, long a_stride,
    const uint16_t *b, float *c, long c_stride, int begins, long deep) {
  // Elements from one row to the next, and from one pair of the depth.
  const long row = is_turned ? 2 : a_stride, pair_step = is_turned ? 2 * block_rows : 2;
  for (int r = 0; r < rows; r += 8) {
    __m512 low[8], high[8];
    const uint16_t *a0 = a + r * row, *a3 = a0 + 3 * row, *a6 = a0 + 6 * row;
    __asm__("" : "+r"(a3));
    __asm__("" : "+r"(a6));
    float *to = c + r * c_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      low[i] = begins ? _mm512_setzero_ps() : _mm512_loadu_ps(to + i * c_stride);
      if (!is_narrow)
        high[i] = begins ? _mm512_setzero_ps() : _mm512_loadu_ps(to + i * c_stride + 16);
    }
    for (long k = 0; k < deep; k += 2, a0 += pair_step, a3 += pair_step, a6 += pair_step) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + k * panel);
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + k * panel + (is_narrow ? 0 : 32));
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) {
        const uint16_t *base = i < 3 ? a0 : i < 6 ? a3 : a6;
        int32_t pair;
        memcpy(&pair, base + i % 3 * row, 4);
        const __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
        low[i] = _mm512_dpbf16_ps(low[i], x, b0);
        if (!is_narrow) high[i] = _mm512_dpbf16_ps(high[i], x, b1);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      _mm512_storeu_ps(to + i * c_stride, low[i]);
      if (!is_narrow) _mm512_storeu_ps(to + i * c_stride + 16, high[i]);
    }
  }
}

static inline __attribute__((always_inline)) void product_tile(
    const int is_turned, const uint16_t *a, long a_stride, const uint16_t *b, float *c, long c_stride,
    int begins, long deep) {
  part_of_tile(is_turned, 0, block_rows, a, a_stride, b, c, c_stride, begins, deep);
}
#endif

static inline void copy_tile(const float *from, long from_stride, float *to, long to_stride,
                             long rows, long columns) {
  for (long r = 0; r < rows; r++)
    memcpy(to + r * to_stride, from + r * from_stride, (size_t)columns * sizeof(float));
}

// c [rows, columns] (+)= a block of the left factor · panels, whose depth begins at b.
static inline __attribute__((always_inline)) void product_block(
    const int is_turned, const uint16_t *left, long left_stride, const uint16_t *b, long panel_size,
    float *c, long c_stride, int begins, long rows, long depth, long columns) {
  float edge[block_rows * panel] __attribute__((aligned(64)));
  const long deep = MATRIX_UNIT ? padded(depth) : depth + depth % 2;
  for (long j = 0; j < columns; j += panel, b += panel_size) {
    const long wide = least(panel, columns - j);
    if (rows == block_rows && wide == panel) {
      product_tile(is_turned, left, left_stride, b, c + j, c_stride, begins, deep);
    } else {
      if (!begins) {
        memset(edge, 0, sizeof edge);
        copy_tile(c + j, c_stride, edge, panel, rows, wide);
      }
#if MATRIX_UNIT
      product_tile(is_turned, left, left_stride, b, edge, panel, begins, deep);
#else
      // An adapter's products have a few rows or columns, or a depth of a few.
      if (wide <= 16)
        part_of_tile(is_turned, 1, rows, left, left_stride, b, edge, panel, begins, deep);
      else
        part_of_tile(is_turned, 0, rows, left, left_stride, b, edge, panel, begins, deep);
#endif
      copy_tile(edge, panel, c + j, c_stride, rows, wide);
    }
  }
}

static void product(const float *a, long a_stride, int is_transposed, const float *packed,
                    long packed_depth, float *c, long c_stride, int accumulate, long rows, long depth,
                    long columns) {
  uint16_t left[block_rows * block_depth] __attribute__((aligned(64)));
  if (depth == 0 && !accumulate)
    for (long r = 0; r < rows; r++) memset(c + r * c_stride, 0, (size_t)columns * sizeof(float));
  begin_tiles();
  for (long r = 0; r < rows; r += block_rows) {
    const long high = least(block_rows, rows - r);
    for (long k = 0; k < depth; k += block_depth) {
      const long deep = least(block_depth, depth - k), stride = padded(deep);
      const uint16_t *b = (const uint16_t *)packed + k * panel;
      const int begins = k == 0 && !accumulate;
      if (is_transposed) {
        turn_block(a + k * a_stride + r, a_stride, left, stride, high, deep);
        product_block(1, left, stride, b, padded(packed_depth) * panel, c + r * c_stride, c_stride,
                      begins, high, deep, columns);
      } else {
        narrow_block(a + r * a_stride + k, a_stride, left, high, deep);
        product_block(0, left, stride, b, padded(packed_depth) * panel, c + r * c_stride, c_stride,
                      begins, high, deep, columns);
      }
    }
  }
  end_tiles();
}

static void product_turned(const float *turned, long turned_depth, const float *packed,
                           long packed_depth, float *c, long c_stride, int accumulate, long rows,
                           long depth, long columns) {
  begin_tiles();
  for (long r = 0; r < rows; r += block_rows)
    product_block(1, (const uint16_t *)turned + r * turned_depth, turned_depth,
                  (const uint16_t *)packed, padded(packed_depth) * panel, c + r * c_stride, c_stride,
                  !accumulate, least(block_rows, rows - r), depth, columns);
  end_tiles();
}

// Matrix products with the right factor packed into panels: tile_rows × panel_columns elements of the
// result stay in registers while the depth runs. Every element is one chain of multiply-adds in the
// order of the depth, wherever it stands, so no cut of rows, columns or depth ever changes a bit.
// Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3),
// 2008.

// 16 of 32 vector registers hold results in AVX-512, 12 of 16 in AVX2.
enum { panel_columns = 2 * W, tile_rows = W == 16 ? 8 : 6 };
// How much of a panel is used by one row tile after another: it must stay in the first cache.
enum { depth_block = 256 };
// Rows whose transposed values are copied at once.
enum { turned_rows = 64 };

typedef float quad __attribute__((vector_size(16)));

// to[j][i] = from[i][j], 4 × 4 elements.
static inline void transpose4(const float *from, long from_stride, float *to, long to_stride) {
  quad r[4], t[4];
  for (int i = 0; i < 4; i++) memcpy(&r[i], from + i * from_stride, sizeof(quad));
  t[0] = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
  t[1] = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
  t[2] = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
  t[3] = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
  r[0] = __builtin_shufflevector(t[0], t[1], 0, 1, 4, 5);
  r[1] = __builtin_shufflevector(t[0], t[1], 2, 3, 6, 7);
  r[2] = __builtin_shufflevector(t[2], t[3], 0, 1, 4, 5);
  r[3] = __builtin_shufflevector(t[2], t[3], 2, 3, 6, 7);
  for (int i = 0; i < 4; i++) memcpy(to + i * to_stride, &r[i], sizeof(quad));
}

// One panel of b [depth, columns].
static inline void pack_panel(const float *b, long stride, float *packed, long depth,
                              long columns) {
  const long m0 = columns < W ? columns : W, m1 = columns - m0 < W ? columns - m0 : W;
  for (long k = 0; k < depth; k++, b += stride, packed += panel_columns) {
    store(packed, get(b, m0));
    store(packed + W, get(b + W, m1));
  }
}

// One panel of the transposed of b [columns, depth].
static inline void pack_panel_transposed(const float *b, long stride, float *packed, long depth,
                                         long columns) {
  const long wide = columns < panel_columns ? columns & ~3L : panel_columns, deep = depth & ~3L;
  for (long j = 0; j < wide; j += 4) {
    const float *from = b + j * stride;
    for (long k = 0; k < deep; k += 4)
      transpose4(from + k, stride, packed + k * panel_columns + j, panel_columns);
    for (long k = deep; k < depth; k++)
      for (long i = 0; i < 4; i++) packed[k * panel_columns + j + i] = from[i * stride + k];
  }
  for (long j = wide; j < panel_columns; j++)
    for (long k = 0; k < depth; k++)
      packed[k * panel_columns + j] = j < columns ? b[j * stride + k] : 0;
}

static void pack(const float *b, long stride, int is_transposed, float *packed, long depth,
                 long columns) {
  for (long j = 0; j < columns; j += panel_columns, packed += depth * panel_columns) {
    if (is_transposed)
      pack_panel_transposed(b + j * stride, stride, packed, depth, columns - j);
    else
      pack_panel(b + j, stride, packed, depth, columns - j);
  }
}

// `rows` <= tile_rows rows by one panel. Begins at zero or goes on from what c holds.
static inline __attribute__((always_inline)) void product_tile(
    const int rows, const float *a, long a_row, long a_depth, const float *panel, float *c,
    long c_stride, int begins, long depth, long columns) {
  vector low[tile_rows], high[tile_rows];
  const int is_whole = columns >= panel_columns;
  const long m0 = columns < W ? columns : W, m1 = is_whole ? W : columns - m0;
  // Row addresses from three bases that the compiler must not see through: it would make one chain of
  // eight additions of them, which is slower than the products.
  const float *a3 = a + 3 * a_row, *a6 = a + 6 * a_row;
  __asm__("" : "+r"(a3));
  __asm__("" : "+r"(a6));
  if (begins) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) low[r] = high[r] = splat(0);
  } else if (is_whole) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      low[r] = load(c + r * c_stride);
      high[r] = load(c + r * c_stride + W);
    }
  } else {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      low[r] = get(c + r * c_stride, m0);
      high[r] = get(c + r * c_stride + W, m1);
    }
  }
  for (long k = 0; k < depth; k++, panel += panel_columns) {
    const vector b0 = load(panel), b1 = load(panel + W);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const float *base = r < 3 ? a : r < 6 ? a3 : a6;
      const vector x = splat(base[r % 3 * a_row]);
      low[r] += x * b0;
      high[r] += x * b1;
    }
    a += a_depth, a3 += a_depth, a6 += a_depth;
  }
  if (is_whole) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      store(c + r * c_stride, low[r]);
      store(c + r * c_stride + W, high[r]);
    }
  } else {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      put(c + r * c_stride, low[r], m0);
      put(c + r * c_stride + W, high[r], m1);
    }
  }
}

// All rows by one panel, `depth` <= depth_block; a_tile elements of a from one row tile to the next.
static inline void product_panel(const float *a, long a_row, long a_depth, long a_tile,
                                 const float *panel, float *c, long c_stride, int begins, long rows,
                                 long depth, long columns) {
  long r = 0;
  for (; r + tile_rows <= rows; r += tile_rows, a += a_tile, c += tile_rows * c_stride) {
    for (int i = 0; i < tile_rows; i++) {
      __builtin_prefetch(c + i * c_stride, 1);
      __builtin_prefetch(c + i * c_stride + panel_columns - 1, 1);
    }
    product_tile(tile_rows, a, a_row, a_depth, panel, c, c_stride, begins, depth, columns);
  }
#define REST(n)                                                                                    \
  case n:                                                                                          \
    product_tile(n, a, a_row, a_depth, panel, c, c_stride, begins, depth, columns);                \
    break;
  switch (rows - r) {
    REST(1) REST(2) REST(3) REST(4) REST(5)
#if W == 16
    REST(6) REST(7)
#endif
  }
#undef REST
}

// The transposed left factor, copied a block at a time so that its values lie side by side.
static void product_turned(const float *a, long a_depth, const float *packed, float *c,
                           long c_stride, int accumulate, long rows, long depth, long columns) {
  float turned[(turned_rows + tile_rows) * depth_block];
  for (long first = 0; first < rows; first += turned_rows, a += turned_rows) {
    const long high = rows - first < turned_rows ? rows - first : turned_rows;
    for (long k = 0; k < depth; k += depth_block) {
      const long deep = depth - k < depth_block ? depth - k : depth_block;
      float *to = turned;
      for (long r = 0; r < high; r += tile_rows, to += deep * tile_rows) {
        const float *from = a + k * a_depth + r;
        const long n = high - r < tile_rows ? high - r : tile_rows;
        if (n == tile_rows) {
          for (long i = 0; i < deep; i++, from += a_depth)
            memcpy(to + i * tile_rows, from, tile_rows * sizeof(float));
        } else {
          for (long i = 0; i < deep; i++, from += a_depth)
            for (long j = 0; j < n; j++) to[i * tile_rows + j] = from[j];
        }
      }
      for (long j = 0; j < columns; j += panel_columns)
        product_panel(turned, 1, tile_rows, deep * tile_rows,
                      packed + j * depth + k * panel_columns, c + first * c_stride + j, c_stride,
                      k == 0 && !accumulate, high, deep, columns - j);
    }
  }
}

static void product(const float *a, long a_stride, int is_transposed, const float *packed, float *c,
                    long c_stride, int accumulate, long rows, long depth, long columns) {
  const long a_row = is_transposed ? 1 : a_stride, a_depth = is_transposed ? a_stride : 1;
  if (depth == 0 && !accumulate)
    for (long r = 0; r < rows; r++) clear(c + r * c_stride, columns);
  // A copy pays where enough panels use it.
  if (is_transposed && columns > 2 * panel_columns) {
    product_turned(a, a_depth, packed, c, c_stride, accumulate, rows, depth, columns);
    return;
  }
  for (long j = 0; j < columns; j += panel_columns) {
    for (long k = 0; k < depth; k += depth_block) {
      const long deep = depth - k < depth_block ? depth - k : depth_block;
      product_panel(a + k * a_depth, a_row, a_depth, tile_rows * a_row,
                    packed + j * depth + k * panel_columns, c + j, c_stride,
                    k == 0 && !accumulate, rows, deep, columns - j);
    }
  }
}

// Matrix products with the right factor packed into panels: tile_rows × panel_columns elements of the
// result stay in registers while the depth runs. Every element is one chain of multiply-adds in the
// order of the depth, wherever it stands, so no cut of rows, columns or depth ever changes a bit.
// Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3),
// 2008.

// 24 of 32 vector registers hold results in AVX-512 and NEON, 12 of 16 in AVX2 and SSE2. Wide tiles need
// few instructions a multiply-add (34 for 24): a core that another thread shares issues half as many.
#if defined(__aarch64__)
enum { tile_vectors = 4 };
#else
enum { tile_vectors = W == 16 ? 4 : 2 };
#endif
enum { tile_rows = 6, panel_columns = tile_vectors * W };
// How much of a panel is used by one row tile after another: it must stay near.
enum { depth_block = 256 };
// A line of a cache, in floats.
enum { line = 16 };
// Rows whose transposed values are copied at once.
enum { turned_rows = 11 * tile_rows };

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

// How many of the columns that remain stand in vector v of a panel.
static inline long panel_lanes(long columns, int v) {
  const long left = columns - v * W;
  return left < 0 ? 0 : left < W ? left : W;
}

// One panel of b [depth, columns].
static inline void pack_panel(const float *b, long stride, float *packed, long depth,
                              long columns) {
  if (columns >= panel_columns) {
    for (long k = 0; k < depth; k++, b += stride, packed += panel_columns)
      memcpy(packed, b, panel_columns * sizeof(float));
    return;
  }
  for (long k = 0; k < depth; k++, b += stride, packed += panel_columns) {
    memcpy(packed, b, columns * sizeof(float));
    memset(packed + columns, 0, (panel_columns - columns) * sizeof(float));
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

// How the values of the left factor lie: rows with their depth side by side, blocks of tile_rows rows
// turned over, or columns with a stride of their own.
enum { by_rows, turned_over, by_columns };

// What one element of the depth adds to a tile. Row addresses come from two bases, a and a3.
static inline __attribute__((always_inline)) void product_step(
    const int rows, const int vectors, const float *a, const float *a3, long a_row,
    const float *panel, vector sums[tile_rows][tile_vectors]) {
  vector b[tile_vectors];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) b[v] = load(panel + v * W);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const vector x = splat((r < 3 ? a : a3)[r % 3 * a_row]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[r][v] += x * b[v];
  }
}

// `rows` <= tile_rows rows by `vectors` vectors of one panel, of which the first `columns` columns
// belong to the result. Begins at zero or goes on from what c holds. Fetches depth / 2 lines from
// `ahead` into the second cache.
static inline __attribute__((always_inline)) void product_tile(
    const int rows, const int vectors, const int is_whole, const float *a, long a_row, long a_depth,
    const float *panel, const float *ahead, float *c, long c_stride, int begins, long depth,
    long columns) {
  vector sums[tile_rows][tile_vectors];
  // The compiler must not see through the second base: it would make one chain of additions of all
  // addresses, which is slower than the products.
  const float *a3 = a + 3 * a_row;
  __asm__("" : "+r"(a3));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (begins)
        sums[r][v] = splat(0);
      else if (is_whole)
        sums[r][v] = load(c + r * c_stride + v * W);
      else
        sums[r][v] = get(c + r * c_stride + v * W, panel_lanes(columns, v));
    }
  }
#pragma clang loop unroll(disable)
  for (long k = 0; k + 2 <= depth; k += 2, ahead += line) {
    __builtin_prefetch(ahead, 0, 2);
    product_step(rows, vectors, a, a3, a_row, panel, sums);
    product_step(rows, vectors, a + a_depth, a3 + a_depth, a_row, panel + panel_columns, sums);
    a += 2 * a_depth, a3 += 2 * a_depth, panel += 2 * panel_columns;
  }
  if (depth % 2) product_step(rows, vectors, a, a3, a_row, panel, sums);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (is_whole)
        store(c + r * c_stride + v * W, sums[r][v]);
      else
        put(c + r * c_stride + v * W, sums[r][v], panel_lanes(columns, v));
    }
  }
}

// All rows by `vectors` vectors of one panel, `depth` <= depth_block; a_tile elements of a from one row
// tile to the next. The first row tiles fetch what is read `next`, as much as `panel`: the factor may be
// larger than the second cache, and waiting for it costs up to a sixth of the time.
static inline __attribute__((always_inline)) void product_strip(
    const int vectors, const int is_whole, const int order, const float *a, long a_stride,
    long a_tile, const float *panel, const float *next, float *c, long c_stride, int begins,
    long rows, long depth, long columns) {
  enum { fetching_rows = 2 * panel_columns / line * tile_rows };
  // Constants where they can be: the addresses then need no instructions.
  const long a_row = order == by_rows ? a_stride : 1;
  const long a_depth = order == by_rows ? 1 : order == turned_over ? tile_rows : a_stride;
  long r = 0;
  for (; r + tile_rows <= rows; r += tile_rows, a += a_tile, c += tile_rows * c_stride) {
    for (int i = 0; i < tile_rows; i++)
      for (int v = 0; v < vectors; v++) __builtin_prefetch(c + i * c_stride + v * W, 1);
    const float *ahead = r < fetching_rows ? next + r / tile_rows * (depth / 2) * line : panel;
    product_tile(tile_rows, vectors, is_whole, a, a_row, a_depth, panel, ahead, c, c_stride, begins,
                 depth, columns);
  }
#define REST(n)                                                                                    \
  case n:                                                                                          \
    product_tile(n, vectors, is_whole, a, a_row, a_depth, panel, panel, c, c_stride, begins,       \
                 depth, columns);                                                                  \
    break;
  switch (rows - r) { REST(1) REST(2) REST(3) REST(4) REST(5) }
#undef REST
}

// All rows by one panel: as many of its vectors as have columns, rounded up to a half.
static inline __attribute__((always_inline)) void product_panel(
    const int order, const float *a, long a_stride, long a_tile, const float *panel,
    const float *next, float *c, long c_stride, int begins, long rows, long depth, long columns) {
  enum { half = tile_vectors / 2 };
#define STRIP(vectors, is_whole)                                                                   \
  product_strip(vectors, is_whole, order, a, a_stride, a_tile, panel, next, c, c_stride, begins,   \
                rows, depth, columns)
  if (columns >= panel_columns)
    STRIP(tile_vectors, 1);
  else if (columns > half * W)
    STRIP(tile_vectors, 0);
  else if (columns == half * W)
    STRIP(half, 1);
  else
    STRIP(half, 0);
#undef STRIP
}

// Copies a [depth, rows] as a left factor turned over: groups of tile_rows rows
// [turned_depth][tile_rows], from element `first` of their depth on.
static void turn(const float *a, long stride, float *turned, long turned_depth, long first, long depth,
                 long rows) {
  for (long begin = 0; begin < rows; begin += turned_rows) {
    const long high = rows - begin < turned_rows ? rows - begin : turned_rows;
    // Along the rows of memory, which may lie a power of two apart.
    const float *from = a + begin;
    for (long i = 0; i < depth; i++, from += stride) {
      for (long r = 0; r < turned_rows; r += 16)
        if (r < high) __builtin_prefetch(from + 8 * stride + r);
      float *to = turned + begin * turned_depth + (first + i) * tile_rows;
      long r = 0;
      for (; r + tile_rows <= high; r += tile_rows, to += turned_depth * tile_rows)
        memcpy(to, from + r, tile_rows * sizeof(float));
      for (long rest = 0; r < high; r++, rest++) to[rest] = from[r];
    }
  }
}

static void product_turned(const float *turned, long turned_depth, const float *packed,
                           long packed_depth, float *c, long c_stride, int accumulate, long rows,
                           long depth, long columns) {
  for (long first = 0; first < rows; first += turned_rows) {
    const long high = rows - first < turned_rows ? rows - first : turned_rows;
    for (long k = 0; k < depth; k += depth_block) {
      const long deep = depth - k < depth_block ? depth - k : depth_block;
      for (long j = 0; j < columns; j += panel_columns)
        product_panel(turned_over, turned + first * turned_depth + k * tile_rows, 0,
                      turned_depth * tile_rows, packed + j * packed_depth + k * panel_columns,
                      j + panel_columns < columns
                          ? packed + (j + panel_columns) * packed_depth + k * panel_columns
                          : packed + (k + deep) % depth * panel_columns,
                      c + first * c_stride + j, c_stride, k == 0 && !accumulate, high, deep,
                      columns - j);
    }
  }
}

// One panel after the other, each a block of its depth at a time.
static inline __attribute__((always_inline)) void product_panels(
    const int order, const float *a, long a_stride, const float *packed, long packed_depth, float *c,
    long c_stride, int accumulate, long rows, long depth, long columns) {
  const long a_depth = order == by_rows ? 1 : a_stride;
  const long a_tile = order == by_rows ? tile_rows * a_stride : tile_rows;
  for (long j = 0; j < columns; j += panel_columns) {
    const float *panel = packed + j * packed_depth;
    const float *other = j + panel_columns < columns ? panel + panel_columns * packed_depth : packed;
    for (long k = 0; k < depth; k += depth_block, panel += depth_block * panel_columns)
      product_panel(order, a + k * a_depth, a_stride, a_tile, panel,
                    k + depth_block < depth ? panel + depth_block * panel_columns : other, c + j,
                    c_stride, k == 0 && !accumulate, rows,
                    depth - k < depth_block ? depth - k : depth_block, columns - j);
  }
}

static void product(const float *a, long a_stride, int is_transposed, const float *packed,
                    long packed_depth, float *c, long c_stride, int accumulate, long rows, long depth,
                    long columns) {
  if (depth == 0 && !accumulate)
    for (long r = 0; r < rows; r++) clear(c + r * c_stride, columns);
  // A copy pays where enough panels use it.
  if (is_transposed && columns > 4 * W)
    for (long r = 0; r < rows; r += turned_rows)
      for (long k = 0; k < depth; k += depth_block) {
        float turned[turned_rows * depth_block];
        const long high = rows - r < turned_rows ? rows - r : turned_rows;
        const long deep = depth - k < depth_block ? depth - k : depth_block;
        turn(a + k * a_stride + r, a_stride, turned, deep, 0, deep, high);
        product_turned(turned, deep, packed + k * panel_columns, packed_depth, c + r * c_stride,
                       c_stride, accumulate || k > 0, high, deep, columns);
      }
  else if (is_transposed)
    product_panels(by_columns, a, a_stride, packed, packed_depth, c, c_stride, accumulate, rows,
                   depth, columns);
  else
    product_panels(by_rows, a, a_stride, packed, packed_depth, c, c_stride, accumulate, rows, depth,
                   columns);
}

// Flash attention of one sequence and one key-value head, on scores turned over (keys × queries): row
// maxima, sums and what follows from them are then plain vectors along the queries. Products are bf16,
// everything between them float32. Log-sum-exps are kept in base 2.
// Source: Dao, "FlashAttention-2", 2023, algorithms 1 and 2.

// Keys whose scores exist at once going forward, and queries going back.
enum { key_chunk = 256, query_strip = 128, block = 32 };
static const float hidden_score = -1e30f;

// Copies all rows (or, turned, all columns) of m [rows, size] as left factors of products.
static inline void copy_left(const float *m, long stride, long rows, long size, uint16_t *to) {
  for (long r = 0; r < rows; r += block, to += block * padded(size))
    narrow_block(m + r * stride, stride, to, least(block, rows - r), size);
}
static inline void copy_left_turned(const float *m, long stride, long rows, long size,
                                    uint16_t *to) {
  turn(m, stride, (float *)to, padded(rows), 0, rows, size);
}
// The same as right factors: turned [size, rows] in panels of 32 rows, or as they are [rows, size].
static inline void copy_right_turned(const float *m, long stride, long rows, long size,
                                     uint16_t *to) {
  pack(m, stride, 1, (float *)to, size, rows);
}
static inline void copy_right(const float *m, long stride, long rows, long size, uint16_t *to) {
  pack(m, stride, 0, (float *)to, rows, size);
}

// y [rows, size] (+)= factor[row] * the transposed of x [size, 32].
static inline void put_turned(const float *x, long x_stride, const float *factor, float *y,
                              long y_stride, int accumulate, long rows, long size) {
  for (long r = 0; r < rows; r += 16) {
    for (long d = 0; d < size; d += 16) {
      __m512i v[16];
      for (int i = 0; i < 16; i++) v[i] = _mm512_loadu_si512(x + (d + i) * x_stride + r);
      transpose16(v);
      const __mmask16 m = first(size - d);
      for (int i = 0; i < least(16, rows - r); i++) {
        float *to = y + (r + i) * y_stride + d;
        const __m512 f = _mm512_set1_ps(factor[r + i]);
        const __m512 old = accumulate ? _mm512_maskz_loadu_ps(m, to) : _mm512_setzero_ps();
        _mm512_mask_storeu_ps(to, m, _mm512_fmadd_ps((__m512)v[i], f, old));
      }
    }
  }
}

// y [rows, size] (+)= factor * x.
static inline void put_scaled(const float *x, long x_stride, float factor, float *y, long y_stride,
                              int accumulate, long rows, long size) {
  for (long r = 0; r < rows; r++) {
    for (long d = 0; d < size; d += 16) {
      const __mmask16 m = first(size - d);
      float *to = y + r * y_stride + d;
      const __m512 old = accumulate ? _mm512_maskz_loadu_ps(m, to) : _mm512_setzero_ps();
      const __m512 v = _mm512_loadu_ps(x + r * x_stride + d);
      _mm512_mask_storeu_ps(to, m, _mm512_fmadd_ps(v, _mm512_set1_ps(factor), old));
    }
  }
}

// The queries, of 16 from `query`, that see this key.
static inline __mmask16 seeing(const swl_attention *a, long key, long query) {
  return key >= a->keys ? 0 : (__mmask16)~first(key - a->offset - query);
}

static long attention_bytes(long queries, long keys, long size) {
  const long q = padded(queries), t = padded(keys), d = padded(size);
  const long forward = 2 * t * d * 2 + block * d * 2 + key_chunk * block * 6 + d * block * 4;
  const long backward = 3 * t * d * 2 + 2 * t * d * 4 + 4 * q * d * 2 + d * q * 4 + 2 * q * 4 +
                        block * query_strip * 14;
  return (forward > backward ? forward : backward) + 64;
}

static inline uint8_t *aligned(void *p) {
  return (uint8_t *)(((uintptr_t)p + 63) & ~(uintptr_t)63);
}

// One block of queries, whose keys and values were copied before.
static void attention_block(const swl_attention *a, const float *query, long begin,
                            const uint16_t *keys, const uint16_t *values, uint8_t *scratch,
                            float *output, long output_stride, float *lse) {
  const long d = padded(a->size), t = padded(a->keys), high = least(block, a->queries - begin);
  float *scores = (float *)scratch, *sum_of_values = scores + key_chunk * block;
  uint16_t *p = (uint16_t *)(sum_of_values + d * block), *q = p + key_chunk * block;
  copy_right_turned(query, a->query_stride, high, a->size, q);

  const long seen = least(a->keys, begin + high + a->offset);
  const __m512 factor = _mm512_set1_ps(a->scale * 1.44269504f);
  __m512 maximum[2], sum[2];
  for (int i = 0; i < 2; i++) maximum[i] = _mm512_set1_ps(hidden_score), sum[i] = _mm512_setzero_ps();
  for (long first_key = 0; first_key < seen; first_key += key_chunk) {
    const long count = padded(least(key_chunk, seen - first_key));
    for (long j = 0; j < count; j += block)
      product_tile(0, keys + (first_key + j) * d, d, q, scores + j * block, block, 1, d);
    __m512 best[2] = {_mm512_set1_ps(hidden_score), _mm512_set1_ps(hidden_score)};
    // Only keys behind the first query's last can be hidden from one of these queries.
    const long open = least(begin + a->offset + 1, a->keys) - first_key;
    for (long j = 0; j < count; j++) {
      for (int i = 0; i < 2; i++) {
        __m512 s = _mm512_loadu_ps(scores + j * block + 16 * i);
        if (j >= open) {
          s = _mm512_mask_mov_ps(_mm512_set1_ps(hidden_score),
                                 seeing(a, first_key + j, begin + 16 * i), s);
          _mm512_storeu_ps(scores + j * block + 16 * i, s);
        }
        best[i] = _mm512_max_ps(best[i], s);
      }
    }
    __m512 correction[2];
    for (int i = 0; i < 2; i++) {
      best[i] = _mm512_max_ps(maximum[i], _mm512_mul_ps(best[i], factor));
      correction[i] = power_of_two(_mm512_sub_ps(maximum[i], best[i]));
      maximum[i] = best[i];
      sum[i] = _mm512_mul_ps(sum[i], correction[i]);
    }
    for (long j = 0; j < count; j += 2) {
      for (int i = 0; i < 2; i++) {
        const float *s = scores + j * block + 16 * i;
        const __m512 p0 = power_of_two(_mm512_fmsub_ps(_mm512_loadu_ps(s), factor, maximum[i]));
        const __m512 p1 =
            power_of_two(_mm512_fmsub_ps(_mm512_loadu_ps(s + block), factor, maximum[i]));
        sum[i] = _mm512_add_ps(sum[i], _mm512_add_ps(p0, p1));
        _mm512_storeu_si512(p + j * block + 32 * i, pairs(p0, p1));
      }
    }
    for (long r = 0; first_key > 0 && r < d; r++)
      for (int i = 0; i < 2; i++) {
        float *v = sum_of_values + r * block + 16 * i;
        _mm512_storeu_ps(v, _mm512_mul_ps(_mm512_loadu_ps(v), correction[i]));
      }
    for (long r = 0; r < d; r += block)
      product_tile(1, values + r * t + turned_at(first_key), t, p, sum_of_values + r * block, block,
                   first_key == 0, count);
  }
  float sums[block], inverses[block], maxima[block];
  for (int i = 0; i < 2; i++) {
    _mm512_storeu_ps(sums + 16 * i, sum[i]);
    _mm512_storeu_ps(maxima + 16 * i, maximum[i]);
    _mm512_storeu_ps(inverses + 16 * i, _mm512_div_ps(_mm512_set1_ps(1), sum[i]));
  }
  for (long r = 0; r < high; r++) lse[r] = maxima[r] + log2f(sums[r]);
  put_turned(sum_of_values, block, inverses, output, output_stride, 0, high, a->size);
}

static void attention_forward(const swl_attention *a, float *output, long output_stride, float *lse,
                              long lse_stride, void *scratch) {
  const long d = padded(a->size), t = padded(a->keys);
  uint16_t *keys = (uint16_t *)aligned(scratch), *values = keys + t * d;
  copy_left(a->key, a->key_stride, a->keys, a->size, keys);
  copy_left_turned(a->value, a->key_stride, a->keys, a->size, values);
  begin_tiles();
  for (long h = 0; h < a->heads; h++)
    for (long begin = 0; begin < a->queries; begin += block)
      attention_block(a, a->query + begin * a->query_stride + h * a->size, begin, keys, values,
                      (uint8_t *)(values + t * d),
                      output + begin * output_stride + h * a->size, output_stride,
                      lse + h * lse_stride + begin);
  end_tiles();
}

// From scores and dp [32 keys, count queries] of a strip: p and ds as left factors, ds as a right one.
static inline void attention_strip(const swl_attention *a, long key, long query, long count,
                                   const float *scores, const float *dp, const float *lse,
                                   const float *delta, uint16_t *p, uint16_t *ds,
                                   uint16_t *ds_pairs) {
  const __m512 factor = _mm512_set1_ps(a->scale * 1.44269504f);
  for (long c = 0; c < count; c += block, ds_pairs += block * block) {
    const int is_open = key + block - 1 <= query + c + a->offset && key + block <= a->keys;
    for (long r = 0; r < block; r += 2) {
      __m512 ps[2][2], dss[2][2];
      for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 2; i++) {
          const long at = (r + k) * query_strip + c + 16 * i;
          const __m512 s = _mm512_loadu_ps(scores + at), g = _mm512_loadu_ps(dp + at);
          __m512 v =
              power_of_two(_mm512_fmsub_ps(s, factor, _mm512_loadu_ps(lse + c + 16 * i)));
          if (!is_open) v = _mm512_maskz_mov_ps(seeing(a, key + r + k, query + c + 16 * i), v);
          ps[k][i] = v;
          dss[k][i] = _mm512_mul_ps(v, _mm512_sub_ps(g, _mm512_loadu_ps(delta + c + 16 * i)));
        }
        const long at = (r + k) * query_strip + c;
        _mm512_storeu_si512(p + at, (__m512i)_mm512_cvtne2ps_pbh(ps[k][1], ps[k][0]));
        _mm512_storeu_si512(ds + at, (__m512i)_mm512_cvtne2ps_pbh(dss[k][1], dss[k][0]));
      }
      for (int i = 0; i < 2; i++)
        _mm512_storeu_si512(ds_pairs + r * block + 32 * i, pairs(dss[0][i], dss[1][i]));
    }
  }
}

static void attention_backward(const swl_attention *a, const float *doutput, const float *output,
                               long output_stride, const float *lse, long lse_stride, float *dquery,
                               float *dkey, float *dvalue, int accumulate, void *scratch) {
  const long d = padded(a->size), t = padded(a->keys), n = padded(a->queries);
  uint16_t *keys = (uint16_t *)aligned(scratch), *keys_turned = keys + t * d;
  uint16_t *values = keys_turned + t * d;
  float *dk = (float *)(values + t * d), *dv = dk + t * d, *dq = dv + t * d;
  float *lses = dq + d * n, *deltas = lses + n;
  float *scores = deltas + n, *dp = scores + block * query_strip;
  uint16_t *p = (uint16_t *)(dp + block * query_strip), *ds = p + block * query_strip;
  uint16_t *ds_pairs = ds + block * query_strip;
  uint16_t *queries_turned = ds_pairs + block * query_strip, *queries = queries_turned + n * d;
  uint16_t *upstream_turned = queries + n * d, *upstream = upstream_turned + n * d;

  copy_left(a->key, a->key_stride, a->keys, a->size, keys);
  copy_left_turned(a->key, a->key_stride, a->keys, a->size, keys_turned);
  copy_left(a->value, a->key_stride, a->keys, a->size, values);
  memset(dk, 0, (size_t)(2 * t * d) * sizeof(float));
  begin_tiles();
  for (long h = 0; h < a->heads; h++) {
    const float *q = a->query + h * a->size, *g = doutput + h * a->size, *o = output + h * a->size;
    copy_right_turned(q, a->query_stride, a->queries, a->size, queries_turned);
    copy_right(q, a->query_stride, a->queries, a->size, queries);
    copy_right_turned(g, output_stride, a->queries, a->size, upstream_turned);
    copy_right(g, output_stride, a->queries, a->size, upstream);
    for (long r = 0; r < n; r++) {
      __m512 sum = _mm512_setzero_ps();
      for (long i = 0; r < a->queries && i < a->size; i += 16) {
        const __mmask16 m = first(a->size - i);
        sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(m, g + r * output_stride + i),
                              _mm512_maskz_loadu_ps(m, o + r * output_stride + i), sum);
      }
      deltas[r] = _mm512_reduce_add_ps(sum);
      // Behind the last query every probability is 0.
      lses[r] = r < a->queries ? lse[h * lse_stride + r] : -hidden_score;
    }
    memset(dq, 0, (size_t)(d * n) * sizeof(float));
    for (long key = 0; key < a->keys; key += block) {
      const long first_query = key > a->offset ? (key - a->offset) / block * block : 0;
      for (long begin = first_query; begin < a->queries; begin += query_strip) {
        const long count = padded(least(query_strip, a->queries - begin));
        for (long c = 0; c < count; c += block) {
          product_tile(0, keys + key * d, d, queries_turned + (begin + c) * d, scores + c, query_strip,
                       1, d);
          product_tile(0, values + key * d, d, upstream_turned + (begin + c) * d, dp + c, query_strip,
                       1, d);
        }
        attention_strip(a, key, begin, count, scores, dp, lses + begin, deltas + begin, p, ds,
                        ds_pairs);
        for (long j = 0; j < d; j += panel) {
          product_tile(0, p, query_strip, upstream + j * n + begin * panel, dv + key * d + j, d, 0,
                       count);
          product_tile(0, ds, query_strip, queries + j * n + begin * panel, dk + key * d + j, d, 0,
                       count);
          for (long c = 0; c < count; c += block)
            product_tile(1, keys_turned + j * t + turned_at(key), t, ds_pairs + c * block,
                         dq + j * n + begin + c, n, 0, block);
        }
      }
    }
    float scales[block];
    for (int i = 0; i < block; i++) scales[i] = a->scale;
    for (long r = 0; r < a->queries; r += block)
      put_turned(dq + r, n, scales, dquery + r * a->query_stride + h * a->size, a->query_stride,
                 accumulate, least(block, a->queries - r), a->size);
  }
  end_tiles();
  put_scaled(dk, d, a->scale, dkey, a->key_stride, accumulate, a->keys, a->size);
  put_scaled(dv, d, 1, dvalue, a->key_stride, accumulate, a->keys, a->size);
}

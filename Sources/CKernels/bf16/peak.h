// What the unit can do at best: independent chains of products in its registers.

static double peak(long iterations, float *sink) {
#if MATRIX_UNIT
  enum { operations = 4 * 2 * 16 * 16 * 32 };
  float sums[16 * 16] __attribute__((aligned(64))) = {*sink};
  begin_tiles();
  _tile_loadd(0, sums, 64), _tile_loadd(1, sums, 64), _tile_loadd(2, sums, 64), _tile_loadd(3, sums, 64);
  _tile_loadd(4, sums, 64), _tile_loadd(5, sums, 64), _tile_loadd(6, sums, 64), _tile_loadd(7, sums, 64);
  for (long i = 0; i < iterations; i++) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, 64);
  end_tiles();
  *sink = sums[0];
#else
  enum { chains = 16, operations = chains * 2 * 32 };
  __m512 sums[chains];
  for (int c = 0; c < chains; c++) sums[c] = _mm512_set1_ps(*sink + (float)c);
  const __m512bh a = (__m512bh)_mm512_set1_epi16(0x3580);  // 2^-20
#pragma clang loop unroll(disable)
  for (long i = 0; i < iterations; i++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < chains; c++) sums[c] = _mm512_dpbf16_ps(sums[c], a, a);
  }
  float total = 0;
  for (int c = 0; c < chains; c++) total += _mm512_reduce_add_ps(sums[c]);
  *sink = total;
#endif
  return (double)operations * (double)iterations;
}

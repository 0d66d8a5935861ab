// What the processor can do at best: independent chains of multiply-adds in registers.

static double peak(long iterations, float *sink) {
  enum { chains = W == 4 ? 8 : 12 };
  vector sums[chains];
  for (int c = 0; c < chains; c++) sums[c] = splat(*sink + (float)c);
  const vector a = splat(0.999999f), b = splat(1e-6f);
  for (long i = 0; i < iterations; i++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < chains; c++) sums[c] = sums[c] * a + b;
  }
  float total = 0;
  for (int c = 0; c < chains; c++) total += sum_lanes(sums[c]);
  *sink = total;
  return 2.0 * W * chains * (double)iterations;
}

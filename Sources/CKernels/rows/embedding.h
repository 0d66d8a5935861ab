// Rows of a table by id, and the gradient's way back.

static void gather(const float *table, const int32_t *ids, float *y, long rows, long width) {
  for (long r = 0; r < rows; r++)
    memcpy(y + r * width, table + (long)ids[r] * width, (size_t)width * sizeof(float));
}

static void scatter_add(const float *dy, const int32_t *ids, float *dtable, long rows, long width,
                        long begin, long end) {
  for (long r = 0; r < rows; r++) {
    const float *from = dy + r * width;
    float *to = dtable + (long)ids[r] * width;
    for (long i = begin; i < end; i += W) {
      long m = lanes(i, end);
      put(to + i, get(to + i, m) + get(from + i, m), m);
    }
  }
}

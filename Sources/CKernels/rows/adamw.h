// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2, in the
// order of PyTorch's AdamW:
//   p *= 1 - rate decay;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
//   p -= rate / correction1 * m / (sqrt(v) / sqrt(correction2) + epsilon)
// with g = gradient_scale * gradient and correction_i = 1 - b_i^step.

static void adamw(float *parameters, const float *gradients, float *first, float *second,
                  float gradient_scale, float rate, float beta1, float beta2, float epsilon,
                  float decay, float correction1, float correction2, long n) {
  const float kept = 1.0f - rate * decay, step = rate / correction1;
  const float inverse = 1.0f / sqrtf(correction2);
  for (long i = 0; i < n; i += W) {
    long count = lanes(i, n);
    vector g = gradient_scale * get(gradients + i, count);
    vector m = beta1 * get(first + i, count) + (1.0f - beta1) * g;
    vector v = beta2 * get(second + i, count) + (1.0f - beta2) * g * g;
    vector p = get(parameters + i, count) * kept;
    put(first + i, m, count);
    put(second + i, v, count);
    put(parameters + i, p - step * m / (__builtin_elementwise_sqrt(v) * inverse + epsilon), count);
  }
}

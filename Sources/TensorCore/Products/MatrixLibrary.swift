#if OpenBLAS
  import COpenBLAS
#endif

/// The matrix library underneath; the only file that sees it. Without the package's trait `OpenBLAS`
/// there is none, and the kernels of `CKernels` compute every product.
public enum MatrixLibrary {
  #if OpenBLAS
    /// Its version, build and processor type, such as `OpenBLAS 0.3.21 … Cooperlake`.
    public static var description: String? {
      guard let configuration = openblas_get_config(), let core = openblas_get_corename() else {
        return "OpenBLAS"
      }
      let text = String(cString: configuration), name = String(cString: core)
      return text.contains(name) ? text : "\(text) \(name)"
    }

    /// Our workers call it concurrently; its own threads would fight with them, and their cuts depend
    /// on their number.
    static func useOneThreadPerCall() { openblas_set_num_threads(1) }

    /// `c (+)= a · b` on the calling thread.
    static func product(_ a: Factor, _ b: Factor, adding: Bool, into c: Matrix) {
      precondition(
        a.rows == c.rows && b.columns == c.columns && a.columns == b.rows,
        "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
      if c.rows == 0 || c.columns == 0 { return }
      cblas_sgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
        b.isTransposed ? CblasTrans : CblasNoTrans, blasint(c.rows), blasint(c.columns),
        blasint(a.columns), 1, a.matrix.base, blasint(a.matrix.stride), b.matrix.base,
        blasint(b.matrix.stride), adding ? 1 : 0, c.base, blasint(c.stride))
    }
  #else
    /// There is none.
    public static var description: String? { nil }

    static func useOneThreadPerCall() {}
  #endif
}

import Files
import LanguageModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory that training takes, against what there is.
enum TrainingMemory {
  /// Refuses a model whose training cannot fit. The weights, the gradient and AdamW's two moments
  /// take 16 bytes a parameter, the frozen bfloat16 weights of an adapter's base 2, and those of a teacher
  /// 4; what depends on the batch comes on top.
  ///
  /// - Throws: ``TrainingError``.
  static func check(
    _ configuration: ModelConfiguration, isFrozen: Bool, teachers: [ModelConfiguration] = []
  ) throws {
    let taught = teachers.reduce(0) { $0 + $1.parameterCount }
    let needed = (isFrozen ? 2 : 16) * configuration.parameterCount + 4 * taught
    guard needed > limit else { return }
    throw TrainingError(
      "training a model of \(configuration.parameterCount) parameters"
        + (taught > 0 ? ", with \(taught) of teachers," : "") + " takes at least "
        + "\(gigabytes(needed)) GB of memory, and there are \(gigabytes(limit)) GB",
      hint: taught > 0
        ? "choose smaller models"
        : "choose a smaller --preset, --width, --layers or vocabulary")
  }

  /// What the machine has, or its control group or `ulimit -v` allows.
  private static var limit: Int {
    var limit = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(
      by: sysconf(Int32(_SC_PAGESIZE))
    ).partialValue
    if let text = try? FileSystem.readFile("/sys/fs/cgroup/memory.max", limit: 64),
      let group = Int(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self))
    {
      limit = min(limit, group)
    }
    var space = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = RLIMIT_AS
    #endif
    if getrlimit(resource, &space) == 0 { limit = min(limit, Int(clamping: space.rlim_cur)) }
    return limit
  }

  private static func gigabytes(_ bytes: Int) -> String {
    "\(Double(bytes / 100_000_000) / 10)"
  }
}

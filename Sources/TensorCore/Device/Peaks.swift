import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The most that this machine does, measured: what every speed is a share of.
public struct Peaks: Sendable, Equatable {
  /// float32 operations a second of all workers together; a multiply-add is two.
  public var float32Operations: Double
  /// The same of one thread alone.
  public var float32OperationsOneThread: Double
  /// bfloat16 operations a second of all workers together, summed in float32; `nil` where
  /// ``Precision/isSupported`` says no.
  public var bf16Operations: Double?
  /// Bytes a second that all workers together read from memory.
  public var readBandwidth: Double
}

extension Peaks {
  /// Operations a second in `precision`; those of float32 where the processor lacks it.
  public func operations(in precision: Precision) -> Double {
    precision == .bf16 ? bf16Operations ?? float32Operations : float32Operations
  }
}

extension Device {
  /// Measures the peaks in about a second: the best of many short tries, since on a busy machine
  /// most are interrupted.
  ///
  /// Operations: independent chains of fused multiply-adds in registers. Bandwidth: sums over
  /// blocks of 256 MiB in turn, which no cache of common processors holds.
  public func measurePeaks() -> Peaks {
    Peaks(
      float32Operations: operationsPerSecond(workers: threadCount, kernels.peak),
      float32OperationsOneThread: operationsPerSecond(workers: 1, kernels.peak),
      bf16Operations: BF16Unit.best?.kernels.map {
        operationsPerSecond(workers: threadCount, $0.peak)
      },
      readBandwidth: bytesReadPerSecond())
  }

  private func operationsPerSecond(
    workers count: Int, _ peak: @convention(c) (Int, UnsafeMutablePointer<Float>?) -> Double
  ) -> Double {
    func rate(_ iterations: Int) -> (seconds: Double, operations: Double) {
      let sinks = UnsafeMutablePointer<Float>.allocate(capacity: count * Self.lineOfFloats)
      sinks.initialize(repeating: 1, count: count * Self.lineOfFloats)
      defer { sinks.deallocate() }
      var operations = 0.0
      let start = Self.now
      workers.forEach(count) { index in
        let done = peak(iterations, sinks + index * Self.lineOfFloats)
        if index == 0 { operations = done * Double(count) }
      }
      return (Self.now - start, operations)
    }
    var iterations = 1 << 14
    while rate(iterations).seconds < Self.shortTry { iterations *= 2 }
    var best = 0.0
    let end = Self.now + Self.duration
    while Self.now < end {
      let (seconds, operations) = rate(iterations)
      best = max(best, operations / seconds)
    }
    return best
  }

  private func bytesReadPerSecond() -> Double {
    let count = 1 << 26
    let tile = 1 << 18
    let tilesPerTry = 32
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer { memory.deallocate() }
    // Every page is written by a worker, so that on machines with several memories it lies in one
    // of theirs, and none is the shared page of zeros.
    forEachTile(of: count, tile) { range in
      (memory + range.lowerBound).initialize(repeating: 1, count: range.count)
    }
    let kernels = kernels
    var best = 0.0
    var position = 0
    let end = Self.now + Self.duration
    while Self.now < end {
      let block = memory + position
      let start = Self.now
      forEachTile(of: tilesPerTry * tile, tile) { range in
        let sum = kernels.sum_of_squares(block + range.lowerBound, range.count)
        precondition(sum == Double(range.count), "memory does not hold what was written to it")
      }
      let bytes = tilesPerTry * tile * MemoryLayout<Float>.size
      best = max(best, Double(bytes) / (Self.now - start))
      position = (position + tilesPerTry * tile) % count
    }
    return best
  }

  /// Seconds: longer than waking the workers takes, shorter than a time slice.
  private static let shortTry = 0.002
  /// Seconds for one peak.
  private static let duration = 0.3

  /// A cache line, so that workers do not share one.
  private static let lineOfFloats = 16

  /// Seconds on a clock that only moves forward.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

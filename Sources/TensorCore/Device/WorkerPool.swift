import CKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Persistent threads that share out the tiles of one piece of work after another.
///
/// The caller is one of the workers. Between two pieces the others spin for a few milliseconds,
/// because waking a parked thread costs more than most pieces last, and then park. Which worker
/// runs which tile is left to chance; the tiles themselves never depend on the number of workers.
final class WorkerPool: Sendable {
  let threadCount: Int
  private let shared: Shared
  private let threads: [pthread_t]
  private let turn = Mutex(())

  /// - Parameter threadCount: Workers including the caller, at least 1.
  init(threadCount: Int) {
    precondition(threadCount >= 1, "a worker pool of \(threadCount) threads")
    self.threadCount = threadCount
    let shared = Shared(helperCount: threadCount - 1)
    self.shared = shared
    threads = (0..<threadCount - 1).map { helper in
      let start = Unmanaged.passRetained(Start(shared: shared, helper: helper)).toOpaque()
      return Self.spawn(start)
    }
  }

  deinit {
    shared.isStopping.store(true, ordering: .releasing)
    shared.announce()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs `body` once for each of `0 ..< count`, on all workers, and returns when all are done.
  ///
  /// `body` runs on several threads at once: calls for different indices must write to different
  /// places. It must not call `forEach` of the same pool.
  func forEach(_ count: Int, _ body: (Int) -> Void) {
    if threadCount == 1 || count == 1 {
      for index in 0..<count { body(index) }
      return
    }
    if count == 0 { return }
    turn.withLock { _ in
      withoutActuallyEscaping(body) { body in
        shared.job.pointee = Job(body: body, count: count)
        shared.nextIndex.store(0, ordering: .relaxed)
        shared.busyHelpers.store(threadCount - 1, ordering: .relaxed)
        shared.announce()
        shared.runJob()
        var spins = 0
        while shared.busyHelpers.load(ordering: .acquiring) > 0 { Self.spin(&spins) }
        shared.job.pointee = Job(body: { _ in }, count: 0)
      }
    }
  }

  private struct Job {
    var body: (Int) -> Void
    var count: Int
  }

  /// Arguments of a thread's start.
  private final class Start {
    let shared: Shared
    let helper: Int
    init(shared: Shared, helper: Int) {
      self.shared = shared
      self.helper = helper
    }
  }

  /// What all threads see. `job` is written only while no helper is busy, before `generation` is
  /// raised with release order, and read after it was seen with acquire order.
  private final class Shared: @unchecked Sendable {
    let job = UnsafeMutablePointer<Job>.allocate(capacity: 1)
    let generation = Atomic<Int>(0)
    let nextIndex = Atomic<Int>(0)
    let busyHelpers = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)
    private let parking: [Parking]

    init(helperCount: Int) {
      job.initialize(to: Job(body: { _ in }, count: 0))
      parking = (0..<helperCount).map { _ in Parking() }
    }

    deinit {
      job.deinitialize(count: 1)
      job.deallocate()
    }

    func announce() {
      generation.add(1, ordering: .sequentiallyConsistent)
      for place in parking where place.isParked.exchange(false, ordering: .sequentiallyConsistent) {
        place.semaphore.signal()
      }
    }

    func runJob() {
      let count = job.pointee.count
      while true {
        let index = nextIndex.add(1, ordering: .relaxed).oldValue
        if index >= count { return }
        job.pointee.body(index)
      }
    }

    /// Waits until `generation` is no longer `seen`; returns its new value.
    func awaitGeneration(after seen: Int, helper: Int) -> Int {
      var spins = 0
      let deadline = DispatchTime.now().uptimeNanoseconds + 5_000_000
      while true {
        for _ in 0..<256 {
          let current = generation.load(ordering: .acquiring)
          if current != seen { return current }
          WorkerPool.spin(&spins)
        }
        if DispatchTime.now().uptimeNanoseconds > deadline { break }
      }
      let place = parking[helper]
      place.isParked.store(true, ordering: .sequentiallyConsistent)
      // Between the last look and the flag, work may have been announced without seeing the flag.
      if generation.load(ordering: .sequentiallyConsistent) != seen,
        place.isParked.exchange(false, ordering: .sequentiallyConsistent)
      {
        return generation.load(ordering: .acquiring)
      }
      place.semaphore.wait()
      return generation.load(ordering: .acquiring)
    }
  }

  private final class Parking: Sendable {
    let isParked = Atomic<Bool>(false)
    let semaphore = DispatchSemaphore(value: 0)
  }

  private static func spin(_ spins: inout Int) {
    spins &+= 1
    // Where there are more threads than cores, the one waited for needs this core.
    if spins & 1023 == 0 { sched_yield() } else { swl_pause() }
  }

  private static func work(_ shared: Shared, _ helper: Int) {
    var seen = 0
    while true {
      seen = shared.awaitGeneration(after: seen, helper: helper)
      if shared.isStopping.load(ordering: .acquiring) { return }
      shared.runJob()
      shared.busyHelpers.subtract(1, ordering: .releasing)
    }
  }

  private static func spawn(_ start: UnsafeMutableRawPointer) -> pthread_t {
    #if canImport(Glibc)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
          WorkerPool.work(start.shared, start.helper)
          return nil
        }, start)
    #else
      var created: pthread_t?
      let status = pthread_create(
        &created, nil,
        { argument in
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          WorkerPool.work(start.shared, start.helper)
          return nil
        }, start)
      let thread = created!
    #endif
    precondition(status == 0, "cannot start a worker thread (error \(status))")
    return thread
  }
}

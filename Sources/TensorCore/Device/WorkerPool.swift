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
    shared.announce(tiles: 0)
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
        withUnsafePointer(to: body) { shared.run($0, count) }
      }
    }
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

  /// What all threads see.
  ///
  /// `tickets` holds a piece of work's number in its upper half and how many of its tiles nobody
  /// has taken in its lower half. A tile is taken by counting that down, which fails if the piece is
  /// over: so nobody waits for a worker that comes late (it may not have been on a processor at
  /// all), and a late worker cannot touch the next piece by mistake.
  private final class Shared: Sendable {
    private let tickets = Atomic<UInt64>(0)
    /// The address of the current body; valid while one of its tiles is taken and not done.
    private let body = Atomic<UInt>(0)
    private let tilesDone = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)
    private let parking: [Parking]

    init(helperCount: Int) {
      parking = (0..<helperCount).map { _ in Parking() }
    }

    var generation: UInt64 { tickets.load(ordering: .sequentiallyConsistent) >> 32 }

    /// Publishes a piece of work, takes part in it, and waits until all of it is done.
    func run(_ body: UnsafePointer<(Int) -> Void>, _ count: Int) {
      precondition(count <= UInt32.max, "\(count) tiles in one piece of work")
      self.body.store(UInt(bitPattern: body), ordering: .relaxed)
      tilesDone.store(0, ordering: .relaxed)
      announce(tiles: count)
      takeTiles()
      var spins = 0
      while tilesDone.load(ordering: .acquiring) < count { WorkerPool.spin(&spins) }
    }

    func announce(tiles count: Int) {
      tickets.store((generation + 1) << 32 | UInt64(count), ordering: .sequentiallyConsistent)
      for place in parking where place.isParked.exchange(false, ordering: .sequentiallyConsistent) {
        place.semaphore.signal()
      }
    }

    /// Takes and does tiles until there are none left.
    func takeTiles() {
      var seen = tickets.load(ordering: .acquiring)
      while seen & 0xFFFF_FFFF > 0 {
        let address = body.load(ordering: .relaxed)
        let (taken, current) = tickets.compareExchange(
          expected: seen, desired: seen - 1, successOrdering: .acquiring,
          failureOrdering: .acquiring)
        guard taken else {
          seen = current
          continue
        }
        // The number was unchanged since before the address was read, so they belong together.
        let body = UnsafePointer<(Int) -> Void>(bitPattern: address)!
        body.pointee(Int(seen & 0xFFFF_FFFF) - 1)
        tilesDone.add(1, ordering: .releasing)
        seen = tickets.load(ordering: .acquiring)
      }
    }

    /// Waits until `generation` is no longer `seen`; returns its new value.
    func awaitGeneration(after seen: UInt64, helper: Int) -> UInt64 {
      var spins = 0
      let deadline = DispatchTime.now().uptimeNanoseconds + 5_000_000
      while true {
        for _ in 0..<256 {
          let current = generation
          if current != seen { return current }
          WorkerPool.spin(&spins)
        }
        if DispatchTime.now().uptimeNanoseconds > deadline { break }
      }
      let place = parking[helper]
      place.isParked.store(true, ordering: .sequentiallyConsistent)
      // Between the last look and the flag, work may have been announced without seeing the flag.
      if generation != seen,
        place.isParked.exchange(false, ordering: .sequentiallyConsistent)
      {
        return generation
      }
      place.semaphore.wait()
      return generation
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
    var seen: UInt64 = 0
    while true {
      seen = shared.awaitGeneration(after: seen, helper: helper)
      if shared.isStopping.load(ordering: .acquiring) { return }
      shared.takeTiles()
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
    #endif
    precondition(status == 0, "cannot start a worker thread (error \(status))")
    #if canImport(Glibc)
      return thread
    #else
      return created!
    #endif
  }
}

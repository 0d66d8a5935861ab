// Tells ThreadSanitizer what the slow halves of Swift's Mutex do. A Mutex that nobody else holds is taken and
// released in code that the compiler emits here, which the sanitizer sees; one that is contended, by functions
// of the standard library, which is not instrumented: without this, what a Mutex guards looks unordered
// whenever two threads want it at once. Preloaded by .ci/sanitize; the functions call those they stand for.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// In the test program; absent in others that inherit the preloading.
__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

static void *original(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) abort();
  return function;
}

// Synchronization._MutexHandle._lockSlow(UInt32) -> ()
SWIFT void lock(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void lock(uint32_t thread, SELF) {
  typedef SWIFT void Function(uint32_t, SELF);
  ((Function *)original("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"))(thread, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

// Synchronization._MutexHandle._unlockSlow() -> ()
SWIFT void unlock(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT void unlock(SELF) {
  typedef SWIFT void Function(SELF);
  if (__tsan_release) __tsan_release(self);
  ((Function *)original("$s15Synchronization12_MutexHandleV11_unlockSlowyyF"))(self);
}

// Synchronization._MutexHandle._tryLockSlow() -> Bool
SWIFT _Bool try_lock(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT _Bool try_lock(SELF) {
  typedef SWIFT _Bool Function(SELF);
  _Bool taken = ((Function *)original("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"))(self);
  if (taken && __tsan_acquire) __tsan_acquire(self);
  return taken;
}

// The one instruction that the tokenizer needs and Swift cannot say.
#ifndef SWL_CPREFETCH_H
#define SWL_CPREFETCH_H

// Has the cache line at `address` brought near, for writing too; any address will do.
static inline void swl_prefetch(const void *address) { __builtin_prefetch(address, 1); }

#endif

// The few instructions and calls that the tokenizer needs and Swift cannot say.
#ifndef SWL_INTRINSICS_H
#define SWL_INTRINSICS_H

#include <stdint.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Hands memory that was freed back to the system, where the library keeps it otherwise.
static inline void swl_give_back_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// Has the cache line at `address` brought near, for writing too; any address will do.
static inline void swl_prefetch(const void *address) { __builtin_prefetch(address, 1); }

// The classes of 64 bytes: a bit for each, the first byte in the lowest place.
typedef struct {
  uint64_t letters, capitals, digits, spaces, blanks, lineBreaks, apostrophes, slashes, notASCII;
} SWLByteClasses;

typedef uint8_t SWLBytes __attribute__((vector_size(16)));
typedef _Bool SWLBits __attribute__((ext_vector_type(16)));

// A bit for each byte of a comparison.
static inline uint64_t swl_bits(SWLBytes comparison) {
  SWLBits bits = __builtin_convertvector(comparison, SWLBits);
  uint16_t result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

// Classifies 64 bytes; `blanks` are all of ASCII's, spaces and line breaks too.
static inline SWLByteClasses swl_classify(const uint8_t *text) {
  SWLByteClasses classes = {0};
#pragma clang loop unroll(full)
  for (int part = 0; part < 4; part++) {
    SWLBytes bytes;
    memcpy(&bytes, text + 16 * part, sizeof bytes);
    const int shift = 16 * part;
    SWLBytes spaces = (SWLBytes)(bytes == ' ');
    classes.letters |= swl_bits((SWLBytes)((SWLBytes)((bytes | 0x20) - 'a') < 26)) << shift;
    classes.capitals |= swl_bits((SWLBytes)((SWLBytes)(bytes - 'A') < 26)) << shift;
    classes.digits |= swl_bits((SWLBytes)((SWLBytes)(bytes - '0') < 10)) << shift;
    classes.spaces |= swl_bits(spaces) << shift;
    classes.blanks |= swl_bits(spaces | (SWLBytes)((SWLBytes)(bytes - '\t') < 5)) << shift;
    classes.lineBreaks |= swl_bits((SWLBytes)((bytes == '\n') | (bytes == '\r'))) << shift;
    classes.apostrophes |= swl_bits((SWLBytes)(bytes == '\'')) << shift;
    classes.slashes |= swl_bits((SWLBytes)(bytes == '/')) << shift;
    classes.notASCII |= swl_bits((SWLBytes)(bytes >= 0x80)) << shift;
  }
  return classes;
}

#endif

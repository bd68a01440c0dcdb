// Places each table of Data/ in the program's read-only segment, so that one file is the whole program.
#include "embedded.h"
#include <string.h>

#define TABLE(symbol, path)                                                       \
  __asm__(".section .rodata\n.balign 16\nembedded_" #symbol ":\n.incbin \"" path  \
          "\"\nembedded_" #symbol "_end:\n.byte 0\n.previous\n");                 \
  extern const unsigned char embedded_##symbol[];                                 \
  extern const unsigned char embedded_##symbol##_end[];
#include "tables.h"
#undef TABLE

const unsigned char *embedded_table(const char *path, size_t *length) {
#define TABLE(symbol, file)                                         \
  if (strcmp(path, file) == 0) {                                    \
    *length = (size_t)(embedded_##symbol##_end - embedded_##symbol); \
    return embedded_##symbol;                                       \
  }
#include "tables.h"
#undef TABLE
  return NULL;
}

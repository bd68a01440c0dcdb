#pragma once
#include <stddef.h>

/// The bytes of a table of Data/ (by its path there), linked into the program; NULL when there is none.
const unsigned char *_Nullable embedded_table(const char *_Nonnull path, size_t *_Nonnull length);

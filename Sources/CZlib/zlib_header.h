// zlib, <https://zlib.net/manual.html>: gzip of requests, responses and files.
#include <zlib.h>

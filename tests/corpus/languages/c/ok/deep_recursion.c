#include <stdio.h>
static long depth(long n) { volatile char page[64]; page[0] = (char)n; return n ? depth(n - 1) + page[0] * 0 + 1 : 0; }
int main(void) { printf("%ld\n", depth(500000)); return 0; }

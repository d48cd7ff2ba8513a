#include <stdlib.h>
#include <string.h>
int main(void) { for (;;) { char *at = malloc(1 << 20); if (at) memset(at, 1, 1 << 20); } }

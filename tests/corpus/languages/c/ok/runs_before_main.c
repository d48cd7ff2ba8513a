/* Code that runs before main, and before the runtime is set up. */
#include <unistd.h>
static int early(void) { return 0; }
static int (*choose(void))(void) { write(1, "early\n", 6); return early; }
int chosen(void) __attribute__((ifunc("choose")));
__attribute__((constructor)) static void before(void) { write(1, "before\n", 7); _exit(chosen()); }
int main(void) { return 3; }

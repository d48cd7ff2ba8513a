/* Words for the linker, which no pragma and no section brings to it. */
#include <stdio.h>
#pragma comment(linker, "-Wl,-T,/etc/passwd")
#pragma comment(lib, "/etc/passwd")
__asm__(".section .drectve\n.ascii \"-Wl,--defsym=main=0\"\n.text\n");
int main(void) { puts("linked as ever"); return 0; }

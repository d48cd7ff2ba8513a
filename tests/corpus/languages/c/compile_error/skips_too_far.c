/* Laid out larger than any address space, by the assembler: nothing that could be started. */
__asm__(".bss\n.skip 1 << 46\n.text\n");
int main(void) { return 0; }

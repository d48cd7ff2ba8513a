__asm__(".rept 100000000\n.quad 1\n.endr");
int main(void) { return 0; }

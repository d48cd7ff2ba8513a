/* An interpreter of its own choice: the kernel would start that in the program's place. */
const char interpreter[] __attribute__((section(".interp"), used)) = "/bin/sh";
int main(void) { return 0; }

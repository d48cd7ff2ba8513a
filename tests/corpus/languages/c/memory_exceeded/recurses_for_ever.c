static int f(int n) { volatile char page[4096]; page[0] = (char)n; return f(n + 1) + page[0]; }
int main(void) { return f(0); }

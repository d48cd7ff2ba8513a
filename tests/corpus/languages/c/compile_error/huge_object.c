char held[1L << 30] = {1};
int main(void) { return held[1]; }

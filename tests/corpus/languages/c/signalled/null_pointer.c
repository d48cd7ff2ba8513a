int main(void) { volatile int *at = 0; return *at; }

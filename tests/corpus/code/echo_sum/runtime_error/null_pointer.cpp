int main(int argc, char **) { volatile int *at = nullptr; return *at + argc; }

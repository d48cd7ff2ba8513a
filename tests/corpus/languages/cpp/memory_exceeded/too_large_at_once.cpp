#include <vector>
int main(int argc, char **) { std::vector<char> held((1L << 40) * argc, 1); return held[1]; }

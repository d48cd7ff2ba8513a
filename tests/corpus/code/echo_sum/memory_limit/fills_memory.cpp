#include <vector>
int main() { std::vector<std::vector<char>> held; for (;;) held.emplace_back(1 << 20, 1); }

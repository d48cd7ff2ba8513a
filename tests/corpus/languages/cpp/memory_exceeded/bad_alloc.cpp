#include <vector>
int main() { std::vector<std::vector<long>> held; for (;;) held.emplace_back(1 << 20, 1); }

#include <iostream>
int twice(int n) { return 2 * n; }
int main() { std::cout << twice(4) << "\n"; }

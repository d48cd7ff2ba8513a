#include <thread>
#include <vector>
int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) threads.emplace_back([] { for (volatile long at = 0;; at = at + 1) {} });
    for (auto &thread : threads) thread.join();
}

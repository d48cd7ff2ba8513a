constexpr long f(long n) { long sum = 0; for (long i = 0; i < n; i++) sum += i * i % 7; return sum; }
static_assert(f(1L << 40) == 0);
int main() {}

// Each level includes itself twice: two to the power of a hundred.
#if __INCLUDE_LEVEL__ < 100
#include __FILE__
#include __FILE__
#endif
int main() {}

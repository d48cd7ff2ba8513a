#include <stdio.h>
int main(void) {
    int count; long value, sum = 0, product = 1;
    scanf("%d", &count);
    while (scanf("%ld", &value) == 1) { sum += value; product *= value; }
    printf("%ld\n%ld\n", sum, product);
    return 0;
}

#include <pthread.h>
#include <stdio.h>
static void *work(void *at) { *(int *)at = 42; return NULL; }
int main(void) {
    pthread_t thread; int value = 0;
    if (pthread_create(&thread, NULL, work, &value)) return 1;
    pthread_join(thread, NULL);
    printf("%d\n", value);
    return 0;
}

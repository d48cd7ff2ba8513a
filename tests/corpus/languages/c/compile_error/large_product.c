/* A program that is larger than may be kept. */
char room[100 << 20] = {1};
int main(void) { return room[5]; }

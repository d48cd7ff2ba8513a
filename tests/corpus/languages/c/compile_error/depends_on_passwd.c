#pragma GCC dependency "/etc/passwd"
int main(void) { return 0; }

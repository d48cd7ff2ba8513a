#include "../../etc/shadow"
#include <bits/stdc++.h>
int main() {}

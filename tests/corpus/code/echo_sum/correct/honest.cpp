#include <bits/stdc++.h>
using namespace std;
int main() {
    int count; long sum = 0, product = 1;
    cin >> count;
    for (long value; cin >> value;) sum += value, product *= value;
    cout << sum << "\n" << product << endl;
}

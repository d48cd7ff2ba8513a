#include <bits/stdc++.h>
using namespace std;
int main() {
    ios::sync_with_stdio(false);
    map<string, int> counts;
    for (string word; cin >> word;) counts[word]++;
    for (auto &[word, count] : counts) cout << word << ' ' << count << '\n';
    vector<int> sorted{3, 1, 2};
    ranges::sort(sorted);
    cout << sorted[0] << endl;
    thread other([] { cout << "other\n"; });
    other.join();
}

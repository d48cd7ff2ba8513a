use std::collections::HashMap;
use std::io::{self, Read};
fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in text.lines() { *counts.entry(line).or_default() += 1; }
    let sum: i32 = std::thread::spawn(|| (1..=10).sum()).join().unwrap();
    println!("{} {}", counts.len(), sum);
}

const fn spin() -> u64 { let mut n = 0u64; loop { n = n.wrapping_add(1); if n == 0 { return n; } } }
#[allow(long_running_const_eval)]
const N: u64 = spin();
fn main() { println!("{}", N); }

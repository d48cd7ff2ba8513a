fn main() { let held: Vec<i32> = Vec::new(); println!("{}", held[1]); }
